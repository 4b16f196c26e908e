"""Parquet by range: the footer, then of the first row groups the columns that are shown, and no more."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from s3desk.data.parsers.arrowcells import is_number, texts, type_words
from s3desk.data.parsers.parsed import MOST_COLUMNS, Parsed, bounded, columns_note
from s3desk.data.sizes import size_words

if TYPE_CHECKING:
    from s3desk.data.parsers.source import Source, Span

_FOOTER = 16 << 20  # bytes; a table with a larger one has millions of chunks
_GROUPS = 8  # row groups read at most, where they are small


def parse(source: Source, *, rows: int) -> Parsed:
    """The first `rows` rows of the first columns. Raises what pyarrow raises for a damaged file."""
    tail = source.read_at(max(source.size() - (64 << 10), 0), 64 << 10)
    length = int.from_bytes(tail[-8:-4], "little")
    if length > min(_FOOTER, source.size()) and tail.endswith(b"PAR1"):
        return Parsed(refusal=f"The directory at the end of this Parquet table claims {size_words(length)}.")
    file = pq.ParquetFile(pa.PythonFile(source, "r"), pre_buffer=False, buffer_size=64 << 10)
    fields = file.schema_arrow
    leaves = list(accumulate((_leaves(field.type) for field in fields), initial=0))
    shown = min(len(fields), MOST_COLUMNS)
    groups = _groups(file.metadata, rows)
    source.plan(_spans(file.metadata, groups, leaves[shown], source.size()))
    columns: list[list[str | None]] = []
    for index in range(shown):
        try:
            columns.append(_column(file, groups, range(leaves[index], leaves[index + 1]), rows))
        except Exception:
            if not (source.exhausted and columns):
                raise
            break
    return _parsed(file, fields, columns)


def _parsed(file: Any, fields: pa.Schema, columns: list[list[str | None]]) -> Parsed:
    cells, notes = bounded(list(zip(*columns, strict=True)))
    count = len(columns)
    metadata = file.metadata
    return Parsed(
        tuple(fields.names[:count]),
        tuple(is_number(field.type) for field in list(fields)[:count]),
        tuple(type_words(field.type) for field in list(fields)[:count]),
        cells,
        metadata.num_rows,
        (_count(len(fields), "column"), _count(metadata.num_row_groups, "row group")),
        (*columns_note(count, len(fields)), *notes),
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


def _groups(metadata: Any, rows: int) -> list[int]:
    """The first row groups that hold enough rows."""
    found: list[int] = []
    count = 0
    for group in range(min(metadata.num_row_groups, _GROUPS)):
        if count >= rows:
            break
        found.append(group)
        count += metadata.row_group(group).num_rows
    return found


def _spans(metadata: Any, groups: list[int], leaves: int, size: int) -> list[Span]:
    """Where the chunks of the columns lie."""
    spans = []
    for group in groups:
        row_group = metadata.row_group(group)
        for leaf in range(min(leaves, row_group.num_columns)):
            chunk = row_group.column(leaf)
            start = chunk.data_page_offset
            if chunk.has_dictionary_page and chunk.dictionary_page_offset:
                start = min(start, chunk.dictionary_page_offset)
            end = start + chunk.total_compressed_size
            if 0 <= start < end <= size:
                spans.append((start, end))
    return spans


def _column(file: Any, groups: list[int], leaves: range, rows: int) -> list[str | None]:
    """The first cells of one column, read on its own: the one after it may be too large."""
    cells: list[str | None] = []
    for batch in file.reader.iter_batches(rows, groups, list(leaves), use_threads=False):
        cells += texts(batch.column(0))
        if len(cells) >= rows:
            break
    return cells[:rows]
