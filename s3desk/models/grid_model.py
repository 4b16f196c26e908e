"""A table of Arrow as a grid: a cell becomes text only when somebody looks at it."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from s3desk.data.exporting.cell_text import is_numeric, texts, type_words
from s3desk.models.grid_text import LONGEST, MOST_SHOWN, NULL, one_line
from s3desk.models.object_model import ALIGN_LEFT, ALIGN_RIGHT

if TYPE_CHECKING:
    from collections.abc import Sequence

Index = QModelIndex | QPersistentModelIndex
_NONE = QModelIndex()
NULL_ROLE = Qt.ItemDataRole.UserRole + 1  # whether the cell is null, for who paints it
_PAGE = 64  # rows that become text together
_PAGES = 2_000  # kept: what is on a large screen, several times


class GridModel(QAbstractTableModel):
    """Rows of a table in any order. `order` holds row numbers of the table, None stands for all as they come."""

    def __init__(self, table: pa.Table) -> None:
        super().__init__()
        self.table = table
        self.order: pa.Array | None = None
        self._shown = min(table.num_rows, MOST_SHOWN)
        self._columns = [_Column(column) for column in table.columns]
        self.alignments = [column.alignment for column in self._columns]
        self._pages: dict[tuple[int, int], list[str | None]] = {}

    @property
    def rows(self) -> int:
        """How many rows there are in this order, also where Qt could not lay them all out."""
        return self.table.num_rows if self.order is None else len(self.order)

    def show(self, order: pa.Array | None) -> None:
        """Show these rows in this order; widths, hidden columns and the place of the header stay as they are."""
        fewer, more = self._shown, min(self.table.num_rows if order is None else len(order), MOST_SHOWN)
        if more < fewer:
            self.beginRemoveRows(_NONE, more, fewer - 1)
        elif more > fewer:
            self.beginInsertRows(_NONE, fewer, more - 1)
        self.order, self._shown = order, more
        self._pages.clear()
        if more < fewer:
            self.endRemoveRows()
        elif more > fewer:
            self.endInsertRows()
        if more:
            self.dataChanged.emit(self.index(0, 0), self.index(more - 1, self.columnCount() - 1))
            self.headerDataChanged.emit(Qt.Orientation.Vertical, 0, more - 1)

    def rowCount(self, parent: Index = _NONE) -> int:
        """Rows shown."""
        return 0 if parent.isValid() else self._shown

    def columnCount(self, parent: Index = _NONE) -> int:
        """Columns of the table."""
        return 0 if parent.isValid() else len(self._columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Names and types of the columns; the number, from 1, that a row has in the table as it came."""
        if orientation is Qt.Orientation.Vertical:
            return str(self.row_of(section) + 1) if role == Qt.ItemDataRole.DisplayRole else None
        field = self.table.schema.field(section)
        if role == Qt.ItemDataRole.DisplayRole:
            return one_line(field.name)
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{one_line(field.name)}: {type_words(field.type)} ({str(field.type)[:200]})"
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._columns[section].alignment
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A cell as text; a null reads `null` and says so by `NULL_ROLE`."""
        if role == Qt.ItemDataRole.DisplayRole:
            cell = self.shown(index.row(), index.column())
            return NULL if cell is None else cell
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._columns[index.column()].alignment
        if role == NULL_ROLE:
            return self.cell(index.row(), index.column()) is None
        if role == Qt.ItemDataRole.ToolTipRole:
            cell = self.cell(index.row(), index.column())
            return cell[:2000] if cell and (len(cell) > 40 or "\n" in cell) else None
        if role == Qt.ItemDataRole.EditRole:
            return self.cell(index.row(), index.column()) or ""
        return None

    def row_of(self, shown: int) -> int:
        """The row of the table, from 0, that stands in a row of the grid."""
        return shown if self.order is None else int(self.order[shown].as_py())

    def shown(self, row: int, column: int) -> str | None:
        """What the grid shows of a cell, None for null."""
        cell = self.cell(row, column)
        return cell if cell is None or (len(cell) <= LONGEST and cell.isprintable()) else one_line(cell)

    def cell(self, row: int, column: int) -> str | None:
        """The whole text of a cell, None for null."""
        page, at = divmod(row, _PAGE)
        found = self._pages.get((column, page))
        if found is None:
            if len(self._pages) >= _PAGES:  # the oldest half: dicts remember the order of arrival
                for key in list(self._pages)[: _PAGES // 2]:
                    del self._pages[key]
            found = self._pages[(column, page)] = self._read(column, page * _PAGE)
        return found[at]

    def _read(self, column: int, start: int) -> list[str | None]:
        count = min(_PAGE, self._shown - start)
        cells = self._columns[column]
        if self.order is None:
            return texts(cells.between(start, count))
        return texts(cells.at(self.order.slice(start, count).to_pylist()))


class _Column:
    """One column, whatever pieces it lies in: taking a few rows of it must not touch the rest."""

    def __init__(self, column: pa.ChunkedArray) -> None:
        self._column = column
        self.alignment = ALIGN_RIGHT if is_numeric(column.type) else ALIGN_LEFT
        self._starts = [0]
        for chunk in column.chunks:
            self._starts.append(self._starts[-1] + len(chunk))

    def between(self, start: int, count: int) -> pa.Array:
        """Neighbours."""
        return _joined(self._column.slice(start, count).chunks, self._column.type)

    def at(self, rows: Sequence[int]) -> pa.Array:
        """Rows from anywhere; Arrow's own `take` would first join all pieces of the column."""
        if self._column.num_chunks == 1:
            return self._column.chunk(0).take(pa.array(rows, pa.int64()))
        pieces = []
        for row in rows:
            chunk = bisect_right(self._starts, row) - 1
            pieces.append(self._column.chunk(chunk).slice(row - self._starts[chunk], 1))
        return _joined(pieces, self._column.type)


def _joined(pieces: Sequence[pa.Array], kind: pa.DataType) -> pa.Array:
    if len(pieces) == 1:
        return pieces[0]
    return pa.concat_arrays(pieces) if pieces else pa.array([], kind)
