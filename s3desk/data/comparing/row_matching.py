"""Which row of one table is which row of the other: by the values in some columns, by hashing off the GIL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from s3desk.data.comparing.comparable import alike, distinctly_named
from s3desk.data.exporting.cell_text import flat

if TYPE_CHECKING:
    from s3desk.data.sheet import Sheet
    from s3desk.s3.job import Job

Numbers = np.ndarray[Any, np.dtype[np.int64]]
_FIRST_LOOK = 10_000  # rows that rule out most columns as a key


@dataclass(frozen=True)
class Matching:
    """Row numbers. `before` and `after` are the rows that belong together, in the order of the newer table.

    `repeated_before` and `repeated_after` count the rows whose key an earlier row of the same table has too; the
    first of them belongs to the first of the other table, the second to the second.
    """

    before: Numbers
    after: Numbers
    removed: Numbers
    added: Numbers
    repeated_before: int = 0
    repeated_after: int = 0


def match(job: Job, before: pa.Table, after: pa.Table, key: Sequence[str]) -> Matching:
    """Find for each row the one with the same cells in the columns `key`; nulls are equal, and so are NaNs.

    Without columns no row is like another. The job is only asked whether it goes on.
    """
    if not key:
        nothing = np.empty(0, np.int64)
        return Matching(nothing, nothing, np.arange(before.num_rows), np.arange(after.num_rows))
    codes = _codes(job, before, after, key)
    old, new = codes[: before.num_rows], codes[before.num_rows :]
    old_turn, new_turn = _turns(old), _turns(new)
    job.check()
    most = 1 + max(int(turns.max(initial=0)) for turns in (old_turn, new_turn))
    found = pc.index_in(pa.array(new * most + new_turn), value_set=pa.array(old * most + old_turn))
    rows = found.fill_null(-1).to_numpy().astype(np.int64)
    matched = rows >= 0
    gone = np.ones(before.num_rows, bool)
    gone[rows[matched]] = False
    return Matching(
        rows[matched],
        np.flatnonzero(matched),
        np.flatnonzero(gone),
        np.flatnonzero(~matched),
        int(np.count_nonzero(old_turn)),
        int(np.count_nonzero(new_turn)),
    )


def guess_key(job: Job, before: Sheet, after: Sheet) -> tuple[str, ...]:
    """The first column of both tables that has another value in each row, on both sides; () where none has.

    Numbers with a fraction are measured, and name nothing.
    """
    old, new = distinctly_named(before.table), distinctly_named(after.table)
    for name in shared_columns(old, new):
        job.check()
        if _tells_apart(old.column(name)) and _tells_apart(new.column(name)):
            return (name,)
    return ()


def shared_columns(before: pa.Table, after: pa.Table) -> tuple[str, ...]:
    """The columns both have, in the order of the newer one."""
    there = set(before.column_names)
    return tuple(name for name in after.column_names if name in there)


def _tells_apart(column: pa.ChunkedArray) -> bool:
    if column.null_count:
        return False
    try:
        for rows in (min(_FIRST_LOOK, len(column)), len(column)):
            values = flat(column.slice(0, rows))
            if pa.types.is_floating(values.type) or pc.count_distinct(values).as_py() < rows:
                return False
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):  # nested values
        return False
    return True


def _codes(job: Job, before: pa.Table, after: pa.Table, key: Sequence[str]) -> Numbers:
    """A number for each row of both tables, the same where the cells of all key columns are the same."""
    codes = pa.array(np.zeros(before.num_rows + after.num_rows, np.int64))
    for name in key:
        job.check()
        both = pa.concat_arrays(alike(job, before.column(name), after.column(name)))
        cells = both.dictionary_encode(null_encoding="encode")
        wide = pc.add(pc.multiply(codes, max(len(cells.dictionary), 1)), pc.cast(cells.indices, pa.int64()))
        codes = pc.cast(wide.dictionary_encode().indices, pa.int64())  # small again, or the next product overflows
    found: Numbers = codes.to_numpy()
    return found


def _turns(codes: Numbers) -> Numbers:
    """How many earlier rows have the same number."""
    order = np.argsort(codes, kind="stable")
    ordered = codes[order]
    starts = np.flatnonzero(np.diff(ordered, prepend=-1))
    turns = np.zeros(len(codes), np.int64)
    turns[order] = np.arange(len(codes)) - np.repeat(starts, np.diff(starts, append=len(codes)))
    return turns
