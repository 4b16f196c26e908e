"""The lines of a count as a table, and as the tiles of a treemap."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from s3desk.models import text
from s3desk.models.usage_words import amount, exact_name, line_kind, line_name, share_words
from s3desk.s3.location import Location
from s3desk.s3.usage_report import GroupBy, Line, Report

if TYPE_CHECKING:
    from s3desk.models.kinds import Kind

Index = QModelIndex | QPersistentModelIndex

MOST_TILES = 150  # more would be too small to see
_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


class UsageColumn(IntEnum):
    """What stands where; which columns are shown depends on what the lines are."""

    NAME = 0
    OBJECTS = 1
    SIZE = 2
    SHARE = 3
    MODIFIED = 4
    STORAGE_CLASS = 5


_TITLES = ["Name", "Objects", "Size", "Share", "Modified", "Storage class"]
_NUMBERS = frozenset({UsageColumn.OBJECTS, UsageColumn.SIZE})
ALIGN_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
ALIGN_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


def columns_of(group: GroupBy) -> frozenset[UsageColumn]:
    """The columns that tell something of such lines."""
    both = {UsageColumn.NAME, UsageColumn.SIZE, UsageColumn.SHARE}
    single = {UsageColumn.MODIFIED, UsageColumn.STORAGE_CLASS}
    return frozenset(both | (single if group.ranking else {UsageColumn.OBJECTS}))


def first_order(group: GroupBy) -> tuple[UsageColumn, Qt.SortOrder]:
    """How such lines are sorted until somebody wants it otherwise."""
    if group is GroupBy.OLDEST:
        return UsageColumn.MODIFIED, Qt.SortOrder.AscendingOrder
    by = UsageColumn.MODIFIED if group is GroupBy.NEWEST else UsageColumn.SIZE
    return by, Qt.SortOrder.DescendingOrder


class UsageModel(QAbstractTableModel):
    """Shows one Report at a time. A newer one of the same place keeps what is selected, however the lines moved."""

    def __init__(self) -> None:
        super().__init__()
        self.report = Report(Location(), GroupBy.FOLDERS, [], 0, 0)
        self.lines: list[Line] = []
        self._order = first_order(GroupBy.FOLDERS)

    def show(self, report: Report) -> None:
        """Show this from now on."""
        before, self.report = self.report, report
        if (before.location, before.group) != (report.location, report.group):
            self.beginResetModel()
            self.lines = self._ordered(report)
            self.endResetModel()
            return
        ordered = self._ordered(report)
        self._have(ordered)
        self._rearrange(ordered)

    def row_of(self, name: str | None) -> int:
        """Where a line of this name stands, -1 for nowhere."""
        return next((row for row, line in enumerate(self.lines) if line.name == name), -1)

    def line(self, index: Index) -> Line:
        """The line of an index."""
        return self.lines[index.row()]

    def share(self, index: Index) -> float:
        """How much of the whole a line is, 0 to 1."""
        return self.line(index).bytes / self.report.bytes if self.report.bytes else 0.0

    def kind(self, index: Index) -> Kind:
        """Which icon a line gets."""
        return line_kind(self.report, self.line(index))

    # what Qt asks

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own default
        """The number of lines."""
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """The number of columns, hidden ones included."""
        return 0 if parent.isValid() else len(_TITLES)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Titles; numbers stand on the right."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return _TITLES[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return ALIGN_RIGHT if section in _NUMBERS else ALIGN_LEFT
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Words for the screen and for screen readers; the whole name as a tip."""
        if role == Qt.ItemDataRole.DisplayRole:
            return self._words(self.line(index), index.column())
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return ALIGN_RIGHT if index.column() in _NUMBERS else ALIGN_LEFT
        if role == Qt.ItemDataRole.ToolTipRole and index.column() == UsageColumn.NAME:
            return text.visible_path(exact_name(self.report, self.line(index)))
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort, now and whenever newer lines come; the line for all the rest stays at the end."""
        self._order = UsageColumn(column), order
        self._rearrange(self._ordered(self.report))

    # inside

    def _words(self, line: Line, column: int) -> str:
        match column:
            case UsageColumn.NAME:
                return line_name(self.report, line)
            case UsageColumn.OBJECTS:
                return f"{line.objects:,}"
            case UsageColumn.SIZE:
                return text.size(line.bytes)
            case UsageColumn.SHARE:
                return share_words(line.bytes, self.report.bytes)
            case UsageColumn.MODIFIED:
                return text.when(line.modified)
        return text.storage_class(line.storage_class) if self.report.group.ranking else ""

    def _ordered(self, report: Report) -> list[Line]:
        column, order = self._order
        if self._order == first_order(GroupBy.FOLDERS) and report.group.ranking is None:
            return list(report.lines)  # as they come
        named = [line for line in report.lines if line.name is not None]
        rest = [line for line in report.lines if line.name is None]
        named.sort(key=lambda line: self._key(line, column), reverse=order is Qt.SortOrder.DescendingOrder)
        return named + rest

    def _key(self, line: Line, column: UsageColumn) -> Any:
        match column:
            case UsageColumn.NAME:
                return line_name(self.report, line).casefold()
            case UsageColumn.OBJECTS:
                return line.objects
            case UsageColumn.MODIFIED:
                return line.modified or _LONG_AGO
            case UsageColumn.STORAGE_CLASS:
                return line.storage_class
        return line.bytes

    def _have(self, ordered: list[Line]) -> None:
        """As many rows as there will be, at the end of what is there."""
        old, new = len(self.lines), len(ordered)
        if new > old:
            self.beginInsertRows(QModelIndex(), old, new - 1)
            self.lines = self.lines + ordered[old:]
            self.endInsertRows()
        elif new < old:
            self.beginRemoveRows(QModelIndex(), new, old - 1)
            self.lines = self.lines[:new]
            self.endRemoveRows()

    def _rearrange(self, ordered: list[Line]) -> None:
        """Other lines in the same number of rows: what is selected follows its name."""
        self.layoutAboutToBeChanged.emit()
        held = self.persistentIndexList()
        names = [self.lines[index.row()].name for index in held]
        rows = {line.name: row for row, line in enumerate(ordered)} if held else {}
        self.lines = ordered
        moved = [
            self.index(rows[name], index.column()) if name in rows else QModelIndex()
            for name, index in zip(names, held, strict=True)
        ]
        self.changePersistentIndexList(held, moved)
        self.layoutChanged.emit()


@dataclass(frozen=True, slots=True)
class Tile:
    """One tile of a treemap: what is written on it, how large it is, and the line it stands for."""

    name: str
    size: str
    tip: str
    weight: float
    line: Line
    enterable: bool = False


def tiles_of(report: Report) -> list[Tile]:
    """The largest lines as tiles, one for all the others; by bytes, or by objects where nothing has any."""
    by_bytes, shown = report.bytes > 0, report.lines[:MOST_TILES]
    tiles = [_tile(report, line, line_name(report, line), by_bytes=by_bytes) for line in shown]
    if small := len(report.lines) - len(shown):
        objects, size = sum(line.objects for line in shown), sum(line.bytes for line in shown)
        rest = Line(None, report.objects - objects, report.bytes - size)
        tiles.append(_tile(report, rest, f"({small:,} smaller ones)", by_bytes=by_bytes))
    return sorted(tiles, key=lambda tile: -tile.weight)


def _tile(report: Report, line: Line, name: str, *, by_bytes: bool) -> Tile:
    size = text.size(line.bytes)
    weight = line.bytes if by_bytes else line.objects
    share = share_words(line.bytes, report.bytes)
    enterable = report.group is GroupBy.FOLDERS and bool(line.name)
    return Tile(name, size, f"{name}\n{amount(line.objects, line.bytes)}, {share}", float(weight), line, enterable)
