"""Tables of different columns and types as one: which types go together, and what becomes text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

_EXACT = 2**53  # above it a broken number skips whole ones
_NUMBER = r"^\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?\s*$"


def common_type(types: Iterable[pa.DataType]) -> pa.DataType:
    """The narrowest type that holds all of these without loss.

    Nothing goes with everything, whole numbers with broken ones, days with times; all else becomes text.
    """
    import pyarrow as pa  # noqa: PLC0415  # heavy

    found = {kind for kind in types if not pa.types.is_null(kind)}
    if not found:
        return pa.null()
    if len(found) == 1:
        return found.pop()
    for same, wide in (
        (_is_text, pa.large_string() if pa.large_string() in found else pa.string()),
        (pa.types.is_integer, pa.int64()),
        (_is_number, pa.float64()),
        (_is_moment, _widest_moment(found)),
        (pa.types.is_time, pa.time64("us")),
    ):
        if wide is not None and all(map(same, found)):
            return wide
    return pa.string()


def _is_text(kind: pa.DataType) -> bool:
    import pyarrow as pa  # noqa: PLC0415

    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _is_number(kind: pa.DataType) -> bool:
    import pyarrow as pa  # noqa: PLC0415

    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))


def _is_moment(kind: pa.DataType) -> bool:
    import pyarrow as pa  # noqa: PLC0415

    return bool(pa.types.is_date(kind) or pa.types.is_timestamp(kind))


def _widest_moment(found: set[pa.DataType]) -> pa.DataType | None:
    """Times with and without a zone do not go together."""
    import pyarrow as pa  # noqa: PLC0415

    times = [kind for kind in found if pa.types.is_timestamp(kind)]
    zones = {kind.tz for kind in times}
    days = any(pa.types.is_date(kind) for kind in found)
    if len(zones) > 1 or (days and zones - {None}):
        return None
    units = ("s", "ms", "us", "ns")
    finest = max((units.index(kind.unit) for kind in times), default=0)
    return pa.timestamp(units[finest], zones.pop() if zones else None)


def usual_type(types: Sequence[pa.DataType]) -> pa.DataType:
    """The commonest of these, for who wants numbers to stay numbers: what does not fit becomes null."""
    import pyarrow as pa  # noqa: PLC0415

    known = [kind for kind in types if not pa.types.is_null(kind)]
    return max(known, key=known.count) if known else pa.null()


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
        if not as_text and _is_text(kind) and len(set(kinds)) > 1:
            kind = usual_type(kinds)
        fields.append(pa.field(name, kind))
    return pa.schema(fields)


def exact(schema: pa.Schema, tables: Sequence[pa.Table]) -> pa.Schema:
    """The schema with text where broken numbers could not hold the whole ones exactly: those are ids, most often."""
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.compute as pc  # noqa: PLC0415

    for at, field in enumerate(schema):
        if not pa.types.is_floating(field.type):
            continue
        for table in tables:
            own = table.schema.get_field_index(field.name)
            if own < 0 or not pa.types.is_integer(table.schema.field(own).type):
                continue
            ends = pc.min_max(table.column(own)).as_py()
            if any(end is not None and abs(end) > _EXACT for end in ends.values()):
                schema = schema.set(at, pa.field(field.name, pa.string()))
                break
    return schema


def fitted(table: pa.Table, schema: pa.Schema) -> tuple[pa.Table, dict[str, int]]:
    """The table with exactly these columns, and how many cells of which did not fit and are null now."""
    import pyarrow as pa  # noqa: PLC0415

    columns, lost = [], {}
    for field in schema:
        at = table.schema.get_field_index(field.name)
        if at < 0:
            columns.append(pa.nulls(table.num_rows, field.type))
            continue
        column, missing = _fitted_column(table.column(at), field.type)
        columns.append(column)
        if missing:
            lost[field.name] = missing
    return pa.Table.from_arrays(columns, schema=schema), lost


def _fitted_column(column: pa.ChunkedArray, kind: pa.DataType) -> tuple[pa.ChunkedArray, int]:
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.compute as pc  # noqa: PLC0415

    if column.type == kind:
        return column, 0
    try:
        return column.cast(kind), 0
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, pa.ArrowTypeError):
        pass
    if _is_text(kind):
        return pa.chunked_array([pa.array([_as_text(value) for value in column.to_pylist()], kind)]), 0
    kept = column
    if _is_text(column.type) and _is_number(kind):
        kept = pc.if_else(pc.match_substring_regex(column, _NUMBER), column, pa.scalar(None, column.type))
    try:
        kept = pc.cast(kept, kind, safe=False)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, pa.ArrowTypeError):
        kept = pa.chunked_array([pa.nulls(len(column), kind)])
    return kept, kept.null_count - column.null_count


def _as_text(value: object) -> str | None:
    return None if value is None else str(value)
