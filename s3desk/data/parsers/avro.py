"""Avro: the first records, read block by block."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import fastavro

from s3desk.data.parsers.parsed import MOST_COLUMNS, Parsed, as_text, bounded, columns_note

if TYPE_CHECKING:
    from s3desk.data.parsers.source import Source

_NUMBERS = {"int", "long", "float", "double"}


def parse(source: Source, *, rows: int) -> Parsed:
    """The first `rows` records. Raises what fastavro raises when not even one can be read."""
    reader = fastavro.reader(io.BufferedReader(source, 64 << 10))
    schema: Any = reader.writer_schema
    is_record = isinstance(schema, dict) and schema.get("type") == "record"
    fields = schema["fields"] if is_record else [{"name": "value", "type": schema}]
    records, ended, notes = _records(reader, rows)
    names = [str(field["name"]) for field in fields[:MOST_COLUMNS]]
    cells = [
        tuple(as_text(record.get(name) if is_record else record) for name in names) for record in records
    ]  # fmt: skip
    kept, more = bounded(cells)
    types = [_type_words(field["type"]) for field in fields[: len(names)]]
    return Parsed(
        tuple(names),
        tuple(set(words.split(" or ")) - {"null"} <= _NUMBERS for words in types),
        tuple(types),
        kept,
        len(records) if ended else None,
        (f"{len(fields):,} columns", str(reader.codec)),
        (*columns_note(len(names), len(fields)), *notes, *more),
    )


def _records(reader: Iterator[Any], rows: int) -> tuple[list[Any], bool, tuple[str, ...]]:
    """Records until there are enough, whether these are all, and a sentence when the rest is damaged."""
    records: list[Any] = []
    try:
        for record in reader:
            if len(records) >= rows:
                return records, False, ()
            records.append(record)
    except Exception:  # fastavro raises whatever a damaged byte leads to
        if not records:
            raise
        return records, False, ("What follows is damaged, incomplete or too large for a preview.",)
    return records, True, ()


def _type_words(kind: Any) -> str:
    """The type of a field in the words of Avro."""
    if isinstance(kind, list):
        return " or ".join(_type_words(one) for one in kind)[:80]
    if isinstance(kind, dict):
        return str(kind.get("logicalType") or kind.get("name") or kind.get("type"))[:80]
    return str(kind)[:80]
