"""Names that are taken, a row each with a check box, and what was decided about each; as many as there may be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from s3desk.models import text
from s3desk.s3.transfer.transfers import Conflict, Decision

if TYPE_CHECKING:
    from datetime import datetime

Index = QModelIndex | QPersistentModelIndex

LABELS = {
    Decision.SKIP: "Skip",
    Decision.REPLACE: "Replace",
    Decision.KEEP_BOTH: "Keep both",
    Decision.ONLY_IF_NEWER: "Only if newer",
    Decision.ONLY_IF_DIFFERENT: "Only if different",
}
# Ready-made, because Qt asks for those of every cell when all rows are selected.
_FLAGS = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
_NAME_FLAGS = _FLAGS | Qt.ItemFlag.ItemIsUserCheckable
_TITLES = ["Name", "New", "Existing", "What happens"]


class ConflictColumn(IntEnum):
    """What stands where."""

    NAME = 0
    NEW = 1
    EXISTING = 2
    DECISION = 3


class ConflictModel(QAbstractTableModel):
    """All rows are checked at first, and are skipped until somebody decides otherwise. Nothing is made per row."""

    decided = Signal()
    checked = Signal()

    def __init__(self, conflicts: Sequence[Conflict]) -> None:
        super().__init__()
        self._conflicts = conflicts
        self._checked = bytearray(b"\1" * len(conflicts))
        self.decisions = [Decision.SKIP] * len(conflicts)

    # what was decided

    @property
    def count(self) -> int:
        """How many rows are checked."""
        return self._checked.count(1)

    @property
    def tally(self) -> Counter[Decision]:
        """How many rows each decision has."""
        return Counter(self.decisions)

    def check_all(self, checked: bool) -> None:
        """Check every row, or none."""
        self._checked = bytearray((b"\1" if checked else b"\0") * len(self._conflicts))
        self._tell(ConflictColumn.NAME, Qt.ItemDataRole.CheckStateRole)
        self.checked.emit()

    def toggle(self, rows: Iterable[int]) -> None:
        """Check these rows, or uncheck them where all of them are checked."""
        rows = set(rows)
        checked = not all(self._checked[row] for row in rows)
        for row in rows:
            self._checked[row] = checked
        self._tell(ConflictColumn.NAME, Qt.ItemDataRole.CheckStateRole)
        self.checked.emit()

    def decide(self, decision: Decision) -> None:
        """For the rows that are checked."""
        pairs = zip(self.decisions, self._checked, strict=True)
        self.decisions = [decision if checked else before for before, checked in pairs]
        self._tell(ConflictColumn.DECISION, Qt.ItemDataRole.DisplayRole)
        self.decided.emit()

    def _tell(self, column: int, role: Qt.ItemDataRole) -> None:
        if self._conflicts:
            self.dataChanged.emit(self.index(0, column), self.index(len(self._conflicts) - 1, column), [role])

    # QAbstractTableModel

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own default
        """The number of conflicts."""
        return 0 if parent.isValid() else len(self._conflicts)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Four."""
        return 0 if parent.isValid() else len(_TITLES)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Titles."""
        wanted = role == Qt.ItemDataRole.DisplayRole and orientation is Qt.Orientation.Horizontal
        return _TITLES[section] if wanted else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Names have the check box."""
        return _NAME_FLAGS if index.column() == ConflictColumn.NAME else _FLAGS

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Words, and whether a row is checked; the whole name as a tool tip."""
        row, column = index.row(), index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._words(row, column)
        if role == Qt.ItemDataRole.CheckStateRole and column == ConflictColumn.NAME:
            return Qt.CheckState.Checked if self._checked[row] else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.ToolTipRole and column == ConflictColumn.NAME:
            return text.visible_path(self._conflicts[row].name)
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """A click on the check box."""
        if role != Qt.ItemDataRole.CheckStateRole or index.column() != ConflictColumn.NAME:
            return False
        self._checked[index.row()] = Qt.CheckState(value) is Qt.CheckState.Checked
        self.dataChanged.emit(index, index, [role])
        self.checked.emit()
        return True

    def _words(self, row: int, column: int) -> str:
        conflict = self._conflicts[row]
        if column == ConflictColumn.NAME:
            return text.visible_path(conflict.name)
        if column == ConflictColumn.NEW:
            return _facts(conflict.source_size, conflict.source_modified)
        if column == ConflictColumn.EXISTING:
            return _facts(conflict.existing_size, conflict.existing_modified)
        return LABELS[self.decisions[row]]


def _facts(size: int, modified: datetime | None) -> str:
    return f"{text.size(size)}, {text.when(modified)}".removesuffix(", ")
