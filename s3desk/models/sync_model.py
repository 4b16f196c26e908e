"""The preview of a sync as a table: a check box a row, filtered and sorted without a copy of the rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from enum import IntEnum
from fnmatch import translate
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from s3desk.models import text
from s3desk.models.sync_words import ACTION_WORDS
from s3desk.s3.syncing.plan import Action

if TYPE_CHECKING:
    from collections.abc import Sequence

    from s3desk.s3.syncing.plan import Row, Thing

Index = QModelIndex | QPersistentModelIndex
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_CHECKED, _UNCHECKED = Qt.CheckState.Checked, Qt.CheckState.Unchecked


class SyncColumn(IntEnum):
    """What stands where."""

    NAME = 0
    ACTION = 1
    WHY = 2
    SIZE = 3
    SOURCE = 4
    TARGET = 5


_TITLES = ["Name", "Action", "Why", "Size", "Modified at source", "Modified at target"]
_FLAGS = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
_KEYS: dict[SyncColumn, Callable[[Row], Any]] = {
    SyncColumn.NAME: lambda row: row.name,
    SyncColumn.ACTION: lambda row: row.action,
    SyncColumn.WHY: lambda row: row.why.value,
    SyncColumn.SIZE: lambda row: row.size,
    SyncColumn.SOURCE: lambda row: _modified(row.source),
    SyncColumn.TARGET: lambda row: _modified(row.target),
}


class SyncModel(QAbstractTableModel):
    """Every row is known by its place in the plan, wherever it is shown. `changed` tells of other ticks or rows."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._rows: Sequence[Row] = ()
        self._ticks = bytearray()
        self._shown: list[int] = []
        self._filter = ""
        self._order = SyncColumn.NAME, Qt.SortOrder.AscendingOrder
        self._counts, self._size = [0, 0, 0], 0
        self.locked = False

    # what is known

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Show these, ticked as they say."""
        self._rows = rows
        self._ticks = bytearray(row.is_chosen for row in rows)
        self._arrange()
        self._count()

    @property
    def ticks(self) -> list[bool]:
        """Which rows are meant, in the order of the plan."""
        return [bool(tick) for tick in self._ticks]

    @property
    def chosen(self) -> list[Row]:
        """The rows that are ticked, in the order of the plan, shown or not."""
        return [row for row, tick in zip(self._rows, self._ticks, strict=True) if tick]

    @property
    def counts(self) -> list[int]:
        """How many are ticked, by action."""
        return list(self._counts)

    @property
    def size(self) -> int:
        """The bytes of the ticked copies."""
        return self._size

    def state_of(self, action: Action) -> tuple[int, Qt.CheckState]:
        """How many rows of an action are shown, and whether all, some or none of them are ticked."""
        of = [number for number in self._shown if self._rows[number].action is action]
        ticked = sum(self._ticks[number] for number in of)
        some = Qt.CheckState.PartiallyChecked
        return len(of), _UNCHECKED if not ticked else _CHECKED if ticked == len(of) else some

    def tick(self, action: Action, *, on: bool) -> None:
        """Tick all shown rows of an action, or none."""
        for number in self._shown:
            if self._rows[number].action is action:
                self._ticks[number] = on
        self._count()

    def tick_rows(self, rows: Sequence[int], *, on: bool) -> None:
        """Tick these rows as they are shown, or not."""
        for row in rows:
            self._ticks[self._shown[row]] = on
        self._count()

    def set_filter(self, words: str) -> None:
        """Show only names with this in them; * and ? work."""
        self._filter = words
        self._arrange()
        self.changed.emit()

    # arrangement

    def _arrange(self) -> None:
        self.beginResetModel()
        rows, words = self._rows, self._filter.casefold()
        if "*" in words or "?" in words:
            import re  # noqa: PLC0415  # for this alone

            fits = re.compile(translate(f"*{words}*")).match
            self._shown = [number for number, row in enumerate(rows) if fits(row.name.casefold())]
        else:
            self._shown = [number for number, row in enumerate(rows) if words in row.name.casefold()]
        self._sort_shown()
        self.endResetModel()

    def _sort_shown(self) -> None:
        column, order = self._order
        descending = order is Qt.SortOrder.DescendingOrder
        if column is SyncColumn.NAME and not descending:
            self._shown.sort()  # that is how they are planned
        else:
            self._shown.sort(key=lambda number: _KEYS[column](self._rows[number]), reverse=descending)

    def _count(self) -> None:
        self._counts, self._size = [0, 0, 0], 0
        for row in self.chosen:
            self._counts[row.action] += 1
            self._size += 0 if row.action is Action.DELETE else row.size
        if self._shown:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._shown) - 1, 0))
        self.changed.emit()

    # QAbstractTableModel

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own default
        """The number of rows the filter lets through."""
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Six."""
        return 0 if parent.isValid() else len(_TITLES)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Titles."""
        if orientation is Qt.Orientation.Vertical:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if section == SyncColumn.SIZE else _LEFT
        return _TITLES[section] if role == Qt.ItemDataRole.DisplayRole else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Names can be ticked, until it begins."""
        ticking = index.column() == SyncColumn.NAME and not self.locked
        return _FLAGS | Qt.ItemFlag.ItemIsUserCheckable if ticking else _FLAGS

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Words; the check box beside the name; the whole name as its tip."""
        number, column = self._shown[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return _WORDS[SyncColumn(column)](self._rows[number])
        if role == Qt.ItemDataRole.CheckStateRole and column == SyncColumn.NAME:
            return _CHECKED if self._ticks[number] else _UNCHECKED
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if column == SyncColumn.SIZE else _LEFT
        if role == Qt.ItemDataRole.ToolTipRole and column in (SyncColumn.NAME, SyncColumn.WHY):
            return _WORDS[SyncColumn(column)](self._rows[number])
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Tick one row or not."""
        if role != Qt.ItemDataRole.CheckStateRole or index.column() != SyncColumn.NAME or self.locked:
            return False
        number = self._shown[index.row()]
        row, on = self._rows[number], Qt.CheckState(value) is _CHECKED
        by = on - self._ticks[number]
        self._ticks[number] = on
        self._counts[row.action] += by
        self._size += 0 if row.action is Action.DELETE else by * row.size
        self.dataChanged.emit(index, index)
        self.changed.emit()
        return True

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort what is shown, now and whenever the filter changes; what is selected stays so."""
        self._order = SyncColumn(column), order
        self.layoutAboutToBeChanged.emit()
        held = self.persistentIndexList()
        numbers = [self._shown[index.row()] for index in held]
        self._sort_shown()
        at = {number: row for row, number in enumerate(self._shown)} if held else {}
        moved = [self.createIndex(at[number], index.column()) for number, index in zip(numbers, held, strict=True)]
        self.changePersistentIndexList(held, moved)
        self.layoutChanged.emit()


def _modified(thing: Thing | None) -> float:
    return thing.modified or 0.0 if thing else 0.0


def _when(thing: Thing | None) -> str:
    if thing is None or thing.modified is None:
        return "" if thing is None else "not known"
    try:
        return text.when(datetime.fromtimestamp(thing.modified, UTC))
    except (OverflowError, ValueError, OSError):  # a file's time can be anything
        return "not known"


_WORDS: dict[SyncColumn, Callable[[Row], str]] = {
    SyncColumn.NAME: lambda row: text.visible_path(row.name),
    SyncColumn.ACTION: lambda row: ACTION_WORDS[row.action],
    SyncColumn.WHY: lambda row: row.why.value,
    SyncColumn.SIZE: lambda row: text.size(row.size),
    SyncColumn.SOURCE: lambda row: _when(row.source),
    SyncColumn.TARGET: lambda row: _when(row.target),
}
