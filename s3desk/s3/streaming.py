"""A whole listing as a stream of pages in the order of keys, with several requests under way where that is faster."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

from s3desk.s3.errors import S3Error
from s3desk.s3.fan import Fan
from s3desk.s3.job import Job
from s3desk.s3.listing import Page, Scope, ask, pages
from s3desk.s3.shards import OutOfOrderError, Shard

if TYPE_CHECKING:
    from s3desk.s3.connection import Connection
    from s3desk.s3.feed import Feed
    from s3desk.s3.right_of_way import RightOfWay

MOST_REQUESTS = 16  # under way at once, for one listing
_PATIENCE = 5  # times a shard is asked again after the server said to slow down and botocore gave up
_SLOW = frozenset({"SlowDown", "ServiceUnavailable", "Throttling", "ThrottlingException", "503", "429"})


def stream(job: Job, connection: Connection, scope: Scope, feed: Feed, *, most: int = MOST_REQUESTS) -> None:
    """Put every page of `scope` into `feed`, each item once, in order; `job.done` counts items.

    A list of many pages is asked for in ranges of keys (ListObjectsV2 with StartAfter), up to `most` requests at once.
    Where the server's list turns out not to be in the order of keys, or to change under way, it goes on page by page.
    Raises S3Error when a page cannot be had: what came before it is in the feed. The feed is closed in any case.
    """
    try:
        for page in _all(job, connection, scope, feed, most):
            job.advance(len(page))
            feed.put(page)
    finally:
        feed.close()


def _all(job: Job, connection: Connection, scope: Scope, feed: Feed, most: int) -> Iterator[Page]:
    fan = Fan(scope.location.prefix, most)
    try:
        yield from _fanned(job, connection, scope, feed, fan)
    except OutOfOrderError:
        front = fan.front
        yield from front.pages  # what arrived together with the answer that did not fit
        if (rest := front.rest()) is not None and len(rest):
            yield rest
        if front.last is None or front.last.next is not None:
            for page in pages(job, connection, scope, front.last):
                _count(feed, page)
                yield page


def _count(feed: Feed, page: Page) -> None:
    feed.requests += 1
    feed.looked_at += len(page)
    feed.slowed += page.retries > 0


def _fanned(job: Job, connection: Connection, scope: Scope, feed: Feed, fan: Fan) -> Iterator[Page]:
    running: dict[Future[tuple[Page, float]], Shard] = {}
    asking = Job()  # its end cuts what is still under way, so that nobody waits for answers that are not wanted
    with (
        ThreadPoolExecutor(MOST_REQUESTS, thread_name_prefix="s3desk-list") as pool,
        ExitStack() as at_end,
        job.closing(asking.cancel),
    ):
        at_end.callback(asking.cancel)
        while True:
            while (shard := fan.next(len(running))) is not None:
                running[pool.submit(_timed, asking, connection, scope, shard, feed.way)] = shard
            if not running:
                return
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                _take(future, running.pop(future), feed, fan)
            yield from fan.ready()


def _take(future: Future[tuple[Page, float]], shard: Shard, feed: Feed, fan: Fan) -> None:
    try:
        page, seconds = future.result()
    except S3Error as error:
        if shard is fan.front:
            raise
        raise OutOfOrderError from error  # one after the other it may go; if not, the front will say
    _count(feed, page)
    fan.answered(shard, page, seconds)


def _timed(job: Job, connection: Connection, scope: Scope, shard: Shard, way: RightOfWay) -> tuple[Page, float]:
    for attempt in range(_PATIENCE + 1):
        start = time.monotonic()
        try:
            page = ask(job, connection, scope, shard.token, shard.start, way)
        except S3Error as error:
            if error.code not in _SLOW or attempt == _PATIENCE:
                raise
            job.wait(2**attempt / 2)
        else:
            return replace(page, retries=page.retries + attempt), time.monotonic() - start
    raise AssertionError("the last attempt returns or raises")
