"""`Profile`: what is in each column of a sheet, and of the chosen column a histogram or its top values."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSplitter,
    QTableView,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from s3desk.data.profiling.profile import Profile, profile
from s3desk.models import text
from s3desk.models.profile_model import ProfileColumn, ProfileModel, bars_of, facts_of, part_words
from s3desk.s3.errors import S3Error
from s3desk.s3.job import Job, Unit
from s3desk.ui.form_dialog import set_words, words
from s3desk.ui.row_delegate import prepare_table
from s3desk.ui.slots import async_slot
from s3desk.ui.table.histogram_view import HistogramView

if TYPE_CHECKING:
    from PySide6.QtGui import QHideEvent, QShowEvent

    from s3desk.background import Background
    from s3desk.data.profiling.profile import ColumnProfile
    from s3desk.data.sheet import Sheet
    from s3desk.ui.theme import Theme

Read = Callable[[Job], "Sheet"]

EVERY_MS = 100
_WIDEST = 24  # letters of a column
_LONGEST_NAME = 200


class ProfilePanel(QWidget):
    """Profiles on a worker, and only while it can be seen: a hidden panel costs nothing.

    `profiled` is emitted when the figures of the rows that are chosen are shown.
    """

    profiled = Signal()

    def __init__(self, background: Background, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._sheet: Sheet | None = None
        self._offers: list[Read | None] = []
        self._is_due = False
        self._job = Job()
        self._wanted_column = ""
        self._model = ProfileModel()
        self._histogram = HistogramView(theme)
        self._table = self._make_table(theme)
        self._make_words()
        self._lay_out()
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self._sample)

    def show_sheet(self, sheet: Sheet) -> None:
        """Profile this sheet from now on; the one before is forgotten, and so is what was offered beside it."""
        self._sheet = sheet
        self._offers = [None]
        self._rows.blockSignals(True)
        self._rows.clear()
        self._rows.addItem("These rows")
        self._rows.blockSignals(False)
        self._rows.hide()
        self._begin()

    def offer(self, rows: str, read: Read) -> None:
        """Let the user also profile other rows of the same file: `rows` in words, and an operation that reads them."""
        self._offers.append(read)
        self._rows.addItem(rows)
        self._rows.show()

    def show_column(self, name: str) -> None:
        """Make this column the current one, as soon as it is profiled."""
        self._wanted_column = name
        self._go_to_wanted()

    def showEvent(self, event: QShowEvent) -> None:
        """What was put off while nobody looked is done now."""
        super().showEvent(event)
        if self._is_due:
            self._begin()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks: an unfinished profile is begun anew when somebody does."""
        if self._timer.isActive() and not event.spontaneous():
            self._is_due = True
            self._job.cancel()
        super().hideEvent(event)

    # made once

    def _make_table(self, theme: Theme) -> QTableView:
        table = QTableView()
        table.setModel(self._model)
        prepare_table(table, theme, dim_columns=(ProfileColumn.TYPE,))
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setAccessibleName("Column profile")
        header = table.horizontalHeader()
        header.setStretchLastSection(False)
        table.selectionModel().currentRowChanged.connect(self._show_current)
        return table

    def _make_words(self) -> None:
        self._part, self._trouble = words("", "dim"), words("", "warning")
        self._name, self._facts = words("", "title"), words("", "dim")
        named = {self._part: "Profiled rows", self._trouble: "Notice", self._name: "Column", self._facts: "Facts"}
        for label, name in named.items():
            label.setAccessibleName(name)
        self._rows = QComboBox()
        self._rows.setAccessibleName("Rows to profile")
        self._rows.currentIndexChanged.connect(self._begin)
        self._stop = QPushButton("Stop")
        self._stop.setAccessibleName("Stop profiling")
        self._stop.setAutoDefault(False)
        self._stop.clicked.connect(self._cancel)
        for widget in (self._rows, self._stop, self._trouble):
            widget.hide()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.addWidget(self._part, 1)
        top.addWidget(self._rows, 0, Qt.AlignmentFlag.AlignTop)
        top.addWidget(self._stop, 0, Qt.AlignmentFlag.AlignTop)
        chart = QScrollArea()
        chart.setWidgetResizable(True)
        chart.setFrameShape(QScrollArea.Shape.NoFrame)
        chart.setWidget(self._histogram)
        self._detail = QWidget()
        detail = QVBoxLayout(self._detail)
        detail.setContentsMargins(0, 10, 0, 0)
        for widget in (self._name, self._facts):
            detail.addWidget(widget)
        detail.addWidget(chart, 1)
        split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(self._table)
        split.addWidget(self._detail)
        split.setChildrenCollapsible(False)
        split.setSizes([300, 260])
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        column.addLayout(top)
        column.addWidget(self._trouble)
        column.addWidget(split, 1)

    # the work

    def _begin(self) -> None:
        self._is_due = self._sheet is not None and not self.isVisible()
        self._model.show(None)
        self._show_column(None)
        set_words(self._trouble, "", "warning")
        set_words(self._part, "", "dim")
        if self._sheet is not None and not self._is_due:
            self._run(self._sheet, self._offers[self._rows.currentIndex()])

    @async_slot(newest=True)
    async def _run(self, sheet: Sheet, read: Read | None) -> None:
        import asyncio  # noqa: PLC0415  # not before the first paint

        job = self._start("Read the rows to profile", Unit.BYTES)
        try:
            if read is not None:
                sheet = await self._background.run(job, read)
                job = self._start("Profile", Unit.OBJECTS)
            found = await self._background.run(job, profile, sheet.table, sheet.part)
        except asyncio.CancelledError:
            if isValid(self) and job is self._job:  # else another one runs already, or the window is gone
                self._end(None, "Stopped before the columns were profiled.")
            raise
        except S3Error as error:
            self._end(None, f"{error} {error.advice}".strip())
        else:
            self._end(found, " ".join(sheet.notes))

    def _start(self, title: str, unit: Unit) -> Job:
        self._job = Job(title, unit=unit)
        self._stop.show()
        self._timer.start()
        self._sample()
        return self._job

    def _cancel(self) -> None:
        self._job.cancel()

    def _sample(self) -> None:
        """Tell how far it is."""
        job = self._job
        if job.unit is Unit.BYTES:
            told = f"Reading… {text.size(job.done)}" if job.done else "Reading…"
        else:
            told = f"Looking at column {min(job.done + 1, job.total):,} of {job.total:,}…" if job.total else "Looking…"
        set_words(self._part, told, "dim")

    def _end(self, found: Profile | None, sentence: str) -> None:
        self._timer.stop()
        self._stop.hide()
        self._model.show(found)
        set_words(self._part, part_words(found) if found else "", "dim")
        set_words(self._trouble, sentence, "warning")
        if found and found.columns:
            self._fit_columns()
            self._table.setCurrentIndex(self._model.index(0, 0))
            self._go_to_wanted()
        self.profiled.emit()

    def _fit_columns(self) -> None:
        """As wide as their words, as far as the others still have room."""
        header, letter = self._table.horizontalHeader(), self._table.fontMetrics().averageCharWidth()
        for column in ProfileColumn:
            wanted = max(self._table.sizeHintForColumn(column), header.sectionSizeHint(column))
            header.resizeSection(column, min(wanted, _WIDEST * letter))
        free = max(self._table.viewport().width() - header.length(), 0)
        header.resizeSection(ProfileColumn.NAME, header.sectionSize(ProfileColumn.NAME) + free)

    # one column

    def _go_to_wanted(self) -> None:
        row = self._model.row_of(self._wanted_column)
        if row >= 0:
            self._table.setCurrentIndex(self._model.index(row, 0))

    def _show_current(self, index: QModelIndex, _before: QModelIndex) -> None:
        self._show_column(self._model.columns[index.row()] if index.isValid() else None)

    def _show_column(self, column: ColumnProfile | None) -> None:
        self._detail.setVisible(column is not None)
        self._histogram.set_bars(bars_of(column) if column else (), upright=bool(column and column.bins))
        set_words(self._name, text.visible(column.name[:_LONGEST_NAME]) if column else "", "title")
        set_words(self._facts, facts_of(column) if column else "", "dim")
