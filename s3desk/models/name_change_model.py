"""Keys that cannot be names on this computer, what they become, and why; a row each, as many as there may be."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from s3desk.models import text

if TYPE_CHECKING:
    from s3desk.s3.transfer.downloads import NameChange

Index = QModelIndex | QPersistentModelIndex
_TITLES = ["Key", "Becomes", "Why"]


class NameColumn(IntEnum):
    """What stands where."""

    KEY = 0
    PATH = 1
    REASON = 2


class NameChangeModel(QAbstractTableModel):
    """Paths are shown relative to the folder."""

    def __init__(self, changes: Sequence[NameChange], folder: Path) -> None:
        super().__init__()
        self._changes, self._folder = changes, folder

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own default
        """The number of changes."""
        return 0 if parent.isValid() else len(self._changes)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Three."""
        return 0 if parent.isValid() else len(_TITLES)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Titles."""
        wanted = role == Qt.ItemDataRole.DisplayRole and orientation is Qt.Orientation.Horizontal
        return _TITLES[section] if wanted else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Words; the same as tool tips, for long ones are cut."""
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        change = self._changes[index.row()]
        if index.column() == NameColumn.KEY:
            return text.visible_path(change.key)
        return str(change.path.relative_to(self._folder)) if index.column() == NameColumn.PATH else change.reason
