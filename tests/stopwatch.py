"""Measures how long something took that has to be quick, without what a busy machine adds to it."""

from __future__ import annotations

import threading
import time

_TICK_S = 0.01
_USUAL_S = 0.03  # that long a tick takes at most where nobody else wants the processor


class Stopwatch:
    """Runs from the moment it is made; a thread that only sleeps tells by how late it wakes what is not ours."""

    def __init__(self) -> None:
        self._begun = time.monotonic()
        self._lost = 0.0
        self._ended = threading.Event()
        self._ticking = threading.Thread(target=self._tick, name="stopwatch", daemon=True)
        self._ticking.start()

    def stop(self, at: float | None = None) -> float:
        """Seconds until now, or until `at` (monotonic)."""
        at = at or time.monotonic()
        self._ended.set()
        self._ticking.join()
        return at - self._begun - self._lost

    def _tick(self) -> None:
        while True:
            before = time.monotonic()
            if self._ended.wait(_TICK_S):
                return
            self._lost += max(0.0, time.monotonic() - before - _USUAL_S)
