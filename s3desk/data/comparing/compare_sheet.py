"""Differences as a table of their own: a row for each changed cell, and for each row that is there only once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from s3desk.data.comparing.comparable import alike, in_one_piece
from s3desk.data.exporting.cell_text import as_text
from s3desk.data.sheet import Sheet

if TYPE_CHECKING:
    from s3desk.data.comparing.row_matching import Matching
    from s3desk.s3.job import Job

MOST = 500_000  # differences listed of each kind
_MOST_TOLD = 40  # columns told of a row that is there only once
_FIXED = ("change", "column", "before", "after")

Mask = np.ndarray[Any, Any]
_NONE: Mask = np.empty(0, np.int64)


@dataclass(frozen=True)
class Found:
    """Both tables with distinct names, the rows that belong together, which cells of those differ, and how many."""

    before: pa.Table
    after: pa.Table
    key: tuple[str, ...]
    shared: tuple[str, ...]
    rows: Matching
    masks: dict[str, Mask]
    per_row: Mask


@dataclass(frozen=True)
class _Piece:
    """Rows of one table of which the same is said, and the cells for `column`, `before` and `after`."""

    change: str
    is_new: bool
    rows: Mask
    cells: tuple[pa.Array, pa.Array, pa.Array]


def difference_sheet(job: Job, found: Found, title: str, notes: tuple[str, ...] = ()) -> Sheet:
    """Changed cells, then added rows, then removed ones, each in the order of their file.

    With a key the columns are `change`, the key columns, `column`, `before` and `after` as text, whole rows in short;
    without one `change` and the columns both tables have.
    """
    pieces = [
        _changed(job, found),
        _alone(job, found, "added", found.rows.added[:MOST]),
        _alone(job, found, "removed", found.rows.removed[:MOST]),
    ]
    names = ["change"]
    columns = [pa.chunked_array([pa.repeat(pa.scalar(piece.change), len(piece.rows)) for piece in pieces])]
    for name in found.key or found.shared:
        job.check()
        sides = alike(job, found.before.column(name), found.after.column(name))
        columns.append(pa.chunked_array([sides[piece.is_new].take(pa.array(piece.rows)) for piece in pieces]))
        names.append(f"{name} (key)" if name in _FIXED else name)
    if found.key:
        names += _FIXED[1:]
        columns += [pa.chunked_array([piece.cells[number] for piece in pieces]) for number in range(3)]
    table = pa.Table.from_arrays(columns, names=names)
    total = int(found.per_row.sum()) + len(found.rows.added) + len(found.rows.removed)
    part = f"the first {table.num_rows:,} of {total:,} differences" if table.num_rows < total else ""
    keyless = () if found.key else ("Whole rows are compared, without a key.",)
    return Sheet(title, table, part, (*keyless, *notes))


def _changed(job: Job, found: Found) -> _Piece:
    """A row for each changed cell, row after row."""
    upto = int(np.searchsorted(np.cumsum(found.per_row), MOST, side="right"))
    pairs, numbers = [_NONE], [_NONE]
    before, after = [pa.array([], pa.large_string())], [pa.array([], pa.large_string())]
    for number, (name, mask) in enumerate(found.masks.items()):
        job.check()
        at = np.flatnonzero(mask[:upto])
        pairs.append(at)
        numbers.append(np.full(len(at), number))
        before.append(_texts(found.before, name, found.rows.before[at]))
        after.append(_texts(found.after, name, found.rows.after[at]))
    rows, columns = np.concatenate(pairs), np.concatenate(numbers)
    order = np.lexsort((columns, rows))
    names = pa.array(list(found.masks), pa.large_string()).take(pa.array(columns[order]))
    old, new = (pa.concat_arrays(side).take(pa.array(order)) for side in (before, after))
    return _Piece("changed", True, found.rows.after[rows[order]], (names, old, new))


def _alone(job: Job, found: Found, change: str, rows: Mask) -> _Piece:
    """A row for each row that only one table has."""
    job.check()
    is_new = change == "added"
    nothing = pa.nulls(len(rows), pa.large_string())
    told = _in_short(found.after if is_new else found.before, found.key, rows) if found.key else nothing
    return _Piece(change, is_new, rows, (nothing, nothing, told) if is_new else (nothing, told, nothing))


def _texts(table: pa.Table, name: str, rows: Mask) -> pa.Array:
    return pc.cast(as_text(in_one_piece(table.column(name)).take(pa.array(rows))), pa.large_string())


def _in_short(table: pa.Table, key: tuple[str, ...], rows: Mask) -> pa.Array:
    """Whole rows as “amount: 3; shop: north”; the key and cells without a value are left out."""
    names = [name for name in table.column_names if name not in key]
    if not names:
        return pa.nulls(len(rows), pa.large_string())
    told = [
        pc.fill_null(
            pc.binary_join_element_wise(_lit(f"{name}: "), _texts(table, name, rows), _lit("; "), _lit("")), ""
        )
        for name in names[:_MOST_TOLD]
    ]  # not null_handling="skip": that loses rows in which all are null
    return pc.replace_substring_regex(pc.binary_join_element_wise(*told, _lit("")), r"; \z", "")


def _lit(words: str) -> pa.Scalar:
    return pa.scalar(words, pa.large_string())
