"""Job: what one piece of work has done so far, and the wish to stop it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from enum import Enum


class Unit(Enum):
    """What a job's numbers count."""

    OBJECTS = "objects"
    BYTES = "bytes"
    STEPS = "steps"  # of work that handles each object more than once


class Job:
    """Counters written by workers and sampled by the window, and one flag for cancel.

    `done` and `total` are in `unit`; `items` and `items_total` count whole objects where the unit is bytes.
    A total of None is not known yet. Times are `time.monotonic()` seconds. Any thread may call any method.
    """

    def __init__(
        self, title: str = "", total: int | None = None, unit: Unit = Unit.OBJECTS, items_total: int | None = None
    ) -> None:
        self.title = title
        self.total = total
        self.unit = unit
        self.done = 0
        self.items = 0
        self.items_total = items_total
        self.waiting = False  # for a free thread
        self.started = time.monotonic()
        self.ended: float | None = None
        self.left = False  # by a program that ends: what can go on later need not be cleaned up
        self._cancelled = threading.Event()
        self._going = threading.Event()
        self._going.set()
        self._lock = threading.Lock()
        self._closers: list[Callable[[], object]] = []

    @property
    def cancelled(self) -> bool:
        """Whether somebody asked for an end."""
        return self._cancelled.is_set()

    def advance(self, n: int) -> None:
        """Add `n` to what is done; negative when a part has to be sent again."""
        with self._lock:
            self.done += n

    def advance_items(self, n: int = 1) -> None:
        """Add `n` to the whole objects that are finished, failed ones included."""
        with self._lock:
            self.items += n

    def check(self) -> None:
        """Stop here if the user cancelled, and wait here while the job is paused: never call it in the window's thread.

        Raises concurrent.futures.CancelledError, which botocore neither wraps nor retries.
        """
        if not self._going.is_set():
            self._going.wait()
        if self._cancelled.is_set():
            raise CancelledError

    def stop_if_cancelled(self) -> None:
        """`check` without the wait, for the middle of a request."""
        if self._cancelled.is_set():
            raise CancelledError

    def wait(self, seconds: float) -> None:
        """Sleep, but end at once with CancelledError when the job is cancelled."""
        if self._cancelled.wait(seconds):
            raise CancelledError

    @property
    def paused(self) -> bool:
        """Whether the work waits, or will before its next request or part."""
        return not self._going.is_set()

    def pause(self) -> None:
        """Have the work wait in `check` until it is resumed or cancelled."""
        with self._lock:
            if not self._cancelled.is_set():
                self._going.clear()

    def resume(self) -> None:
        """Let it go on."""
        self._going.set()

    def leave(self) -> None:
        """Like cancel, but what a record keeps for later stays where it is: for the end of the program."""
        self.left = True
        self.cancel()

    def cancel(self) -> None:
        """Ask the work to stop: sets the flag and closes what blocks, so that no read is waited for."""
        with self._lock:
            self._cancelled.set()
            self._going.set()
            closers = list(self._closers)
        for close in closers:
            with suppress(Exception):
                close()

    @contextmanager
    def closing(self, close: Callable[[], object]) -> Iterator[None]:
        """While inside, `cancel` also calls `close`, for instance to cut a socket somebody is reading from."""
        with self._lock:
            self._closers.append(close)
        try:
            self.stop_if_cancelled()
            yield
        finally:
            with self._lock:
                self._closers.remove(close)
