"""Tables of different columns and types as one: which types go together, and what becomes text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from s3desk.data.combining.fitting import NUMBER, WHOLE, fitted, goes, holds, is_moment, is_number, is_text

if TYPE_CHECKING:
    import pyarrow as pa

_MOST_DIGITS = 38  # of a decimal that every program reads
_UNITS = ("s", "ms", "us", "ns")


def common_type(types: Iterable[pa.DataType]) -> pa.DataType:
    """The narrowest type that holds all of these, as far as types can tell; `exact` looks at the values.

    Nothing goes with everything, whole numbers with broken ones, days with times; all else becomes text.
    """
    import pyarrow as pa  # noqa: PLC0415  # heavy

    found = {kind for kind in types if not pa.types.is_null(kind)}
    if not found:
        return pa.null()
    if len(found) == 1:
        return found.pop()
    for same, wide in (
        (is_text, pa.large_string() if pa.large_string() in found else pa.string()),
        (pa.types.is_integer, pa.int64()),
        (is_number, _widest_number(found)),
        (is_moment, _widest_moment(found)),
        (pa.types.is_time, pa.time64("us")),
    ):
        if wide is not None and all(map(same, found)):
            return wide
    return pa.string()


def _widest_number(found: set[pa.DataType]) -> pa.DataType:
    """A decimal where some are and none is a float, unless it had too many digits."""
    import pyarrow as pa  # noqa: PLC0415

    sizes = [(kind.precision, kind.scale) if pa.types.is_decimal(kind) else (20, 0) for kind in found]
    if any(map(pa.types.is_floating, found)) or not any(map(pa.types.is_decimal, found)):
        return pa.float64()
    scale = max(0, *(scale for _, scale in sizes))
    digits = max(precision - scale for precision, scale in sizes) + scale
    return pa.decimal128(digits, scale) if digits <= _MOST_DIGITS else pa.string()


def _widest_moment(found: set[pa.DataType]) -> pa.DataType | None:
    """Times with and without a zone do not go together."""
    import pyarrow as pa  # noqa: PLC0415

    times = [kind for kind in found if pa.types.is_timestamp(kind)]
    zones = {kind.tz for kind in times}
    days = any(pa.types.is_date(kind) for kind in found)
    if len(zones) > 1 or (days and zones - {None}):
        return None
    finest = max((_UNITS.index(kind.unit) for kind in times), default=0)
    return pa.timestamp(_UNITS[finest], zones.pop() if zones else None)


def usual_type(types: Sequence[pa.DataType]) -> pa.DataType:
    """The commonest of these, for who wants numbers to stay numbers: what does not fit becomes null.

    Where that is a number or a moment, it is one that goes with all others of its sort.
    """
    import pyarrow as pa  # noqa: PLC0415

    known = [kind for kind in types if not pa.types.is_null(kind)]
    if not known:
        return pa.null()
    usual = max(known, key=known.count)
    sort = next((same for same in (is_number, is_moment) if same(usual)), None)
    together = common_type(kind for kind in known if sort is not None and sort(kind))
    return usual if pa.types.is_null(together) or is_text(together) else together


def united_schema(schemas: Sequence[pa.Schema], *, only_common: bool = False, as_text: bool = True) -> pa.Schema:
    """The columns of all, in the order of their first appearance, or only those that all have."""
    import pyarrow as pa  # noqa: PLC0415

    types: dict[str, list[pa.DataType]] = {}
    for schema in schemas:
        for field in schema:
            types.setdefault(field.name, []).append(field.type)
    if only_common:
        types = {name: kinds for name, kinds in types.items() if len(kinds) == len(schemas)}
    fields = []
    for name, kinds in types.items():
        kind = common_type(kinds)
        if not as_text and is_text(kind) and len(set(kinds)) > 1:
            kind = usual_type(kinds)
        fields.append(pa.field(name, kind))
    return pa.schema(fields)


def exact(schema: pa.Schema, tables: Sequence[pa.Table]) -> pa.Schema:
    """The schema with other types where the values ask for it: the next one that holds them all exactly, or text.

    Whole numbers of many digits are ids, most often; a day in 9999 has no nanoseconds.
    """
    import pyarrow as pa  # noqa: PLC0415

    for at, field in enumerate(schema):
        if not is_number(field.type) and not pa.types.is_timestamp(field.type):
            continue
        own = [table.column(field.name) for table in tables if table.schema.get_field_index(field.name) >= 0]
        if all(part.type == field.type or pa.types.is_null(part.type) for part in own):
            continue
        same = [part for part in own if is_number(part.type) or is_moment(part.type)]
        same = [part for part in same if goes(part.type, field.type)]
        texts = [part for part in own if is_text(part.type)]
        kinds = [*_candidates(field.type, same, texts), pa.string()]
        kind = next(kind for kind in kinds if all(holds(kind, part) for part in same) or is_text(kind))
        schema = schema.set(at, pa.field(field.name, kind))
    return schema


def _candidates(
    kind: pa.DataType, columns: Sequence[pa.ChunkedArray], texts: Sequence[pa.ChunkedArray]
) -> list[pa.DataType]:
    """Types that may hold the values, the best first."""
    import pyarrow as pa  # noqa: PLC0415

    if pa.types.is_timestamp(kind):
        finest = _UNITS.index(kind.unit)
        return [pa.timestamp(unit, kind.tz) for unit in _UNITS[finest::-1]]
    if not pa.types.is_integer(kind):
        return [kind]
    kinds = [pa.float64()] if any(map(_is_broken, texts)) else []
    return [*kinds, kind, *([pa.uint64()] if any(part.type == pa.uint64() for part in columns) else [])]


def _is_broken(texts: pa.ChunkedArray) -> bool:
    """Whether some of these are numbers, and not whole ones."""
    import pyarrow.compute as pc  # noqa: PLC0415

    numbers, whole = (pc.match_substring_regex(texts, pattern) for pattern in (NUMBER, WHOLE))
    return bool(pc.any(pc.and_not(numbers, whole)).as_py())


__all__ = ["common_type", "exact", "fitted", "united_schema", "usual_type"]
