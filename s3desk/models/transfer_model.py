"""Running and finished work as a table, sampled from jobs."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from enum import Enum, IntEnum
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from s3desk.models import text
from s3desk.s3.job import Job, Unit

Index = QModelIndex | QPersistentModelIndex
_NONE = QModelIndex()


class TransferColumn(IntEnum):
    """The columns, left to right."""

    WHAT = 0
    DETAILS = 1
    PROGRESS = 2


_HEADERS = ("Work", "Details", "Progress")


class Outcome(Enum):
    """How a piece of work stands."""

    RUNNING = "Running"
    DONE = "Done"
    FAILED = "Failed"
    CANCELLED = "Cancelled"


@dataclass(eq=False)
class Transfer:
    """One line: a job, how it stands and the sentence it ended with."""

    job: Job
    outcome: Outcome = Outcome.RUNNING
    summary: str = ""
    trouble: str = ""  # what to show when asked why it failed
    pace: text.Pace = field(default_factory=text.Pace)
    speed: float = 0.0

    @property
    def fraction(self) -> float | None:
        """0 to 1; None while the total is unknown."""
        if self.outcome is Outcome.DONE:
            return 1.0
        if self.job.total is None:
            return None if self.outcome is Outcome.RUNNING else 0.0
        if not self.job.total:
            return 1.0 if self.job.items_total is None or self.job.items >= self.job.items_total else 0.0
        return max(0.0, min(1.0, self.job.done / self.job.total))

    def _moved(self) -> str:
        """What was done in the end, in numbers; "" where nothing was counted."""
        job = self.job
        if job.unit is Unit.BYTES and job.done:
            files = f"{text.count(job.items, 'object')}, " if job.items else ""
            return f"{self.outcome.value}: {files}{text.size(job.done)}"
        counted = job.unit is Unit.OBJECTS and job.done
        return f"{self.outcome.value}: {text.count(job.done, 'object')}" if counted else ""

    def details(self) -> str:
        """What is done of how much, how fast, and how long it will take; or how it ended."""
        job = self.job
        if self.outcome is not Outcome.RUNNING:
            took = text.duration((job.ended or time.monotonic()) - job.started)
            return f"{self.summary or self._moved() or self.outcome.value} · {took}"
        if job.waiting:
            return "Waiting for its turn…"
        parts = []
        if job.items_total is not None and job.items_total != 1:
            parts.append(f"{job.items:,} of {text.count(job.items_total, 'object')}")
        if job.unit is Unit.BYTES:
            parts.append(text.size(job.done) + (f" of {text.size(job.total)}" if job.total is not None else ""))
            if self.speed > 0:
                parts.append(f"{text.size(int(self.speed))}/s")
        elif job.total is not None:
            parts.append(f"{job.done:,} of {text.count(job.total, job.unit.value.removesuffix('s'))}")
        elif job.done:
            parts.append(f"{text.count(job.done, 'object')} so far")
        if job.cancelled:
            parts.append("stopping…")
        elif job.total and self.speed > 0 and job.done < job.total and self.pace.settled:
            parts.append(f"{text.duration((job.total - job.done) / self.speed)} left")
        return " · ".join(parts) or "Starting…"


class TransferModel(QAbstractTableModel):
    """Newest work on top. `sample` reads all jobs' numbers; nothing is emitted by workers."""

    def __init__(self) -> None:
        super().__init__()
        self._transfers: list[Transfer] = []

    @property
    def transfers(self) -> list[Transfer]:
        """All lines, newest first."""
        return self._transfers

    @property
    def running(self) -> list[Transfer]:
        """What is not finished."""
        return [transfer for transfer in self._transfers if transfer.outcome is Outcome.RUNNING]

    def add(self, job: Job) -> Transfer:
        """A new line on top."""
        transfer = Transfer(job)
        self.beginInsertRows(_NONE, 0, 0)
        self._transfers.insert(0, transfer)
        self.endInsertRows()
        return transfer

    def finish(self, transfer: Transfer, outcome: Outcome, summary: str = "", trouble: str = "") -> None:
        """Note how it ended."""
        transfer.job.ended = transfer.job.ended or time.monotonic()
        transfer.outcome, transfer.summary, transfer.trouble = outcome, summary, trouble
        self._changed(transfer)

    def sample(self) -> None:
        """Read the numbers of what is running; called by the view's one timer."""
        for transfer in self.running:
            transfer.speed = transfer.pace.sample(transfer.job.done)
            self._changed(transfer)

    def clear_finished(self) -> None:
        """Keep only what is running."""
        self.beginResetModel()
        self._transfers = self.running
        self.endResetModel()

    def transfer(self, index: Index) -> Transfer:
        """The line behind an index."""
        return self._transfers[index.row()]

    def _changed(self, transfer: Transfer) -> None:
        if transfer in self._transfers:
            row = self._transfers.index(transfer)
            self.dataChanged.emit(self.index(row, 0), self.index(row, len(TransferColumn) - 1))

    # QAbstractTableModel

    def rowCount(self, parent: Index = _NONE) -> int:
        """Lines."""
        return 0 if parent.isValid() else len(self._transfers)

    def columnCount(self, parent: Index = _NONE) -> int:
        """Three."""
        return 0 if parent.isValid() else len(TransferColumn)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Titles."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return _HEADERS[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Words for people and screen readers; the delegate paints the bar from the fraction."""
        transfer, column = self._transfers[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            if column == TransferColumn.WHAT:
                return transfer.job.title
            if column == TransferColumn.DETAILS:
                return transfer.details()
            fraction = transfer.fraction
            return transfer.outcome.value if fraction is None else f"{fraction:.0%}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return transfer.trouble or transfer.details()
        if role == Qt.ItemDataRole.UserRole:
            return transfer
        return None
