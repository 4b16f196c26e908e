"""A table as a web page that is safe to put anywhere: no foreign script runs in it, and it needs no other file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from s3desk.data.publishing.page import rendered, shown, web_address
from s3desk.s3.errors import S3Error

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

    from s3desk.s3.job import Job

MOST_ROWS = 10_000  # more makes browsers slow to open, and sort, the page
MOST_CELLS = 300_000
MOST_CELL = 2_000  # characters of one cell
_FEWEST_ROWS = 100  # of a table with very many columns
_LONG, _MANY_LINES = 200, 4  # characters and line ends of a cell that scrolls by itself on a screen
_MANY = 7  # columns, from which on they are printed smaller


@dataclass(frozen=True)
class PageOptions:
    """How the page looks. `columns` are shown in this order, None for all; `part` says which rows the table holds."""

    title: str = "Table"
    columns: tuple[str, ...] | None = None
    border: bool = True
    sortable: bool = True
    links: bool = True
    part: str = ""


@dataclass(frozen=True)
class _Cell:
    """One cell: `url` is "" where nothing can be clicked; a null has no text."""

    text: str
    url: str = ""

    @property
    def long(self) -> bool:
        """Whether it would make its row very high."""
        return len(self.text) > _LONG or self.text.count("\n") >= _MANY_LINES


@dataclass(frozen=True)
class _Heading:
    """One column."""

    name: str
    numeric: bool


def table_page(job: Job, table: pa.Table, options: PageOptions) -> str:
    """The chosen columns of an Arrow table as one HTML page.

    At most MOST_ROWS rows and MOST_CELLS cells are shown, and the page says so. Only http and https addresses can be
    clicked. Raises S3Error where no column is left, CancelledError between columns.
    """
    numbers = _chosen(table, options.columns)
    part = table.select(numbers).slice(0, _rows_shown(table.num_rows, len(numbers)))
    headings = _headings(part)
    columns = [
        _cells(job, column, options.links and not heading.numeric)
        for column, heading in zip(part.columns, headings, strict=True)
    ]
    return rendered(
        "table.html",
        style="table.css",
        script="sort.js" if options.sortable else "",
        title=shown(options.title) or "Table",
        headings=headings,
        rows=list(zip(*columns, strict=True)),
        border=options.border,
        many=_MANY,
        sortable=options.sortable,
        sentence=_sentence(part.num_rows, table.num_rows, options.part),
    )


def _headings(table: pa.Table) -> list[_Heading]:
    from s3desk.data.exporting.cell_text import is_numeric  # noqa: PLC0415  # pyarrow

    return [_Heading(shown(field.name), is_numeric(field.type)) for field in table.schema]


def _cells(job: Job, column: pa.ChunkedArray, links: bool) -> list[_Cell]:
    from s3desk.data.exporting.cell_text import texts  # noqa: PLC0415  # pyarrow

    job.check()
    return [_cell(text, links) for text in texts(column)]


def _chosen(table: pa.Table, names: Sequence[str] | None) -> list[int]:
    """The numbers of the columns, which may share a name."""
    all_names = table.schema.names
    if names is None:
        numbers = list(range(len(all_names)))
    else:
        numbers = [number for name in dict.fromkeys(names) for number, one in enumerate(all_names) if one == name]
    if not numbers:
        raise S3Error("There is no column to show.", "Choose at least one.")
    return numbers


def _rows_shown(rows: int, columns: int) -> int:
    return min(rows, MOST_ROWS, max(MOST_CELLS // columns, _FEWEST_ROWS))


def _sentence(rows: int, all_rows: int, part: str) -> str:
    """How much of what there is stands on the page."""
    of_part = f" (of {part.removeprefix('of ')})" if part else ""
    if rows < all_rows:
        return f"The first {rows:,} of {all_rows:,} rows{of_part}."
    return f"{all_rows:,} row{'' if all_rows == 1 else 's'}{of_part}."


def _cell(text: str | None, links: bool) -> _Cell:
    if text is None:
        return _Cell("")
    url = web_address(text.strip()) if links else ""
    short = text if len(text) <= MOST_CELL else text[:MOST_CELL] + "…"
    return _Cell(shown(short), url)
