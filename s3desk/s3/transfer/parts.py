"""How many parts of one gesture are on their way at once, over all its files, and the memory they are held in."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from s3desk.s3.crew import in_threads

if TYPE_CHECKING:
    from s3desk.s3.connection import Connection
    from s3desk.s3.job import Job

T = TypeVar("T")
_TICK_S = 0.1  # how soon another limit and a cancel are seen


class Parts:
    """Of one job over one connection: `connection.limits.parts` at most, whichever files they are of."""

    def __init__(self, job: Job, connection: Connection) -> None:
        self.job, self.connection = job, connection
        self._changed = threading.Condition()
        self._held = 0
        self._rooms: list[bytearray] = []

    def in_threads(self, work: Callable[[T], None], items: Iterable[T]) -> None:
        """Do `work` for every item on as many threads as there may be parts; as `crew.in_threads`."""
        in_threads(self.job, self.connection, work, items, threads=lambda: self.connection.limits.parts)

    @contextmanager
    def held(self, size: int = 0) -> Iterator[bytearray]:
        """Inside, this is one of the parts at once, with at least `size` bytes of room. Raises CancelledError."""
        with self._changed:
            while self._held >= max(1, self.connection.limits.parts):
                self.job.stop_if_cancelled()
                self._changed.wait(_TICK_S)
            self._held += 1
            room = self._rooms.pop() if size and self._rooms else bytearray()
        try:
            if len(room) < size:
                room = bytearray(size)
            yield room
        finally:
            with self._changed:
                self._held -= 1
                if size:
                    self._rooms.append(room)
                if not self._held:
                    self._rooms.clear()
                self._changed.notify()
