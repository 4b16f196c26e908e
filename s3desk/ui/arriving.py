"""A listing on its way from the workers into a view."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Concatenate, ParamSpec

from s3desk.s3.job import Job

if TYPE_CHECKING:
    from s3desk.background import Background
    from s3desk.models.object_columns import Batch
    from s3desk.s3.feed import Feed

P = ParamSpec("P")


async def arriving(
    background: Background,
    job: Job,
    feed: Feed,
    portion: Callable[[Job, Feed], Batch | None],
    take: Callable[[Batch], None],
    operation: Callable[Concatenate[Job, P], None],
    *args: P.args,
    **kwargs: P.kwargs,
) -> None:
    """Run an operation that fills `feed`, and call `take` here with what `portion` makes of it, until that is None.

    Both run on workers. Raises the operation's S3Error after the last batch. Cancelled, it ends the operation too.
    """
    import asyncio  # noqa: PLC0415  # not before the first paint

    listing = asyncio.ensure_future(background.run(job, operation, *args, **kwargs))
    listing.add_done_callback(lambda _: feed.close())  # also of one that was cancelled before it began
    waiting = Job()
    try:
        while (batch := await background.follow(waiting, portion, feed)) is not None:
            take(batch)
        await listing
    finally:
        job.cancel()
        waiting.cancel()
        await asyncio.gather(listing, return_exceptions=True)
