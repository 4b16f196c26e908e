"""How much a selection is: folders with all below them, objects, whole buckets; each its own line."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from s3desk.s3.buckets import list_buckets
from s3desk.s3.errors import S3Error
from s3desk.s3.feed import Feed
from s3desk.s3.listing import Page, Scope
from s3desk.s3.location import Location
from s3desk.s3.streaming import MOST_REQUESTS, stream

if TYPE_CHECKING:
    from s3desk.s3.connection import Connection
    from s3desk.s3.job import Job
    from s3desk.s3.objects import Tally
    from s3desk.s3.right_of_way import RightOfWay

_AT_ONCE = 8  # lines counted at the same time


@dataclass(slots=True, eq=False)
class Size:
    """One line: everything below `location`, or some `files` in it. Workers write it, the window samples it."""

    location: Location
    objects: int = 0
    bytes: int = 0
    requests: int = 0
    files: bool = False  # known from the table: nothing is to be counted
    ended: bool = False
    error: S3Error | None = None  # why it is not all


@dataclass(slots=True, eq=False)
class Sizes:
    """All lines of one question, and their sums so far."""

    lines: list[Size] = field(default_factory=list)

    @property
    def objects(self) -> int:
        """All objects counted so far."""
        return sum(line.objects for line in self.lines)

    @property
    def bytes(self) -> int:
        """All bytes counted so far."""
        return sum(line.bytes for line in self.lines)

    @property
    def requests(self) -> int:
        """How many answers it took so far."""
        return sum(line.requests for line in self.lines)

    @property
    def failed(self) -> list[Size]:
        """Lines that are not complete because of an error."""
        return [line for line in self.lines if line.error is not None]


def sizes_of(place: Location, folders: Sequence[str], files: Tally) -> Sizes:
    """The lines for what is selected in a place; for nothing selected the place itself, at the root every bucket.

    `folders` are whole prefixes, or names of buckets at the root; what the selected `files` are, the table knows.
    """
    lines = [Size(Location(place.bucket, name) if place.bucket else Location(name)) for name in folders]
    if files.objects:
        lines.append(Size(place, files.objects, files.bytes, files=True, ended=True))
    return Sizes(lines or [Size(place)])


def measure(job: Job, connection: Connection, sizes: Sizes, way: RightOfWay | None = None) -> None:
    """Count every line of `sizes`, several at once (ListObjectsV2); `job.done` counts objects.

    One that cannot be counted keeps its error and what it has so far. Raises S3Error where the buckets themselves are
    to be counted and cannot be listed.
    """
    if any(not line.location.bucket for line in sizes.lines):
        sizes.lines = [Size(Location(bucket.name)) for bucket in list_buckets(job, connection)]
    waiting = [line for line in sizes.lines if not line.ended]
    workers = max(1, min(_AT_ONCE, len(waiting)))
    most = max(2, MOST_REQUESTS // workers)
    with ThreadPoolExecutor(workers, thread_name_prefix="s3desk-sizes") as pool:
        for done in [pool.submit(_measure, job, connection, line, _Sum(line, way), most) for line in waiting]:
            done.result()


def _measure(job: Job, connection: Connection, line: Size, adding: Feed, most: int) -> None:
    try:
        stream(job, connection, Scope(line.location, below=True), adding, most=most)
    except S3Error as error:
        line.error = error
    line.ended = True


class _Sum(Feed):
    """Adds pages up as they come, and keeps none."""

    def __init__(self, line: Size, way: RightOfWay | None) -> None:
        super().__init__(way)
        self._line = line

    def put(self, page: Page) -> None:
        """Add one page."""
        import pyarrow.compute as pc  # noqa: PLC0415  # heavy

        marker = page.marker is not None and page.marker.size == 0
        self._line.objects += page.objects.num_rows + marker
        self._line.bytes += pc.sum(page.objects["size"]).as_py() or 0
        self._line.requests = self.requests

    def close(self) -> None:
        """The listing has ended."""
        super().close()
        self._line.requests = self.requests
