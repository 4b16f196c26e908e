"""`Links I gave out` as a table: newest first, filtered as one types, with a note one can write."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from s3desk.models import text
from s3desk.models.ledger_words import object_words, place_words, tip_words, until_words

if TYPE_CHECKING:
    from s3desk.s3.sharing.ledger import Given

Index = QModelIndex | QPersistentModelIndex

_NEVER = datetime.max.replace(tzinfo=UTC)


class LedgerColumn(IntEnum):
    """What stands where."""

    OBJECT = 0
    KIND = 1
    MADE = 2
    ENDS = 3
    NOTE = 4
    PLACE = 5


_TITLES = ["Object", "Kind", "Made", "Works until", "For whom", "Place"]
_KEYS: dict[LedgerColumn, Callable[[Given], Any]] = {
    LedgerColumn.OBJECT: lambda given: object_words(given).casefold(),
    LedgerColumn.KIND: lambda given: given.kind.value,
    LedgerColumn.MADE: lambda given: (given.made, given.id),
    LedgerColumn.ENDS: lambda given: given.ends or _NEVER,
    LedgerColumn.NOTE: lambda given: given.note.casefold(),
    LedgerColumn.PLACE: lambda given: place_words(given).casefold(),
}


class LedgerModel(QAbstractTableModel):
    """Shows what matches the filter. `note_written` tells a note that was changed in the table: id, note."""

    note_written = Signal(int, str)

    def __init__(self) -> None:
        super().__init__()
        self._all: list[Given] = []
        self._rows: list[Given] = []
        self._filter: list[str] = []
        self._order = LedgerColumn.MADE, Qt.SortOrder.DescendingOrder
        self._now = datetime.now(UTC)

    def show(self, givens: Sequence[Given]) -> None:
        """Show these from now on."""
        self._all = list(givens)
        self._arrange()

    def set_filter(self, words: str) -> None:
        """Show what has all these words in its object, kind, note, place or account."""
        self._filter = words.casefold().split()
        self._arrange()

    def tick(self) -> None:
        """Time passed: links may have ended."""
        self._now = datetime.now(UTC)
        if self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, len(_TITLES) - 1))

    @property
    def total(self) -> int:
        """How many lines there are without the filter."""
        return len(self._all)

    @property
    def rows(self) -> list[Given]:
        """What is shown, top to bottom."""
        return list(self._rows)

    def given(self, index: Index) -> Given:
        """What a row stands for."""
        return self._rows[index.row()]

    def row_of(self, id: int) -> int:  # noqa: A002  # the field's own name
        """Where a line stands, -1 where it is not shown."""
        return next((row for row, given in enumerate(self._rows) if given.id == id), -1)

    def has_ended(self, index: Index) -> bool:
        """Whether the link of a row works no longer."""
        ends = self.given(index).ends
        return ends is not None and ends <= self._now

    # what Qt asks

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own default
        """The number of lines that match."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """The number of columns."""
        return 0 if parent.isValid() else len(_TITLES)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Titles."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return _TITLES[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Words for the screen and for screen readers; the whole address and the exact times as a tip."""
        given, column = self.given(index), index.column()
        if role == Qt.ItemDataRole.EditRole and column == LedgerColumn.NOTE:
            return given.note
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip_words(given)
        return self._words(given, column) if role == Qt.ItemDataRole.DisplayRole else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Only for whom it was can be written."""
        usual = super().flags(index)
        return usual | Qt.ItemFlag.ItemIsEditable if index.column() == LedgerColumn.NOTE else usual

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Write a note."""
        given, note = self.given(index), str(value).strip()
        if role != Qt.ItemDataRole.EditRole or note == given.note:
            return False
        changed = replace(given, note=note)
        self._rows[index.row()] = changed
        self._all = [changed if one.id == given.id else one for one in self._all]
        self.dataChanged.emit(index, index)
        self.note_written.emit(given.id, note)
        return True

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort, now and whenever others are shown."""
        self._order = LedgerColumn(column), order
        self._arrange()

    # inside

    def _words(self, given: Given, column: int) -> str:
        match column:
            case LedgerColumn.OBJECT:
                return object_words(given)
            case LedgerColumn.KIND:
                return given.kind.value
            case LedgerColumn.MADE:
                return text.when(given.made)
            case LedgerColumn.ENDS:
                return until_words(given.ends, self._now)
            case LedgerColumn.NOTE:
                return given.note
        return place_words(given)

    def _arrange(self) -> None:
        """Other rows: what is selected and current follows its line."""
        column, order = self._order
        rows = [given for given in self._all if self._matches(given)]
        rows.sort(key=_KEYS[column], reverse=order is Qt.SortOrder.DescendingOrder)
        self._now = datetime.now(UTC)
        wanted, there = {given.id for given in rows}, {given.id for given in self._rows}
        stay = [given for given in self._rows if given.id in wanted]
        come = [given for given in rows if given.id not in there]
        self._permute(stay + [given for given in self._rows if given.id not in wanted])
        if len(stay) < len(self._rows):
            self.beginRemoveRows(QModelIndex(), len(stay), len(self._rows) - 1)
            self._rows = stay
            self.endRemoveRows()
        if come:
            self.beginInsertRows(QModelIndex(), len(stay), len(stay) + len(come) - 1)
            self._rows = stay + come
            self.endInsertRows()
        self._permute(rows)

    def _permute(self, rows: list[Given]) -> None:
        """The same lines in another order, or with another note."""
        self.layoutAboutToBeChanged.emit()
        held = self.persistentIndexList()
        ids = [self._rows[index.row()].id for index in held]
        at = {given.id: row for row, given in enumerate(rows)} if held else {}
        self._rows = list(rows)
        self.changePersistentIndexList(
            held, [self.createIndex(at[one], index.column()) for one, index in zip(ids, held, strict=True)]
        )
        self.layoutChanged.emit()

    def _matches(self, given: Given) -> bool:
        said = (given.bucket, given.key, object_words(given), given.kind.value, given.note, place_words(given))
        heap = "\n".join(said).casefold()
        return all(word in heap for word in self._filter)
