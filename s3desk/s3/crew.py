"""Several threads working through one stream of items, for operations that are many requests."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sized
from contextlib import contextmanager
from typing import TYPE_CHECKING, Generic, TypeVar

from s3desk.s3.errors import Failure, SignInError
from s3desk.s3.explain import noting

if TYPE_CHECKING:
    from s3desk.s3.connection import Connection
    from s3desk.s3.job import Job

T = TypeVar("T")


def in_threads(
    job: Job, connection: Connection, work: Callable[[T], None], items: Iterable[T], *, threads: int = 8
) -> None:
    """Do `work` for every item, `threads` at a time; returns when all are done, in no order.

    Items are drawn one by one as threads get free, so a generator that asks the server costs no memory. The first
    exception of `work` or of `items` stops the others before their next item and is raised here; so is a cancel.
    """
    count = min(threads, len(items)) if isinstance(items, Sized) else threads
    crew = _Crew(job, connection, work, items)
    if count <= 1:
        crew.run()
    else:
        hands = [threading.Thread(target=crew.run, name=f"s3desk-transfer-{n}", daemon=True) for n in range(count)]
        for hand in hands:
            hand.start()
        for hand in hands:
            hand.join()
    if crew.error is not None:
        raise crew.error


class _Crew(Generic[T]):
    def __init__(self, job: Job, connection: Connection, work: Callable[[T], None], items: Iterable[T]) -> None:
        self._job = job
        self._connection = connection
        self._work = work
        self._items = iter(items)
        self._lock = threading.Lock()
        self.error: BaseException | None = None

    def run(self) -> None:
        """What each thread does until the items, or the luck, run out."""
        try:
            with self._connection.interrupting(self._job):
                while (drawn := self._draw()) is not None:
                    self._work(drawn[0])
        except BaseException as error:  # raised again in the thread that waits
            with self._lock:
                self.error = self.error or error

    def _draw(self) -> tuple[T] | None:
        with self._lock:
            if self.error is not None:
                return None
            self._job.check()
            for item in self._items:
                return (item,)
            return None


@contextmanager
def noting_one(failures: list[Failure], key: str, *, doing: str, bucket: str) -> Iterator[None]:
    """Like `noting`, but a sign-in that ended stops the whole batch instead of failing every item that is left."""
    noted: list[Failure] = []
    with noting(noted, key, doing=doing, bucket=bucket):
        yield
    for failure in noted:
        if isinstance(failure.error, SignInError):
            raise failure.error
        failures.append(failure)
