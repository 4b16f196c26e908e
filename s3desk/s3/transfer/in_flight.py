"""Many small requests at once from one thread: an event loop for what is quick, which leaves the rest to others."""

from __future__ import annotations

import selectors
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from s3desk.s3.transfer.nonblocking import Addresses, NonblockingConnection, Steps

if TYPE_CHECKING:
    from s3desk.s3.connection import Connection
    from s3desk.s3.job import Job
    from s3desk.s3.transfer.direct import Direct

T = TypeVar("T")

LITTLE = 1 << 16  # bytes; more is worth a thread
_MOST_LEFT = 16  # in a row, until the short way is left for good
_ROOM = 8  # times the files at once: waiting costs nothing here
_IDLE_S = 0.001  # of waiting for any answer at all: more could be in the air
_WATCHED_S = 0.5  # of work, until it is told by how much of it the disk lets wait
_WORKING = 0.25  # less of it than this, and many threads do better
_TICK_S = 0.1  # how soon a cancel, a pause and an answer that never comes are seen


def in_flight(
    job: Job,
    connection: Connection,
    direct: Direct,
    work: Callable[[T, NonblockingConnection], Steps[bool]],
    items: Sequence[T],
) -> list[T]:
    """Do `work` for every item, many at a time; returns those that are left to do.

    `work` is in steps, and says in the end whether the item is done. Whatever is not simple is left; so is everything
    when many in a row were, when the speed is limited, or when the disk is slow. At first `connection.limits.files`
    are in the air; where that leaves nothing to do but wait, up to 8 times as many. Raises what `work` raises, and
    CancelledError.
    """
    flight = _Flight(job, connection, direct, work, items)
    try:
        flight.run()
    finally:
        flight.close()
    return flight.left


@dataclass(eq=False)
class _Seat(Generic[T]):
    """A connection, the item that is on it, and how the selector knows it."""

    connection: NonblockingConnection
    item: T
    steps: Steps[bool]
    known: tuple[int, int, int] | None = None  # socket's number among those made, file descriptor, event


class _Flight(Generic[T]):
    def __init__(
        self,
        job: Job,
        connection: Connection,
        direct: Direct,
        work: Callable[[T, NonblockingConnection], Steps[bool]],
        items: Sequence[T],
    ) -> None:
        self._job, self._limits, self._work = job, connection.limits, work
        self._direct, self._addresses = direct, Addresses(*direct.address)
        self._items: Iterator[T] = iter(items)
        self._selector = selectors.DefaultSelector()
        self._flying: set[_Seat[T]] = set()
        self._idle: list[_Seat[T]] = []
        self._over = False
        self._left_in_a_row = 0
        self._more = 0  # in the air than at first
        self._looked = time.monotonic()
        self._worked, self._ran = 0.0, time.thread_time()  # seconds of steps, and of them on the processor
        self.left: list[T] = []

    def run(self) -> None:
        """Until no item is left and none is in the air."""
        while True:
            self._job.stop_if_cancelled()
            self._begin_more()
            if not self._flying:
                if self._over:
                    return
                self._job.check()  # waits for the end of a pause
                continue
            asked = time.monotonic()
            ready = self._selector.select(_TICK_S)
            if len(self._flying) == self._room and time.monotonic() - asked > _IDLE_S:
                self._more = min(self._more + 1, self._limits.files * (_ROOM - 1))
            for key, _ in ready:
                self._go_on(key.data)
            self._look_around()

    def close(self) -> None:
        """Let go of everything; what is in the air is left."""
        for seat in self._flying:
            self.left.append(seat.item)
            seat.steps.close()
        for seat in (*self._flying, *self._idle):
            seat.connection.close()
        self.left += self._items
        self._selector.close()

    @property
    def _room(self) -> int:
        return max(1, self._limits.files) + self._more

    def _begin_more(self) -> None:
        while len(self._flying) < self._room and not self._job.paused:
            if (seat := self._seated()) is None:
                return
            self._flying.add(seat)
            self._go_on(seat)

    def _seated(self) -> _Seat[T] | None:
        """The next item on a connection; None where no more shall be begun."""
        if self._over or self._left_in_a_row >= _MOST_LEFT or self._limits.bytes_per_second is not None:
            self._over = True
            return None
        self._limits.way.yield_to_paint()
        for item in self._items:
            if not self._idle:
                connection = NonblockingConnection(self._addresses, self._direct.context)
                return _Seat(connection, item, self._work(item, connection))
            seat = self._idle.pop()
            seat.item, seat.steps = item, self._work(item, seat.connection)
            return seat
        self._over = True
        return None

    def _go_on(self, seat: _Seat[T]) -> None:
        """The next step."""
        began = time.monotonic()
        try:
            event = next(seat.steps)
        except StopIteration as end:
            self._end(seat, done=end.value)
        else:
            self._watch(seat, event)
        self._worked += time.monotonic() - began
        if self._worked > _WATCHED_S:  # how much of it was the processor's, and how much waiting for the disk?
            ran = time.thread_time()
            self._over = self._over or ran - self._ran < _WORKING * self._worked
            self._worked, self._ran = 0.0, ran

    def _end(self, seat: _Seat[T], *, done: bool) -> None:
        self._left_in_a_row = 0 if done else self._left_in_a_row + 1
        if not done:
            self.left.append(seat.item)
        if seat.connection.sock is None:
            self._forget(seat)
        self._flying.discard(seat)
        self._idle.append(seat)

    def _watch(self, seat: _Seat[T], event: int) -> None:
        known = (seat.connection.made, seat.connection.fileno(), event)
        if seat.known == known:
            return
        if seat.known is not None and seat.known[:2] == known[:2]:
            self._selector.modify(known[1], event, seat)
        else:
            self._forget(seat)
            self._selector.register(known[1], event, seat)
        seat.known = known

    def _forget(self, seat: _Seat[T]) -> None:
        if seat.known is not None:
            with suppress(KeyError, ValueError, OSError):
                self._selector.unregister(seat.known[1])
            seat.known = None

    def _look_around(self) -> None:
        """Give up on answers that do not come."""
        now = time.monotonic()
        if now - self._looked < 1:
            return
        self._looked = now
        for seat in [one for one in self._flying if now - one.connection.since > one.connection.patience]:
            try:
                self._watch(seat, seat.steps.throw(TimeoutError()))
            except StopIteration as end:
                self._end(seat, done=end.value)
