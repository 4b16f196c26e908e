"""Columns in another type: a value that the type cannot hold exactly becomes null and is counted, never another one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

EXACT = 2**53  # above it a broken number skips whole ones
NUMBER = r"^\s*[-+]?(?:(?:0|[1-9]\d{0,14})(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d{1,3})?\s*$"  # 007 and longer ones are ids
WHOLE = r"^\s*[-+]?(?:0|[1-9]\d{0,17})\s*$"


def fitted(table: pa.Table, schema: pa.Schema) -> tuple[pa.Table, dict[str, int]]:
    """The table with exactly these columns, and how many cells of which did not fit and are null now."""
    import pyarrow as pa  # noqa: PLC0415  # heavy

    columns, lost = [], {}
    for field in schema:
        at = table.schema.get_field_index(field.name)
        if at < 0:
            columns.append(pa.nulls(table.num_rows, field.type))
            continue
        column, missing = fitted_column(table.column(at), field.type)
        columns.append(column)
        if missing:
            lost[field.name] = missing
    return pa.Table.from_arrays(columns, schema=schema), lost


def holds(kind: pa.DataType, column: pa.ChunkedArray) -> bool:
    """Whether values of this type can be all of the column's exactly; a decimal may become the float nearest to it."""
    try:
        exactly(column, kind)
    except _refusals():
        return False
    return True


def exactly(values: Any, kind: pa.DataType) -> Any:
    """Arrow's cast of a column, which refuses (as Arrow does) where a value would become another one."""
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.compute as pc  # noqa: PLC0415

    if not goes(values.type, kind):
        raise pa.ArrowInvalid(f"{values.type} is no {kind}")
    cast = values.cast(kind)
    if _rounds(values.type, kind) and not pc.all(_same(values, cast)).as_py():
        raise pa.ArrowInvalid("some are not the same")
    return cast


def fitted_column(column: pa.ChunkedArray, kind: pa.DataType) -> tuple[pa.ChunkedArray, int]:
    """The column in this type, and how many values it cannot hold."""
    import pyarrow as pa  # noqa: PLC0415

    if column.type == kind:
        return column, 0
    before, parsed = column.null_count, is_text(column.type) and is_number(kind)
    if parsed:
        column = _numbers(column, kind)
    try:
        fits = exactly(column, kind)
    except _refusals():
        if is_text(kind):
            return pa.chunked_array([pa.array([_as_text(value) for value in column.to_pylist()], kind)]), 0
        fits = _fitting(column, kind)
    if parsed and pa.types.is_floating(kind):
        fits = _finite(fits)
    return fits, fits.null_count - before


def _refusals() -> tuple[type[Exception], ...]:
    import pyarrow as pa  # noqa: PLC0415

    return pa.ArrowInvalid, pa.ArrowNotImplementedError, pa.ArrowTypeError


def goes(own: pa.DataType, kind: pa.DataType) -> bool:
    """Whether values may be cast at all: Arrow makes numbers of days, and UTC of times without a zone."""
    import pyarrow as pa  # noqa: PLC0415

    if pa.types.is_timestamp(own) and pa.types.is_timestamp(kind):
        return bool(own.tz) == bool(kind.tz)
    sorts = (pa.types.is_boolean, is_number, is_moment, pa.types.is_time, pa.types.is_duration)
    mine, its = ([sort(each) for sort in sorts] for each in (own, kind))
    return mine == its or not any(mine) or not any(its)


def _rounds(own: pa.DataType, kind: pa.DataType) -> bool:
    """Whether Arrow would cast to what is only near."""
    import pyarrow as pa  # noqa: PLC0415

    if pa.types.is_timestamp(own):
        return bool(pa.types.is_date(kind))
    if pa.types.is_floating(own) and pa.types.is_floating(kind):
        return bool(own.bit_width > kind.bit_width)
    broken = pa.types.is_floating, pa.types.is_decimal
    return any(one(own) and other(kind) for one, other in (broken, broken[::-1]))


