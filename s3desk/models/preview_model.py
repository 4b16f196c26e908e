"""The rows of a table that are kept at the moment, as a grid."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QGuiApplication

from s3desk.data.windows.kept import Block, Kept
from s3desk.models.object_model import ALIGN_LEFT, ALIGN_RIGHT

if TYPE_CHECKING:
    from s3desk.data.table import Row, Table

Index = QModelIndex | QPersistentModelIndex
_NONE = QModelIndex()
LONGEST = 300  # characters of a cell that are laid out; the tool tip has more
NULL = "null"


class PreviewModel(QAbstractTableModel):
    """Cells as text, exactly as they stand in the file; numbers right-aligned, nothing converted.

    Of a file too long to be kept, `show_rows` moves the rows that are; their numbers stay those of the file. `types`
    are the words for the columns' types.
    """

    def __init__(self, table: Table, types: Sequence[str] = ()) -> None:
        super().__init__()
        self._columns = table.columns
        self._types = types
        self._kept = Kept((Block(0, 0, table.rows, [], 0, exact=True, bad=table.bad),), at_start=True, at_end=True)
        # A delimited text knows no null: a cell that is missing is a row too short.
        self._absent = "" if table.width else NULL
        self.alignments = [ALIGN_RIGHT if column.numeric else ALIGN_LEFT for column in table.columns]

    @property
    def first_number(self) -> int:
        """The number in the file of the first row here, from 0."""
        return self._kept.number

    def show_rows(self, kept: Kept) -> None:
        """Show these rows instead; those that were shown before stay the same lines of the view."""
        before = self._kept
        new = {id(block.rows): at for at, block in enumerate(kept.blocks)}
        shared = [at for at, block in enumerate(before.blocks) if id(block.rows) in new]
        if not shared:
            self.beginResetModel()
            self._kept = kept
            self.endResetModel()
            return
        first, behind = shared[0], shared[-1] + 1
        start = new[id(before.blocks[first].rows)]
        self._remove(before.blocks[:behind], at_start=False)
        self._remove(before.blocks[first:behind], at_start=True)
        self._insert(kept.blocks[: start + behind - first], at_start=True)
        self._insert(kept.blocks, at_start=False)
        self._kept = kept
        if (kept.number, kept.exact) != (before.number, before.exact) and kept.count:
            self.headerDataChanged.emit(Qt.Orientation.Vertical, 0, kept.count - 1)

    def _remove(self, blocks: tuple[Block, ...], *, at_start: bool) -> None:
        rest = Kept(blocks, at_start=False, at_end=False)
        gone = self._kept.count - rest.count
        if gone:
            first = 0 if at_start else rest.count
            self.beginRemoveRows(_NONE, first, first + gone - 1)
            self._kept = rest
            self.endRemoveRows()

    def _insert(self, blocks: tuple[Block, ...], *, at_start: bool) -> None:
        more = Kept(blocks, at_start=False, at_end=False)
        new = more.count - self._kept.count
        if new:
            first = 0 if at_start else self._kept.count
            self.beginInsertRows(_NONE, first, first + new - 1)
            self._kept = more
            self.endInsertRows()

    def rowCount(self, parent: Index = _NONE) -> int:
        """Rows kept."""
        return 0 if parent.isValid() else self._kept.count

    def columnCount(self, parent: Index = _NONE) -> int:
        """Columns of the file."""
        return 0 if parent.isValid() else len(self._columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Names of the columns; row numbers from 1, with a mark where they are estimates."""
        if orientation is Qt.Orientation.Vertical:
            return self._row_number(section) if role == Qt.ItemDataRole.DisplayRole else None
        column = self._columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return _one_line(column.name)
        if role == Qt.ItemDataRole.ToolTipRole:
            types = f" ({self._types[section]})" if section < len(self._types) else ""
            return _one_line(column.name) + types
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self.alignments[section]
        return None

    def _row_number(self, section: int) -> str:
        number = f"{self._kept.number + section + 1:,}"
        return number if self._kept.exact else f"≈ {number}"

    def shown(self, row: int, column: int) -> str | None:
        """What stands in a cell, None for a null; a cell that a short row does not have is empty."""
        block, at = self._kept.find(row)
        cell = _cell(block.rows[at], column)
        if cell is not None:
            return cell if len(cell) <= LONGEST and cell.isprintable() else _one_line(cell)
        return "" if at in block.bad or not self._absent else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A cell; one that the row does not have is empty and says so, and a null is a dim word."""
        block, row = self._kept.find(index.row())
        cell, is_bad = _cell(block.rows[row], index.column()), row in block.bad
        if role == Qt.ItemDataRole.DisplayRole:
            return _one_line(cell) if cell is not None else "" if is_bad else self._absent
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self.alignments[index.column()]
        if role == Qt.ItemDataRole.ForegroundRole and cell is None and self._absent and not is_bad:
            return QGuiApplication.palette().placeholderText()
        if role == Qt.ItemDataRole.ToolTipRole:
            return _tip(cell, is_bad=is_bad)
        return (cell or "") if role == Qt.ItemDataRole.EditRole else None


def _tip(cell: str | None, *, is_bad: bool) -> str | None:
    if is_bad:
        return "This row has another number of cells than the header."
    return cell[:2000] if cell and (len(cell) > 40 or "\n" in cell) else None


def _cell(row: Row, column: int) -> str | None:
    return row[column] if column < len(row) else None


def _one_line(cell: str) -> str:
    """The start of a cell on one line, with a mark where lines end and where characters would turn it around."""
    shown = cell[:LONGEST].replace("\r\n", "↵").replace("\n", "↵").replace("\r", "↵").replace("\t", "⇥")
    if not shown.isprintable():
        shown = "".join(c if c.isprintable() else f"‹U+{ord(c):04X}›" for c in shown)
    return shown + "…" if len(cell) > LONGEST else shown
