"""Where in a table something stands: looked for block by block, from the current cell on, off the GIL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from s3desk.data.exporting.arrange import in_one_piece
from s3desk.data.exporting.cell_text import as_text
from s3desk.data.exporting.folded import each_value

if TYPE_CHECKING:
    from s3desk.s3.job import Job

_BLOCK = 1 << 15  # rows looked through between two looks at the job


@dataclass(frozen=True)
class Cell:
    """Where something was found: a row of the grid and a column of the table."""

    row: int
    column: int


def find(
    job: Job,
    table: pa.Table,
    order: pa.Array | None,
    columns: tuple[int, ...],
    text: str,
    after: Cell,
    *,
    back: bool = False,
) -> Cell | None:
    """The next cell that contains `text`, capital letters or not, round the end and back to where it began.

    `order` and `columns` are what the grid shows; `after` itself comes last.
    """
    rows = table.num_rows if order is None else len(order)
    if not rows or not columns or not text:
        return None
    table = table if order is None else in_one_piece(table)
    here = (after.row, columns.index(after.column) if after.column in columns else -1)
    for turn, (start, stop) in enumerate(_blocks(rows, after.row, back=back)):
        job.check()
        hits = _hits(table, order, columns, text, start, stop)
        if not turn:  # it begins with the row of the current cell, and comes back to it at last
            hits = [hit for hit in hits if (hit < here if back else hit > here)]
        if hits:
            row, place = max(hits) if back else min(hits)
            return Cell(row, columns[place])
    return None


def _blocks(rows: int, at: int, *, back: bool) -> list[tuple[int, int]]:
    """Ranges of rows in the order of looking: from the row on, the other side, and the row itself again."""
    here = (at, at + 1)
    above = [(start, min(start + _BLOCK, at)) for start in range(0, at, _BLOCK)]
    below = [(start, min(start + _BLOCK, rows)) for start in range(at + 1, rows, _BLOCK)]
    if back:
        return [here, *reversed(above), *reversed(below), here]
    return [here, *below, *above, here]


def _hits(
    table: pa.Table, order: pa.Array | None, columns: tuple[int, ...], text: str, start: int, stop: int
) -> list[tuple[int, int]]:
    rows = None if order is None else order.slice(start, stop - start)
    hits = []
    letters = text.lower() != text.upper()
    for place, column in enumerate(columns):
        cells = table.column(column)
        if not _may_hold(cells.type, text):
            continue
        cells = cells.slice(start, stop - start) if rows is None else cells.take(rows)
        mask = pc.fill_null(_contains(cells, text, ignore_case=letters), fill_value=False)
        mask = mask.combine_chunks() if isinstance(mask, pa.ChunkedArray) else mask
        hits += [(start + row, place) for row in pc.indices_nonzero(mask).to_pylist()]
    return hits


def _contains(cells: pa.Array | pa.ChunkedArray, text: str, *, ignore_case: bool) -> pa.Array | pa.ChunkedArray:
    if pa.types.is_dictionary(cells.type):
        return each_value(cells, lambda values: _contains(values, text, ignore_case=ignore_case))
    return pc.match_substring(as_text(cells), text, ignore_case=ignore_case)


def _may_hold(kind: pa.DataType, text: str) -> bool:
    """Whether a cell of this type could contain the text at all: making text of numbers is what takes long."""
    if pa.types.is_integer(kind) or pa.types.is_date(kind):
        return set(text) <= set("-0123456789")
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return set(text.lower()) <= set("+-.0123456789einfa")
    return not pa.types.is_boolean(kind) or set(text.lower()) <= set("truefals")
