"""Which rows of a table are wanted, and in which order: computed by Arrow off the GIL, given as row numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, InvalidOperation
from enum import Enum
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from s3desk.data.exporting.cell_text import as_text, flat, is_moment, is_numeric
from s3desk.data.exporting.folded import each_value, ranks
from s3desk.s3.errors import S3Error

if TYPE_CHECKING:
    from s3desk.s3.job import Job

_DIGITS = 40  # more than any type of whole numbers has
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001  # as all moments here, without a zone
_IN_A_MICROSECOND = {"s": Decimal("1e-6"), "ms": Decimal("1e-3"), "us": Decimal(1), "ns": Decimal(1000)}


class Condition(Enum):
    """What a cell must be."""

    CONTAINS = "contains"
    LACKS = "does not contain"
    EQUALS = "equals"
    REGEX = "matches the pattern"
    BETWEEN = "is between"
    IS_NULL = "is null"
    NOT_NULL = "is not null"


@dataclass(frozen=True)
class Filter:
    """One wish about one column. `text` and `upto` are as typed; in BETWEEN an empty one leaves that end open."""

    column: int
    condition: Condition
    text: str = ""
    upto: str = ""


@dataclass(frozen=True)
class Arrangement:
    """All wishes: every filter must fit; `sort` is a column, None for the order in which the rows came."""

    filters: tuple[Filter, ...] = ()
    sort: int | None = None
    descending: bool = False


def arrange(job: Job, table: pa.Table, wish: Arrangement) -> pa.Array | None:
    """The row numbers (uint64) that fit, in order; None for all rows as they are. Equal rows keep their order.

    Nulls come last in both directions. Raises S3Error for what cannot be compared, in words for the user.
    """
    order = _filtered(job, table, wish.filters)
    if wish.sort is None:
        return order
    direction = "descending" if wish.descending else "ascending"
    try:
        column = _comparable(table.column(wish.sort))
        job.check()
        if order is not None:
            column = column.take(order)
        by = pc.sort_indices(column, sort_keys=[("", direction)])
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, pa.ArrowTypeError) as error:
        name = table.schema.field(wish.sort).name
        raise S3Error(f"“{name}” cannot be sorted.", "Sort by another column.") from error
    job.check()
    return by if order is None else order.take(by)


def _comparable(column: pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    """The column as Arrow sorts it; of long texts in dictionaries only the places, for there may be many rows."""
    kind = column.type
    if pa.types.is_dictionary(kind) and not pa.types.is_primitive(kind.value_type):
        return ranks(column, _comparable)
    plain = flat(column)
    return as_text(plain) if pa.types.is_nested(plain.type) else plain


def _filtered(job: Job, table: pa.Table, filters: tuple[Filter, ...]) -> pa.Array | None:
    mask = None
    for wish in filters:
        job.check()
        try:
            fits = pc.fill_null(_mask(table.column(wish.column), wish), fill_value=False)
        except pa.ArrowException as error:  # text that is not UTF-8, a time zone nobody knows
            name = table.schema.field(wish.column).name
            raise S3Error(f"“{name}” cannot be filtered like this.", "Try another condition.") from error
        mask = fits if mask is None else pc.and_(mask, fits)
    if mask is None:
        return None
    if isinstance(mask, pa.ChunkedArray):
        mask = mask.combine_chunks() if mask.num_chunks != 1 else mask.chunk(0)
    return pc.indices_nonzero(mask)


def _mask(column: pa.Array | pa.ChunkedArray, wish: Filter) -> pa.Array | pa.ChunkedArray:
    if pa.types.is_dictionary(column.type):
        found = each_value(column, lambda values: _mask(values, wish))
        return pc.fill_null(found, wish.condition in (Condition.IS_NULL, Condition.LACKS))
    if wish.condition is Condition.IS_NULL:
        return pc.is_null(column)
    if wish.condition is Condition.NOT_NULL:
        return pc.is_valid(column)
    if wish.condition is Condition.BETWEEN:
        return _between(flat(column), wish)
    return _like(as_text(column), wish)


def _like(column: pa.Array | pa.ChunkedArray, wish: Filter) -> pa.Array | pa.ChunkedArray:
    if wish.condition is Condition.EQUALS:
        return pc.equal(column, pa.scalar(wish.text, column.type))
    if wish.condition is Condition.REGEX:
        try:
            return pc.match_substring_regex(column, wish.text, ignore_case=True)
        except pa.ArrowInvalid as error:
            raise S3Error(f"“{wish.text}” is not a pattern.", "Check brackets, or search for plain text.") from error
    found = pc.match_substring(column, wish.text, ignore_case=True)
    # A null does not contain it either, and who asks for rows without a word means those too.
    return found if wish.condition is Condition.CONTAINS else pc.invert(pc.fill_null(found, fill_value=False))


def _between(column: pa.Array | pa.ChunkedArray, wish: Filter) -> pa.Array | pa.ChunkedArray:
    kind = column.type
    mask = pc.is_valid(column)
    for typed, is_end in ((wish.text, False), (wish.upto, True)):
        if typed.strip() and is_numeric(kind):
            mask = pc.and_(mask, _beyond(column, number(typed), is_end=is_end))
        elif typed.strip():
            mask = pc.and_(mask, _beside(column, moment(typed), is_end=is_end, whole_day=_is_day(typed)))
    return mask


def _beyond(column: pa.Array | pa.ChunkedArray, end: Decimal, *, is_end: bool) -> pa.Array | pa.ChunkedArray:
    """Whole numbers are compared as such: as floats, 9007199254740993 would equal its neighbour."""
    kind, compare = column.type, pc.less_equal if is_end else pc.greater_equal
    if not pa.types.is_integer(kind):
        return compare(pc.cast(column, pa.float64()), pa.scalar(float(end), pa.float64()))
    if end.adjusted() > _DIGITS:  # the digits of 1e1000000 would take minutes
        end = Decimal(10**_DIGITS).copy_sign(end)
    whole = int(end.to_integral_value(ROUND_FLOOR if is_end else ROUND_CEILING))
    largest = (1 << kind.bit_width - int(pa.types.is_signed_integer(kind))) - 1
    least = -largest - 1 if pa.types.is_signed_integer(kind) else 0
    if not least <= whole <= largest:  # what the type cannot hold lies beyond all of its cells, or none
        return pc.is_null(column) if (whole < least) is is_end else pc.is_valid(column)
    return compare(column, pa.scalar(whole, kind))


def _beside(
    column: pa.Array | pa.ChunkedArray, at: datetime, *, is_end: bool, whole_day: bool
) -> pa.Array | pa.ChunkedArray:
    kind = column.type
    if not is_moment(kind):
        raise S3Error("Only numbers and dates have a range.", "Filter this column by text.")
    if pa.types.is_date(kind):
        column = pc.cast(column, pa.timestamp("ms"))
    elif kind.tz:  # as the grid shows it, in the column's own zone
        column = pc.local_timestamp(column)
    end = Decimal((at - _EPOCH) // timedelta(microseconds=1)) * _IN_A_MICROSECOND[column.type.unit]
    if is_end and whole_day:  # up to the last instant before the next day, which Python may not know
        end += 86_400_000_000 * _IN_A_MICROSECOND[column.type.unit] - 1
    return _beyond(pc.cast(column, pa.int64()), end, is_end=is_end)


def number(typed: str) -> Decimal:
    """A number as people type it: 1,000.5 and 1 000.5 too. Raises ValueError."""
    text = typed.strip().replace("\u00a0", "").replace("_", "").replace(" ", "")
    if re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", text):
        text = text.replace(",", "")
    try:
        found = Decimal(text.replace(",", "."))
    except InvalidOperation as error:
        raise ValueError(f"“{typed}” is not a number.") from error
    if not found.is_finite():
        raise ValueError(f"“{typed}” is not a number.")
    return found


def moment(typed: str) -> datetime:
    """A day or a day with a time, as 2024-03-31 or 2024-03-31 14:30. Raises ValueError."""
    try:
        if _is_day(typed):
            return datetime.combine(date.fromisoformat(typed.strip()), time())
        return datetime.fromisoformat(typed.strip()).replace(tzinfo=None)
    except ValueError as error:
        raise ValueError(f"“{typed}” is not a date like 2024-03-31.") from error


def _is_day(typed: str) -> bool:
    return len(typed.strip()) <= len("2024-03-31")


def in_one_piece(table: pa.Table) -> pa.Table:
    """The table so that rows can be taken from anywhere: of a column in pieces, Arrow joins all each time."""
    return table.combine_chunks() if any(column.num_chunks > 1 for column in table.columns) else table