def _same(values: Any, cast: Any) -> Any:
    """Where the cast back is the same again."""
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.compute as pc  # noqa: PLC0415

    same = pc.equal(cast.cast(values.type), values)
    return pc.or_(same, pc.is_nan(values)) if pa.types.is_floating(values.type) else same


def is_text(kind: pa.DataType) -> bool:
    """Whether values are text."""
    import pyarrow as pa  # noqa: PLC0415

    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def is_number(kind: pa.DataType) -> bool:
    """Whether values are numbers."""
    import pyarrow as pa  # noqa: PLC0415

    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))


def is_moment(kind: pa.DataType) -> bool:
    """Whether values are days or times of days."""
    import pyarrow as pa  # noqa: PLC0415

    return bool(pa.types.is_date(kind) or pa.types.is_timestamp(kind))


def _numbers(column: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray:
    """Texts that are numbers which this type can hold, as Arrow wants them written."""
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.compute as pc  # noqa: PLC0415

    pattern = WHOLE if pa.types.is_integer(kind) else NUMBER
    kept = pc.if_else(pc.match_substring_regex(column, pattern), column, pa.scalar(None, column.type))
    return pc.replace_substring_regex(pc.utf8_trim_whitespace(kept), r"^\+", "")


def _finite(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """1e400 is a number, but none that fits."""
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.compute as pc  # noqa: PLC0415

    return pc.if_else(pc.is_inf(column), pa.scalar(None, column.type), column)


def _fitting(column: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray:
    """What fits of a column of which some does not."""
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.compute as pc  # noqa: PLC0415

    if not goes(column.type, kind):
        return pa.chunked_array([pa.nulls(len(column), kind)])
    try:
        if (mask := _mask(column, kind)) is not None:
            return pc.if_else(mask, column, pa.scalar(None, column.type)).cast(kind)
    except _refusals():
        pass
    try:
        coded = pa.concat_arrays(column.chunks).dictionary_encode()
    except _refusals():  # nested, which fits nowhere
        return pa.chunked_array([pa.nulls(len(column), kind)])
    values = pa.concat_arrays(_in_halves(coded.dictionary, kind))
    return pa.chunked_array([values.take(coded.indices)])


def _mask(column: pa.ChunkedArray, kind: pa.DataType) -> Any:
    """Which numbers fit, where that can be told of all at once."""
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.compute as pc  # noqa: PLC0415

    if pa.types.is_floating(column.type) and pa.types.is_integer(kind):
        return pc.and_(pc.equal(pc.trunc(column), column), pc.less_equal(pc.abs(column), float(EXACT)))
    if pa.types.is_integer(column.type) and pa.types.is_floating(kind):
        small = pc.less_equal(column, pa.scalar(EXACT, column.type))
        signed = pa.types.is_signed_integer(column.type)
        return pc.and_(small, pc.greater_equal(column, pa.scalar(-EXACT, column.type))) if signed else small
    if pa.types.is_uint64(column.type) and pa.types.is_int64(kind):
        return pc.less_equal(column, pa.scalar(2**63 - 1, column.type))
    if pa.types.is_signed_integer(column.type) and pa.types.is_uint64(kind):
        return pc.greater_equal(column, pa.scalar(0, column.type))
    return _same(column, column.cast(kind)) if _rounds(column.type, kind) else None


def _in_halves(values: pa.Array, kind: pa.DataType) -> list[pa.Array]:
    """Cast as many at once as go together: few do not fit, most often."""
    import pyarrow as pa  # noqa: PLC0415

    try:
        return [exactly(values, kind)]
    except _refusals() as error:
        if len(values) <= 1 or isinstance(error, pa.ArrowNotImplementedError):
            return [pa.nulls(len(values), kind)]
    half = len(values) // 2
    return _in_halves(values.slice(0, half), kind) + _in_halves(values.slice(half), kind)


def _as_text(value: object) -> str | None:
    return None if value is None else str(value)
