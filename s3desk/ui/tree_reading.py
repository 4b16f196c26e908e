"""How the tree asks a server what is in a place."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING

from s3desk.s3 import buckets
from s3desk.s3.feed import Feed
from s3desk.s3.job import Job
from s3desk.s3.listing import Scope
from s3desk.s3.streaming import stream

if TYPE_CHECKING:
    from s3desk.background import Background
    from s3desk.ui.navigator import Place


async def names_in(background: Background, job: Job, place: Place) -> AsyncGenerator[list[str], None]:
    """The names of buckets, or of the folders of a place, in batches as they arrive. Raises S3Error after the last."""
    import asyncio  # noqa: PLC0415  # not before the first paint

    if not place.location.bucket:
        yield [bucket.name for bucket in await background.run(job, buckets.list_buckets, place.connection)]
        return
    feed, waiting = Feed(background.way), Job()
    listing = asyncio.ensure_future(background.run(job, stream, place.connection, Scope(place.location), feed))
    listing.add_done_callback(lambda _: feed.close())  # also of one that was cancelled before it began
    try:
        while (names := await background.follow(waiting, _next_names, feed, len(place.location.prefix))) is not None:
            yield names
        await listing
    finally:
        job.cancel()
        waiting.cancel()
        await asyncio.gather(listing, return_exceptions=True)


def _next_names(job: Job, feed: Feed, start: int) -> list[str] | None:
    """What came since the last time, the whole prefixes cut to their last segments; None at the end."""
    pages = feed.take(job)
    if not pages:
        return None
    return [prefix[start:-1] for page in pages for prefix in page.prefixes.to_pylist()]
