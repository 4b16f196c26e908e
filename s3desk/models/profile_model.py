"""A profile as a table: a line for each column of the sheet; and the words and bars that tell of one of them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from s3desk.data.profiling.bins import Bin, Scale
from s3desk.models import text

if TYPE_CHECKING:
    from s3desk.data.profiling.profile import ColumnProfile, Profile, Value

Index = QModelIndex | QPersistentModelIndex
_NONE = QModelIndex()
_TITLES = ("Column", "Type", "Nulls", "Distinct", "Min", "Max", "Mean")
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LONGEST = 60  # characters of a value in a cell
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class ProfileColumn(IntEnum):
    """What stands where."""

    NAME = 0
    TYPE = 1
    NULLS = 2
    DISTINCT = 3
    LOW = 4
    HIGH = 5
    MEAN = 6


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a chart: what it stands for, in a few letters and in a sentence."""

    label: str
    words: str
    count: int


class ProfileModel(QAbstractTableModel):
    """Figures as people write them; numbers stand on the right, and so do dates, to be compared from line to line."""

    def __init__(self) -> None:
        super().__init__()
        self.columns: tuple[ColumnProfile, ...] = ()

    def show(self, profile: Profile | None) -> None:
        """Another profile; None empties the table."""
        self.beginResetModel()
        self.columns = profile.columns if profile else ()
        self.endResetModel()

    def row_of(self, name: str) -> int:
        """Where a column of the sheet is told, -1 where it is not."""
        return next((row for row, column in enumerate(self.columns) if column.name == name), -1)

    def rowCount(self, parent: Index = _NONE) -> int:
        """Columns of the sheet."""
        return 0 if parent.isValid() else len(self.columns)

    def columnCount(self, parent: Index = _NONE) -> int:
        """Figures told of each."""
        return 0 if parent.isValid() else len(ProfileColumn)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Titles."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return _TITLES[section]
        return _aligned(section) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A figure; the whole of it as its tip."""
        column = self.columns[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return _short(_cell(column, index.column()))
        if role == Qt.ItemDataRole.ToolTipRole:
            words = _cell(column, index.column())
            return words if len(words) > 20 else None
        return _aligned(index.column()) if role == Qt.ItemDataRole.TextAlignmentRole else None


def _short(words: str) -> str:
    return words if len(words) <= _LONGEST else words[:_LONGEST] + "…"


def _aligned(section: int) -> Qt.AlignmentFlag:
    return _LEFT if section <= ProfileColumn.TYPE else _RIGHT


def _cell(column: ColumnProfile, section: int) -> str:
    match section:
        case ProfileColumn.NAME:
            return text.visible(column.name)
        case ProfileColumn.TYPE:
            return column.type_words
        case ProfileColumn.NULLS:
            return _share_words(column.nulls, column.rows) if column.nulls else "0"
        case ProfileColumn.DISTINCT:
            return distinct_words(column)
        case ProfileColumn.MEAN:
            return "" if column.mean is None else number_words(column.mean)
        case _:
            return value_words(column.low if section == ProfileColumn.LOW else column.high)


def part_words(profile: Profile) -> str:
    """Which rows a profile speaks of: always said, since a part may not look like the whole."""
    rows = text.count(profile.rows, "row")
    counted = f"{profile.rows:,}" in profile.part
    of = (
        f"Profile of {profile.part}{'' if counted else f' ({rows} here)'}" if profile.part else f"Profile of all {rows}"
    )
    left = f"; {text.count(profile.columns_left_out, 'column')} more not looked at" if profile.columns_left_out else ""
    return f"{of}{left}."


def distinct_words(column: ColumnProfile) -> str:
    """How many different values."""
    if column.distinct is None:
        return ""
    if column.distinct_is_least:
        return f"more than {column.distinct:,}"
    every = column.distinct == column.values > 1
    return f"{column.distinct:,} (all)" if every else f"{column.distinct:,}"


def facts_of(column: ColumnProfile) -> str:
    """What the table has no room for, of one column."""
    facts = [text.count(column.rows, "row")]
    if column.nulls:
        facts.append(f"{_share_words(column.nulls, column.rows)} without a value")
    if column.empty:
        facts.append(f"{_share_words(column.empty, column.rows)} with an empty text")
    if column.odd:
        facts.append(f"{column.odd:,} not finite (NaN or infinite)")
    if column.distinct is not None:
        facts.append(_difference(column))
    if column.low is not None:
        facts.append(f"from {_short(value_words(column.low))} to {_short(value_words(column.high))}")
    if column.mean is not None:
        facts.append(f"mean {number_words(column.mean)}")
    return " · ".join(facts)


def _difference(column: ColumnProfile) -> str:
    if column.distinct_is_least:
        return f"more than {column.distinct:,} different values"
    if column.distinct == column.values > 1:
        return "every value is different"
    return text.count(column.distinct or 0, "different value", "different values")


def bars_of(column: ColumnProfile) -> list[Bar]:
    """A histogram where values lie on a scale, else the frequent values, the rest of them together at the end."""
    if column.bins:
        last = len(column.bins) - 1
        return [_bin_bar(bin_, column.scale, closed=at == last) for at, bin_ in enumerate(column.bins)]
    bars = [_bar(value_words(top.words) or "(empty text)", top.count, column) for top in column.top]
    rest = column.values - column.odd - sum(top.count for top in column.top)
    return [*bars, _bar("all others", rest, column)] if bars and rest else bars


def _bar(label: str, count: int, column: ColumnProfile) -> Bar:
    return Bar(label, f"{label}: {_share_words(count, column.rows)}", count)


def _bin_bar(bin_: Bin, scale: Scale, *, closed: bool) -> Bar:
    step = bin_.high - bin_.low
    if scale is Scale.WHOLE and step == 1:
        label = f"{math.ceil(bin_.low):,}"
        return Bar(label, f"{label}: {text.count(bin_.count, 'row')}", bin_.count)
    low, high = place_words(bin_.low, scale, step), place_words(bin_.high, scale, step)
    words = f"{low} to {high}" if closed else f"{low} to below {high}"
    return Bar(high if closed else low, f"{words}: {text.count(bin_.count, 'row')}", bin_.count)


def place_words(place: float, scale: Scale, step: float) -> str:
    """A place on a scale, as exact as steps of this width need: 1,250, 0.15, 2024-03-01, 2024-03-01 07:30."""
    if scale is not Scale.MOMENT:
        digits = max(-math.floor(math.log10(step)), 0) if step > 0 else 0
        return number_words(place) if abs(place) >= 1e15 or digits > 9 else f"{place + 0.0:,.{digits}f}"
    try:
        moment = _EPOCH + timedelta(seconds=place)
    except OverflowError:  # beyond the years that Python knows
        return number_words(place / 31_557_600 + 1970)
    if step >= 86_400:
        return f"{moment:%Y-%m-%d}"
    return f"{moment:%Y-%m-%d %H:%M}" if step >= 60 else f"{moment:%Y-%m-%d %H:%M:%S}"


def value_words(value: Value | None) -> str:
    """A value of a column, on one line."""
    if value is None:
        return ""
    if isinstance(value, str):
        return text.visible(value) if value else "(empty text)"
    return number_words(value)


def number_words(number: float) -> str:
    """1,204,000, 0.5, 49.496, 1.2e-9: six digits where more would only be noise; whole numbers entirely."""
    if isinstance(number, int):
        return f"{number:,}"
    if number and not 1e-4 <= abs(number) < 1e15:
        return f"{number:.6g}"
    if number == int(number):
        return f"{int(number):,}"
    digits = max(5 - math.floor(math.log10(abs(number))), 0)
    return f"{number:,.{digits}f}".rstrip("0").rstrip(".") if digits else f"{number:,.0f}"


def _share_words(count: int, of: int) -> str:
    """1,204 (12%)."""
    share = 100 * count / of if of else 0.0
    words = f"{share:.0f}%" if share >= 1 or not count else "under 1%"
    return f"{count:,} ({words})" if count < of else f"{count:,} (all)"
