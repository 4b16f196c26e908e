"""The table of objects in one place: sorted, filtered and still growing while pages arrive."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from s3desk.models import text
from s3desk.models.arrangement import TYPE, Order, Wish, arranged
from s3desk.models.object_rows import ObjectRows, Row
from s3desk.s3.location import Location

if TYPE_CHECKING:
    from s3desk.models.kinds import Kind
    from s3desk.models.object_columns import Batch
    from s3desk.s3.columns import Entry

_NONE = QModelIndex()
_KEPT = 2000  # rows whose texts are at hand
_AT_ONCE = 20_000  # rows that are put in order while the window waits; a worker does more
ALIGN_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
ALIGN_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
Index = QModelIndex | QPersistentModelIndex


class Column(IntEnum):
    """The columns of the table, left to right; the last two are shown by choice."""

    NAME = 0
    SIZE = 1
    TYPE = 2
    MODIFIED = 3
    STORAGE_CLASS = 4
    ETAG = 5
    OWNER = 6


_HEADERS = ("Name", "Size", "Type", "Modified", "Storage class", "ETag", "Owner")
_SORTED_BY = ("name", "size", TYPE, "modified", "storage_class", "etag", "owner")


class ObjectModel(QAbstractTableModel):
    """Rows of one Location. Folders come first; sort and filter hold over everything, also while loading."""

    changed = Signal()  # the rows, their order or the filter: counts may differ now
    outdated = Signal()  # many rows are to be put in order: a worker does it, then `show_order` is called
    rearranging = Signal()  # right before the rows take another order
    rearranged = Signal()  # and right after

    def __init__(self) -> None:
        super().__init__()
        self.rows = ObjectRows(Location())
        self.wish = Wish()
        self._cells: dict[int, tuple[Kind, tuple[str, ...]]] = {}  # by the row's number

    @property
    def location(self) -> Location:
        """The place whose rows these are."""
        return self.rows.location

    # what the window asks for

    def clear(self, location: Location) -> None:
        """Start over for another place."""
        self.beginResetModel()
        self.rows = ObjectRows(location)
        self._cells.clear()
        self.endResetModel()
        self.changed.emit()

    def append(self, batch: Batch) -> None:
        """Add what has arrived; a name a moving listing brings twice stays once."""
        rows = self.rows
        as_they_come = self.wish.natural and rows.order is None and rows.shown == rows.total
        folders, objects = rows.store(batch)
        if not as_they_come or not rows.sorted_by_name:
            self._arrange()
            return
        rows.shown_bytes = rows.bytes
        if folders:
            self.beginInsertRows(_NONE, rows.shown_folders, rows.shown_folders + folders - 1)
            rows.shown_folders += folders
            self.endInsertRows()
        if objects:
            self.beginInsertRows(_NONE, rows.shown, rows.shown + objects - 1)
            rows.shown_objects += objects
            self.endInsertRows()
        self.changed.emit()

    def set_filter(self, words: str) -> None:
        """Show only names that contain the words; with * or ? they are a pattern for the whole name."""
        self.wish = Wish(self.wish.column, self.wish.backwards, words)
        self._arrange()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column, folders always first."""
        by = _SORTED_BY[max(column, 0)]
        self.wish = Wish(by, order is Qt.SortOrder.DescendingOrder, self.wish.words)
        self._arrange()

    def _arrange(self) -> None:
        if not self.is_outdated:
            self.changed.emit()
        elif self.rows.total <= _AT_ONCE:
            self.show_order(arranged(None, self.rows.work(self.wish)))
        else:
            self.outdated.emit()
            self.changed.emit()

    @property
    def is_outdated(self) -> bool:
        """Whether there are rows, or a wish, that the order shown does not know of."""
        return self.rows.is_outdated(self.wish)

    def show_order(self, order: Order) -> None:
        """Take the order a worker found for the rows of this place."""
        self.rearranging.emit()
        count = self.rows.shown
        as_many = order.count == count  # then nothing is laid out anew, which takes Qt 60 ms for a million rows
        if not as_many:
            self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        kept = [(self.rows.number(index.row()), index.column()) for index in before]
        self.rows.show(order)
        self.changePersistentIndexList(before, [self._index_of(number, column) for number, column in kept])
        if not as_many:
            self.layoutChanged.emit()
        elif count:
            self.dataChanged.emit(self.index(0, 0), self.index(count - 1, len(_HEADERS) - 1))
        self.rearranged.emit()
        self.changed.emit()

    def _index_of(self, number: int, column: int) -> QModelIndex:
        import numpy as np  # noqa: PLC0415  # heavy

        return self.index(int(self.rows.rows_of(np.array([number]))[0]), column)

    def row(self, index: Index) -> Row:
        """The row behind an index."""
        return self.rows.row(index.row())

    def index_of(self, key: str) -> QModelIndex:
        """The index of a key or prefix; invalid when it is not shown."""
        return self.index(self.rows.find(key), 0)

    def cells(self, row: int) -> tuple[Kind, tuple[str, ...]]:
        """What all cells of a row say, and its kind, for a view that paints many."""
        number = self.rows.number(row)
        found = self._cells.get(number)
        if found is None:
            if len(self._cells) >= _KEPT:
                self._cells.clear()
            made = self.rows.row(row)
            found = self._cells[number] = made.kind, tuple(text_in(made, column) for column in range(len(_HEADERS)))
        return found

    @property
    def filtered(self) -> bool:
        """Whether a filter hides something."""
        return bool(self.wish.words)

    @property
    def hidden(self) -> int:
        """How many rows the filter hides."""
        return self.rows.total - self.rows.shown

    # QAbstractTableModel

    def rowCount(self, parent: Index = _NONE) -> int:
        """Rows shown."""
        return 0 if parent.isValid() else self.rows.shown

    def columnCount(self, parent: Index = _NONE) -> int:
        """Seven."""
        return 0 if parent.isValid() else len(_HEADERS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Titles; the size column's is right-aligned like its numbers."""
        if orientation is Qt.Orientation.Vertical:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return _HEADERS[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return ALIGN_RIGHT if section == Column.SIZE else ALIGN_LEFT
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Text as people read it; the exact key as tool tip where the two differ."""
        if not index.isValid():
            return None
        column = index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self.cells(index.row())[1][column]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return ALIGN_RIGHT if column == Column.SIZE else ALIGN_LEFT
        if role == Qt.ItemDataRole.UserRole:
            return self.row(index)
        if role == Qt.ItemDataRole.ToolTipRole and column == Column.NAME:
            name = self.row(index).name
            return "\n".join(filter(None, (text.visible_path(name), text.remark(name))))
        return None


def text_in(row: Row, column: int) -> str:
    """What a cell says."""
    if column == Column.NAME:
        return text.visible_path(row.name) if "/" in row.name else text.visible(row.name)
    if column == Column.TYPE:
        return row.kind_words
    if column == Column.MODIFIED:
        return text.when(row.entry.modified) if row.entry else ""
    if row.entry is None or row.is_folder:
        return "—" if column == Column.SIZE else ""
    return _FACTS[Column(column)](row.entry)


_FACTS: dict[Column, Callable[[Entry], str]] = {
    Column.SIZE: lambda entry: text.size(entry.size),
    Column.STORAGE_CLASS: lambda entry: text.storage_class(entry.storage_class),
    Column.ETAG: lambda entry: entry.etag,
    Column.OWNER: lambda entry: entry.owner,
}
