"""JSON lines, and arrays of records, as a table: one column for each name, nested values as JSON text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from s3desk.data.parsers.parsed import MOST_COLUMNS, as_text, bounded, clean, columns_note
from s3desk.data.table import Column, Row, Table
from s3desk.data.windows.line_index import Span

_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_BETWEEN = re.compile(r"\s*,?\s*")
_LONG_NUMBER = 16  # digits; longer ones are ids


class _Number(str):
    """A number as it is written: an id of 30 digits and 1.10 stay what they are."""

    __slots__ = ()


class _Repeating(dict[str, Any]):
    """A record in which a name stood twice."""


@dataclass
class _Records:
    """What was read: records, or None with the text of a line that is no record."""

    found: list[tuple[dict[str, Any] | None, str]] = field(default_factory=list)
    consumed: int = 0
    complete: bool = True


def lines_table(text: str, *, whole: bool, size: int, read: int, limit_rows: int = 1000) -> Table | None:
    """The lines of a JSON lines text as rows; None when most are no records. A last line that may be cut is left out.

    `size` are the bytes of the file and `read` those that `text` was made of, for the estimate of its rows.
    """
    lines = _LINE.findall(text)  # not splitlines: U+2028 and others may stand inside a string
    records = _Records(complete=whole)
    for index, line in enumerate(lines):
        if index == len(lines) - 1 and not whole and not line.endswith("\n"):
            break
        records.consumed += len(line)
        if stripped := line.strip("\ufeff \t\r\n"):
            value = _loaded(stripped)
            records.found.append((value if isinstance(value, dict) else None, stripped))
    return _table(records, text, size, read, limit_rows)


def array_table(text: str, *, whole: bool, size: int, read: int, limit_rows: int = 1000) -> Table | None:
    """The records of an array `[{…}, {…}]` as rows, None when it is no such array. A cut last record is left out."""
    start = re.match(r"\ufeff?\s*\[\s*(?=\{)", text)
    if not start:
        return None
    records = _Records(consumed=start.end(), complete=False)
    for value, end in _elements(text, start.end()):
        if not isinstance(value, dict):
            return None
        records.found.append((value, text[records.consumed : end]))
        records.consumed = end
    rest = text[records.consumed :].strip()
    records.complete = whole and rest == "]"
    if whole and not records.complete:  # damaged, or more than one value: its text shows where
        return None
    table = _table(records, text, size, read, limit_rows) if records.found else None
    return table and replace(table, span=Span(len(text[: start.end()].encode()), (), "utf-8"))


def _loaded(text: str) -> object:
    try:
        return _DECODER.decode(text)
    except (ValueError, RecursionError):
        return None


def _record(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    record = dict(pairs)
    return record if len(record) == len(pairs) else _Repeating(record)


_DECODER = json.JSONDecoder(
    object_pairs_hook=_record, parse_float=_Number, parse_int=_Number, parse_constant=_Number
)  # fmt: skip


def _elements(text: str, at: int) -> Iterator[tuple[object, int]]:
    """The values of an array one after the other, up to its end or to where it is cut or nested too deep."""
    while at < len(text) and text[at] != "]":
        try:
            value, end = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError):
            return
        between = _BETWEEN.match(text, end)
        at = between.end() if between else end
        yield value, at


def _table(records: _Records, text: str, size: int, read: int, limit_rows: int) -> Table | None:
    found = records.found
    bad = [index for index, (record, _) in enumerate(found) if record is None]
    if not found or len(bad) * 2 > len(found):
        return None
    shown = found[:limit_rows]
    every = list(dict.fromkeys(name for record, _ in shown for name in record or ()))
    names = every[:MOST_COLUMNS]
    rows, notes = bounded([_row(record, line, names) for record, line in shown])
    if any(isinstance(record, _Repeating) for record, _ in shown):
        notes = (*notes, "In some records a name stands twice; the last one is shown.")
    if bad:
        notes = (*notes, _bad_words(bad))
    return Table(
        columns=tuple(Column(clean(name), _is_numeric(shown, name)) for name in names),
        rows=rows,
        bad=frozenset(index for index in bad if index < len(rows)),
        bad_rows=len(bad),
        rows_found=len(found),
        rows_total=len(found) if records.complete else _estimate(records, text, size, read),
        complete=records.complete,
        notes=(*columns_note(len(names), len(every)), *notes),
    )


def _bad_words(bad: list[int]) -> str:
    if len(bad) == 1:
        return f"Line {bad[0] + 1:,} is no JSON record; it is shown as it is written."
    first = f"{len(bad):,} lines are no JSON records, the first is line {bad[0] + 1:,}"
    return f"{first}; they are shown as they are written."


def _row(record: dict[str, Any] | None, line: str, names: list[str]) -> Row:
    if record is None:
        return (line, *(None,) * (len(names) - 1))
    return tuple(_cell(record.get(name)) for name in names)


def _cell(value: object) -> str | None:
    if not isinstance(value, (list, dict)):
        return as_text(value)
    try:
        return _json(value)
    except RecursionError:
        return "(nested too deep to be shown)"


def _json(value: object) -> str:
    """The value as JSON again, its numbers as they were written."""
    if isinstance(value, _Number):
        return str(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_json(name)}: {_json(one)}" for name, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_json, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def _is_numeric(found: list[tuple[dict[str, Any] | None, str]], name: str) -> bool:
    values = [record[name] for record, _ in found if record and record.get(name) is not None]
    return bool(values) and all(isinstance(value, _Number) and not _is_id(value) for value in values)


def _is_id(number: str) -> bool:
    return number.isdigit() and len(number) >= _LONG_NUMBER


def _estimate(records: _Records, text: str, size: int, read: int) -> int | None:
    """The rows of the whole file, if the rest is like the beginning."""
    if not records.consumed:
        return None
    return max(len(records.found), round(len(records.found) * size / (read * records.consumed / len(text))))
