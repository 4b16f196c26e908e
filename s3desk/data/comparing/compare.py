"""In what two tables differ: their columns, their rows, and each cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from s3desk.data.comparing.comparable import alike, differ, distinctly_named, kinds_words
from s3desk.data.comparing.compare_code import compare_code
from s3desk.data.comparing.compare_sheet import Found, Mask, difference_sheet
from s3desk.data.comparing.row_matching import Matching, guess_key, match, shared_columns
from s3desk.data.exporting.cell_text import type_words

if TYPE_CHECKING:
    from s3desk.data.sheet import Sheet
    from s3desk.s3.job import Job


@dataclass(frozen=True, slots=True)
class ColumnDifference:
    """A column that is not the same in both; the types in words, "" on the side that lacks it."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs. `key` is () where whole rows were compared: then none is changed, only added and removed.

    `changed` counts rows of which a cell differs, `cells` those cells, `cells_by_column` where they are (only columns
    that have any); cells of columns that only one table has are in none of these. `repeated_*` count rows whose key
    an earlier row of the same table has. `sheet` lists the differences, or the first of many.
    """

    key: tuple[str, ...]
    columns: tuple[ColumnDifference, ...]
    reordered: bool
    rows_before: int
    rows_after: int
    added: int
    removed: int
    changed: int
    cells: int
    cells_by_column: tuple[tuple[str, int], ...]
    repeated_before: int
    repeated_after: int
    sheet: Sheet

    @property
    def same(self) -> bool:
        """Whether nothing differs but perhaps the order of rows."""
        return not (self.columns or self.reordered or self.added or self.removed or self.changed)


def compare(job: Job, before: Sheet, after: Sheet, key: Sequence[str]) -> Comparison:
    """Match the rows of two tables by the columns `key` and compare the cells of those that belong together.

    Without a key whole rows are compared, as often as each is there, by the columns both have. Rows with the same key
    are matched in their order. Works by column, in C and off the GIL; the job counts columns. Raises ValueError for a
    key that is no column of both.
    """
    old, new = distinctly_named(before.table), distinctly_named(after.table)
    shared = shared_columns(old, new)
    if lacking := [name for name in key if name not in shared]:
        raise ValueError(f"“{lacking[0]}” is not a column of both tables.")
    others = tuple(name for name in shared if name not in key) if key else ()
    job.total = len(others) + 1
    rows = match(job, old, new, tuple(key) or shared)
    job.advance(1)
    masks, per_row = _changed_cells(job, old, new, rows, others)
    found = Found(old, new, tuple(key), shared, rows, masks, per_row)
    sheet = difference_sheet(job, found, f"{before.title} → {after.title}", _notes(before) + _notes(after))
    counts = tuple((name, int(np.count_nonzero(mask))) for name, mask in masks.items())
    return Comparison(
        tuple(key),
        _column_differences(old, new),
        shared != tuple(name for name in old.column_names if name in shared),
        old.num_rows,
        new.num_rows,
        len(rows.added),
        len(rows.removed),
        int(np.count_nonzero(per_row)),
        sum(count for _, count in counts),
        tuple((name, count) for name, count in counts if count),
        rows.repeated_before if key else 0,
        rows.repeated_after if key else 0,
        replace(sheet, code=compare_code(before.code, after.code, key, shared)),
    )


def _notes(sheet: Sheet) -> tuple[str, ...]:
    return tuple(f"{sheet.title}: {note}" for note in sheet.notes)


def _changed_cells(
    job: Job, old: pa.Table, new: pa.Table, rows: Matching, names: Sequence[str]
) -> tuple[dict[str, Mask], Mask]:
    """Of each column which pairs of rows differ in it, and in how many columns each pair differs."""
    masks: dict[str, Mask] = {}
    per_row = np.zeros(len(rows.after), np.int32)
    for name in names:
        job.check()
        left, right = alike(job, old.column(name), new.column(name))
        job.check()
        mask = differ(left.take(pa.array(rows.before)), right.take(pa.array(rows.after)))
        masks[name] = mask.to_numpy(zero_copy_only=False)
        per_row += masks[name]
        job.advance(1)
    return masks, per_row


def _column_differences(old: pa.Table, new: pa.Table) -> tuple[ColumnDifference, ...]:
    """Columns that are gone, then new ones, then those of another type."""
    before = {field.name: field.type for field in old.schema}
    after = {field.name: field.type for field in new.schema}
    removed = [ColumnDifference(name, type_words(kind), "") for name, kind in before.items() if name not in after]
    added = [ColumnDifference(name, "", type_words(kind)) for name, kind in after.items() if name not in before]
    turned = [
        ColumnDifference(name, *words)
        for name, kind in after.items()
        if name in before and (words := kinds_words(before[name], kind)) is not None
    ]
    return (*removed, *added, *turned)


__all__ = ["ColumnDifference", "Comparison", "compare", "guess_key"]
