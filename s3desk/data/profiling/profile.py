"""What is in each column of a table: type, gaps, distinct values, extremes, mean, and how the values are spread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from s3desk.data.profiling.bins import Bin, Scale, bins
from s3desk.data.profiling.values import countable, is_bytes, is_text, plain, positions, scale_of, type_words
from s3desk.s3.errors import UnsupportedError

if TYPE_CHECKING:
    import pyarrow as pa

    from s3desk.s3.job import Job

TOP = 10  # values told for each column
MOST_COLUMNS = 2_000
MOST_BYTES = 1 << 28  # of one column whose values are told apart, which takes a copy of each different one
_FIRST_LOOK = 1_000_000  # values; where most of them differ, those of a longer column are not all told apart
_MANY = 500_000
_LONGEST = 200  # characters of a value that are kept
_SHORT = 10_000  # characters of the shortest and the last text that are looked at

Value = int | float | str  # anything but numbers as Arrow writes it: 2024-03-01 07:30:00


@dataclass(frozen=True, slots=True)
class TopValue:
    """A value that is there often."""

    words: str
    count: int


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """One column. `rows` are all, `nulls` those without a value.

    `distinct` counts the different values; with `distinct_is_least` there are more than that, None where they were
    not told apart. `odd` counts NaN and infinite numbers, which no other figure includes; `empty` texts of no
    characters. `low`, `high` and `mean` are None where the type has none. `top` is empty where no value is there
    twice; `bins` are empty where values lie on no scale.
    """

    name: str
    type_words: str
    rows: int
    nulls: int
    scale: Scale = Scale.NONE
    distinct: int | None = None
    distinct_is_least: bool = False
    odd: int = 0
    empty: int = 0
    low: Value | None = None
    high: Value | None = None
    mean: float | None = None
    top: tuple[TopValue, ...] = ()
    bins: tuple[Bin, ...] = ()

    @property
    def values(self) -> int:
        """Rows that have a value."""
        return self.rows - self.nulls


@dataclass(frozen=True, slots=True)
class Profile:
    """All columns of a table. `part` says which rows these are, "" for all; `columns_left_out` were too many."""

    part: str
    rows: int
    columns: tuple[ColumnProfile, ...]
    columns_left_out: int = 0


def profile(job: Job, table: pa.Table, part: str) -> Profile:
    """Look at each column once, in C and off the GIL; the job counts columns. `part` is repeated in the result.

    A million rows of 20 columns take one to two seconds of one core. Types without an order or equality (lists,
    records) get only their nulls. Raises nothing because of the values.
    """
    shown = min(table.num_columns, MOST_COLUMNS)
    job.total = shown
    columns = []
    for number in range(shown):
        job.check()
        columns.append(profile_column(table.field(number).name, table.column(number), job.check))
        job.advance(1)
    return Profile(part, table.num_rows, tuple(columns), table.num_columns - shown)


def profile_column(name: str, column: pa.ChunkedArray, check: Callable[[], None] = lambda: None) -> ColumnProfile:
    """One column; `check` is called between its steps and may raise."""
    import pyarrow as pa  # noqa: PLC0415  # 0.3 s, and the window starts without it

    found = ColumnProfile(name, type_words(column.type), len(column), column.null_count)
    try:
        values = plain(column)
        found = replace(found, nulls=values.null_count, scale=scale_of(values.type))
        return _measured(found, values.drop_null(), column, check)
    except (pa.ArrowNotImplementedError, pa.ArrowInvalid, pa.ArrowKeyError):  # a type Arrow stores and cannot compute
        return found
    except UnsupportedError:  # too much text to unfold
        return found


def _measured(
    found: ColumnProfile, values: pa.ChunkedArray, column: pa.ChunkedArray, check: Callable[[], None]
) -> ColumnProfile:
    """All figures of the `values` of the column that are there."""
    import pyarrow.compute as pc  # noqa: PLC0415
    from pyarrow import types  # noqa: PLC0415

    if types.is_floating(values.type):
        finite = values.filter(pc.is_finite(values))
        found, values = replace(found, odd=len(values) - len(finite)), finite
    if not len(values) or types.is_nested(values.type) or types.is_null(values.type):
        return found
    if is_text(values.type):
        found = replace(found, empty=pc.sum(pc.equal(pc.binary_length(values), 0)).as_py())
    check()
    found = _counted(found, column, check)
    check()
    if is_bytes(values.type):
        return found
    found = _bounded(found, values)
    check()
    return _spread(found, values) if found.scale is not Scale.NONE else found


def _counted(found: ColumnProfile, column: pa.ChunkedArray, check: Callable[[], None]) -> ColumnProfile:
    """Different values, and the frequent ones."""
    import numpy as np  # noqa: PLC0415
    import pyarrow.compute as pc  # noqa: PLC0415
    from pyarrow import types  # noqa: PLC0415

    values = countable(column).drop_null()
    if types.is_floating(values.type):
        values = values.filter(pc.is_finite(values))
    check()
    if values.nbytes > MOST_BYTES:
        return found
    if len(values) > _FIRST_LOOK:
        least = pc.count_distinct(values.slice(0, _FIRST_LOOK)).as_py()
        if least > _MANY:
            return replace(found, distinct=least, distinct_is_least=True)
    counted = pc.value_counts(values)
    kinds, counts = counted.field(0), counted.field(1).to_numpy(zero_copy_only=False)
    found = replace(found, distinct=len(kinds))
    if len(kinds) == len(values):
        return found
    order = np.argsort(-counts, kind="stable")[:TOP]
    top = tuple(TopValue(_words(kinds[int(at)]), int(counts[at])) for at in order)
    return replace(found, top=top)


def _bounded(found: ColumnProfile, values: pa.ChunkedArray) -> ColumnProfile:
    """Smallest and largest value."""
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.compute as pc  # noqa: PLC0415
    from pyarrow import types  # noqa: PLC0415

    looked_at = values
    if types.is_duration(values.type):  # Arrow does not order them itself
        looked_at = values.cast(pa.int64())
    elif is_text(values.type) and values.nbytes > _SHORT * len(values):
        looked_at = pc.utf8_slice_codeunits(values, 0, _SHORT)
    ends = pc.min_max(looked_at)
    low, high = (_value(ends[end].cast(values.type), found.scale) for end in ("min", "max"))
    return replace(found, low=low, high=high)


def _spread(found: ColumnProfile, values: pa.ChunkedArray) -> ColumnProfile:
    """Mean and histogram."""
    import pyarrow.compute as pc  # noqa: PLC0415

    places = positions(values)
    found = replace(found, bins=bins(places, found.scale))
    if found.scale is Scale.MOMENT:
        return found
    return replace(found, mean=pc.mean(places).as_py())


def _value(scalar: pa.Scalar, scale: Scale) -> Value | None:
    if scale in (Scale.WHOLE, Scale.NUMBER):
        number: int | float | None = scalar.as_py()
        return number
    return _words(scalar)


def _words(scalar: pa.Scalar) -> str:
    """A value as Arrow writes it, which unlike Python knows moments of any year; bytes in hex."""
    import pyarrow as pa  # noqa: PLC0415
    from pyarrow import types  # noqa: PLC0415

    if is_bytes(scalar.type):
        return str(scalar.as_py()[:_LONGEST].hex(" "))
    if types.is_duration(scalar.type):
        return f"{scalar.cast(pa.int64()).as_py():,} {scalar.type.unit}"
    if types.is_timestamp(scalar.type):
        return str(scalar.cast(pa.string()).as_py()).removesuffix(".000000000").removesuffix(".000000")
    return str(scalar.cast(pa.string()).as_py())[:_LONGEST]
