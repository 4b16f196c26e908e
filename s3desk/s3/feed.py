"""Pages on their way from the threads that list to whoever shows or counts them."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from s3desk.s3.right_of_way import RightOfWay

if TYPE_CHECKING:
    from s3desk.s3.job import Job
    from s3desk.s3.listing import Page

PAUSE = 0.05  # seconds between two helpings, so that a window is not called for every page


class Feed:
    """A listing under way: pages in order, and what it has cost so far. Any thread may call any method.

    `way` lets the window paint before the next page is parsed.
    """

    def __init__(self, way: RightOfWay | None = None) -> None:
        self.way = way or RightOfWay()
        self._pages: list[Page] = []
        self._closed = False
        self._news = threading.Condition()
        self._taken = 0.0
        self.requests = 0
        self.looked_at = 0  # folders and objects, those put aside included
        self.slowed = 0  # how often the server asked to slow down

    def put(self, page: Page) -> None:
        """Hand over the next page."""
        with self._news:
            self._pages.append(page)
            self._news.notify_all()

    def close(self) -> None:
        """Say that there is no more to come, for better or worse."""
        with self._news:
            self._closed = True
            self._news.notify_all()

    def take(self, job: Job) -> list[Page]:
        """Wait for pages and take what there is, at most every 50 ms; nothing means the end.

        Raises CancelledError on `job.cancel()`.
        """
        with job.closing(self.close), self._news:
            self._news.wait_for(lambda: self._pages or self._closed)
            job.check()
            rest = self._taken + PAUSE - time.monotonic()
            if rest > 0:
                self._news.wait_for(lambda: self._closed, timeout=rest)
            job.check()
            pages, self._pages = self._pages, []
            self._taken = time.monotonic()
            return pages

    def drain(self, job: Job) -> Iterator[Page]:
        """Every page as it comes, for an operation that runs beside the listing."""
        while pages := self.take(job):
            yield from pages
