"""What the check of a receipt found, as a table that fills while it goes on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from s3desk.models import text
from s3desk.models.receipt_words import VERDICTS

if TYPE_CHECKING:
    from s3desk.s3.receipts.findings import Finding

Index = QModelIndex | QPersistentModelIndex
_NONE = QModelIndex()
_LINES = 1 << 40  # more than a receipt has


class VerifiedColumn(IntEnum):
    """What stands where."""

    KEY = 0
    VERDICT = 1
    FOUND = 2
    ACTION = 3


_TITLES = ("Key", "Verdict", "Found", "What was done")
_ACTIONS = {
    "upload": "Uploaded",
    "download": "Downloaded",
    "copy": "Copied",
    "move": "Moved",
    "delete": "Deleted",
}
_KEYS: dict[VerifiedColumn, Callable[[Finding], Any]] = {
    VerifiedColumn.KEY: lambda one: one.key,
    VerifiedColumn.VERDICT: lambda one: one.verdict * _LINES + one.number,
    VerifiedColumn.FOUND: lambda one: one.words,
    VerifiedColumn.ACTION: lambda one: one.action,
}


class VerifiedModel(QAbstractTableModel):
    """Rows come in no order; `sort` puts them into one, also those that come later. Any number of rows.

    With `only_trouble` the rest is there, but not shown.
    """

    def __init__(self) -> None:
        super().__init__()
        self._all: list[Finding] = []
        self._rows: list[Finding] = []
        self._only_trouble = False
        self._order = VerifiedColumn.VERDICT, Qt.SortOrder.AscendingOrder

    @property
    def rows(self) -> list[Finding]:
        """What is shown, top to bottom."""
        return list(self._rows)

    @property
    def total(self) -> int:
        """How many there are, shown or not."""
        return len(self._all)

    def take(self, news: Sequence[Finding]) -> None:
        """Show more, at the end."""
        self._all += news
        shown = [one for one in news if self._is_shown(one)]
        if shown:
            self.beginInsertRows(_NONE, len(self._rows), len(self._rows) + len(shown) - 1)
            self._rows += shown
            self.endInsertRows()

    def clear(self) -> None:
        """Know nothing."""
        self._reset([])

    def show_only_trouble(self, wish: bool) -> None:  # a check box
        """Hide what is as it should be, or show all."""
        self._only_trouble = wish
        self._reset(self._all)

    def _reset(self, findings: list[Finding]) -> None:
        self.beginResetModel()
        self._all = findings
        self._rows = [one for one in findings if self._is_shown(one)]
        self._rows.sort(key=_KEYS[self._order[0]], reverse=self._order[1] is Qt.SortOrder.DescendingOrder)
        self.endResetModel()

    def _is_shown(self, one: Finding) -> bool:
        return one.verdict.is_trouble or not self._only_trouble

    # QAbstractTableModel

    def rowCount(self, parent: Index = _NONE) -> int:
        """What is shown."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _NONE) -> int:
        """Four."""
        return 0 if parent.isValid() else len(_TITLES)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Titles."""
        if orientation is Qt.Orientation.Vertical:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return _TITLES[section] if role == Qt.ItemDataRole.DisplayRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Words; as tool tip the whole key, the file, and the sentence."""
        one = self._rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return _words(one, index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            path = text.visible_path(one.path) if one.path else ""
            return "\n".join(part for part in (text.visible_path(one.key), path, one.words) if part)
        return one if role == Qt.ItemDataRole.UserRole else None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """By a column; verdicts begin with what is wrong."""
        self._order = VerifiedColumn(column), order
        self._reset(self._all)


def _words(one: Finding, column: int) -> str:
    if column == VerifiedColumn.KEY:
        return text.visible_path(one.key)
    if column == VerifiedColumn.VERDICT:
        return VERDICTS[one.verdict]
    return one.words if column == VerifiedColumn.FOUND else _ACTIONS.get(one.action, one.action)
