"""Columns of two tables in one type, so that equal cells are equal whatever the files call their types."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from s3desk.data.combining.uniting import common_type
from s3desk.data.exporting.cell_text import as_text, flat, is_text, type_words

if TYPE_CHECKING:
    from s3desk.s3.job import Job

_SLICE = 20_000  # cells between two looks at the job, of types that only Python can write as text
_MOST_DIGITS = 76


def distinctly_named(table: pa.Table) -> pa.Table:
    """The table with “x”, “x (2)” where a column's name is there twice: columns are found by their names."""
    names, seen = [], set[str]()
    for name in table.column_names:
        free, number = name, 2
        while free in seen:
            free, number = f"{name} ({number})", number + 1
        seen.add(free)
        names.append(free)
    return table.rename_columns(names)


def kinds_words(before: pa.DataType, after: pa.DataType) -> tuple[str, str] | None:
    """Both types in words, None where an analyst would call them the same."""
    before, after = _value_type(before), _value_type(after)
    if before == after or (is_text(before) and is_text(after)):
        return None
    words = type_words(before), type_words(after)
    return words if words[0] != words[1] else (str(before), str(after))


def alike(job: Job, before: pa.ChunkedArray, after: pa.ChunkedArray) -> tuple[pa.Array, pa.Array]:
    """Both columns in one piece and one type that Arrow can compare and hash, without loss; else as text.

    Numbers are equal as numbers, moments as moments; -0.0 equals 0.0. Text never equals a number it does not look
    like: “007” is not 7.
    """
    pair = in_one_piece(before), in_one_piece(after)
    for kind in _candidates(pair[0].type, pair[1].type):
        try:
            return _without_negative_zero(pc.cast(pair[0], kind)), _without_negative_zero(pc.cast(pair[1], kind))
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError, pa.ArrowTypeError):
            job.check()
    return _as_text(job, pair[0]), _as_text(job, pair[1])


def differ(before: pa.Array, after: pa.Array) -> pa.Array:
    """Where cells of `alike` differ, without nulls: a null equals a null only, NaN equals NaN."""
    unequal = pc.not_equal(before, after)
    if pa.types.is_floating(before.type):
        unequal = pc.and_not(unequal, pc.and_(pc.is_nan(before), pc.is_nan(after)))
    return pc.coalesce(unequal, pc.xor(pc.is_null(before), pc.is_null(after)))


def in_one_piece(column: pa.ChunkedArray) -> pa.Array:
    """The column without dictionaries, extensions, runs and views, which few functions of Arrow take."""
    kind = column.type
    if isinstance(kind, pa.BaseExtensionType):
        return in_one_piece(pa.chunked_array([chunk.storage for chunk in column.chunks], kind.storage_type))
    if pa.types.is_run_end_encoded(kind):
        return in_one_piece(pa.chunked_array([pc.run_end_decode(chunk) for chunk in column.chunks], kind.value_type))
    column = flat(column)
    if _is_bytes(kind):
        column = column.cast(pa.large_binary())
    if is_text(column.type):  # the rows taken of a text may hold more than its own offsets can count
        column = column.cast(pa.large_string())
    return column.combine_chunks()


def _value_type(kind: pa.DataType) -> pa.DataType:
    if isinstance(kind, pa.BaseExtensionType):
        return _value_type(kind.storage_type)
    if pa.types.is_dictionary(kind) or pa.types.is_run_end_encoded(kind):
        return _value_type(kind.value_type)
    return kind


def _candidates(before: pa.DataType, after: pa.DataType) -> list[pa.DataType]:
    """Types in which both may be compared, the best first."""
    kinds = [kind for kind in (before, after) if not pa.types.is_null(kind)] or [pa.large_string()]
    if any(pa.types.is_nested(kind) or pa.types.is_interval(kind) for kind in kinds):
        return []
    if all(_is_bytes(kind) for kind in kinds):
        return [pa.large_binary()]
    if len(set(kinds)) == 1:
        return kinds[:1]
    return _numbers_or_moments(kinds)


def _numbers_or_moments(kinds: list[pa.DataType]) -> list[pa.DataType]:
    if all(pa.types.is_timestamp(kind) and kind.tz for kind in kinds):
        kinds = [pa.timestamp(kind.unit, "UTC") for kind in kinds]
    if any(pa.types.is_decimal(kind) for kind in kinds) and not any(pa.types.is_floating(kind) for kind in kinds):
        return _decimals(kinds)
    common = common_type(kinds)
    if is_text(common) and not all(is_text(kind) for kind in kinds):
        return []
    return [common, pa.int64()] if pa.types.is_floating(common) else [common]


def _decimals(kinds: list[pa.DataType]) -> list[pa.DataType]:
    """A decimal that holds these decimals and whole numbers."""
    if not all(pa.types.is_decimal(kind) or pa.types.is_integer(kind) for kind in kinds):
        return []
    sizes = [(kind.precision, kind.scale) if pa.types.is_decimal(kind) else (20, 0) for kind in kinds]
    scale = max(0, *(scale for _, scale in sizes))
    digits = max(precision - scale for precision, scale in sizes) + scale
    return [pa.decimal256(min(digits, _MOST_DIGITS), scale)]


def _is_bytes(kind: pa.DataType) -> bool:
    return str(kind) in ("binary", "large_binary", "binary_view") or pa.types.is_fixed_size_binary(kind)


def _without_negative_zero(column: pa.Array) -> pa.Array:
    """Arrow compares -0.0 as equal to 0.0, and hashes it as another."""
    return pc.add(column, 0.0) if pa.types.is_floating(column.type) else column


def _as_text(job: Job, column: pa.Array) -> pa.Array:
    found = []
    for start in range(0, len(column), _SLICE):
        job.check()
        found.append(pc.cast(as_text(column.slice(start, _SLICE)), pa.large_string()))
    return pa.concat_arrays(found) if found else pa.array([], pa.large_string())
