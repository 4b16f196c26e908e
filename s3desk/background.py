"""The one door out of the GUI thread: operations go in, results come back at an await."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from s3desk.s3.right_of_way import RightOfWay

if TYPE_CHECKING:
    from s3desk.s3.job import Job

P = ParamSpec("P")
R = TypeVar("R")


class Background:
    """Runs operations `(job, ...)` on worker threads; quick questions never wait behind long transfers.

    `run` is for what the user looks at right now, `queue` for work listed in the transfers view, a few at a time,
    `follow` for waiting on what another operation brings.
    `way` is claimed by a view while it paints, and given by operations that keep Python busy.
    """

    def __init__(self, quick: int = 8, long: int = 3, following: int = 64) -> None:
        self._quick = ThreadPoolExecutor(quick, thread_name_prefix="s3desk-quick")
        self._long = ThreadPoolExecutor(long, thread_name_prefix="s3desk-long")
        self._following = ThreadPoolExecutor(following, thread_name_prefix="s3desk-following")
        self._closed = False
        self.way = RightOfWay()
        self._running: dict[Job, Future[Any]] = {}

    async def run(self, job: Job, operation: Callable[Concatenate[Job, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Await `operation(job, *args)` on a quick thread; its error or asyncio's CancelledError comes back here."""
        return await self._run(self._quick, job, operation, *args, **kwargs)

    async def queue(
        self, job: Job, operation: Callable[Concatenate[Job, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """The same for long work, of which a few run at once and the rest waits its turn."""
        return await self._run(self._long, job, operation, *args, **kwargs)

    async def follow(
        self, job: Job, operation: Callable[Concatenate[Job, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """The same for an operation that mostly waits for another one, whose thread it must not take."""
        return await self._run(self._following, job, operation, *args, **kwargs)

    async def _run(
        self,
        pool: ThreadPoolExecutor,
        job: Job,
        operation: Callable[Concatenate[Job, P], R],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> R:
        import asyncio  # noqa: PLC0415  # not before the first paint

        def work() -> R:
            job.check()
            job.waiting, job.started = False, time.monotonic()
            return operation(job, *args, **kwargs)

        if self._closed:  # the window is going; nobody waits for an answer
            raise asyncio.CancelledError
        job.waiting = True
        future = pool.submit(work)
        self._running[job] = future
        try:
            with job.closing(future.cancel):  # what still waits for a thread need not get one
                return await asyncio.wrap_future(future)
        except CancelledError as cancelled:
            raise asyncio.CancelledError from cancelled
        except asyncio.CancelledError:
            job.cancel()
            raise
        finally:
            del self._running[job]
            job.ended = time.monotonic()

    def close(self, seconds: float = 2.0) -> bool:
        """Cancel everything; True when all threads were done within `seconds`."""
        self._closed = True
        futures = list(self._running.values())
        for job in list(self._running):
            job.cancel()
        for pool in (self._quick, self._long, self._following):
            pool.shutdown(wait=False, cancel_futures=True)
        return not wait(futures, timeout=seconds).not_done
