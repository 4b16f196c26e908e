"""Workers begin nothing while the window is busy, but nothing hangs on a window that never says it is done."""

from __future__ import annotations

import threading
import time

from s3desk.s3.right_of_way import RightOfWay


def waited(way: RightOfWay) -> float:
    """Seconds a worker's thread waits before it may begin."""
    took: list[float] = []

    def work() -> None:
        start = time.monotonic()
        way.yield_to_paint()
        took.append(time.monotonic() - start)

    worker = threading.Thread(target=work)
    worker.start()
    worker.join(10)
    return took[0]


def test_a_worker_waits_for_the_end_of_a_round_but_not_for_ever() -> None:
    way = RightOfWay()
    way.woke()
    assert waited(way) >= 0.02
    with way.claimed():
        assert waited(way) >= 0.2
    way.sleeps()
    assert min(waited(way) for _ in range(20)) < 0.02  # on a busy machine a thread may start late
