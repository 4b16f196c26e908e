"""The table of objects in the place shown: fills as pages arrive, says what an empty or failed place means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QStyleOptionViewItem, QVBoxLayout, QWidget

from s3desk.models import text
from s3desk.models.object_model import Column, ObjectModel, Row
from s3desk.s3 import buckets, listing
from s3desk.s3.errors import AccessDeniedError, ExpiredError, S3Error, SignInError, UnreachableError
from s3desk.s3.job import Job
from s3desk.s3.location import Location
from s3desk.s3.objects import Selection
from s3desk.ui.drop_table import DropTable
from s3desk.ui.empty_state import EmptyState
from s3desk.ui.row_delegate import RowDelegate, prepare_table
from s3desk.ui.slots import async_slot

if TYPE_CHECKING:
    from s3desk.background import Background
    from s3desk.s3.listing import Page
    from s3desk.ui.icons import Icons
    from s3desk.ui.messages import Messages
    from s3desk.ui.navigator import Place
    from s3desk.ui.theme import Theme

Index = QModelIndex | QPersistentModelIndex

# What a column has to show without a gap; the name takes what is left.
_WIDEST = {
    Column.SIZE: "1,023.9 MB",
    Column.TYPE: "Excel workbook",
    Column.MODIFIED: "30 Nov 2026, 23:59",
    Column.STORAGE_CLASS: "Storage class",
}


class ObjectPane(QWidget):
    """Shows one Place at a time; a newer one wins. It reads, and never changes anything."""

    opened = Signal(object)  # Row: the user wants to see inside
    selection_changed = Signal()
    dropped = Signal(list)  # list[Path], to be uploaded here
    counted = Signal()  # what the status bar says may have changed
    folders_found = Signal(object, list)  # Place, [Location]: what the tree may show below it

    def __init__(self, background: Background, theme: Theme, icons: Icons, messages: Messages) -> None:
        super().__init__()
        self._background = background
        self._messages = messages
        self.model = ObjectModel()
        self.place: Place | None = None
        self.loading = False
        self.incomplete = ""  # why the list ended early
        self._known_folder = True  # a marker says that this folder was made
        self.standing = "signed in"  # as far as the last answer told
        self.view = DropTable(self.model)
        prepare_table(self.view, theme, dim_columns=(Column.TYPE, Column.MODIFIED, Column.STORAGE_CLASS))
        self.view.setItemDelegate(ObjectDelegate(self.view, theme, icons))
        self.view.setSortingEnabled(True)
        self.view.sortByColumn(Column.NAME, Qt.SortOrder.AscendingOrder)
        header = self.view.horizontalHeader()
        header.setStretchLastSection(False)
        header.setMinimumSectionSize(56)
        header.setSectionResizeMode(Column.NAME, QHeaderView.ResizeMode.Stretch)
        metrics = self.view.fontMetrics()
        for column, widest in _WIDEST.items():
            header.resizeSection(column, metrics.horizontalAdvance(widest) + 32)
        self.view.setAccessibleName("Objects")
        self._empty = EmptyState(self.view, icons)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.view)
        self.view.activated.connect(lambda index: self.opened.emit(self.model.row(index)))
        self._selected: list[Row] | None = None
        self.view.selectionModel().selectionChanged.connect(lambda *_: self._forget_selected())
        self.model.modelReset.connect(self._forget_selected)  # a reset drops the selection without a word
        self.model.layoutChanged.connect(self._forget_selected)  # the same rows, in another order
        self.view.dropped.connect(self.dropped)
        self.model.changed.connect(self._say_state)
        self._say_state()

    # what is selected

    def selected_rows(self) -> list[Row]:
        """The selected lines, top to bottom; asked for by every verb, so found once a change."""
        if self._selected is None:
            selection = self.view.selectionModel().selection()
            ranges = [selection.at(number) for number in range(selection.count())]
            numbers = {number for one in ranges if one.isValid() for number in range(one.top(), one.bottom() + 1)}
            self._selected = [self.model.rows[number] for number in sorted(numbers)]
        return self._selected

    def _forget_selected(self) -> None:
        self._selected = None
        self.selection_changed.emit()

    def selection(self) -> Selection:
        """The selected objects and folders, as operations want them."""
        rows = self.selected_rows()
        return Selection(
            self.model.location.bucket,
            tuple(row.key for row in rows if not row.is_folder),
            tuple(row.key for row in rows if row.is_folder),
        )

    def select_key(self, key: str) -> None:
        """Select one object or folder and scroll to it, if it is shown."""
        index = self.model.index_of(key)
        if index.isValid():
            self.view.selectRow(index.row())
            self.view.scrollTo(index)

    # loading

    def show_nothing(self) -> None:
        """Nothing is connected; what is still being listed will find its place gone."""
        self.place, self.incomplete, self.loading = None, "", False
        self.model.clear(Location())
        self._say_state()

    @async_slot(newest=True)
    async def show_place(self, place: Place, *, again: bool = False) -> None:
        """List a place page by page; `again` keeps the old rows on the screen until the new ones come."""
        keys = {row.key for row in self.selected_rows()} if again else set()
        if place.select:
            keys = {place.select}
        self.place, self.incomplete, self.loading, self._known_folder = place, "", True, not place.location.prefix
        if not again:
            self.model.clear(place.location)
        self._say_state()
        try:
            await self._fill(place, Job(f"List {place.location.uri}"))
        except S3Error as error:
            if self.place is not place:  # it was disconnected meanwhile
                return
            if again:
                self.model.clear(place.location)
            self._fail(error)
        else:
            if self.place is place:
                self.standing = "signed in"
                self._select_again(keys)
        finally:
            if self.place is place:
                self.loading = False
                self._say_state()

    async def _fill(self, place: Place, job: Job) -> None:
        if not place.location.bucket:
            found = await self._background.run(job, buckets.list_buckets, place.connection)
            if self.place is not place:
                return
            self.model.clear(place.location)
            self.model.append_buckets(found)
            self.folders_found.emit(place, [Location(bucket.name) for bucket in found])
            return
        token: str | None = None
        folders: list[Location] = []
        while True:
            page: Page = await self._background.run(job, listing.list_page, place.connection, place.location, token)
            if self.place is not place:
                return
            if token is None:
                self.model.clear(place.location)
            self.model.append(page)
            self._known_folder = self._known_folder or page.marker is not None
            folders += [Location(place.location.bucket, folder) for folder in page.folders]
            token = page.next
            if token is None:
                self.folders_found.emit(place, folders)
                return

    def _fail(self, error: S3Error) -> None:
        """A place that failed says why; what had arrived stays."""
        self.incomplete = str(error)
        self._error = error
        if isinstance(error, (SignInError, UnreachableError)):
            self.standing = "not signed in" if isinstance(error, SignInError) else "not reachable"
        if isinstance(error, ExpiredError) and self.place:
            self.place.connection.forget()  # after a new sign-in outside, Refresh reads the new keys

    def _select_again(self, keys: set[str]) -> None:
        """After a refresh the same names are selected as before."""
        model, flags = self.view.selectionModel(), QItemSelectionModel.SelectionFlag
        for number, row in enumerate(self.model.rows if keys else ()):
            if row.key in keys:
                index = self.model.index(number, 0)
                model.select(index, flags.Select | flags.Rows)
                if len(keys) == 1:
                    model.setCurrentIndex(index, flags.NoUpdate)
                    self.view.scrollTo(index)

    def _say_state(self) -> None:
        """An empty table never stands there without a word, to screen readers neither."""
        self.counted.emit()
        self._show_state()
        said = self._empty.accessibleName() if self._empty.isVisibleTo(self.view) else "What is in the place shown"
        self.view.setAccessibleDescription(said)

    def _show_state(self) -> None:
        if self.model.rows:
            self._empty.hide()
            return
        messages, place = self._messages, self.place
        if place is None:
            self._empty.show_message(messages.welcome())
        elif self.loading:
            self._empty.show_message(messages.loading())
        elif self.incomplete:
            denied_list = isinstance(self._error, AccessDeniedError) and not place.location.bucket
            self._empty.show_message(messages.no_bucket_list() if denied_list else messages.failed(self._error))
        elif self.model.hidden:
            self._empty.show_message(messages.all_filtered(self.model.hidden))
        elif place.location.bucket and not self._known_folder:
            self._empty.show_message(messages.nothing_there(text.visible_path(place.location.uri)))
        elif place.location.bucket:
            self._empty.show_message(messages.empty_folder())
        else:
            self._empty.show_message(messages.no_buckets())


class ObjectDelegate(RowDelegate):
    """Rows with the icon of their kind, which the model leaves to the window."""

    def __init__(self, view: QAbstractItemView, theme: Theme, icons: Icons) -> None:
        super().__init__(view, theme, dim_columns=(Column.TYPE, Column.MODIFIED, Column.STORAGE_CLASS))
        self._icons = icons

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        """Add the icon to the name, and give up its middle first when it is too long."""
        super().initStyleOption(option, index)
        if index.column() == Column.NAME:
            row = index.data(Qt.ItemDataRole.UserRole)
            option.icon = self._icons.icon_for(row.kind)
            option.features |= QStyleOptionViewItem.ViewItemFeature.HasDecoration
            option.textElideMode = Qt.TextElideMode.ElideMiddle
