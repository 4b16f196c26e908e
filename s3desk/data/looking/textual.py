"""The beginning of a text as a grid where it has rows, else as text."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from s3desk.data.encoding import damage, decode
from s3desk.data.looking.jsonlines import array_table, lines_table
from s3desk.data.looking.jsontext import indented
from s3desk.data.looking.look import FEW_ROWS, Beginning
from s3desk.data.looking.shown import TablePreview, TextPreview
from s3desk.data.signature import Kind
from s3desk.data.sizes import size_words
from s3desk.data.table import Table, read_table

if TYPE_CHECKING:
    from s3desk.data.sniff import Guess


def textual(start: Beginning, guess: Guess) -> TablePreview | TextPreview:
    """The preview of a text of one of the kinds in `look.TEXTS`."""
    if guess.kind is Kind.TABLE:
        return _table(start, guess)
    if guess.kind in (Kind.JSON, Kind.JSON_LINES) and not start.look.choices.as_text:
        return _records(start, guess)
    return _text(start.longer(), guess)


def _table(start: Beginning, guess: Guess) -> TablePreview | TextPreview:
    limit = start.look.choices.limit
    table = read_table(start.data, guess, size=start.size, limit_rows=limit)
    if not table.complete and table.rows_found < min(FEW_ROWS, limit):
        start = start.longer()
        table = read_table(start.data, guess, size=start.size, limit_rows=limit)
    lines = table.rows_found + guess.header
    if lines < 2 and not table.complete:
        ends = "Only one row ends" if lines else "No row ends"
        note = f"{ends} in the first {size_words(len(start.data))}, so this is shown as text."
        return _text(start, replace(guess, kind=Kind.TEXT), (note,))
    return _grid(start, guess, table)


def _grid(start: Beginning, guess: Guess, table: Table) -> TablePreview:
    facts = replace(
        start.facts(guess, table.notes),
        rows=len(table.rows),
        rows_total=table.rows_total,
        complete=table.complete,
        delimiter=guess.delimiter,
        header=guess.header if guess.kind is Kind.TABLE else None,
        bad_rows=table.bad_rows if guess.kind is Kind.TABLE else 0,  # of JSON a note tells
    )
    return TablePreview(facts, guess, table)


def _records(start: Beginning, guess: Guess) -> TablePreview | TextPreview:
    """JSON as a table where it consists of records."""
    limit = start.look.choices.limit
    table = _records_table(start, guess, limit)
    if table is None or (not table.complete and table.rows_found < min(FEW_ROWS, limit)):
        start = start.longer()
        table = _records_table(start, guess, limit)
    return _text(start, guess) if table is None else _grid(start, guess, table)


def _records_table(start: Beginning, guess: Guess, limit: int) -> Table | None:
    text = decode(start.data, guess.encoding, whole=start.is_whole)
    read = array_table if guess.kind is Kind.JSON else lines_table
    return read(text, whole=start.is_whole, size=start.size, read=len(start.data), limit_rows=limit)


def _text(start: Beginning, guess: Guess, notes: tuple[str, ...] = ()) -> TextPreview:
    text = decode(start.data, guess.encoding, whole=start.is_whole)
    notes = (*notes, *damage(text, guess.encoding))
    if not start.is_whole:
        notes = (*notes, f"The first {size_words(len(start.data))} are shown.")
    if guess.kind is Kind.JSON:
        readable = indented(text)
        if readable is None:
            notes = (*notes, "This JSON is nested too deep to be indented, so it is shown as it is written.")
        elif start.is_whole:
            notes = (*notes, *_fault(text))
        text = readable or text
    return TextPreview(start.facts(guess, notes), guess, text, guess.language, not start.is_whole)


def _fault(text: str) -> tuple[str, ...]:
    """Where a text that is to be JSON is none."""
    import json  # noqa: PLC0415  # only for these

    try:
        json.loads(text, parse_int=str)
    except json.JSONDecodeError as error:
        return (f"This is not valid JSON: line {error.lineno:,}, character {error.colno:,}: {error.msg}.",)
    except RecursionError:
        pass
    return ()
