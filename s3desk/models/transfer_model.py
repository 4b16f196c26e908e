"""Running and finished work as a table, sampled from jobs; a gesture can be expanded to its items."""

from __future__ import annotations

import time
from collections.abc import Sequence
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from s3desk.models import text
from s3desk.models.item_windows import WINDOW
from s3desk.models.transfer import Outcome, Transfer
from s3desk.models.transfer_rows import TransferRows
from s3desk.models.transfer_words import item_fraction, item_words

if TYPE_CHECKING:
    from s3desk.s3.connection import Connection
    from s3desk.s3.job import Job
    from s3desk.s3.journal.gesture import Gesture
    from s3desk.s3.journal.gestures import Kept

__all__ = ["Outcome", "Transfer", "TransferColumn", "TransferModel"]

Index = QModelIndex | QPersistentModelIndex
_NONE = QModelIndex()
_INDENT = "      "


class TransferColumn(IntEnum):
    """The columns, left to right."""

    WHAT = 0
    DETAILS = 1
    PROGRESS = 2


_HEADERS = ("Work", "Details", "Progress")


class TransferModel(QAbstractTableModel):
    """Newest work on top, what waits for its turn below what runs, in the order it will run.

    `sample` reads all jobs' numbers; nothing is emitted by workers. Items are read by whoever hears `wanted`
    (Transfer, number of the first) and given to `put_items`.
    """

    wanted = Signal(object, int)

    def __init__(self) -> None:
        super().__init__()
        self._rows = TransferRows()

    @property
    def transfers(self) -> list[Transfer]:
        """All lines, from top to bottom."""
        return self._rows.lines

    @property
    def running(self) -> list[Transfer]:
        """What is not finished."""
        return [transfer for transfer in self.transfers if transfer.is_running]

    def add(
        self, job: Job, gesture: Gesture | None = None, connection: Connection | None = None, *, last: bool = False
    ) -> Transfer:
        """A new line on top, or below all that runs or waits."""
        transfer = Transfer(job, gesture, connection)
        unfinished = [at for at, one in enumerate(self.transfers) if one.is_running]
        self._insert(unfinished[-1] + 1 if last and unfinished else 0, transfer)
        return transfer

    def add_earlier(self, transfer: Transfer) -> None:
        """A line of an earlier run, below the others."""
        self._insert(len(self.transfers), transfer)

    def _insert(self, position: int, transfer: Transfer) -> None:
        row = self._rows.row_of(self.transfers[position]) if position < len(self.transfers) else self._rows.count
        self.beginInsertRows(_NONE, row, row)
        self._rows.insert(position, transfer)
        self.endInsertRows()

    def restart(self, transfer: Transfer, job: Job) -> None:
        """Run a line again, with another job."""
        transfer.job, transfer.outcome, transfer.summary, transfer.trouble = job, Outcome.RUNNING, "", ""
        transfer.pace, transfer.speed, transfer.is_earlier = text.Pace(), 0.0, False
        self._changed(transfer)

    def finish(self, transfer: Transfer, outcome: Outcome, summary: str = "", trouble: str = "") -> None:
        """Note how it ended."""
        transfer.job.ended = transfer.job.ended or time.monotonic()
        transfer.outcome, transfer.summary, transfer.trouble = outcome, summary, trouble
        self._changed(transfer)
        self.read_again()

    def sample(self) -> None:
        """Read the numbers of what is running; called by the view's one timer."""
        for transfer in self.running:
            transfer.speed = transfer.pace.sample(transfer.job.done)
            self._changed(transfer)

    def remove(self, gone: Sequence[Transfer]) -> None:
        """Take lines away."""
        self._arrange([transfer for transfer in self.transfers if transfer not in gone])

    def clear_finished(self) -> None:
        """Keep only what is running, and what can be gone on with."""
        self.remove([one for one in self.transfers if not one.is_running and one.outcome is not Outcome.BROKEN_OFF])

    def swap(self, one: Transfer, other: Transfer) -> None:
        """Let two lines change places."""
        lines = list(self.transfers)
        at, to = lines.index(one), lines.index(other)
        lines[at], lines[to] = other, one
        self._arrange(lines)

    def _arrange(self, lines: list[Transfer]) -> None:
        self.beginResetModel()
        self._rows.replace(lines)
        self.endResetModel()

    def transfer(self, index: Index) -> Transfer:
        """The line behind an index, or the one its item belongs to."""
        return self._rows.at(index.row())[0]

    def row_of(self, transfer: Transfer) -> int:
        """The row a line stands in."""
        return self._rows.row_of(transfer)

    def _changed(self, transfer: Transfer) -> None:
        if transfer in self.transfers:
            row = self._rows.row_of(transfer)
            self.dataChanged.emit(self.index(row, 0), self.index(row, len(TransferColumn) - 1))

    # items

    def is_expanded(self, transfer: Transfer) -> bool:
        """Whether its items are shown."""
        return self._rows.is_open(transfer)

    def set_expanded(self, transfer: Transfer, expanded: bool) -> None:
        """Show the items of a gesture, or the line alone."""
        if expanded == self.is_expanded(transfer) or (expanded and transfer.gesture is None):
            return
        if transfer.gesture is not None and expanded:
            self._show(transfer, transfer.gesture.sum.planned)
        elif count := self._rows.shown(transfer):
            row = self._rows.row_of(transfer)
            self.beginRemoveRows(_NONE, row + 1, row + count)
            self._rows.hide(transfer)
            self.endRemoveRows()
        else:
            self._rows.hide(transfer)
        self._changed(transfer)

    def _show(self, transfer: Transfer, count: int) -> None:
        row, before = self._rows.row_of(transfer), self._rows.shown(transfer)
        if count > before:
            self.beginInsertRows(_NONE, row + before + 1, row + count)
        self._rows.show(transfer, max(count, before))
        if count > before:
            self.endInsertRows()

    def put_items(self, transfer: Transfer, start: int, items: Sequence[Kept]) -> None:
        """A window was read."""
        windows = self._rows.windows(transfer)
        if windows is None:
            return
        windows.put(start, items)
        first = self._rows.row_of(transfer) + 1 + start
        last = min(first + WINDOW, self._rows.row_of(transfer) + self._rows.shown(transfer) + 1) - 1
        if last >= first:
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(TransferColumn) - 1))

    def read_again(self, first: int = 0, last: int = 1000) -> None:
        """Items between two rows may stand differently by now."""
        for row in {*range(first, min(last, self.rowCount() - 1), WINDOW // 2), min(last, self.rowCount() - 1)}:
            transfer, item = self._rows.at(row) if row >= 0 else (None, None)
            if transfer is not None and item is not None:
                self._want(transfer, item)
        for transfer in self.transfers:
            if self.is_expanded(transfer) and transfer.gesture is not None:
                self._show(transfer, transfer.gesture.sum.planned)

    def _want(self, transfer: Transfer, item: int) -> None:
        windows = self._rows.windows(transfer)
        start = windows.ask(item) if windows is not None else None
        if start is not None:
            self.wanted.emit(transfer, start)

    def item(self, index: Index) -> Kept | None:
        """The item behind an index; None for a line, and for an item that is still to be read."""
        transfer, number = self._rows.at(index.row())
        windows = self._rows.windows(transfer)
        if number is None or windows is None:
            return None
        found = windows.row(number)
        if found is None:
            self._want(transfer, number)
        return found

    # QAbstractTableModel

    def rowCount(self, parent: Index = _NONE) -> int:
        """Lines, and the items of those that are expanded."""
        return 0 if parent.isValid() else self._rows.count

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
        transfer, number = self._rows.at(index.row())
        if number is not None:
            return self._item_data(transfer, self.item(index), index.column(), role)
        if role == Qt.ItemDataRole.DisplayRole:
            return _line_words(transfer, index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            return transfer.trouble or transfer.details()
        if role == Qt.ItemDataRole.AccessibleDescriptionRole and transfer.gesture is not None:
            return "expanded" if self.is_expanded(transfer) else "collapsed"
        return transfer if role == Qt.ItemDataRole.UserRole else None

    def _item_data(self, transfer: Transfer, item: Kept | None, column: int, role: int) -> Any:
        if item is None:
            return "…" if role == Qt.ItemDataRole.DisplayRole and column == TransferColumn.WHAT else None
        if role == Qt.ItemDataRole.DisplayRole:
            if column == TransferColumn.WHAT:
                prefix = transfer.gesture.outline.prefix if transfer.gesture else ""
                return _INDENT + text.visible_path(item.key.removeprefix(prefix))
            return item_words(item) if column == TransferColumn.DETAILS else f"{item_fraction(item):.0%}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{text.visible_path(item.key)}\n{item_words(item)}"
        return item if role == Qt.ItemDataRole.UserRole else None


def _line_words(transfer: Transfer, column: int) -> str:
    if column == TransferColumn.WHAT:
        return transfer.job.title
    if column == TransferColumn.DETAILS:
        return transfer.details()
    return transfer.outcome.value if transfer.fraction is None else f"{transfer.fraction:.0%}"
