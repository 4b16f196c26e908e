"""How much at once and how fast: read while work is going on, so that a change holds at once."""

from __future__ import annotations

import threading
import time
from functools import partial
from typing import TYPE_CHECKING

from s3desk.s3.right_of_way import RightOfWay

if TYPE_CHECKING:
    from collections.abc import Callable

    from s3desk.s3.job import Job

_BURST_S = 0.25  # what was not used can be made up for that long


class Limits:
    """Bytes per second of all transfers of a connection together (None: no limit), files and parts at once.

    Any thread may change them at any time. Memory bounds `parts`: each is held whole, 16 MiB. No item is begun while
    the window has the right of `way`.
    """

    def __init__(
        self, bytes_per_second: int | None = None, files: int = 8, parts: int = 4, way: RightOfWay | None = None
    ) -> None:
        self.bytes_per_second = bytes_per_second
        self.files = files
        self.parts = parts
        self.way = way or RightOfWay()
        self._lock = threading.Lock()
        self._free_at = 0.0  # when what was taken so far has had its time

    def taking(self, job: Job) -> Callable[[int], None] | None:
        """`take` for a job; None where there is no limit now."""
        return None if self.bytes_per_second is None else partial(self.take, job)

    def take(self, job: Job, count: int) -> None:
        """Wait until `count` bytes may go; ends at once with CancelledError when the job is cancelled."""
        while (speed := self.bytes_per_second) is not None:
            now = time.monotonic()
            with self._lock:
                start = max(self._free_at, now - _BURST_S)
                if start <= now:
                    self._free_at = start + count / speed
                    return
                pause = start - now
            job.wait(min(pause, _BURST_S))  # not longer: the limit may be lifted meanwhile
        job.stop_if_cancelled()
