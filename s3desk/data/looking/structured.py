"""Formats with a structure of their own (Parquet, Arrow, Avro, Excel, zip, PDF), parsed aside."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from s3desk.data.looking.images import dimensions
from s3desk.data.looking.shown import DOWNLOAD, ImagePreview, NothingToShow, TablePreview
from s3desk.data.parsers import aside
from s3desk.data.parsers.aside import Task
from s3desk.data.parsers.parsed import Parsed
from s3desk.data.signature import Kind
from s3desk.data.sizes import size_words
from s3desk.data.table import Column, Table

if TYPE_CHECKING:
    from s3desk.data.looking.look import Look
    from s3desk.data.sniff import Guess

EXCEL_BYTES = 20_000_000  # a workbook is fetched whole
_PDF_BYTES = 24_000_000


def parsed(look: Look, guess: Guess) -> Parsed:
    """What the parser of this kind finds; `refusal` is a sentence where it finds nothing."""
    if guess.kind is Kind.EXCEL and look.file.size > EXCEL_BYTES:
        size, most = size_words(look.file.size), size_words(EXCEL_BYTES)
        why = f"workbooks are fetched whole, so only those up to {most} are shown"
        return Parsed(refusal=f"This {guess.words} has {size}; {why}.")
    if not look.file.sends_ranges and not look.is_whole:
        return Parsed(refusal=f"The server does not send parts of files, which showing this {guess.words} needs.")
    task = _task(look, guess.kind)
    found = aside.parse(look.job, look.file, look.head, task)
    if not found.refusal:
        return found
    words = {
        "too much": f"More than {size_words(task.most_bytes)} of this {guess.words} would have to be read to show it.",
        "damaged": f"This {guess.words} is damaged or incomplete.",
        "locked": f"This {guess.words} is protected by a password.",
        "ended": f"This {guess.words} could not be read: it is damaged, or made to overload programs.",
    }
    return replace(found, refusal=words.get(found.refusal, found.refusal))


def structured(look: Look, guess: Guess, found: Parsed) -> TablePreview | ImagePreview | NothingToShow:
    """The preview of what a parser found."""
    facts = replace(
        look.facts(guess, found.notes),
        details=found.details, header=found.header, parts=found.parts, part=found.part,
    )  # fmt: skip
    if found.rows is not None:
        table = _table(found)
        facts = replace(facts, rows=len(table.rows), rows_total=table.rows_total, complete=table.complete)
        return TablePreview(facts, guess, table, found.types, found.stretch)
    size = dimensions(found.data)
    if found.refusal or size is None:
        sentence = found.refusal or f"This {guess.words} is damaged or incomplete."
        return NothingToShow(replace(facts, notes=()), sentence, DOWNLOAD)
    return ImagePreview(facts, found.data, *size)


def _task(look: Look, kind: Kind) -> Task:
    chosen = look.choices
    rows: dict[str, object] = {"rows": chosen.limit}
    if kind is Kind.EXCEL:
        return Task("excel", {**rows, "part": chosen.part, "header": chosen.header}, most_bytes=EXCEL_BYTES)
    if kind is Kind.ZIP:
        return Task("archive", {**rows, "part": chosen.part}, most_bytes=8 << 20)
    if kind is Kind.PDF:
        return Task("pdf", {"part": chosen.part}, most_bytes=_PDF_BYTES)
    form = {Kind.PARQUET: "parquet", Kind.ARROW: "arrowfile", Kind.AVRO: "avro"}[kind]
    return Task(form, rows)


def _table(found: Parsed) -> Table:
    rows = found.rows or []
    return Table(
        columns=tuple(map(Column, found.columns, found.numeric)),
        rows=rows,
        bad=frozenset(),
        bad_rows=0,
        rows_found=len(rows),
        rows_total=found.rows_total,
        complete=found.rows_total is not None,
    )
