"""How much lies below a place, by folder, type and storage class, counted in a bounded amount of memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING

from s3desk.s3 import columns
from s3desk.s3.feed import Feed
from s3desk.s3.job import Job
from s3desk.s3.listing import Scope
from s3desk.s3.streaming import stream
from s3desk.s3.usage_columns import folders_of, largest, merged, only, totals_of

if TYPE_CHECKING:
    import pyarrow as pa

    from s3desk.s3.connection import Connection
    from s3desk.s3.listing import Page
    from s3desk.s3.location import Location
    from s3desk.s3.right_of_way import RightOfWay

DEPTH = 6  # levels of folders told apart, while there are few enough of them
MOST_ROWS = 200_000  # totals held
MOST_BYTES = 48 << 20  # of the totals held: keys may be long
MOST_FOLDERS = 10_000  # kept, the largest, when even the first level has too many
MOST_ENDINGS = 300
MOST_CLASSES = 20
MOST_OBJECTS = 100  # among the largest, oldest and newest
_WORTH_MERGING = 20_000  # rows of totals that wait to be merged
_HEAVY = 8 << 20  # bytes of them


class Ranking(Enum):
    """A list of single objects."""

    LARGEST = "largest"
    OLDEST = "oldest"
    NEWEST = "newest"


_ORDERS = {
    Ranking.LARGEST: ("size", "descending"),
    Ranking.OLDEST: ("modified", "ascending"),
    Ranking.NEWEST: ("modified", "descending"),
}


@dataclass(frozen=True, slots=True)
class Held:
    """The totals at one moment: tables of folder, ending, storage class, objects and bytes, to be added up.

    Folders are told from the place on, `depth` levels deep. A null stands for all names that are not told apart.
    """

    depth: int
    parts: tuple[pa.Table, ...] = ()
    endings: pa.Array | None = None  # that are still told apart; None for all
    classes: pa.Array | None = None

    def restricted(self, totals: pa.Table) -> pa.Table:
        """The totals without the names that are no longer told apart."""
        for by, kept in (("ending", self.endings), ("storage_class", self.classes)):
            totals = only(totals, by, kept) if kept is not None else totals
        return totals


class Usage:
    """What lies below `location`, as far as it is counted. One thread adds, any thread may read.

    However many objects there are: at most 200,000 totals (48 MB) and three lists of 100 objects are held. Where there
    are more folders or types than that, deeper folders are no longer told apart, and in the end only the 10,000
    largest of the first level. The sums stay exact. The totals of those folders do too, because a listing is in the
    order of keys: a folder that was passed is complete.
    """

    def __init__(self, location: Location, way: RightOfWay | None = None) -> None:
        self.location = location
        self.objects = self.bytes = 0
        self.feed = Feed(way)
        self.held = Held(DEPTH)
        self.ranked: dict[Ranking, pa.Table] = {}

    @property
    def requests(self) -> int:
        """How many answers it took so far."""
        return self.feed.requests

    def knows(self, location: Location) -> bool:
        """Whether the folders and types directly in `location` can be told without listing it."""
        ours = self.location
        if location.bucket != ours.bucket or not location.prefix.startswith(ours.prefix):
            return False
        return location.prefix[len(ours.prefix) :].count("/") < self.held.depth

    def add(self, pages: Sequence[Page]) -> None:
        """Count what is on these pages; about 2 µs an object, nearly all of it off the GIL."""
        import pyarrow as pa  # noqa: PLC0415  # heavy
        import pyarrow.compute as pc  # noqa: PLC0415

        markers = [page.marker for page in pages if page.marker is not None and page.marker.size == 0]
        batches = [page.objects for page in pages] + ([columns.from_entries(markers)] if markers else [])
        found = pa.Table.from_batches(batches, columns.schema())
        if not found.num_rows:
            return
        self._add_totals(totals_of(found, len(self.location.prefix), self.held.depth), found)
        for ranking in Ranking:
            self.ranked[ranking] = self._rank(ranking, found)
        self.objects += found.num_rows
        self.bytes += pc.sum(found["size"]).as_py()

    def _rank(self, ranking: Ranking, found: pa.Table) -> pa.Table:
        import pyarrow as pa  # noqa: PLC0415
        import pyarrow.compute as pc  # noqa: PLC0415

        column, order = _ORDERS[ranking]
        found = found.select(["key", "size", "modified", "storage_class"])
        known = found.filter(pc.is_valid(found[column])) if column == "modified" else found
        pool = pa.concat_tables([self.ranked[ranking], known]) if ranking in self.ranked else known
        if pool.num_rows == 0:
            return pool
        most = min(MOST_OBJECTS, pool.num_rows)
        return pool.take(pc.select_k_unstable(pool, most, [(column, order), ("key", "ascending")]))

    def _add_totals(self, totals: pa.Table, found: pa.Table) -> None:
        held = self.held
        parts = (*held.parts, held.restricted(totals))
        waiting = sum(part.num_rows for part in parts[1:]), sum(part.nbytes for part in parts[1:])
        if waiting[0] > max(_WORTH_MERGING, parts[0].num_rows) or waiting[1] > max(_HEAVY, parts[0].nbytes):
            newest = str(found["key"][-1].as_py())[len(self.location.prefix) :]
            merge = merged(list(parts))
            self.held = shrunk(replace(held, parts=(merge,)), newest.partition("/")[0] + "/")
        else:
            self.held = replace(held, parts=parts)


def shrunk(held: Held, unfinished: str) -> Held:
    """Tell less apart until the totals, one table, are few enough; `unfinished` is a folder whose rest is to come."""
    for step in _steps(held.depth, unfinished):
        (totals,) = held.parts
        if totals.num_rows <= MOST_ROWS and totals.nbytes <= MOST_BYTES:
            break
        held = step(held)
        (totals,) = held.parts
        held = replace(held, parts=(merged([held.restricted(totals)]),))
    return held


def _steps(depth: int, unfinished: str) -> Iterator[Callable[[Held], Held]]:
    """Ways to tell less apart, the least missed first."""
    yield lambda held: _fewer_kinds(held, MOST_ENDINGS, MOST_CLASSES)
    for _ in range(depth - 1):
        yield _flatter
    yield lambda held: _largest_folders(held, unfinished)
    yield lambda held: _fewer_kinds(held, MOST_ENDINGS // 30, MOST_CLASSES // 4)


def _fewer_kinds(held: Held, endings: int, classes: int) -> Held:
    (totals,) = held.parts
    kept = largest(totals, "ending", endings), largest(totals, "storage_class", classes)
    return replace(held, endings=kept[0], classes=kept[1])


def _flatter(held: Held) -> Held:
    (totals,) = held.parts
    folders = folders_of(totals["folder"].combine_chunks(), held.depth - 1)
    return replace(held, depth=held.depth - 1, parts=(totals.set_column(0, "folder", folders),))


def _largest_folders(held: Held, unfinished: str) -> Held:
    import pyarrow as pa  # noqa: PLC0415

    (totals,) = held.parts
    kept = pa.concat_arrays([largest(totals, "folder", MOST_FOLDERS), pa.array(["", unfinished], pa.string())])
    return replace(held, parts=(only(totals, "folder", kept),))


def count(job: Job, connection: Connection, usage: Usage) -> None:
    """List everything below the place of `usage`, several requests at once, and add it up; `job.done` counts objects.

    Old versions and unfinished uploads are not listed. Raises S3Error: what was counted before stays in `usage`.
    """
    listing = Job()  # its end stops the listing when counting fails
    scope = Scope(usage.location, below=True)
    with ThreadPoolExecutor(1, thread_name_prefix="s3desk-usage") as pool, job.closing(listing.cancel):
        try:
            listed = pool.submit(stream, listing, connection, scope, usage.feed)
            while pages := usage.feed.take(job):
                usage.add(pages)
                job.advance(usage.objects - job.done)
            listed.result()
        finally:
            listing.cancel()
