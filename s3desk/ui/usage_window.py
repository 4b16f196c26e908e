"""`What takes the space`: everything below a place by folder, type, class or object, as tiles and as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QVBoxLayout,
)

from s3desk.models import text
from s3desk.models.usage_model import UsageColumn, UsageModel, columns_of, first_order, tiles_of
from s3desk.models.usage_words import NOT_COUNTED, headline, place_of
from s3desk.s3.location import Location
from s3desk.s3.usage_report import GroupBy, Line, Report
from s3desk.ui.breadcrumb import Breadcrumb
from s3desk.ui.form_dialog import set_words, tab_in_reading_order, words
from s3desk.ui.treemap_view import TreemapView
from s3desk.ui.usage_counts import Count, Counts
from s3desk.ui.usage_delegate import usage_table

if TYPE_CHECKING:
    from s3desk.background import Background
    from s3desk.models.usage_model import Tile
    from s3desk.s3.connection import Connection
    from s3desk.ui.icons import Icons
    from s3desk.ui.theme import Theme

FIRST_SIZE = (980, 720)


class UsageWindow(QDialog):
    """Not modal, and with no window above it. It counts as soon as it is made and stops when it is closed."""

    show_wanted = Signal(object, str)  # Location, and the key to select there
    export_wanted = Signal(object)  # Report, its lines as they stand in the table

    def __init__(
        self, background: Background, theme: Theme, icons: Icons, connection: Connection, location: Location
    ) -> None:
        super().__init__(None, Qt.WindowType.Window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("What takes the space")
        self._start = self._at = location
        self._arranged_for: GroupBy | None = None
        self._counts = Counts(self, background, connection)
        self._model = UsageModel()
        self._way = Breadcrumb(location)
        self._group = QComboBox()
        self._group.setAccessibleName("Group by")
        self._group.addItems([group.value for group in GroupBy])
        self._total, self._note, self._trouble = words("", "title"), words("", "dim"), words("", "warning")
        self._tiles = TreemapView(theme)
        self._table = usage_table(self._model, theme, icons)
        self._make_buttons(icons)
        self._lay_out()
        self._connect()
        self.resize(*FIRST_SIZE)
        self._go(location)

    @property
    def group(self) -> GroupBy:
        """What the lines stand for."""
        return GroupBy(self._group.currentText())

    # what it looks like

    def _make_buttons(self, icons: Icons) -> None:
        self._up, self._stop = _button("Up"), _button("Stop")
        self._again, self._export = _button("Count again"), _button("Export as CSV…")
        self._show = _button("Show in table")
        self._show.setDefault(True)
        self._up.setIcon(icons.icon("ph.arrow-up"))

    def say(self, sentence: str) -> None:
        """Tell what came of something the user asked for here."""
        set_words(self._note, sentence, "dim")

    def _lay_out(self) -> None:
        for label, name in ((self._total, "Total"), (self._note, "Counted"), (self._trouble, "Notice")):
            label.setAccessibleName(name)
        top, bottom = QHBoxLayout(), QHBoxLayout()
        caption = QLabel("Group by")
        caption.setBuddy(self._group)
        for widget in (self._up, self._way, caption, self._group):
            top.addWidget(widget, int(widget is self._way))
        for button in (self._stop, self._again):
            bottom.addWidget(button)
        bottom.addStretch(1)
        for button in (self._export, self._show):
            bottom.addWidget(button)
        self._split = QSplitter(Qt.Orientation.Vertical)
        self._split.setChildrenCollapsible(False)
        self._split.setHandleWidth(1)
        for part in (self._tiles, self._table):
            self._split.addWidget(part)
        self._split.setSizes([260, 320])
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(8)
        column.addLayout(top)
        for label in (self._total, self._note, self._trouble):
            column.addWidget(label)
        column.addWidget(self._split, 1)
        column.addLayout(bottom)
        tab_in_reading_order(self)

    def _connect(self) -> None:
        self._counts.reported.connect(self._take)
        self._group.currentTextChanged.connect(lambda _: self._go(self._at))
        self._way.chosen.connect(self._go)
        self._up.clicked.connect(self._go_up)
        self._stop.clicked.connect(self._counts.stop)
        self._again.clicked.connect(self._count_again)
        self._export.clicked.connect(self._ask_to_export)
        self._show.clicked.connect(self._show_line)
        self._tiles.opened.connect(self._open_tile)
        self._tiles.current_changed.connect(self._select_tile)
        self._tiles.up_wanted.connect(self._go_up)
        self._table.activated.connect(lambda index: self._open(self._model.line(index)))
        self._table.selectionModel().currentRowChanged.connect(self._follow_row)
        for keys, do in (("Backspace", self._go_up), ("Alt+Up", self._go_up), ("F5", self._count_again)):
            QShortcut(QKeySequence(keys), self).activated.connect(do)

    # where we are

    def _go(self, location: Location) -> None:
        """Show a place; what is known of it comes by `_take`, and what is not is counted."""
        came_from, self._at = self._at, location
        self._way.show_way(location)
        self._up.setEnabled(location != self._start)
        self._tiles.setVisible(self.group.ranking is None)
        if self._arranged_for is not self.group or self._model.report.location != location:
            self._begin_anew(Report(location, self.group, [], 0, 0), came_from)
        self._counts.show(location, self.group)

    def _begin_anew(self, nothing: Report, came_from: Location) -> None:
        other_group = self._arranged_for is not nothing.group
        self._came_from = came_from.prefix[len(nothing.location.prefix) :] if came_from != nothing.location else ""
        self._tiles.set_tiles([])
        self._model.show(nothing)
        if other_group:
            self._arranged_for = nothing.group
            for column in UsageColumn:
                self._table.setColumnHidden(column, column not in columns_of(nothing.group))
            self._table.sortByColumn(*first_order(nothing.group))

    def _go_up(self) -> None:
        if self._at != self._start:
            self._go(self._at.parent)

    def _count_again(self) -> None:
        self._counts.forget()
        self._go(self._at)

    # what is known

    def _take(self, report: Report, count: Count) -> None:
        if (report.location, report.group) != (self._at, self.group):
            return
        self._model.show(report)
        if self.group.ranking is None:
            self._tiles.set_tiles(tiles_of(report))
        self._keep_a_row()
        running = not count.ended
        self._total.setText(headline(report.objects, report.bytes, running=running, complete=count.complete))
        self._total.setAccessibleDescription(self._total.text())
        requests = text.count(count.usage.requests, "request")
        set_words(self._note, f"Counted in {requests}. {NOT_COUNTED}", "dim")
        error = count.error
        stopped = "Stopped: there is more than what is shown." if count.stopped else ""
        set_words(self._trouble, f"{error} {error.advice}".strip() if error else stopped, "warning")
        self._stop.setEnabled(running)
        self._export.setEnabled(not running and bool(report.lines))
        self._show.setEnabled(self._target() is not None)

    def _keep_a_row(self) -> None:
        """The keyboard is always on a line: where one came from, at first the largest."""
        if self._table.currentIndex().isValid() or not self._model.lines:
            return
        row = max(self._model.row_of(self._came_from or None), 0)
        self._table.setCurrentIndex(self._model.index(row, UsageColumn.NAME))

    # lines and tiles

    def _current(self) -> Line | None:
        index = self._table.currentIndex()
        return self._model.line(index) if index.isValid() else None

    def _follow_row(self, index: QModelIndex, _before: QModelIndex) -> None:
        if index.isValid():
            self._tiles.set_current(self._model.line(index).name)
            self._show.setEnabled(self._target() is not None)

    def _select_tile(self, tile: Tile) -> None:
        row = self._model.row_of(tile.line.name)
        if row >= 0:
            self._table.setCurrentIndex(self._model.index(row, UsageColumn.NAME))

    def _open_tile(self, tile: Tile) -> None:
        self._open(tile.line)

    def _open(self, line: Line) -> None:
        """Into a folder; to where an object lies."""
        if self.group is GroupBy.FOLDERS and line.name:
            self._go(Location(self._at.bucket, self._at.prefix + line.name))
        elif self.group.ranking is not None:
            self._show_line()

    def _target(self) -> tuple[Location, str] | None:
        line = self._current()
        return place_of(self._model.report, line) if line else None

    def _show_line(self) -> None:
        if target := self._target():
            self.show_wanted.emit(*target)

    def _ask_to_export(self) -> None:
        report = self._model.report
        shown = list(self._model.lines)
        self.export_wanted.emit(Report(report.location, report.group, shown, report.objects, report.bytes))


def _button(name: str) -> QPushButton:
    button = QPushButton(name)
    button.setAccessibleName(name)
    button.setAutoDefault(False)
    return button
