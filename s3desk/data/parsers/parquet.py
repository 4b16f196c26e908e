"""Parquet by range: the footer, then of a few row groups the columns that are shown, and no more."""

from __future__ import annotations

from dataclasses import replace
from itertools import accumulate
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from s3desk.data.parsers.arrowcells import is_number, texts, type_words
from s3desk.data.parsers.parquet_groups import Groups
from s3desk.data.parsers.parsed import MOST_COLUMNS, Parsed, Where, bounded, bounded_last, columns_note
from s3desk.data.sizes import size_words

if TYPE_CHECKING:
    from s3desk.data.parsers.parquet_groups import Rows
    from s3desk.data.parsers.source import Source

_FOOTER = 16 << 20  # bytes; a table with a larger one has millions of chunks
_SKIPPED = 8192  # rows decoded at once only to be left out


def parse(source: Source, *, rows: int, columns: int = 0, where: dict[str, Any] | None = None) -> Parsed:
    """So many rows of the first columns: all `columns`, or the first rows of as many as may be fetched when 0.

    `where` are the members of a `Where`. Raises what pyarrow raises for a damaged file.
    """
    tail = source.read_at(max(source.size() - (64 << 10), 0), 64 << 10)
    length = int.from_bytes(tail[-8:-4], "little")
    if length > min(_FOOTER, source.size()) and tail.endswith(b"PAR1"):
        return Parsed(refusal=f"The directory at the end of this Parquet table claims {size_words(length)}.")
    file = pq.ParquetFile(pa.PythonFile(source, "r"), pre_buffer=False, buffer_size=64 << 10)
    fields = file.schema_arrow
    leaves = list(accumulate((_leaves(field.type) for field in fields), initial=0))
    shown = min(len(fields), columns or MOST_COLUMNS)
    groups = Groups(file.metadata, leaves[shown], source.size())
    wanted = Where(**(where or {}))
    part = groups.rows(wanted, rows)
    source.plan(groups.spans(part.groups))
    read: list[list[str | None]] = []
    for index in range(shown):
        try:
            read.append(_column(file, part, range(leaves[index], leaves[index + 1])))
        except Exception:
            if columns or not (source.exhausted and read):
                raise
            break
    found = _parsed(file, read, groups, part, is_backward=wanted.is_backward)
    return replace(found, notes=part.notes) if columns else found


def _parsed(file: Any, columns: list[list[str | None]], groups: Groups, part: Rows, *, is_backward: bool) -> Parsed:
    fields, metadata, count = file.schema_arrow, file.metadata, len(columns)
    found = list(zip(*columns, strict=True))
    cells, notes = (bounded_last(found), ()) if is_backward else bounded(found)
    return Parsed(
        tuple(fields.names[:count]),
        tuple(is_number(field.type) for field in list(fields)[:count]),
        tuple(type_words(field.type) for field in list(fields)[:count]),
        cells,
        metadata.num_rows,
        (_count(len(fields), "column"), _count(metadata.num_row_groups, "row group")),
        (*columns_note(count, len(fields)), *notes),
        stretch=groups.stretch(part, len(found), len(cells), is_backward=is_backward),
    )


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"


def _leaves(kind: Any) -> int:
    """How many columns of the file one column of the table takes."""
    if isinstance(kind, pa.BaseExtensionType):
        return _leaves(kind.storage_type)
    if pa.types.is_nested(kind):
        return sum(_leaves(kind.field(index).type) for index in range(kind.num_fields))
    return 1


def _column(file: Any, part: Rows, leaves: range) -> list[str | None]:
    """Some cells of one column, read on its own: the one after it may be too large."""
    cells: list[str | None] = []
    skip = part.skipped
    at_once = _SKIPPED if skip else part.count
    for batch in file.reader.iter_batches(at_once, list(part.groups), list(leaves), use_threads=False):
        if skip < batch.num_rows:
            cells += texts(batch.column(0).slice(skip, part.count - len(cells)))
        skip = max(skip - batch.num_rows, 0)
        if len(cells) >= part.count:
            break
    return cells
