"""Searching: every object below a place that fits a description, as a stream of pages like any listing."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from s3desk.s3.feed import Feed
from s3desk.s3.job import Job
from s3desk.s3.listing import Scope
from s3desk.s3.streaming import stream

if TYPE_CHECKING:
    import pyarrow as pa

    from s3desk.s3.connection import Connection
    from s3desk.s3.location import Location

    Test = Callable[[pa.RecordBatch], pa.Array]

_WILD = "*?"  # what makes a name a pattern


@dataclass(frozen=True, slots=True)
class Search:
    """What to look for; what is not set fits every object.

    `name` holds words that must all be in the object's own name, in any order, or with * or ? a pattern for the whole
    of it; with a "/" both mean the path below the place searched. Capitals do not matter, nor how accents are written.
    Sizes are in bytes and not reached themselves; `after` is the first moment that counts, `before` the first that
    does not, both aware. `endings` are such as "csv" and "csv.gz", `storage_classes` such as "GLACIER".
    """

    name: str = ""
    larger_than: int | None = None
    smaller_than: int | None = None
    after: datetime | None = None
    before: datetime | None = None
    endings: frozenset[str] = frozenset()
    storage_classes: frozenset[str] = frozenset()

    @property
    def is_pattern(self) -> bool:
        """Whether the name is meant for the whole name rather than for a part of it."""
        return any(wild in self.name for wild in _WILD)

    @property
    def is_path(self) -> bool:
        """Whether the name is meant for the path below the place searched."""
        return "/" in self.name


def find(job: Job, connection: Connection, location: Location, search: Search, feed: Feed) -> None:
    """Put what fits `search` below `location` into `feed`, in order; `job.done` counts what was looked at.

    A page for every page of the listing (ListObjectsV2), perhaps an empty one, so that whoever takes them can tell
    how far it is: `feed.looked_at` and `feed.requests` count the whole listing. Raises S3Error when a page cannot be
    had, CancelledError on `job.cancel()`: what was found before is in the feed. The feed is closed in any case.
    """
    listing, listed = Job(), Feed(feed.way)
    try:
        with ThreadPoolExecutor(1, thread_name_prefix="s3desk-find") as pool, job.closing(listing.cancel):
            streaming = pool.submit(stream, listing, connection, Scope(location, below=True), listed)
            try:
                for page in listed.drain(job):
                    _carry(listed, feed)
                    job.advance(len(page))
                    feed.looked_at = job.done  # each key once; requests for ranges that overlap bring some twice
                    feed.put(replace(page, objects=fitting(page.objects, search, location.prefix)))
            finally:
                listing.cancel()  # nobody waits for a listing nobody reads
                _carry(listed, feed)
            streaming.result()
    finally:
        feed.close()


def _carry(listed: Feed, feed: Feed) -> None:
    feed.requests, feed.slowed = listed.requests, listed.slowed


def fitting(objects: pa.RecordBatch, search: Search, prefix: str) -> pa.RecordBatch:
    """The rows that fit; `prefix` is the place searched. Markers of folders never do, unless they have content."""
    for test in _tests(search, prefix):
        objects = objects.filter(test(objects))
    return objects


def _tests(search: Search, prefix: str) -> Iterator[Test]:
    """The cheap ones first: the others look only at what these leave."""
    yield _are_no_markers
    if search.larger_than is not None or search.smaller_than is not None:
        yield partial(_are_sized, larger_than=search.larger_than, smaller_than=search.smaller_than)
    if search.after is not None or search.before is not None:
        yield partial(_are_dated, after=search.after, before=search.before)
    if search.storage_classes:
        yield partial(_are_stored_as, storage_classes=search.storage_classes)
    if search.endings:
        endings = "|".join(_literal(ending) for ending in sorted(search.endings))
        yield partial(_match, pattern=rf"(?i)\.(?:{endings})$")
    start = len(prefix) if search.is_path else 0
    for pattern in name_patterns(search):
        yield partial(_match, pattern=pattern, start=start)


def _are_no_markers(objects: pa.RecordBatch) -> pa.Array:
    import pyarrow.compute as pc  # noqa: PLC0415  # heavy

    return pc.or_(pc.greater(objects["size"], 0), pc.invert(pc.ends_with(objects["key"], "/")))


def _are_sized(objects: pa.RecordBatch, larger_than: int | None, smaller_than: int | None) -> pa.Array:
    import pyarrow.compute as pc  # noqa: PLC0415

    sizes = objects["size"]
    mask = pc.greater(sizes, -1 if larger_than is None else larger_than)
    return mask if smaller_than is None else pc.and_(mask, pc.less(sizes, smaller_than))


def _are_dated(objects: pa.RecordBatch, after: datetime | None, before: datetime | None) -> pa.Array:
    """A moment nobody knows fits no date."""
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.compute as pc  # noqa: PLC0415

    moments, kind = objects["modified"], pa.timestamp("us", "UTC")
    mask = pc.is_valid(moments)
    if after is not None:
        mask = pc.and_(mask, pc.greater_equal(moments, pa.scalar(after, kind)))
    return mask if before is None else pc.and_(mask, pc.less(moments, pa.scalar(before, kind)))


def _are_stored_as(objects: pa.RecordBatch, storage_classes: frozenset[str]) -> pa.Array:
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.compute as pc  # noqa: PLC0415

    return pc.is_in(objects["storage_class"], pa.array(sorted(storage_classes), pa.string()))


def _match(objects: pa.RecordBatch, pattern: str, start: int = 0) -> pa.Array:
    """Whether the keys, from the character `start` on, match a pattern of RE2."""
    import pyarrow.compute as pc  # noqa: PLC0415

    keys = pc.utf8_slice_codeunits(objects["key"], start, None) if start else objects["key"]
    return pc.match_substring_regex(pc.utf8_normalize(keys, "NFC"), pattern)


def name_patterns(search: Search) -> list[str]:
    """What the name means, as RE2 takes it: all must match the path below the place, or the key for own names."""
    name = unicodedata.normalize("NFC", search.name.strip())
    if not name:
        return []
    any_one = "." if search.is_path else "[^/]"
    if search.is_pattern:
        start = "^" if search.is_path else "(?:^|/)"  # own names begin after a slash
        wild = {"*": any_one + "*", "?": any_one}
        return ["(?is)" + start + "".join(wild.get(letter) or _literal(letter) for letter in name) + "/?$"]
    end = "" if search.is_path else "[^/]*/?$"
    return ["(?is)" + _literal(word) + end for word in name.split()]


def _literal(text: str) -> str:
    return "".join(letter if letter.isalnum() else f"\\x{{{ord(letter):x}}}" for letter in text)
