"""Limits hold for all threads together, and change while work is going on."""

from __future__ import annotations

import threading
import time
from concurrent.futures import CancelledError
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from s3desk.s3.crew import in_threads
from s3desk.s3.job import Job
from s3desk.s3.location import Location
from s3desk.s3.objects import Selection
from s3desk.s3.transfer.downloads import plan_download
from s3desk.s3.transfer.fetching import download
from s3desk.s3.transfer.limits import Limits
from s3desk.s3.transfer.parts import Parts
from s3desk.s3.transfer.sending import upload
from s3desk.s3.transfer.uploads import plan_upload
from tests.servers.faults import slow_down

if TYPE_CHECKING:
    from pathlib import Path

    from s3desk.s3.connection import Connection
    from tests.servers.fault_proxy import FaultProxy
    from tests.servers.faults import Seen

MIB = 1 << 20


def test_bytes_take_their_time_up_and_down(connection: Connection, bucket: str, tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(bytes(2 * MIB))
    connection.limits.bytes_per_second = 4 * MIB
    start = time.monotonic()
    plan = plan_upload(Job(), connection, [tmp_path / "x"], Location(bucket))
    assert upload(Job(), connection, plan) == []
    down = plan_download(Job(), connection, Selection(bucket, ("x",)), "", tmp_path / "down")
    assert download(Job(), connection, down) == []
    assert time.monotonic() - start >= 0.6
    assert (tmp_path / "down/x").read_bytes() == bytes(2 * MIB)


def test_a_limit_that_is_lifted_or_a_cancel_ends_the_wait() -> None:
    for end in ("lifted", "cancelled"):
        limits, job, ended = Limits(bytes_per_second=1), Job(), threading.Event()
        limits.take(job, 1000)

        def wait(limits: Limits = limits, job: Job = job, ended: threading.Event = ended) -> None:
            with suppress(CancelledError):
                limits.take(job, 1)
            ended.set()

        thread = threading.Thread(target=wait)
        thread.start()
        assert not ended.wait(0.1)
        if end == "lifted":
            limits.bytes_per_second = None
        else:
            job.cancel()
        assert ended.wait(1)
        thread.join()


def test_threads_come_and_go_with_the_limit(job: Job, connection: Connection) -> None:
    now, most, lock = 0, 0, threading.Lock()
    wished = 2
    reached: dict[int, threading.Event] = {6: threading.Event()}

    def work(number: int) -> None:
        nonlocal now, most, wished
        with lock:
            now += 1
            most = max(most, now)
            if now == 6:
                reached[6].set()
        if number == 5:
            assert most <= 2
            wished = 6
        time.sleep(0.01)
        with lock:
            now -= 1

    in_threads(job, connection, work, list(range(300)), threads=lambda: wished)
    assert reached[6].is_set()
    assert most == 6


def test_an_error_and_a_cancel_come_out_of_a_crew_that_changes(connection: Connection) -> None:
    def fail(number: int) -> None:
        if number == 7:
            raise ValueError(number)

    with pytest.raises(ValueError, match="7"):
        in_threads(Job(), connection, fail, range(100), threads=lambda: 3)
    job = Job()
    with pytest.raises(CancelledError):
        in_threads(job, connection, lambda _: job.cancel(), range(100), threads=lambda: 3)


def test_parts_of_all_files_of_a_gesture_are_bounded_together(job: Job, connection: Connection) -> None:
    connection.limits.parts = 2
    parts, lock, now, most = Parts(job, connection), threading.Lock(), [0], [0]

    def hold(_: int) -> None:
        with parts.held(100) as room:
            assert len(room) >= 100
            with lock:
                now[0] += 1
                most[0] = max(most[0], now[0])
            time.sleep(0.01)
            with lock:
                now[0] -= 1

    in_threads(job, connection, hold, range(24), threads=6)
    assert most == [2]
    with parts.held(), parts.held():
        waiting = threading.Timer(0.1, job.cancel)
        waiting.start()
        with pytest.raises(CancelledError), parts.held():
            pass
        waiting.join()


def test_several_large_files_go_at_once(
    job: Job, proxied: Connection, fault_proxy: FaultProxy, bucket: str, tmp_path: Path
) -> None:
    (tmp_path / "up").mkdir()
    for number in range(4):
        (tmp_path / f"up/{number}").write_bytes(bytes([number]) * 9 * MIB)
    plan = plan_upload(job, proxied, [tmp_path / "up"], Location(bucket))
    open_at_once = [0, 0]  # now, most

    def begun(seen: Seen) -> bool:
        if seen.method == "POST":
            open_at_once[0] += 1 if "uploads" in seen.query else -1
            open_at_once[1] = max(open_at_once)
        return False

    fault_proxy.on(begun, slow_down())
    assert upload(job, proxied, plan) == []
    assert open_at_once[1] > 1
    down = plan_download(job, proxied, Selection(bucket, folders=("up/",)), "up/", tmp_path / "down")
    assert download(job, proxied, down) == []
    for number in range(4):
        assert (tmp_path / f"down/{number}").read_bytes() == bytes([number]) * 9 * MIB
