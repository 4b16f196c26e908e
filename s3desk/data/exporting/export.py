"""What a grid shows, written to a file or as text for the clipboard; block by block, so that it can be cancelled."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from secrets import token_hex
from shutil import copymode
from typing import TYPE_CHECKING, BinaryIO

import pyarrow as pa

from s3desk.data.exporting.arrange import in_one_piece
from s3desk.data.exporting.cell_text import texts
from s3desk.data.exporting.folded import blocks as unfolding
from s3desk.s3.errors import DiskError, S3Error, UnsupportedError
from s3desk.s3.job import Unit
from s3desk.s3.right_of_way import RightOfWay, Turn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from s3desk.s3.job import Job

BLOCK = 1 << 15  # rows
STEP = 256  # rows that keep Python busy for some milliseconds
EXCEL_ROWS, EXCEL_COLUMNS = 1_048_576, 16_384  # with the header
_MOST_COPIED = 1 << 28  # characters
_SPECIAL = ("\t", "\n", "\r", '"')


class Format(Enum):
    """What a table can be saved as, in words."""

    CSV = "CSV"
    TSV = "Tab-separated text"
    PARQUET = "Parquet"
    EXCEL = "Excel"
    JSON_LINES = "JSON lines"
    MARKDOWN = "Markdown"
    HTML = "Web page"

    @property
    def ending(self) -> str:
        """The end of a file's name, without the dot."""
        return _ENDINGS[self]


_ENDINGS = {
    Format.CSV: "csv",
    Format.TSV: "tsv",
    Format.PARQUET: "parquet",
    Format.EXCEL: "xlsx",
    Format.JSON_LINES: "jsonl",
    Format.MARKDOWN: "md",
    Format.HTML: "html",
}


@dataclass(frozen=True)
class Shown:
    """Rows of a table in an order (None for all as they are), of the columns with these numbers."""

    table: pa.Table
    order: pa.Array | None
    columns: tuple[int, ...]

    @property
    def rows(self) -> int:
        """How many rows."""
        return int(self.table.num_rows) if self.order is None else len(self.order)

    @cached_property
    def _chosen(self) -> pa.Table:
        chosen = self.table.select(list(self.columns))
        return chosen if self.order is None else in_one_piece(chosen)

    @property
    def schema(self) -> pa.Schema:
        """Names and types, in the order of the columns."""
        return self._chosen.schema

    def between(self, start: int, count: int) -> pa.Table:
        """Some rows as they stand in the grid."""
        if self.order is None:
            return self._chosen.slice(start, count)
        return self._chosen.take(self.order.slice(start, count))

    def whole(self) -> pa.Table:
        """All of it as a table of its own."""
        return self._chosen if self.order is None else self._chosen.take(self.order)


@dataclass(frozen=True)
class Saving:
    """How a table is to be written. `for_spreadsheets` keeps Excel from computing texts of a CSV file."""

    form: Format
    title: str = ""
    for_spreadsheets: bool = True


@dataclass(frozen=True)
class Writing:
    """One table on its way into one file; `way` is where the window says that it paints."""

    job: Job
    shown: Shown
    saving: Saving
    way: RightOfWay

    def blocks(self) -> Iterator[pa.Table]:
        """All rows, a block at a time, for what Arrow does alone; the job counts them."""
        for start in range(0, self.shown.rows, BLOCK):
            self.job.check()
            yield from unfolding(self.shown.between(start, BLOCK))
            self.job.advance(min(BLOCK, self.shown.rows - start))

    def steps(self) -> Iterator[pa.Table]:
        """All rows, a few at a time, for what keeps Python busy: between them the window may paint."""
        for block in self.blocks():
            yield from in_turns(self.job, self.way, block)


def in_turns(job: Job, way: RightOfWay, block: pa.Table) -> Iterator[pa.Table]:
    """A few rows of a block at a time, none begun while the window paints."""
    turn = Turn(way)
    for start in range(0, block.num_rows, STEP):
        job.check()
        turn.take()
        try:
            yield from unfolding(block.slice(start, STEP))
        finally:
            turn.leave()


