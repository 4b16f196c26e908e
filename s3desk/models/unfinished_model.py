"""A bucket's unfinished uploads as a table: it fills while they are looked for."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from s3desk.models import text

if TYPE_CHECKING:
    from s3desk.s3.leftovers.unfinished import Unfinished

Index = QModelIndex | QPersistentModelIndex
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_BEGINNING = datetime.min.replace(tzinfo=UTC)
FRESH = timedelta(days=1)  # somebody may still be at work on what was touched within it


class UnfinishedColumn(IntEnum):
    """What stands where."""

    KEY = 0
    SIZE = 1
    PARTS = 2
    AGE = 3
    STARTED = 4
    TOUCHED = 5
    BY = 6
    OURS = 7


NUMBERS = frozenset({UnfinishedColumn.SIZE, UnfinishedColumn.PARTS})
_TITLES = ["Key", "Size", "Parts", "Age", "Started", "Last part", "By", "Begun here"]
_KEYS: dict[UnfinishedColumn, Callable[[Unfinished], Any]] = {
    UnfinishedColumn.KEY: lambda upload: upload.key,
    UnfinishedColumn.SIZE: lambda upload: -1 if upload.bytes is None else upload.bytes,
    UnfinishedColumn.PARTS: lambda upload: -1 if upload.parts is None else upload.parts,
    UnfinishedColumn.AGE: lambda upload: -(upload.started or _BEGINNING).timestamp() if upload.started else 0,
    UnfinishedColumn.STARTED: lambda upload: upload.started or _BEGINNING,
    UnfinishedColumn.TOUCHED: lambda upload: upload.touched or _BEGINNING,
    UnfinishedColumn.BY: lambda upload: upload.by.casefold(),
}


class UnfinishedModel(QAbstractTableModel):
    """Knows each upload by its id, and which ids are in this program's own journal."""

    def __init__(self) -> None:
        super().__init__()
        self._ours: Collection[str] = ()
        self._rows: list[Unfinished] = []
        self._order = UnfinishedColumn.STARTED, Qt.SortOrder.AscendingOrder

    # what is known

    def clear(self, ours: Collection[str] = ()) -> None:
        """Know nothing but which ids are this program's, as before the first answer."""
        self.beginResetModel()
        self._rows, self._ours = [], ours
        self.endResetModel()

    def take(self, news: Sequence[Unfinished], gone: Sequence[str]) -> None:
        """Show new uploads, and others instead of those of the same id; drop the ones that are gone."""
        fresh = {upload.upload_id: upload for upload in news}
        dropped = set(gone)
        for row in reversed(range(len(self._rows))):
            upload_id = self._rows[row].upload_id
            if upload_id in dropped:
                self.beginRemoveRows(QModelIndex(), row, row)
                del self._rows[row]
                self.endRemoveRows()
            elif upload_id in fresh:
                self._rows[row] = fresh.pop(upload_id)
        if self._rows and news:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, len(_TITLES) - 1))
        new = [upload for upload in fresh.values() if upload.upload_id not in dropped]
        if new:
            self.beginInsertRows(QModelIndex(), len(self._rows), len(self._rows) + len(new) - 1)
            self._rows += new
            self.endInsertRows()
        if news:
            self.sort(*self._order)

    @property
    def rows(self) -> list[Unfinished]:
        """What is shown, top to bottom."""
        return list(self._rows)

    @property
    def bytes(self) -> int:
        """What all parts hold that were counted so far."""
        return sum(upload.bytes or 0 for upload in self._rows)

    @property
    def uncounted(self) -> int:
        """How many uploads' parts are not known, yet or at all."""
        return sum(upload.bytes is None for upload in self._rows)

    def is_ours(self, upload: Unfinished) -> bool:
        """Whether this program began it."""
        return upload.upload_id in self._ours

    def older_than(self, days: int) -> list[Unfinished]:
        """Those at which nobody has worked for so many days; of unknown age none."""
        limit = datetime.now(UTC) - timedelta(days=days)
        return [upload for upload in self._rows if (sign := upload.last_sign) is not None and sign < limit]

    # QAbstractTableModel

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own default
        """The number of uploads."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Eight."""
        return 0 if parent.isValid() else len(_TITLES)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Titles."""
        if orientation is Qt.Orientation.Vertical:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if section in NUMBERS else _LEFT
        return _TITLES[section] if role == Qt.ItemDataRole.DisplayRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Words; as tool tips the whole key, and why parts could not be counted."""
        upload, column = self._rows[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._words(upload, column)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if column in NUMBERS else _LEFT
        if role == Qt.ItemDataRole.ToolTipRole:
            return upload.trouble or (text.visible_path(upload.key) if column == UnfinishedColumn.KEY else None)
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort, now and whenever more comes; what is selected stays so."""
        self._order = UnfinishedColumn(column), order
        self.layoutAboutToBeChanged.emit()
        held = self.persistentIndexList()
        ids = [self._rows[index.row()].upload_id for index in held]
        self._rows.sort(key=self._sort_key(), reverse=order is Qt.SortOrder.DescendingOrder)
        at = {upload.upload_id: row for row, upload in enumerate(self._rows)} if held else {}
        moved = [self.createIndex(at[one], index.column()) for one, index in zip(ids, held, strict=True)]
        self.changePersistentIndexList(held, moved)
        self.layoutChanged.emit()

    def _sort_key(self) -> Callable[[Unfinished], Any]:
        column = self._order[0]
        return self.is_ours if column is UnfinishedColumn.OURS else _KEYS[column]

    def _words(self, upload: Unfinished, column: int) -> str:
        if column == UnfinishedColumn.OURS:
            return "yes" if self.is_ours(upload) else ""
        return _WORDS[UnfinishedColumn(column)](upload)


def age(started: datetime | None, now: datetime | None = None) -> str:
    """How long ago, as one says it: 3 days, 5 h, 12 min; "" for an unknown moment."""
    if started is None:
        return ""
    passed = (now or datetime.now(UTC)) - started
    if passed.days >= 1:
        return text.count(passed.days, "day")
    return text.duration(max(passed.total_seconds(), 0)).partition(" h ")[0] + (
        " h" if passed.total_seconds() >= 3600 else ""
    )


def fresh_among(uploads: Sequence[Unfinished], now: datetime | None = None) -> int:
    """How many of them somebody worked on within the last day, or nobody knows when."""
    limit = (now or datetime.now(UTC)) - FRESH
    return sum((sign := upload.last_sign) is None or sign > limit for upload in uploads)


def _size(upload: Unfinished) -> str:
    if upload.bytes is not None:
        return text.size(upload.bytes)
    return "not known" if upload.trouble else "…"


_WORDS: dict[UnfinishedColumn, Callable[[Unfinished], str]] = {
    UnfinishedColumn.KEY: lambda upload: text.visible_path(upload.key),
    UnfinishedColumn.SIZE: _size,
    UnfinishedColumn.PARTS: lambda upload: "" if upload.parts is None else f"{upload.parts:,}",
    UnfinishedColumn.AGE: lambda upload: age(upload.started),
    UnfinishedColumn.STARTED: lambda upload: text.when(upload.started),
    UnfinishedColumn.TOUCHED: lambda upload: text.when(upload.touched),
    UnfinishedColumn.BY: lambda upload: text.visible(upload.by) if upload.by else "",
}
