"""The table of objects in one place: sorted, filtered and still growing while pages arrive."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from fnmatch import translate
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from s3desk.models import text
from s3desk.models.kinds import Kind, kind_of
from s3desk.s3.listing import Entry, Page
from s3desk.s3.location import Location

if TYPE_CHECKING:
    from s3desk.s3.buckets import Bucket

_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)
_NONE = QModelIndex()
ALIGN_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
ALIGN_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
Index = QModelIndex | QPersistentModelIndex


class Column(IntEnum):
    """The columns of the table, left to right."""

    NAME = 0
    SIZE = 1
    TYPE = 2
    MODIFIED = 3
    STORAGE_CLASS = 4


_HEADERS = ("Name", "Size", "Type", "Modified", "Storage class")


@dataclass(frozen=True, slots=True)
class Row:
    """One line: a folder (its `key` is the whole prefix) or an object."""

    key: str
    name: str  # the exact last segment, not made visible
    is_folder: bool
    entry: Entry | None
    kind: Kind
    kind_words: str


class ObjectModel(QAbstractTableModel):
    """Rows of one Location. Folders come first; sort and filter hold over everything, also while loading."""

    changed = Signal()  # the rows, their order or the filter: counts may differ now

    def __init__(self) -> None:
        super().__init__()
        self.location = Location()
        self._all: list[Row] = []
        self._shown: list[Row] = []
        self._seen: set[str] = set()
        self._column, self._order = Column.NAME, Qt.SortOrder.AscendingOrder
        self._filter = ""
        self._pattern: re.Pattern[str] | None = None

    # what the window asks for

    def clear(self, location: Location) -> None:
        """Start over for another place."""
        self.beginResetModel()
        self.location = location
        self._all, self._shown, self._seen = [], [], set()
        self.endResetModel()
        self.changed.emit()

    def append(self, page: Page) -> None:
        """Add a page; a key a moving listing brings twice stays once."""
        new = [row for row in _rows(self.location, page) if row.key not in self._seen]
        self._seen.update(row.key for row in new)
        self._all += new
        fitting = [row for row in new if self._fits(row)]
        in_order = self._column is Column.NAME and self._order is Qt.SortOrder.AscendingOrder
        if in_order and (not self._shown or not fitting or _by_name(self._shown[-1]) <= _by_name(fitting[0])):
            if fitting:
                fitting.sort(key=_by_name)
                self.beginInsertRows(_NONE, len(self._shown), len(self._shown) + len(fitting) - 1)
                self._shown += fitting
                self.endInsertRows()
            self.changed.emit()
        else:
            self._rearrange(self._shown + fitting)

    def append_buckets(self, buckets: Sequence[Bucket]) -> None:
        """Show the buckets of an account, where folders and objects stand elsewhere."""
        self._all += [
            Row(one.name, one.name, True, Entry(one.name, 0, one.created, "", ""), Kind.BUCKET, "Bucket")
            for one in buckets
        ]
        self._rearrange([row for row in self._all if self._fits(row)])

    def set_filter(self, words: str) -> None:
        """Show only names that contain the words; with * or ? they are a pattern for the whole name."""
        self._filter = words
        wild = "*" in words or "?" in words
        self._pattern = re.compile(translate(words.replace("[", "[[]")), re.IGNORECASE) if wild else None
        self._rearrange([row for row in self._all if self._fits(row)])

    def row(self, index: Index) -> Row:
        """The row behind an index."""
        return self._shown[index.row()]

    @property
    def rows(self) -> list[Row]:
        """What is shown, in order."""
        return self._shown

    @property
    def filtered(self) -> bool:
        """Whether a filter hides something."""
        return bool(self._filter)

    @property
    def hidden(self) -> int:
        """How many rows the filter hides."""
        return len(self._all) - len(self._shown)

    def index_of(self, key: str) -> QModelIndex:
        """The index of a key or prefix; invalid when it is not shown."""
        for number, row in enumerate(self._shown):
            if row.key == key:
                return self.index(number, 0)
        return QModelIndex()

    # QAbstractTableModel

    def rowCount(self, parent: Index = _NONE) -> int:
        """Rows shown."""
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: Index = _NONE) -> int:
        """Five."""
        return 0 if parent.isValid() else len(Column)

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
        row, column = self._shown[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return _text(row, column)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return ALIGN_RIGHT if column == Column.SIZE else ALIGN_LEFT
        if role == Qt.ItemDataRole.UserRole:
            return row
        if role == Qt.ItemDataRole.ToolTipRole and column == Column.NAME:
            return "\n".join(filter(None, (text.visible(row.name), text.remark(row.name))))
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column, folders always first."""
        self._column, self._order = Column(max(column, 0)), order
        self._rearrange(list(self._shown))

    # inside

    def _fits(self, row: Row) -> bool:
        if not self._filter:
            return True
        if self._pattern:
            return self._pattern.match(row.name) is not None
        return self._filter.casefold() in row.name.casefold()

    def _rearrange(self, rows: list[Row]) -> None:
        """Show these rows in order; the selection follows its rows."""
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        keys = [(self._shown[index.row()].key, index.column()) for index in before]
        self._shown = self._sorted(rows)
        wanted = {key for key, _ in keys}
        where = {row.key: n for n, row in enumerate(self._shown) if row.key in wanted} if wanted else {}
        after = [self.index(where[key], column) if key in where else QModelIndex() for key, column in keys]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()
        self.changed.emit()

    def _sorted(self, rows: list[Row]) -> list[Row]:
        rows.sort(key=_by_name)
        backwards = self._order is Qt.SortOrder.DescendingOrder
        if self._column is not Column.NAME or backwards:
            rows.sort(key=_KEYS[self._column], reverse=backwards)
            rows.sort(key=lambda row: not row.is_folder)
        return rows


def _rows(location: Location, page: Page) -> list[Row]:
    start = len(location.prefix)
    folders = [Row(key, key[start:-1], True, None, Kind.FOLDER, "Folder") for key in page.folders]
    objects = [Row(entry.key, entry.key[start:], False, entry, *kind_of(entry.key)) for entry in page.entries]
    return folders + objects


def _by_name(row: Row) -> tuple[bool, str]:
    return (not row.is_folder, row.name)


def _size(row: Row) -> int:
    return row.entry.size if row.entry else -1


_KEYS: dict[Column, Any] = {
    Column.NAME: lambda row: row.name,
    Column.SIZE: _size,
    Column.TYPE: lambda row: row.kind_words,
    Column.MODIFIED: lambda row: (row.entry and row.entry.modified) or _LONG_AGO,
    Column.STORAGE_CLASS: lambda row: row.entry.storage_class if row.entry else "",
}


def _text(row: Row, column: int) -> str:
    if column == Column.NAME:
        return text.visible(row.name)
    if column == Column.TYPE:
        return row.kind_words
    if column == Column.SIZE:
        return text.size(row.entry.size) if row.entry and not row.is_folder else "—"
    if column == Column.MODIFIED:
        return text.when(row.entry.modified) if row.entry else ""
    return text.storage_class(row.entry.storage_class) if row.entry and not row.is_folder else ""
