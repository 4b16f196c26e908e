"""Cells as people read them: one way for the grid, for finding, filtering, copying and every written format."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from s3desk.data.exporting.folded import checked, each_value

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST_BYTES = 64  # of a binary cell
_NO_FRACTION = r"\.0+([+-]\d{4}|Z)?$"


def is_numeric(kind: pa.DataType) -> bool:
    """Whether cells of this type are numbers, which stand on the right."""
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))


def is_moment(kind: pa.DataType) -> bool:
    """Whether cells of this type are days, or days with a time."""
    return bool(pa.types.is_date(kind) or pa.types.is_timestamp(kind))


def is_text(kind: pa.DataType) -> bool:
    """Whether cells of this type are text already."""
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def type_words(kind: pa.DataType) -> str:
    """A type as an analyst would call it."""
    names: tuple[tuple[Callable[[pa.DataType], bool], str], ...] = (
        (pa.types.is_dictionary, "text"),
        (is_text, "text"),
        (pa.types.is_integer, "whole number"),
        (is_numeric, "number"),
        (pa.types.is_boolean, "true or false"),
        (pa.types.is_date, "date"),
        (pa.types.is_timestamp, "date and time"),
        (pa.types.is_time, "time"),
        (pa.types.is_nested, "nested values"),
        (pa.types.is_null, "empty"),
    )
    return next((name for fits, name in names if fits(kind)), str(kind))


def flat(column: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    """The column without what few functions of Arrow take: dictionaries decoded, views made plain.

    Raises UnsupportedError for a small column that would not fit into memory then.
    """
    kind = column.type
    if pa.types.is_dictionary(kind):
        checked(column)
        return each_value(column, flat)
    if pa.types.is_string_view(kind):
        checked(column)
        return pc.cast(column, pa.large_string())
    if pa.types.is_float16(kind):
        return pc.cast(column, pa.float32())
    return column


def as_text(column: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    """Each cell as text, nulls as nulls; off the GIL but for nested and binary cells. Never raises for a cell.

    Moments are ISO 8601 with a space, binary is hexadecimal and cut, nested values are JSON.
    """
    column = flat(column)
    kind = column.type
    if is_text(kind):
        return column
    if pa.types.is_timestamp(kind) or pa.types.is_time(kind):
        return _moments(column)
    if is_numeric(kind) or pa.types.is_boolean(kind) or pa.types.is_date(kind) or pa.types.is_null(kind):
        return pc.cast(column, pa.string())
    return pa.array([_plain(cell) for cell in column], pa.string())


def _moments(column: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    try:
        text = pc.cast(column, pa.string())
    except pa.ArrowInvalid:  # a time zone this computer does not know
        text = pc.cast(pc.cast(column, pa.timestamp(column.type.unit)), pa.string())
    return pc.replace_substring_regex(text, _NO_FRACTION, r"\1")


def _plain(cell: pa.Scalar) -> str | None:
    """One cell of a type Arrow does not cast to text."""
    if not cell.is_valid:
        return None
    value = as_python(cell)
    if isinstance(value, bytes):
        more = "…" if len(value) > LONGEST_BYTES else ""
        return f"0x{value[:LONGEST_BYTES].hex()}{more}"
    return as_json(value) if isinstance(value, (dict, list)) else str(value)


def as_python(cell: pa.Scalar) -> Any:
    """The value as Python's own, and as a text what Python cannot hold, also deep within nested values."""
    try:
        return cell.as_py()
    except (ValueError, OverflowError, ImportError):
        pass
    kind = cell.type
    if pa.types.is_dictionary(kind) or isinstance(kind, pa.BaseExtensionType):
        return as_python(cell.value)
    if pa.types.is_struct(kind):
        return {kind.field(at).name: as_python(cell[at]) for at in range(kind.num_fields)}
    if pa.types.is_nested(kind) and hasattr(cell, "values"):
        return [as_python(one) for one in cell.values]
    if pa.types.is_duration(kind):
        return f"{cell.value} {kind.unit}"
    return _beyond_python(cell)


def _beyond_python(cell: pa.Scalar) -> str:
    """A moment of a far year, and bytes that are no text."""
    try:
        return str(cell.cast(pa.string()).as_py())
    except (pa.ArrowException, ValueError, OverflowError):
        return bytes(cell.as_buffer()).decode(errors="replace") if is_text(cell.type) else "?"


def as_json(value: Any) -> str:
    """A nested value on one line; what JSON has no word for is written as text."""
    import json  # noqa: PLC0415  # not before the first paint

    return json.dumps(value, ensure_ascii=False, default=_without_json)


def _without_json(value: Any) -> str:
    return f"0x{value[:LONGEST_BYTES].hex()}" if isinstance(value, bytes) else str(value)


def texts(cells: pa.Array) -> list[str | None]:
    """`as_text` as Python's own, also for text that is not UTF-8, which a damaged file may hold."""
    column = as_text(cells)
    try:
        found: list[str | None] = column.to_pylist()
    except UnicodeDecodeError:
        found = [cell.as_buffer().to_pybytes().decode(errors="replace") if cell.is_valid else None for cell in column]
    return found
