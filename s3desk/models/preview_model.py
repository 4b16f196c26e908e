"""The first rows of a table as a grid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from s3desk.models.object_model import ALIGN_LEFT, ALIGN_RIGHT

if TYPE_CHECKING:
    from s3desk.data.table import Table

Index = QModelIndex | QPersistentModelIndex
_NONE = QModelIndex()
LONGEST = 300  # characters of a cell that are laid out; the tool tip has more


class PreviewModel(QAbstractTableModel):
    """Cells as text, exactly as they stand in the file; numbers right-aligned, nothing converted."""

    def __init__(self, table: Table) -> None:
        super().__init__()
        self._table = table

    def rowCount(self, parent: Index = _NONE) -> int:
        """Rows read."""
        return 0 if parent.isValid() else len(self._table.rows)

    def columnCount(self, parent: Index = _NONE) -> int:
        """Columns of the file."""
        return 0 if parent.isValid() else len(self._table.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Names of the columns; row numbers from 1."""
        if orientation is Qt.Orientation.Vertical:
            return str(section + 1) if role == Qt.ItemDataRole.DisplayRole else None
        column = self._table.columns[section]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return _one_line(column.name)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return ALIGN_RIGHT if column.numeric else ALIGN_LEFT
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A cell; one that the row does not have is empty and says so."""
        cell = self._table.rows[index.row()][index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return _one_line(cell or "")
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return ALIGN_RIGHT if self._table.columns[index.column()].numeric else ALIGN_LEFT
        if role == Qt.ItemDataRole.ToolTipRole:
            if index.row() in self._table.bad:
                return "This row has another number of cells than the header."
            return cell[:2000] if cell and (len(cell) > 40 or "\n" in cell) else None
        if role == Qt.ItemDataRole.EditRole:
            return cell or ""
        return None


def _one_line(cell: str) -> str:
    """The start of a cell on one line, with a mark where lines end and where characters would turn it around."""
    shown = cell[:LONGEST].replace("\r\n", "↵").replace("\n", "↵").replace("\r", "↵").replace("\t", "⇥")
    if not shown.isprintable():
        shown = "".join(c if c.isprintable() else f"‹U+{ord(c):04X}›" for c in shown)
    return shown + "…" if len(cell) > LONGEST else shown
