"""The steps of a decision as a table: what S3 asks, what was found, what follows."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from s3desk.models import text

if TYPE_CHECKING:
    from s3desk.s3.access.decision_steps import Step

Index = QModelIndex | QPersistentModelIndex

_TITLES = ["Step", "What was found", "What follows"]
_ROOT = QModelIndex()


class StepColumn(IntEnum):
    """What stands where."""

    TITLE = 0
    FOUND = 1
    EFFECT = 2


class DecisionModel(QAbstractTableModel):
    """One row a step, in the order in which S3 decides."""

    def __init__(self) -> None:
        super().__init__()
        self._steps: tuple[Step, ...] = ()

    def show(self, steps: Sequence[Step]) -> None:
        """Show these steps instead."""
        self.beginResetModel()
        self._steps = tuple(steps)
        self.endResetModel()

    def rowCount(self, parent: Index = _ROOT) -> int:
        """One a step."""
        return 0 if parent.isValid() else len(self._steps)

    def columnCount(self, parent: Index = _ROOT) -> int:
        """Three."""
        return 0 if parent.isValid() else len(_TITLES)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The words; long ones wrap, so they begin at the top."""
        if role == Qt.ItemDataRole.DisplayRole:
            step = self._steps[index.row()]
            return text.visible((step.title, step.found, step.effect)[index.column()])
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The titles."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return _TITLES[section]
        return None
