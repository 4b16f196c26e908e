"""Many small requests at once from one thread: an event loop for what is quick, which leaves the rest to others."""

from __future__ import annotations

import selectors
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from s3desk.s3.crew import in_threads
from s3desk.s3.transfer.nonblocking import Addresses, NonblockingConnection, Steps

if TYPE_CHECKING:
    from s3desk.s3.connection import Connection
    from s3desk.s3.job import Job
    from s3desk.s3.transfer.direct import Direct

T = TypeVar("T")

LITTLE = 1 << 16  # bytes; more is worth a thread
_MOST_LEFT = 8  # in a row, until the short way is left for good
_ROOM = 8  # times the files at once: waiting costs nothing here
_IDLE_S = 0.001  # of waiting for any answer at all: more could be in the air
_TICK_S = 0.1  # how soon a cancel, a pause and an answer that never comes are seen
_ENOUGH = 100  # items, until it is told by them how quick the disk is
_QUICK_S = 0.0004  # of work for an item; what is more is the disk's, and goes on beside another thread's
_WORKING = 0.25  # of the work; the rest is waiting for the disk, which many threads do better


def in_flight(
    job: Job,
    connection: Connection,
    direct: Direct,
    work: Callable[[T, NonblockingConnection], Steps[bool]],
    items: Sequence[T],
) -> list[T]:
    """Do `work` for every item, many at a time; returns those that are left to do.

    `work` is in steps, and says in the end whether the item is done. Whatever is not simple is left; so is everything
    when many in a row were, or when the speed is limited. At first `connection.limits.files` are in the air; where
    that leaves nothing to do but wait, up to 8 times as many. It is one thread, unless the disk is slow. Raises what
    `work` raises, and CancelledError.
    """
    waiting = _Waiting(items)

    def fly(_: int) -> None:
        flight = _Flight(job, connection, direct, work, waiting)
        try:
            flight.run()
        finally:
            flight.close()

    in_threads(job, connection, fly, waiting.turns(), threads=lambda: waiting.threads(connection.limits.files))
    return waiting.rest()


class _Waiting(Generic[T]):
    """The items that wait for their turn, those that were left, and how the work goes. For all threads together."""

    def __init__(self, items: Sequence[T]) -> None:
        self._items, self._lock = iter(items), threading.Lock()
        self._threads = 1
        self._left: list[T] = []
        self._left_in_a_row = 0
        self.is_over = False
        # Of the items that ended, in seconds; counted without a lock, because near enough will do.
        self.ended, self.worked, self.ran = 0, 0.0, 0.0

    def draw(self) -> tuple[T] | None:
        """The next one; None where no more shall be begun."""
        with self._lock:
            for item in () if self.is_over else self._items:
                return (item,)
            self.is_over = True
            return None

    def leave(self, item: T) -> None:
        """It was not that simple."""
        with self._lock:
            self._left.append(item)

    def end(self, item: T, *, done: bool) -> None:
        """This one is through."""
        self.ended += 1
        self._left_in_a_row = 0 if done else self._left_in_a_row + 1
        if not done:
            self.leave(item)
            self.is_over = self.is_over or self._left_in_a_row >= _MOST_LEFT

    @property
    def in_trouble(self) -> bool:
        """Whether the last that ended was not that simple."""
        return self._left_in_a_row > 0

    def rest(self) -> list[T]:
        """What is left to do."""
        return [*self._left, *self._items]

    def turns(self) -> Iterator[int]:
        """One for each thread there may be."""
        while not self.is_over:
            yield 0

    def threads(self, most: int) -> int:
        """How many there should be: one, two where the disk takes its time, many where it lets them wait."""
        if self.ended > _ENOUGH and self.worked > _QUICK_S * self.ended:
            waits = self.ran < _WORKING * self.worked
            self._threads = max(self._threads, most if waits else 2)
        return self._threads


@dataclass(eq=False)
class _Seat(Generic[T]):
    """A connection, the item that is on it, and how the selector knows it."""

    connection: NonblockingConnection
    item: T
    steps: Steps[bool]
    known: tuple[int, int, int] | None = None  # socket's number among those made, file descriptor, event


class _Flight(Generic[T]):
    """One thread's share: its connections, and what is in the air on them."""

    def __init__(
        self,
        job: Job,
        connection: Connection,
        direct: Direct,
        work: Callable[[T, NonblockingConnection], Steps[bool]],
        waiting: _Waiting[T],
    ) -> None:
        self._job, self._limits, self._work, self._waiting = job, connection.limits, work, waiting
        self._direct, self._addresses = direct, Addresses(*direct.address)
        self._selector = selectors.DefaultSelector()
        self._flying: set[_Seat[T]] = set()
        self._idle: list[_Seat[T]] = []
        self._more = 0  # in the air than at first
        self._looked, self._ran = time.monotonic(), time.thread_time()

    def run(self) -> None:
        """Until no item waits and none is in the air."""
        while True:
            self._job.stop_if_cancelled()
            self._begin_more()
            if not self._flying:
                if self._waiting.is_over:
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
        """Let go of everything; what is in the air is left, and nobody begins any more after an error."""
        for seat in self._flying:
            self._waiting.is_over = True
            self._waiting.leave(seat.item)
            seat.steps.close()
        for seat in (*self._flying, *self._idle):
            seat.connection.close()
        self._selector.close()

    @property
    def _room(self) -> int:
        """How many may be in the air; one alone tries again where the last was refused."""
        return 1 if self._waiting.in_trouble else max(1, self._limits.files) + self._more

    def _begin_more(self) -> None:
        while len(self._flying) < self._room and not self._job.paused:
            if self._limits.bytes_per_second is not None:
                self._waiting.is_over = True
            self._limits.way.yield_to_paint()
            drawn = self._waiting.draw()
            if drawn is None:
                return
            seat = self._seated(drawn[0])
            self._flying.add(seat)
            self._go_on(seat)

    def _seated(self, item: T) -> _Seat[T]:
        if not self._idle:
            connection = NonblockingConnection(self._addresses, self._direct.context)
            return _Seat(connection, item, self._work(item, connection))
        seat = self._idle.pop()
        seat.item, seat.steps = item, self._work(item, seat.connection)
        return seat

    def _go_on(self, seat: _Seat[T]) -> None:
        """The next step."""
        began = time.monotonic()
        try:
            event = next(seat.steps)
        except StopIteration as end:
            self._end(seat, done=end.value)
        else:
            self._watch(seat, event)
        self._waiting.worked += time.monotonic() - began

    def _end(self, seat: _Seat[T], *, done: bool) -> None:
        self._waiting.end(seat.item, done=done)
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
        """Count what the processor did, and give up on answers that do not come."""
        ran, self._ran = self._ran, time.thread_time()
        self._waiting.ran += self._ran - ran
        now = time.monotonic()
        if now - self._looked < 1:
            return
        self._looked = now
        for seat in [one for one in self._flying if now - one.connection.since > one.connection.patience]:
            try:
                self._watch(seat, seat.steps.throw(TimeoutError()))
            except StopIteration as end:
                self._end(seat, done=end.value)
