"""The list of running and finished work, and what was left of the last time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt, QTimer
from PySide6.QtGui import QAction, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QHeaderView, QTableView, QVBoxLayout, QWidget

from s3desk.models.transfer_model import Outcome, Transfer, TransferColumn, TransferModel
from s3desk.models.transfer_words import item_fraction
from s3desk.s3.journal.gestures import ItemState, Kept
from s3desk.ui import progress_delegate
from s3desk.ui.progress_delegate import Progress, ProgressDelegate
from s3desk.ui.row_delegate import Index, prepare_table
from s3desk.ui.transfers.left_over_bar import LeftOverBar
from s3desk.ui.transfers.transfer_delegate import TransferDelegate

if TYPE_CHECKING:
    from s3desk.ui.icons import Icons
    from s3desk.ui.theme import Theme

EVERY_MS = 250
_ITEMS_EVERY = 4  # of these times


class TransfersPane(QWidget):
    """A bar for what is unfinished, and below it the table."""

    def __init__(self, model: TransferModel, theme: Theme, icons: Icons) -> None:
        super().__init__()
        self.transfers = model
        self.bar = LeftOverBar(self)
        self.view = TransferTable(model, theme, icons)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(self.view, 1)
        self.setFocusProxy(self.view)
        self.setMinimumHeight(70)

    def selected(self) -> list[Transfer]:
        """The selected lines, also where one of their items is selected."""
        return self.view.selected()

    def selectionModel(self) -> QItemSelectionModel:
        """Of the table."""
        return self.view.selectionModel()

    def addActions(self, actions: Sequence[QAction]) -> None:
        """To the table's context menu."""
        self.view.addActions(actions)


class TransferTable(QTableView):
    """Repaints from one timer four times a second, which runs only while something does.

    A gesture opens by a click on its mark, a double click, or the arrow keys.
    """

    def __init__(self, model: TransferModel, theme: Theme, icons: Icons) -> None:
        super().__init__()
        self.transfers = model
        self.setModel(model)
        prepare_table(self, theme, dim_columns=(TransferColumn.DETAILS,))
        marks = TransferDelegate(self, theme, icons, self._expanded)
        self.setItemDelegateForColumn(TransferColumn.WHAT, marks)
        self.setItemDelegateForColumn(TransferColumn.PROGRESS, ProgressDelegate(self, theme, _progress_of))
        self.setAccessibleName("Transfers")
        self.setAccessibleDescription("Running and finished work; the right arrow key shows the files of a line")
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        header = self.horizontalHeader()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(TransferColumn.WHAT, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(TransferColumn.DETAILS, QHeaderView.ResizeMode.Stretch)
        header.resizeSection(TransferColumn.PROGRESS, 220)
        self.doubleClicked.connect(self._toggle)
        self._ticks = 0
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self._tick)
        model.rowsInserted.connect(lambda *_: self._start())
        model.dataChanged.connect(lambda *_: self._start())

    def selected(self) -> list[Transfer]:
        """The selected lines, each once."""
        chosen = (self.transfers.transfer(index) for index in self.selectionModel().selectedRows())
        return list(dict.fromkeys(chosen))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Right opens a line, Left closes it."""
        index = self.currentIndex()
        wish = {Qt.Key.Key_Right: True, Qt.Key.Key_Left: False}.get(Qt.Key(event.key()))
        if wish is None or not index.isValid():
            super().keyPressEvent(event)
            return
        transfer = self.transfers.transfer(index)
        self.transfers.set_expanded(transfer, wish)
        if not wish:
            self.selectRow(self.transfers.row_of(transfer))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click on the mark opens or closes the line."""
        index = self.indexAt(event.position().toPoint())
        is_mark = index.isValid() and index.column() == TransferColumn.WHAT and self._expanded(index) is not None
        super().mousePressEvent(event)
        if is_mark and TransferDelegate.is_mark(self.visualRect(index), int(event.position().x())):
            self._toggle(index)

    def _toggle(self, index: QModelIndex) -> None:
        expanded = self._expanded(index)
        if expanded is not None:
            self.transfers.set_expanded(self.transfers.transfer(index), not expanded)

    def _expanded(self, index: Index) -> bool | None:
        transfer = index.data(Qt.ItemDataRole.UserRole)
        if not isinstance(transfer, Transfer) or transfer.gesture is None:
            return None
        return self.transfers.is_expanded(transfer)

    def _start(self) -> None:
        if not self._timer.isActive() and self.transfers.running:
            self._timer.start()

    def _tick(self) -> None:
        self.transfers.sample()
        self._ticks += 1
        if self._ticks % _ITEMS_EVERY == 0 and self.isVisible():
            first, last = self.rowAt(0), self.rowAt(self.viewport().height() - 1)
            self.transfers.read_again(max(first, 0), last if last >= 0 else self.transfers.rowCount() - 1)
        if not self.transfers.running:
            self._timer.stop()


_OUTCOMES = {
    Outcome.RUNNING: progress_delegate.Outcome.RUNNING,
    Outcome.DONE: progress_delegate.Outcome.FINISHED,
    Outcome.FAILED: progress_delegate.Outcome.FAILED,
    Outcome.CANCELLED: progress_delegate.Outcome.FAILED,
    Outcome.BROKEN_OFF: progress_delegate.Outcome.WAITING,
}
_ITEM_OUTCOMES = {
    ItemState.FAILED: progress_delegate.Outcome.FAILED,
    ItemState.OPEN: progress_delegate.Outcome.RUNNING,
    ItemState.SKIPPED: progress_delegate.Outcome.WAITING,
    ItemState.DONE: progress_delegate.Outcome.FINISHED,
}


def _progress_of(index: Index) -> Progress | None:
    one = index.data(Qt.ItemDataRole.UserRole)
    if isinstance(one, Kept):
        return Progress(1.0 if one.state is ItemState.FAILED else item_fraction(one), _ITEM_OUTCOMES[one.state])
    if not isinstance(one, Transfer):
        return None
    idle = one.job.waiting or (one.is_running and one.job.paused)
    outcome = progress_delegate.Outcome.WAITING if idle else _OUTCOMES[one.outcome]
    return Progress(0.0 if one.job.waiting and one.fraction is None else one.fraction, outcome)
