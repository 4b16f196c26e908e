"""The frame of the program: painted first, filled with views and verbs right after."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QMainWindow, QSizePolicy, QSplitter, QToolBar, QWidget

if TYPE_CHECKING:
    from s3desk.settings import SettingsFile
    from s3desk.ui.icons import Icons
    from s3desk.ui.verb_groups import VerbGroups

FIRST_SIZE = (1380, 820)
SAID_MS = 7_000


class MainWindow(QMainWindow):
    """Tree on the left, table in the middle, preview on the right, work below, counts at the bottom.

    It only lays out. Nothing that takes time to import is needed to paint it: the views come by `put_views`.
    """

    closing = Signal()
    verbs: VerbGroups  # set when the verbs are made
    may_close: Callable[[], bool] = staticmethod(lambda: True)  # asked before the window goes

    def __init__(self, settings: SettingsFile, icons: Icons) -> None:
        super().__init__()
        self.settings = settings
        self.setWindowTitle("S3 Desk")
        self.setUnifiedTitleAndToolBarOnMac(True)
        self.location, self.filter = QLineEdit(), QLineEdit()
        self.bar = self._make_toolbar(icons)
        self.menuBar().addMenu("&Go")  # keeps the height of the menu bar until the verbs are there
        self._lay_out()
        self._make_status_bar()
        self.setMinimumSize(640, 400)
        self.resize(*FIRST_SIZE)
        if settings.writes and not settings.current.geometry.isEmpty():
            self.restoreGeometry(settings.current.geometry)

    def _make_toolbar(self, icons: Icons) -> QToolBar:
        bar = QToolBar("Toolbar")
        bar.setMovable(False)
        bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.location.setAccessibleName("Location")
        self.location.setPlaceholderText("s3://bucket/folder/")
        self.location.setMinimumWidth(110)
        self.location.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.location.addAction(icons.icon("ph.hard-drives"), QLineEdit.ActionPosition.LeadingPosition)
        self.filter.setAccessibleName("Filter")
        self.filter.setPlaceholderText("Filter")
        self.filter.setToolTip("Show only names that contain this; * and ? work")
        self.filter.setClearButtonEnabled(True)
        self.filter.setMaximumWidth(170)
        self.filter.setMinimumWidth(90)
        self.filter.addAction(icons.icon("ph.funnel"), QLineEdit.ActionPosition.LeadingPosition)
        bar.addWidget(self.location)
        bar.addWidget(self.filter)
        self.addToolBar(bar)
        return bar

    def _lay_out(self) -> None:
        self._inner, self._outer = QSplitter(Qt.Orientation.Horizontal), QSplitter(Qt.Orientation.Vertical)
        self._outer.addWidget(self._inner)
        for splitter in (self._inner, self._outer):
            splitter.setHandleWidth(1)
        self.setCentralWidget(self._outer)

    def _make_status_bar(self) -> None:
        bar = self.statusBar()
        bar.setAccessibleName("Status")
        self.counts, self.who = QLabel(), QLabel()
        self.counts.setAccessibleName("Counts")
        self.who.setAccessibleName("Connected to")
        for label in (self.counts, self.who):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setContentsMargins(8, 2, 8, 2)
        self.counts.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        bar.addWidget(self.counts, 1)
        bar.addPermanentWidget(self.who)

    def put_views(self, tree: QWidget, table: QWidget, preview: QWidget, transfers: QWidget) -> None:
        """Put the views in their places, as wide as they were the last time."""
        tree.setProperty("side", True)
        for view in (tree, table, preview):
            self._inner.addWidget(view)
        self._outer.addWidget(transfers)
        transfers.hide()
        for splitter, main, sizes in ((self._inner, 1, [200, 750, 430]), (self._outer, 0, [640, 130])):
            splitter.setSizes(sizes)
            splitter.setStretchFactor(main, 2)
            splitter.setCollapsible(main, False)
        self._inner.setStretchFactor(2, 1)  # in a narrow window the preview gives way too
        table.setMinimumWidth(240)
        current = self.settings.current
        if self.settings.writes and not current.inner_splitter.isEmpty():
            self._inner.restoreState(current.inner_splitter)
            self._outer.restoreState(current.outer_splitter)

    def say(self, sentence: str) -> None:
        """Show a sentence in the status bar for a while."""
        self.statusBar().showMessage(sentence, SAID_MS)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember how the window looked, unless somebody has a reason to stay."""
        if not self.may_close():
            event.ignore()
            return
        self.settings.update(
            geometry=self.saveGeometry(),
            inner_splitter=self._inner.saveState(),
            outer_splitter=self._outer.saveState(),
        )
        super().closeEvent(event)
        self.closing.emit()
