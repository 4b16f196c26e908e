"""The list of running and finished work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHeaderView, QTableView

from s3desk.models.transfer_model import Outcome, Transfer, TransferColumn, TransferModel
from s3desk.ui import progress_delegate
from s3desk.ui.progress_delegate import Progress, ProgressDelegate
from s3desk.ui.row_delegate import prepare_table

if TYPE_CHECKING:
    from s3desk.ui.theme import Theme

EVERY_MS = 100


class TransfersPane(QTableView):
    """Repaints from one timer at 10 Hz, which runs only while something does."""

    def __init__(self, model: TransferModel, theme: Theme) -> None:
        super().__init__()
        self.transfers = model
        self.setModel(model)
        prepare_table(self, theme, dim_columns=(TransferColumn.DETAILS,))
        self.setItemDelegateForColumn(TransferColumn.PROGRESS, ProgressDelegate(self, theme, _progress_of))
        self.setAccessibleName("Transfers")
        self.setAccessibleDescription("Running and finished work")
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        header = self.horizontalHeader()
        header.setSectionResizeMode(TransferColumn.WHAT, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(TransferColumn.DETAILS, QHeaderView.ResizeMode.Stretch)
        header.resizeSection(TransferColumn.PROGRESS, 260)
        self.setMinimumHeight(70)
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self._tick)
        model.rowsInserted.connect(lambda *_: self._timer.start())

    def selected(self) -> list[Transfer]:
        """The selected lines."""
        return [self.transfers.transfer(index) for index in self.selectionModel().selectedRows()]

    def _tick(self) -> None:
        self.transfers.sample()
        if not self.transfers.running:
            self._timer.stop()


def _progress_of(index: object) -> Progress | None:
    transfer = index.data(Qt.ItemDataRole.UserRole)  # type: ignore[attr-defined]
    if not isinstance(transfer, Transfer):
        return None
    outcomes = {
        Outcome.RUNNING: progress_delegate.Outcome.RUNNING,
        Outcome.DONE: progress_delegate.Outcome.FINISHED,
        Outcome.FAILED: progress_delegate.Outcome.FAILED,
        Outcome.CANCELLED: progress_delegate.Outcome.FAILED,
    }
    outcome = progress_delegate.Outcome.WAITING if transfer.job.waiting else outcomes[transfer.outcome]
    return Progress(0.0 if transfer.job.waiting else transfer.fraction, outcome)
