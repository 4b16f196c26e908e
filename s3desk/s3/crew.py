"""Several threads working through one stream of items, for operations that are many requests."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sized
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Generic, TypeVar

from s3desk.s3.errors import Failure, SignInError
from s3desk.s3.explain import noting

if TYPE_CHECKING:
    from s3desk.s3.connection import Connection
    from s3desk.s3.job import Job

T = TypeVar("T")
_MOST = 64  # threads, where nobody knows how many items there are
_PATIENCE_S = 0.25


def in_threads(
    job: Job,
    connection: Connection,
    work: Callable[[T], None],
    items: Iterable[T],
    *,
    threads: int | Callable[[], int] = 8,
) -> None:
    """Do `work` for every item, `threads` at a time; returns when all are done, in no order.

    Items are drawn one by one as threads get free, so a generator that asks the server costs no memory. The first
    exception of `work` or of `items` stops the others before their next item and is raised here; so is a cancel.
    A number that is asked for may change meanwhile, and so many threads there are before long.
    """
    wished = threads if callable(threads) else partial(int, threads)
    most = len(items) if isinstance(items, Sized) else _MOST
    crew = _Crew(job, connection, work, items, lambda: max(1, min(wished(), most)))
    if most <= 1 or (not callable(threads) and threads <= 1):
        crew.run()
    else:
        crew.run_all(patience=_PATIENCE_S if callable(threads) else None)
    if crew.error is not None:
        raise crew.error


class _Crew(Generic[T]):
    def __init__(
        self,
        job: Job,
        connection: Connection,
        work: Callable[[T], None],
        items: Iterable[T],
        wished: Callable[[], int],
    ) -> None:
        self._job = job
        self._connection = connection
        self._work = work
        self._items = iter(items)
        self._wished = wished
        self._lock = threading.Lock()
        self._hands: list[threading.Thread] = []
        self._working = 0
        self._drawn_all = False
        self.error: BaseException | None = None

    def run_all(self, patience: float | None) -> None:
        """As many threads as are wished, looked at anew every `patience` seconds, until all is done."""
        while True:
            self._add_hands()
            hands = [hand for hand in self._hands if hand.is_alive()]
            if not hands and self._is_over():
                return
            for hand in hands[:1]:
                hand.join(patience)

    def _is_over(self) -> bool:
        with self._lock:
            return self._drawn_all or self.error is not None

    def _add_hands(self) -> None:
        with self._lock:
            wanted = 0 if self._drawn_all or self.error else self._wished() - self._working
            self._working += max(0, wanted)
        for _ in range(wanted):
            name = f"s3desk-transfer-{len(self._hands)}"
            hand = threading.Thread(target=self.run, name=name, daemon=True)
            self._hands.append(hand)
            hand.start()

    def run(self) -> None:
        """What each thread does until the items, or the luck, run out, or there are too many hands."""
        try:
            with self._connection.interrupting(self._job):
                while (drawn := self._draw()) is not None:
                    self._work(drawn[0])
        except BaseException as error:  # raised again in the thread that waits
            with self._lock:
                self.error = self.error or error
        with self._lock:
            self._working -= 1

    def _draw(self) -> tuple[T] | None:
        self._job.check()  # not under the lock: it may wait for the end of a pause
        self._connection.limits.way.yield_to_paint()
        with self._lock:
            if self.error is not None or self._working > self._wished():
                return None
            self._job.stop_if_cancelled()
            for item in self._items:
                return (item,)
            self._drawn_all = True
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
