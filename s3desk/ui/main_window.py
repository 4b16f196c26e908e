"""Lays out the views and joins selection to navigation; it knows no verb by itself."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QMainWindow, QSizePolicy, QSplitter, QToolBar

from s3desk.models import text
from s3desk.s3.connection import Connection, SignIn
from s3desk.s3.location import Location
from s3desk.ui.command_palette import CommandPalette
from s3desk.ui.desk import Desk
from s3desk.ui.go_actions import GoActions
from s3desk.ui.navigator import Place
from s3desk.ui.preview_pane import Subject
from s3desk.ui.slots import ask, async_slot
from s3desk.ui.status import status_words
from s3desk.ui.toolbar import fill_toolbar
from s3desk.ui.verb_groups import VerbGroups
from s3desk.ui.verbs import verb

FIRST_SIZE = (1380, 820)
SAID_MS = 12_000


class MainWindow(QMainWindow):
    """Tree on the left, table in the middle, preview on the right, work below, counts at the bottom."""

    closing = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle("S3 Desk")
        self.resize(*FIRST_SIZE)
        self.setUnifiedTitleAndToolBarOnMac(True)

    def furnish(self, desk: Desk) -> None:
        """Put the parts in their places and join them; the window may be shown right after."""
        self._desk = desk
        self.verbs = VerbGroups(self, desk)
        desk.messages.connect = self.verbs.connection.connect_to
        desk.messages.go_to = self.verbs.go.go_to
        desk.messages.refresh = self.verbs.go.refresh
        desk.messages.new_bucket = self.verbs.bucket.new_bucket
        desk.messages.upload = self.verbs.transfer.upload_files
        self._lay_out(desk)
        self._make_status_bar()
        self.palette_action = verb(self, "Command palette…", self._show_palette, keys="Ctrl+Shift+P")
        self.addAction(self.palette_action)
        self.verbs.fill_menus(self.menuBar(), self.palette_action)
        self.location, self.filter = QLineEdit(), QLineEdit()
        fill_toolbar(self._make_toolbar(), self.verbs, self.location, self.filter, desk.icons)
        self._join(desk)
        self._restore()
        self._moved(desk.navigator.place)
        desk.objects.view.setFocus()

    def _lay_out(self, desk: Desk) -> None:
        desk.tree.setProperty("side", True)
        self._inner = QSplitter(Qt.Orientation.Horizontal)
        for pane in (desk.tree, desk.objects, desk.preview):
            self._inner.addWidget(pane)
        self._inner.setSizes([210, 720, 450])
        self._inner.setStretchFactor(1, 1)
        self._inner.setCollapsible(1, False)
        self._outer = QSplitter(Qt.Orientation.Vertical)
        self._outer.addWidget(self._inner)
        self._outer.addWidget(desk.transfers)
        self._outer.setSizes([640, 130])
        self._outer.setStretchFactor(0, 1)
        self._outer.setCollapsible(0, False)
        for splitter in (self._inner, self._outer):
            splitter.setHandleWidth(1)
        self.setCentralWidget(self._outer)
        desk.transfers.hide()

    def _make_status_bar(self) -> None:
        bar = self.statusBar()
        bar.setAccessibleName("Status")
        self._counts, self._who = QLabel(), QLabel()
        self._counts.setAccessibleName("Counts")
        self._who.setAccessibleName("Connected to")
        for label in (self._counts, self._who):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setContentsMargins(8, 2, 8, 2)
        self._counts.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        bar.addWidget(self._counts, 1)
        bar.addPermanentWidget(self._who)

    def _make_toolbar(self) -> QToolBar:
        bar = QToolBar("Toolbar")
        bar.setObjectName("toolbar")
        bar.setMovable(False)
        bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.addToolBar(bar)
        return bar

    def _join(self, desk: Desk) -> None:
        desk.navigator.moved.connect(self._moved)
        desk.navigator.reload.connect(lambda place: desk.objects.show_place(place, again=True))
        desk.news.changed.connect(self._changed)
        desk.news.said.connect(self._say)
        desk.objects.counted.connect(self._count)
        desk.objects.selection_changed.connect(self._selected)
        desk.objects.folders_found.connect(desk.tree.take_folders)
        self.location.returnPressed.connect(self._go_to_typed)
        self.filter.textChanged.connect(desk.objects.model.set_filter)
        self.filter.returnPressed.connect(desk.objects.view.setFocus)

    # navigation and selection

    @property
    def _go(self) -> GoActions:
        return self.verbs.go

    def _moved(self, place: Place | None) -> None:
        at = place.location if place else Location()
        self.filter.clear()
        self.location.setEnabled(place is not None)
        self.location.setText(at.uri if at.bucket else "")
        self.location.setToolTip(text.visible_path(at.uri) if at.bucket else "")
        self.setWindowTitle(
            f"{text.visible_path(f'{at.bucket}/{at.prefix}'.rstrip('/'))} — S3 Desk" if at.bucket else "S3 Desk"
        )
        self._who.setText(_who(place.connection) if place else "Not connected")
        self._desk.tree.follow(place)
        if place is None:
            self._desk.objects.show_nothing()
        else:
            self._desk.objects.show_place(place)
            self._desk.settings.update(last_account=place.connection.name, last_uri=at.uri)

    def _go_to_typed(self) -> None:
        typed = self.location.text()
        if typed == self._desk.location.uri:
            self._desk.navigator.refresh()
        else:
            self._go.open_text(typed)
        self._desk.objects.view.setFocus()

    def _changed(self, connection: Connection, location: Location) -> None:
        if Place(connection, location) == self._desk.navigator.place:
            self._desk.navigator.refresh()
        elif not location.bucket:
            self._desk.tree.load_again(connection, location)

    def _selected(self) -> None:
        rows, place = self._desk.objects.selected_rows(), self._desk.navigator.place
        single = rows[0] if len(rows) == 1 and not rows[0].is_folder else None
        self._desk.preview.show_subject(Subject(place, single.key, single.name) if single and place else None)
        self._count()

    def _count(self) -> None:
        self._counts.setText(status_words(self._desk.objects))

    def _say(self, sentence: str) -> None:
        self.statusBar().showMessage(sentence, SAID_MS)

    @async_slot()
    async def _show_palette(self) -> None:
        action = await ask(CommandPalette(self, self.verbs.groups))
        if action is not None:
            action.trigger()

    # what is remembered

    def _restore(self) -> None:
        settings = self._desk.settings.current
        if self._desk.settings.writes and not settings.geometry.isEmpty():
            self.restoreGeometry(settings.geometry)
            self._inner.restoreState(settings.inner_splitter)
            self._outer.restoreState(settings.outer_splitter)
            self._desk.objects.view.horizontalHeader().restoreState(settings.object_columns)
        self.verbs.view.preview.setChecked(settings.preview_shown)
        self._desk.preview.setVisible(settings.preview_shown)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember how the window looked."""
        self._desk.settings.update(
            geometry=self.saveGeometry(),
            inner_splitter=self._inner.saveState(),
            outer_splitter=self._outer.saveState(),
            object_columns=self._desk.objects.view.horizontalHeader().saveState(),
            preview_shown=not self._desk.preview.isHidden(),
        )
        super().closeEvent(event)
        self.closing.emit()


def _who(connection: Connection) -> str:
    account = connection.account
    signed_in = "anonymous" if account.sign_in is SignIn.ANONYMOUS else "signed in"
    region = "" if connection.endpoint_url else connection.region
    return " · ".join(part for part in (connection.name, region, signed_in) if part)
