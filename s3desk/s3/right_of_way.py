"""The window goes first: Python runs one thread at a time, and a paint must not queue behind pages being parsed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

_LONGEST = 0.25  # seconds a worker waits at most; no paint takes longer, and nothing may hang on one that does
_SHORT = 0.03  # the same for a whole round of the window's loop, of which the system may not tell the end


class RightOfWay:
    """The window claims it while it paints; workers take turns at what keeps Python busy, and begin none meanwhile.

    Python gives itself to any of the threads that wait for it: with ten of them the window would be the tenth.
    """

    def __init__(self) -> None:
        self.clear = threading.Event()
        self.clear.set()
        self.one = threading.Lock()
        self._idle = threading.Event()  # the window waits for something to do
        self._idle.set()

    @contextmanager
    def claimed(self) -> Iterator[None]:
        """For the window: inside, no worker begins a turn. Never waits."""
        self.clear.clear()
        try:
            yield
        finally:
            self.clear.set()

    def woke(self) -> None:
        """For the window: its loop has something to do, and may need Python for each step of it."""
        self._idle.clear()

    def sleeps(self) -> None:
        """For the window: its loop has done everything."""
        self._idle.set()

    def yield_to_paint(self) -> None:
        """For a worker whose work is mostly none of Python's: begin nothing while the window is busy or paints."""
        self.clear.wait(_LONGEST)
        self._idle.wait(_SHORT)


class Turn:
    """One worker's turn; used by its thread alone. It is left while the worker waits for a server."""

    def __init__(self, way: RightOfWay) -> None:
        self._way = way
        self._mine = False

    def take(self) -> None:
        """Wait until no other worker is at it and the window has painted."""
        if not self._mine:
            self._way.one.acquire()
            self._mine = True
            self._way.clear.wait(_LONGEST)

    def leave(self) -> None:
        """Let others go on."""
        if self._mine:
            self._mine = False
            self._way.one.release()
