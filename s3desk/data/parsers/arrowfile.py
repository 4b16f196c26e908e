"""Arrow files (Feather) and streams: a few record batches, those of files from anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from s3desk.data.parsers.arrow_batches import Batches
from s3desk.data.parsers.arrowcells import is_number, texts, type_words
from s3desk.data.parsers.parsed import MOST_COLUMNS, Cells, Parsed, Where, bounded, bounded_last, columns_note

if TYPE_CHECKING:
    from s3desk.data.parsers.source import Source

_FEWER = (MOST_COLUMNS, 20, 5, 1)  # columns tried, as long as a batch is too large


def parse(source: Source, *, rows: int, columns: int = 0, where: dict[str, Any] | None = None) -> Parsed:
    """So many rows of the first columns: all `columns`, or the first rows of as many as may be fetched when 0.

    `where` are the members of a `Where`. Raises what pyarrow raises for a damaged file.
    """
    if columns:
        return _of_file(source, rows, columns, Where(**(where or {})), is_counted=True)
    for most in _FEWER:
        source.seek(0)
        source.exhausted = False
        try:
            if source.read_at(0, 6) == b"ARROW1":
                return _of_file(source, rows, most, Where(), is_counted=False)
            return _of_stream(source, rows, most)
        except Exception:
            if not source.exhausted:
                raise
    return Parsed(refusal="The first batch of rows in this Arrow table is too large for a preview.")


def _of_file(source: Source, rows: int, most: int, where: Where, *, is_counted: bool) -> Parsed:
    reader, schema = _opened(pa.ipc.open_file, source, most)
    count = reader.num_record_batches
    batches = Batches(reader.get_batch, count)
    if is_counted:
        batches.count_rows(source)
    parts = batches.read(where, rows)
    shown = min(len(schema), most)
    found = _cells([part.rows for part in parts], shown)
    cells, notes = (bounded_last(found), ()) if where.is_backward else bounded(found)
    stretch = batches.stretch(parts, len(found) - len(cells) if where.is_backward else 0, len(cells))
    total = batches.rows
    if not is_counted and stretch.end == stretch.extent:
        total = len(cells)
    return Parsed(
        *_described(schema, shown),
        cells,
        total,
        (f"{len(schema):,} columns", f"{count:,} batches"),
        () if is_counted else (*columns_note(shown, len(schema)), *notes),
        stretch=stretch if shown else None,
    )


def _of_stream(source: Source, rows: int, most: int) -> Parsed:
    reader, schema = _opened(pa.ipc.open_stream, source, most)
    batches, complete = _first(reader, rows)
    shown = min(len(schema), most)
    cells, notes = bounded(_cells(batches, shown)[:rows])
    return Parsed(
        *_described(schema, shown),
        cells,
        sum(batch.num_rows for batch in batches) if complete else None,
        (f"{len(schema):,} columns",),
        (*columns_note(shown, len(schema)), *notes),
    )


def _opened(opened: Any, source: Source, most: int) -> tuple[Any, pa.Schema]:
    """A reader of the first columns, and the schema of all."""
    file = pa.PythonFile(source, "r")
    schema = opened(file).schema
    options = pa.ipc.IpcReadOptions(included_fields=list(range(most)) if len(schema) > most else [], use_threads=False)
    source.seek(0)
    return opened(file, options=options), schema


def _described(schema: pa.Schema, shown: int) -> tuple[tuple[str, ...], tuple[bool, ...], tuple[str, ...]]:
    """Names of the columns, whether they are numbers, and the words for their types."""
    fields = list(schema)[:shown]
    return (
        tuple(schema.names[:shown]),
        tuple(is_number(field.type) for field in fields),
        tuple(type_words(field.type) for field in fields),
    )


def _first(batches: Iterator[pa.RecordBatch], rows: int) -> tuple[list[pa.RecordBatch], bool]:
    """Batches until there are enough rows, and whether it is known that these are all: the next is not fetched."""
    found: list[pa.RecordBatch] = []
    count = 0
    for batch in batches:
        batch.validate(full=True)  # offsets of strangers may point anywhere
        found.append(batch.slice(0, rows - count))
        count += batch.num_rows
        if count >= rows:
            return found, False
    return found, True


def _cells(batches: list[pa.RecordBatch], columns: int) -> Cells:
    cells: Cells = []
    for batch in batches:
        cells += zip(*(texts(batch.column(index)) for index in range(columns)), strict=True)
    return cells
