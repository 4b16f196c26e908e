"""Columns that are small only while folded: a few long values in a dictionary or behind views, told by many rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from s3desk.data.sizes import size_words
from s3desk.s3.errors import UnsupportedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import TypeAlias

    Column: TypeAlias = pa.Array | pa.ChunkedArray

MOST = 2 << 30  # bytes of a column that may be unfolded at once
MOST_OF_BLOCK = 64 << 20
_VIEW = 16  # bytes of a view, which begins with the length of its value


def each_value(column: Column, of_values: Callable[[pa.Array], pa.Array]) -> Column:
    """What comes of a column in dictionaries when each value of a dictionary is looked at once, and not each row."""
    if isinstance(column, pa.ChunkedArray):
        pieces = [each_value(chunk, of_values) for chunk in column.chunks]
        return pa.chunked_array(pieces or [of_values(pa.array([], column.type.value_type))])
    used = pc.drop_null(pc.unique(column.indices))
    values = of_values(_values(column.dictionary).take(used))
    return values.take(pc.index_in(column.indices, used))


def _values(dictionary: pa.Array) -> pa.Array:
    """Values that can be taken one by one."""
    if not _is_view(dictionary.type):
        return dictionary
    checked(dictionary)
    return pc.cast(dictionary, pa.large_string() if pa.types.is_string_view(dictionary.type) else pa.large_binary())


def ranks(column: pa.ChunkedArray, plain: Callable[[pa.Array], pa.Array]) -> pa.ChunkedArray:
    """Numbers in the order of the values of a column in dictionaries; `plain` makes values comparable."""
    column = column.unify_dictionaries()
    if not column.num_chunks:
        return pa.chunked_array([], pa.uint64())
    values = plain(_values(column.chunk(0).dictionary))
    places = pc.if_else(pc.is_valid(values), pc.rank(values, tiebreaker="dense"), pa.scalar(None, pa.uint64()))
    return pa.chunked_array([places.take(chunk.indices) for chunk in column.chunks])


def checked(column: Column) -> None:
    """Raises UnsupportedError for a column that memory could not hold unfolded."""
    size = unfolded_size(column)
    if size > MOST:
        words = f"The texts of this column are too long all together: {size_words(size)}."
        raise UnsupportedError(words, "Filter the rows first.")


def blocks(table: pa.Table) -> Iterator[pa.Table]:
    """The table in as many pieces as it takes for each to be small also when unfolded."""
    if table.num_rows > 1 and sum(map(unfolded_size, table.columns)) > MOST_OF_BLOCK:
        half = table.num_rows // 2
        yield from blocks(table.slice(0, half))
        yield from blocks(table.slice(half))
    else:
        yield table


def unfolded_size(column: Column) -> int:
    """About how many bytes the values take one by one; 0 for a column that is not folded."""
    if not (pa.types.is_dictionary(column.type) or _is_view(column.type)):
        return 0
    chunks = column.chunks if isinstance(column, pa.ChunkedArray) else [column]
    return sum(map(_size, chunks))


def _size(chunk: pa.Array) -> int:
    kind = chunk.type
    if _is_view(kind):
        return int(pc.sum(_view_lengths(chunk)).as_py() or 0)
    if pa.types.is_primitive(kind.value_type):
        return int(chunk.indices.nbytes) * 8
    used = pc.drop_null(pc.unique(chunk.indices))
    lengths = _lengths(chunk.dictionary, used)
    return int(pc.sum(lengths.take(pc.index_in(chunk.indices, used))).as_py() or 0)


def _lengths(values: pa.Array, used: pa.Array) -> pa.Array:
    """Bytes of some values each."""
    if _is_view(values.type):
        return _view_lengths(values).take(used)
    if str(values.type) in ("string", "large_string", "binary", "large_binary"):
        return pc.cast(pc.binary_length(values), pa.int64()).take(used)
    return pa.array([values.slice(at, 1).nbytes for at in used.to_pylist()], pa.int64())


def _view_lengths(values: pa.Array) -> pa.Array:
    import numpy as np  # noqa: PLC0415  # heavy

    if not len(values):
        return pa.array([], pa.int64())
    views = np.frombuffer(values.buffers()[1], np.int32, (values.offset + len(values)) * _VIEW // 4)
    lengths = pa.array(views[values.offset * _VIEW // 4 :: _VIEW // 4].astype(np.int64))
    return pc.if_else(pc.is_valid(values), lengths, 0)


def _is_view(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string_view(kind) or pa.types.is_binary_view(kind))
