"""The window goes first: Python runs one thread at a time, and a paint must not queue behind pages being parsed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

_LONGEST = 0.25  # seconds a worker waits at most; no paint takes longer, and nothing may hang on one that does


class RightOfWay:
    """The window claims it while it paints; workers ask for it before what keeps Python busy for milliseconds."""

    def __init__(self) -> None:
        self._clear = threading.Event()
        self._clear.set()
        self._one = threading.Lock()

    @contextmanager
    def claimed(self) -> Iterator[None]:
        """For the window: inside, workers begin nothing that takes long. Never waits."""
        self._clear.clear()
        try:
            yield
        finally:
            self._clear.set()

    def give_way(self) -> None:
        """For a worker: wait until the window has painted."""
        self._clear.wait(_LONGEST)

    @contextmanager
    def one_at_a_time(self) -> Iterator[None]:
        """For a worker: like `give_way`, and inside no other worker is; they would only take turns."""
        with self._one:
            self.give_way()
            yield
