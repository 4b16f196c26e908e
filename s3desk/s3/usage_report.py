"""What is shown of a count: the folders, types or storage classes in a place, or single objects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING

from s3desk.s3.usage import MOST_FOLDERS, Ranking, Usage
from s3desk.s3.usage_columns import folders_of, summed

if TYPE_CHECKING:
    import pyarrow as pa

    from s3desk.s3.job import Job
    from s3desk.s3.location import Location


class GroupBy(Enum):
    """What the lines of a report stand for; the value is what people choose from."""

    FOLDERS = "Folders"
    TYPES = "Types"
    STORAGE_CLASSES = "Storage classes"
    LARGEST = "Largest objects"
    OLDEST = "Oldest objects"
    NEWEST = "Newest objects"

    @property
    def ranking(self) -> Ranking | None:
        """Which list of single objects this is, None for groups."""
        return _RANKINGS.get(self)


_RANKINGS = {
    GroupBy.LARGEST: Ranking.LARGEST,
    GroupBy.OLDEST: Ranking.OLDEST,
    GroupBy.NEWEST: Ranking.NEWEST,
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line: what it stands for, how many objects, how many bytes; time and class only of single objects.

    `name` is a folder from the place on, with its "/" ("" for the files directly in it), an ending ("csv.gz", "" for
    none), a storage class or a whole key. None stands for all that are too many to be told apart.
    """

    name: str | None
    objects: int
    bytes: int
    modified: datetime | None = None
    storage_class: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """The lines of one place, most bytes first, and the sums of all that lies below it."""

    location: Location
    group: GroupBy
    lines: Sequence[Line]
    objects: int
    bytes: int


def report(_job: Job, usage: Usage, location: Location, group: GroupBy, most: int = MOST_FOLDERS) -> Report:
    """What is known so far, at most `most` lines and one for the rest; any time, from any thread.

    Raises LookupError where `usage` does not tell that place apart: list it by itself.
    """
    held = usage.held
    inside = location.prefix[len(usage.location.prefix) :]
    if not usage.knows(location) or (group.ranking and inside) or inside.count("/") >= held.depth:
        raise LookupError(location.uri)
    ranked = usage.ranked.get(group.ranking) if group.ranking else None
    totals = _below(list(held.parts), inside)
    if totals is None:
        return Report(location, group, [], 0, 0)
    sums = _sum(totals)
    if group.ranking:
        return Report(location, group, _objects(ranked) if ranked is not None else [], *sums)
    column = {GroupBy.TYPES: "ending", GroupBy.STORAGE_CLASSES: "storage_class"}.get(group, "folder")
    if group is GroupBy.FOLDERS:
        totals = totals.set_column(0, "folder", folders_of(_without(totals["folder"], inside), 1))
    return Report(location, group, _lines(summed(totals, column), most), *sums)


def _below(parts: list[pa.Table], inside: str) -> pa.Table | None:
    import pyarrow as pa  # noqa: PLC0415  # heavy
    import pyarrow.compute as pc  # noqa: PLC0415

    if not parts:
        return None
    totals = pa.concat_tables(parts)
    return totals.filter(pc.starts_with(totals["folder"], inside)) if inside else totals


def _without(folders: pa.ChunkedArray, inside: str) -> pa.Array:
    import pyarrow.compute as pc  # noqa: PLC0415

    return pc.utf8_slice_codeunits(folders.combine_chunks(), len(inside))


def _sum(totals: pa.Table) -> tuple[int, int]:
    import pyarrow.compute as pc  # noqa: PLC0415

    return pc.sum(totals["objects"]).as_py() or 0, pc.sum(totals["bytes"]).as_py() or 0


def _lines(sums: pa.Table, most: int) -> list[Line]:
    """The named lines by size, then one for everything else."""
    import pyarrow.compute as pc  # noqa: PLC0415

    by = sums.column_names[0]
    named = sums.filter(pc.is_valid(sums[by]))
    order = [("bytes", "descending"), ("objects", "descending"), (by, "ascending")]
    named = named.take(pc.select_k_unstable(named, min(most, named.num_rows), order))
    lines = [Line(*row) for row in zip(*(column.to_pylist() for column in named.columns), strict=True)]
    told, every = _sum(named), _sum(sums)
    if told != every:
        lines.append(Line(None, every[0] - told[0], every[1] - told[1]))
    return lines


def _objects(ranked: pa.Table) -> list[Line]:
    names = ("key", "size", "modified", "storage_class")
    rows = zip(*(ranked[name].to_pylist() for name in names), strict=True)
    return [Line(key, 1, size, modified, storage) for key, size, modified, storage in rows]
