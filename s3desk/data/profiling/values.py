"""What the values of an Arrow column are, in words and as numbers on a scale."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from s3desk.data.profiling.bins import Scale

if TYPE_CHECKING:
    import pyarrow as pa


def type_words(kind: pa.DataType) -> str:
    """A type's name for people who never saw Arrow's."""
    from pyarrow import types  # noqa: PLC0415

    if types.is_dictionary(kind):
        return type_words(kind.value_type)
    tests: tuple[tuple[Callable[[Any], bool], str], ...] = (
        (types.is_boolean, "true or false"),
        (types.is_integer, "whole number"),
        (types.is_floating, "number"),
        (types.is_decimal, "decimal number"),
        (types.is_date, "date"),
        (types.is_timestamp, "date and time"),
        (types.is_time, "time of day"),
        (types.is_duration, "duration"),
        (is_text, "text"),
        (is_bytes, "bytes"),
        (types.is_null, "empty"),
        (types.is_struct, "record"),
        (types.is_map, "map"),
        (types.is_nested, "list"),
    )
    words = next((words for test, words in tests if test(kind)), str(kind))
    return f"{words} (UTC)" if types.is_timestamp(kind) and kind.tz else words


def scale_of(kind: pa.DataType) -> Scale:
    """The scale on which values of this type lie."""
    from pyarrow import types  # noqa: PLC0415

    if types.is_integer(kind):
        return Scale.WHOLE
    if types.is_floating(kind) or types.is_decimal(kind):
        return Scale.NUMBER
    return Scale.MOMENT if types.is_timestamp(kind) or types.is_date(kind) else Scale.NONE


def plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The same values in a type that Arrow can compute with; decimals become floats.

    Times lose their zone (they are UTC then, whatever the zone's name) and what is finer than a microsecond, since
    neither can be written safely for a file that lies about them. Raises pyarrow.ArrowInvalid for moments beyond
    what Arrow can compute with.
    """
    return _computable(_decoded(column))


def countable(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The same values in a type in which Arrow tells all different ones apart, and only these: -0.0 is 0.0."""
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.compute as pc  # noqa: PLC0415
    from pyarrow import types  # noqa: PLC0415

    column = _decoded(column)
    if types.is_decimal(column.type):
        return column
    if types.is_timestamp(column.type):
        return column.cast(pa.timestamp(column.type.unit))
    column = _computable(column)
    return pc.add(column, pa.scalar(0.0, column.type)) if types.is_floating(column.type) else column


def _decoded(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The values themselves, whatever stands for them."""
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.compute as pc  # noqa: PLC0415
    from pyarrow import types  # noqa: PLC0415

    from s3desk.data.exporting.folded import checked  # noqa: PLC0415  # imports Arrow

    kind = column.type
    if isinstance(kind, pa.BaseExtensionType):
        return _decoded(pa.chunked_array([chunk.storage for chunk in column.chunks], kind.storage_type))
    if types.is_dictionary(kind):
        checked(column)
        return _decoded(column.cast(kind.value_type))
    if types.is_run_end_encoded(kind):
        chunks = [pc.run_end_decode(chunk) for chunk in column.chunks]
        return _decoded(pa.chunked_array(chunks, kind.value_type))
    return column


def _computable(column: pa.ChunkedArray) -> pa.ChunkedArray:
    import pyarrow as pa  # noqa: PLC0415
    from pyarrow import types  # noqa: PLC0415

    from s3desk.data.exporting.folded import checked  # noqa: PLC0415  # imports Arrow

    kind = column.type
    if types.is_timestamp(kind) or types.is_date64(kind):
        return column.cast(pa.timestamp("us"), safe=str(kind)[10:12] != "ns")  # what would overflow is refused
    if types.is_decimal(kind) or types.is_float16(kind):
        return column.cast(pa.float64())
    views = {"string_view": pa.large_string(), "binary_view": pa.large_binary()}
    if str(kind) not in views:
        return column
    checked(column)
    return column.cast(views[str(kind)])


def positions(values: pa.ChunkedArray) -> pa.ChunkedArray:
    """Where values of `plain` lie on their scale, as float64: numbers as they are, moments in seconds since 1970."""
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.compute as pc  # noqa: PLC0415
    from pyarrow import types  # noqa: PLC0415

    if types.is_date32(values.type):
        return pc.multiply(values.cast(pa.int32()).cast(pa.float64()), 86_400.0)
    if types.is_timestamp(values.type):
        return pc.divide(values.cast(pa.int64()).cast(pa.float64(), safe=False), 1_000_000.0)
    return values.cast(pa.float64(), safe=False)


def is_text(kind: pa.DataType) -> bool:
    """Whether values are texts."""
    return str(kind) in ("string", "large_string", "string_view")


def is_bytes(kind: pa.DataType) -> bool:
    """Whether values are bytes that need not be text."""
    return str(kind) in ("binary", "large_binary", "binary_view") or str(kind).startswith("fixed_size_binary")
