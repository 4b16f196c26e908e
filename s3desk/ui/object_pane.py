"""The table of objects in the place shown: fills as pages arrive, says what an empty or failed place means."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelectionModel, Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from s3desk.models import object_columns
from s3desk.models.named_object import named_object
from s3desk.models.object_model import Column, ObjectModel
from s3desk.models.object_rows import rows_from
from s3desk.s3.errors import AccessDeniedError, ExpiredError, S3Error, SignInError, UnreachableError
from s3desk.s3.feed import Feed
from s3desk.s3.finding import find
from s3desk.s3.job import Job
from s3desk.s3.listing import Scope
from s3desk.s3.location import Location
from s3desk.s3.streaming import stream
from s3desk.ui.access.reach_column import ReachColumn
from s3desk.ui.arranging import Arranging
from s3desk.ui.arriving import arriving
from s3desk.ui.chosen import Chosen
from s3desk.ui.drop_table import DropTable
from s3desk.ui.empty_state import EmptyState
from s3desk.ui.kept_rows import KeptRows
from s3desk.ui.object_delegate import DIM, ObjectDelegate
from s3desk.ui.object_header import ObjectHeader
from s3desk.ui.pane_message import message_for
from s3desk.ui.row_delegate import prepare_table
from s3desk.ui.search_bar import SearchBar
from s3desk.ui.slots import async_slot

if TYPE_CHECKING:
    from s3desk.background import Background
    from s3desk.models.object_columns import Batch
    from s3desk.s3.objects import Selection
    from s3desk.ui.icons import Icons
    from s3desk.ui.messages import Messages
    from s3desk.ui.navigator import Place
    from s3desk.ui.theme import Theme


_FEW = 1000  # keys that are looked for in every batch; more of them at the end


class ObjectPane(QWidget):
    """Shows one Place at a time; a newer one wins. It reads, and never changes anything."""

    opened = Signal(object)  # Row: the user wants to see inside
    selection_changed = Signal()
    dropped = Signal(list, str)  # list[Path], and the prefix of the folder they were dropped on
    counted = Signal()  # what the status bar says may have changed
    folders_found = Signal(object, list, bool, bool)  # Place, names of folders; the first, the last of a listing

    def __init__(self, background: Background, theme: Theme, icons: Icons, messages: Messages) -> None:
        super().__init__()
        self._background = background
        self._messages = messages
        self.model = ObjectModel()
        self.place: Place | None = None
        self.loading = False
        self.feed: Feed | None = None  # what the list has cost so far
        self.incomplete = ""  # why the list ended early
        self.error: S3Error | None = None  # if it was an error
        self.known_folder = True  # a marker says that this folder was made
        self._job: Job | None = None
        self._arrived = 0  # batches of the list
        self._wanted: list[str] = []  # keys to be selected as soon as they come
        self.standing = "signed in"  # as far as the last answer told
        self.view = DropTable(self.model, theme, background.way)
        prepare_table(self.view, theme, dim_columns=DIM)
        self.view.setItemDelegate(ObjectDelegate(self.view, self.model, theme, icons))
        self.view.setSortingEnabled(True)
        self.view.sortByColumn(Column.NAME, Qt.SortOrder.AscendingOrder)
        self.header = ObjectHeader(self.view)
        self.header.more_wanted.connect(self._read_again)
        self.view.setAccessibleName("Objects")
        self._empty = EmptyState(self.view, icons)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self.search_bar = SearchBar(self)
        self.search_bar.stop_wanted.connect(self.stop)
        layout.addWidget(self.search_bar)
        layout.addWidget(self.view)
        self.view.activated.connect(lambda index: self.opened.emit(self.model.row(index)))
        self.kept = KeptRows(self.view, self.model)
        Arranging(background, self.model, self)
        self.reach = ReachColumn(background, self)
        self._chosen: Chosen | None = None
        self.view.selectionModel().selectionChanged.connect(lambda *_: self._selection_changed())
        self.model.modelReset.connect(self._forget_chosen)  # a reset drops the selection without a word
        self.model.rearranged.connect(self._forget_chosen)  # the same rows, in another order, or fewer
        self.model.rearranged.connect(self._select_wanted)  # which a worker has put in order only now
        self.view.dropped.connect(self.dropped)
        self.model.changed.connect(self._say_state)
        self._say_state()

    # what is selected

    @property
    def chosen(self) -> Chosen:
        """What is selected; asked for by every verb, so found once a change."""
        if self._chosen is None:
            ranges, rows = self.kept.ranges(), self.model.rows
            self._chosen = Chosen(rows, rows.numbers(rows_from(ranges)) if ranges else None)
        return self._chosen

    def _selection_changed(self) -> None:
        if not self.kept.restoring:  # it is the user's
            self._wanted = []
        self._forget_chosen()

    def _forget_chosen(self) -> None:
        self._chosen = None
        self.selection_changed.emit()

    def selection(self) -> Selection:
        """The selected objects and folders, as operations want them."""
        return self.chosen.selection()

    def select_key(self, key: str) -> None:
        """Select one object or folder and scroll to it, if it is shown."""
        index = self.model.index_of(key)
        if index.isValid():
            self.view.selectRow(index.row())
            self.view.scrollTo(index)

    # loading

    def show_nothing(self) -> None:
        """Nothing is connected; what is still being listed will find its place gone."""
        self.place, self.incomplete, self.error, self.loading, self._job = None, "", None, False, None
        self.model.clear(Location())
        self._say_state()

    @async_slot(newest=True)
    async def show_place(self, place: Place, *, again: bool = False) -> None:
        """List a place as it arrives; `again` keeps the old rows on the screen until the new ones come."""
        before = dict.fromkeys([*self.chosen.keys(), *self._wanted]) if again else {}
        self._wanted = [place.select] if place.select else list(before)
        self.place, self.loading, self.known_folder = place, True, not place.location.prefix
        self.incomplete, self.error = "", None
        self._job = job = Job(f"List {place.location.uri}")  # whose list is shown: the same place may be asked twice
        if not again:
            self.model.clear(place.location)
        self._say_state()
        try:
            await self._fill(place, job)
        except S3Error as error:
            if self._job is not job:  # it was disconnected meanwhile
                return
            if again and not self._arrived:
                self.model.clear(place.location)
            self._fail(error)
            if isinstance(error, AccessDeniedError) and place.select and not self._arrived:
                await self._show_named(place, job)
        else:
            if self._job is job:
                self.standing = "signed in"
        finally:
            if self._job is job:
                self.loading = False
                self._select_wanted()
                self._say_state()

    async def _show_named(self, place: Place, job: Job) -> None:
        where = place.connection, place.location, place.select
        if (batch := await self._background.run(Job("Look at the object"), named_object, *where)) is not None:
            self._take(place, job, batch)

    async def _fill(self, place: Place, job: Job) -> None:
        self._arrived = 0
        if not place.location.bucket:
            self._take(place, job, await self._background.run(job, object_columns.buckets_of, place.connection))
            if self._job is job:
                self.folders_found.emit(place, [], False, True)
            return
        self.feed = feed = Feed(self._background.way)
        at, take = place.location, partial(self._take, place, job)
        portion = partial(object_columns.helping, prefix=at.prefix)
        background, connection = self._background, place.connection
        if place.search is not None:
            await arriving(background, job, feed, portion, take, find, connection, at, place.search, feed)
            return
        scope = Scope(at, owners=self.header.shows(Column.OWNER), etags=self.header.shows(Column.ETAG))
        await arriving(background, job, feed, portion, take, stream, connection, scope, feed)
        if self._job is job:
            self.folders_found.emit(place, [], not self._arrived, True)
            if not self._arrived:
                self.model.clear(place.location)

    def _take(self, place: Place, job: Job, batch: Batch) -> None:
        if self._job is not job:
            return
        first = not self._arrived
        self._arrived += 1
        if first:
            self.model.clear(place.location)
        self.known_folder = self.known_folder or batch.marked
        with self._background.way.claimed():
            self.model.append(batch)
        if len(self._wanted) <= _FEW:
            self._select_wanted()
        if place.search is None:
            self.folders_found.emit(place, batch.prefixes, first, False)

    def _read_again(self) -> None:
        if self.place is not None and self.place.location.bucket:
            self.show_place(self.place, again=True)

    def _fail(self, error: S3Error) -> None:
        """A place that failed says why; what had arrived stays."""
        self.incomplete = str(error)
        self.error = error
        if isinstance(error, (SignInError, UnreachableError)):
            self.standing = "not signed in" if isinstance(error, SignInError) else "not reachable"
        if isinstance(error, ExpiredError) and self.place:
            self.place.connection.forget()  # after a new sign-in outside, Refresh reads the new keys

    def _select_wanted(self) -> None:
        """After a refresh the same names are selected as before, as they come, unless the user selects others."""
        wanted = self._wanted
        rows = self.model.rows.find_all(wanted) if wanted else None
        if rows is not None and len(rows):
            self.kept.select_rows(rows)
            if len(wanted) == 1:
                index = self.model.index(int(rows[0]), 0)
                self.view.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
                self.view.scrollTo(index)
        found = rows is not None and len(rows) == len(wanted)
        self._wanted = [] if found or not (self.loading or self.model.is_outdated) else wanted

    def stop(self) -> None:
        """List no further; what has arrived stays."""
        if self.loading and self._job is not None:
            self.incomplete = "you stopped it"
            self._job.cancel()

    @property
    def stopped(self) -> bool:
        """Whether the user ended the list early."""
        return bool(self.incomplete) and self.error is None

    def _say_state(self) -> None:
        """An empty table never stands there without a word, to screen readers neither."""
        self.counted.emit()
        self.search_bar.show_search(self.place, running=self.loading, stopped=self.stopped)
        message = message_for(self, self._messages)
        if message is None:
            self._empty.hide()
        else:
            self._empty.show_message(message)
        said = self._empty.accessibleName() if self._empty.isVisibleTo(self.view) else "What is in the place shown"
        self.view.setAccessibleDescription(said)
