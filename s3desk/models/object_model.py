"""The table of objects in one place: sorted, filtered and still growing while pages arrive."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from s3desk.models.access_column import AccessColumn
from s3desk.models.arrangement import TYPE, Order, Wish, arranged
from s3desk.models.object_rows import ObjectRows, Row
from s3desk.models.object_texts import Column, text_in, tip_of
from s3desk.s3.location import Location

if TYPE_CHECKING:
    from collections.abc import Mapping

    from s3desk.models.kinds import Kind
    from s3desk.models.object_columns import Batch
    from s3desk.s3.access.reach import Reached

__all__ = ["Column", "ObjectModel"]

_NONE = QModelIndex()
_KEPT = 2000  # rows whose texts are at hand
_AT_ONCE = 20_000  # rows that are put in order while the window waits; a worker does more
ALIGN_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
ALIGN_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
Index = QModelIndex | QPersistentModelIndex


_HEADERS = ("Name", "Size", "Type", "Modified", "Storage class", "ETag", "Owner", "Access")
_SORTED_BY = ("name", "size", TYPE, "modified", "storage_class", "etag", "owner", "name")  # not all of Access is known


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
        self.access = AccessColumn()
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
        self.access.clear()
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
            texts = (text_in(made, column) for column in range(Column.ACCESS))
            found = self._cells[number] = made.kind, (*texts, self.access.words(number))
        return found

    def show_access(self, answers: Mapping[int, Reached]) -> None:
        """Say who can read some objects, by the numbers of their rows."""
        self.access.learn(answers)
        for number in answers:
            self._cells.pop(number, None)
        self._access_changed()

    def forget_access(self) -> None:
        """Say it of none: it may be wrong now."""
        self.access.clear()
        self._cells.clear()
        self._access_changed()

    def _access_changed(self) -> None:
        if last := self.rows.shown:  # where each row stands would have to be looked for; the view paints what it shows
            self.dataChanged.emit(self.index(0, Column.ACCESS), self.index(last - 1, Column.ACCESS))

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
        """Eight."""
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
        """Text as people read it; the exact key, and the reason for what Access says, as tool tips."""
        if not index.isValid():
            return None
        column = index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self.cells(index.row())[1][column]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return ALIGN_RIGHT if column == Column.SIZE else ALIGN_LEFT
        if role == Qt.ItemDataRole.UserRole:
            return self.row(index)
        if role == Qt.ItemDataRole.ToolTipRole:
            number = self.rows.number(index.row())
            return self.access.reason(number) if column == Column.ACCESS else tip_of(self.row(index), column)
        return None
