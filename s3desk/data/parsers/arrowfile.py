"""Arrow files (Feather) and streams: the first record batches."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from s3desk.data.parsers.arrowcells import is_number, texts, type_words
from s3desk.data.parsers.parsed import MOST_COLUMNS, Cells, Parsed, bounded, columns_note

if TYPE_CHECKING:
    from s3desk.data.parsers.source import Source

_FEWER = (MOST_COLUMNS, 20, 5, 1)  # columns tried, as long as a batch is too large


def parse(source: Source, *, rows: int) -> Parsed:
    """The first `rows` rows of the first columns. Raises what pyarrow raises for a damaged file."""
    for most in _FEWER:
        source.seek(0)
        source.exhausted = False
        try:
            return _parse(source, rows, most)
        except Exception:
            if not source.exhausted:
                raise
    return Parsed(refusal="The first batch of rows in this Arrow table is too large for a preview.")


def _parse(source: Source, rows: int, most: int) -> Parsed:
    is_file = source.read_at(0, 6) == b"ARROW1"
    opened = pa.ipc.open_file if is_file else pa.ipc.open_stream
    file = pa.PythonFile(source, "r")
    schema = opened(file).schema
    options = pa.ipc.IpcReadOptions(included_fields=list(range(most)) if len(schema) > most else [], use_threads=False)
    source.seek(0)
    reader = opened(file, options=options)
    batches, complete = _first(_batches(reader, is_file=is_file), rows)
    shown = min(len(schema), most)
    cells, notes = bounded(_cells(batches, shown, rows))
    details = [f"{len(schema):,} columns"]
    if is_file:
        details.append(f"{reader.num_record_batches:,} batches")
    return Parsed(
        tuple(schema.names[:shown]),
        tuple(is_number(field.type) for field in list(schema)[:shown]),
        tuple(type_words(field.type) for field in list(schema)[:shown]),
        cells,
        sum(batch.num_rows for batch in batches) if complete or _is_all(reader, batches, is_file=is_file) else None,
        tuple(details),
        (*columns_note(shown, len(schema)), *notes),
    )


def _is_all(reader: Any, batches: list[pa.RecordBatch], *, is_file: bool) -> bool:
    return is_file and len(batches) == reader.num_record_batches


def _batches(reader: Any, *, is_file: bool) -> Iterator[pa.RecordBatch]:
    if not is_file:
        yield from reader
        return
    for index in range(reader.num_record_batches):
        yield reader.get_batch(index)


def _first(batches: Iterator[pa.RecordBatch], rows: int) -> tuple[list[pa.RecordBatch], bool]:
    """Batches until there are enough rows, and whether it is known that these are all: the next is not fetched."""
    found: list[pa.RecordBatch] = []
    count = 0
    for batch in batches:
        batch.validate(full=True)  # offsets of strangers may point anywhere
        found.append(batch)
        count += batch.num_rows
        if count >= rows:
            return found, False
    return found, True


def _cells(batches: list[pa.RecordBatch], columns: int, rows: int) -> Cells:
    cells: Cells = []
    for batch in batches:
        part = batch.slice(0, rows - len(cells))
        cells += zip(*(texts(part.column(index)) for index in range(columns)), strict=True)
    return cells