def problem(form: Format, rows: int, columns: int) -> str:
    """Why a table of this size cannot be saved so, "" when it can."""
    if form is Format.EXCEL and rows >= EXCEL_ROWS:
        return f"Excel holds {EXCEL_ROWS - 1:,} rows below a header; these are {rows:,}. Filter them, or save as CSV."
    if form is Format.EXCEL and columns > EXCEL_COLUMNS:
        return f"Excel holds {EXCEL_COLUMNS:,} columns; these are {columns:,}. Hide some, or save as CSV."
    return ""


def export(job: Job, shown: Shown, path: Path, saving: Saving, way: RightOfWay | None = None) -> int:
    """Write the file and give its size in bytes; it appears when it is complete. `job` counts rows.

    Raises DiskError, S3Error for what the format cannot hold, CancelledError with nothing left behind.
    """
    trouble = problem(saving.form, shown.rows, len(shown.columns))
    if trouble:
        raise S3Error(trouble)
    job.unit, job.total, job.done = Unit.STEPS, shown.rows, 0
    place = _place(path)
    part = place.with_name(f".s3desk-{token_hex(8)}.part")  # nobody else's, not even of another save to this name
    try:
        with part.open("xb") as file:
            with suppress(OSError):
                copymode(place, part)
            _writer(saving.form)(Writing(job, shown, saving, way or RightOfWay()), file)
        size = part.stat().st_size
        os.replace(part, place)  # noqa: PTH105  # Path.replace names the wrong file in its error
    except OSError as error:
        raise DiskError(f"“{path.name}” cannot be written: {error.strerror}.", "Choose another folder.") from error
    except pa.ArrowException as error:
        raise S3Error(f"This table cannot be saved as {saving.form.value}.", "Choose another format.") from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    return size


def _place(path: Path) -> Path:
    """Where a link leads to. Raises DiskError for what is there and is no file: a file would take a device's place."""
    place = path.resolve()
    if place.exists() and not place.is_file():
        raise DiskError(f"“{path.name}” is not a file.", "Choose another name.")
    return place


def _writer(form: Format) -> Callable[[Writing, BinaryIO], None]:
    from s3desk.data.exporting import export_tables, export_texts  # noqa: PLC0415  # they need this module's nouns

    return {
        Format.CSV: export_texts.write_csv,
        Format.TSV: export_texts.write_tsv,
        Format.PARQUET: export_tables.write_parquet,
        Format.EXCEL: export_tables.write_excel,
        Format.JSON_LINES: export_texts.write_json_lines,
        Format.MARKDOWN: export_texts.write_markdown,
        Format.HTML: export_texts.write_html,
    }[form]


def copy_text(
    job: Job,
    shown: Shown,
    ranges: Sequence[tuple[int, int]],
    *,
    with_header: bool,
    way: RightOfWay | None = None,
) -> str:
    """Cells of some ranges of rows (first, one past the last) as spreadsheets paste them, exactly as they are."""
    lines = [_line(shown.schema.names)] if with_header else []
    characters = 0
    for start, stop in ranges:
        for at in range(start, stop, BLOCK):
            for few in in_turns(job, way or RightOfWay(), shown.between(at, min(BLOCK, stop - at))):
                lines += (new := list(map(_line, text_rows(few))))
                characters += sum(map(len, new))
                if characters > _MOST_COPIED:
                    raise UnsupportedError("These cells are too long for the clipboard.", "Save them instead.")
    return "\n".join(lines)


def text_rows(block: pa.Table) -> Iterable[tuple[str | None, ...]]:
    """The rows of a small table as text, None for null."""
    columns = [[*(cell for chunk in column.chunks for cell in texts(chunk))] for column in block.columns]
    return zip(*columns, strict=True)


def distinct(names: Sequence[str]) -> list[str]:
    """A name that occurs again gets a number, where a format or its readers want each name once."""
    found: list[str] = []
    taken = set(names)
    seen: set[str] = set()
    for name in names:
        new, number = name, 1
        while new in seen or (new != name and new in taken):
            number += 1
            new = f"{name}_{number}"
        seen.add(new)
        found.append(new)
    return found


def _line(row: Sequence[str | None]) -> str:
    return "\t".join("" if cell is None else _quoted(cell) for cell in row)


def _quoted(cell: str) -> str:
    """A cell with tabs, line ends or quotes stands within quotes."""
    return '"' + cell.replace('"', '""') + '"' if any(mark in cell for mark in _SPECIAL) else cell
