"""Little files and objects move from one thread, and whatever is not simple is done the usual way."""

from __future__ import annotations

import random
import select
import selectors
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import pytest

from s3desk.s3.deleting import delete
from s3desk.s3.errors import DiskError
from s3desk.s3.job import Job
from s3desk.s3.location import Location
from s3desk.s3.objects import Selection
from s3desk.s3.transfer import nonblocking
from s3desk.s3.transfer.downloads import plan_download
from s3desk.s3.transfer.fetching import download
from s3desk.s3.transfer.in_flight import LITTLE, in_flight
from s3desk.s3.transfer.kept_connection import FRESH, NoAnswerError
from s3desk.s3.transfer.nonblocking import Addresses, NonblockingConnection, Reply, Steps
from s3desk.s3.transfer.sending import upload
from s3desk.s3.transfer.uploads import plan_upload
from tests.s3.conftest import seconds_to_cancel
from tests.servers.faults import Stall, slow_down

if TYPE_CHECKING:
    from pathlib import Path

    from s3desk.s3.connection import Connection
    from s3desk.s3.transfer.uploads import UploadPlan
    from tests.servers.fault_proxy import FaultProxy
    from tests.servers.faults import Seen

ASKED = b"GET /a HTTP/1.1\r\nhost: h\r\n\r\n"
GOOD = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nETag: x\r\n\r\nabc"


def is_put(seen: Seen) -> bool:
    return seen.method == "PUT"


def folder_of(tmp_path: Path, count: int) -> dict[str, bytes]:
    """Files of all little sizes, and some that are not little; by name."""
    chance = random.Random(3)  # noqa: S311  # test data
    sizes = [0, 1, LITTLE - 1, LITTLE, LITTLE + 1, 200_000, *(chance.randrange(20_000) for _ in range(count - 6))]
    bodies = {f"ünï {number:04} +&.bin": chance.randbytes(size) for number, size in enumerate(sizes)}
    (tmp_path / "up").mkdir()
    for name, body in bodies.items():
        (tmp_path / "up" / name).write_bytes(body)
    return bodies


def planned(connection: Connection, bucket: str, tmp_path: Path) -> UploadPlan:
    return plan_upload(Job(), connection, [tmp_path / "up"], Location(bucket))


def fetched(connection: Connection, bucket: str, tmp_path: Path) -> dict[str, bytes]:
    """What comes back by a download of its own."""
    job, target = Job(), tmp_path / "down"
    plan = plan_download(job, connection, Selection(bucket, folders=("up/",)), "up/", target)
    assert download(job, connection, plan) == []
    assert (job.items, job.done) == (job.items_total, job.total)
    return {path.name: path.read_bytes() for path in target.iterdir()}


def test_files_travel_whole_over_few_connections(
    job: Job, proxied: Connection, fault_proxy: FaultProxy, bucket: str, tmp_path: Path
) -> None:
    bodies = folder_of(tmp_path, 150)
    plan = planned(proxied, bucket, tmp_path)
    fault_proxy.forget()
    assert upload(job, proxied, plan) == []
    assert (job.items, job.done) == (150, sum(map(len, bodies.values())))
    assert sum(map(is_put, fault_proxy.requests)) == 150, "each once"
    assert fetched(proxied, bucket, tmp_path) == bodies
    told = [call.operation for call in proxied.activity.calls()]
    assert told.count("put_object") == 150


def test_where_every_file_needs_a_name_the_place_of_another_is_not_taken(
    job: Job, connection: Connection, bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bodies = folder_of(tmp_path, 20)
    assert upload(job, connection, planned(connection, bucket, tmp_path)) == []
    monkeypatch.delattr("os.O_TMPFILE", raising=False)
    target = tmp_path / "down"
    target.mkdir()
    taken = sorted(bodies)[7]
    (target / taken).write_bytes(b"mine")
    plan = plan_download(Job(), connection, Selection(bucket, folders=("up/",)), "up/", target)
    failures = download(Job(), connection, plan)
    assert [failure.key for failure in failures] == [f"up/{taken}"]
    assert {path.name: path.read_bytes() for path in target.iterdir()} == {**bodies, taken: b"mine"}


def test_a_folder_that_cannot_be_made_fails_its_own_files_only(
    connection: Connection, bucket: str, tmp_path: Path
) -> None:
    for folder in ("good", "taken"):
        (tmp_path / "up" / folder).mkdir(parents=True)
        (tmp_path / "up" / folder / "x").write_bytes(b"1")
    assert upload(Job(), connection, planned(connection, bucket, tmp_path)) == []
    job, target = Job(), tmp_path / "down"
    plan = plan_download(job, connection, Selection(bucket, folders=("up/",)), "up/", target)
    target.mkdir()
    (target / "taken").write_bytes(b"a file where a folder should be")
    failures = download(job, connection, plan)
    assert [failure.key for failure in failures] == ["up/taken/x"]
    assert isinstance(failures[0].error, DiskError)
    assert job.items == job.items_total
    assert (target / "good" / "x").read_bytes() == b"1"


def test_a_busy_server_is_outlasted_and_soon_left_alone(
    job: Job, proxied: Connection, fault_proxy: FaultProxy, bucket: str, tmp_path: Path
) -> None:
    bodies = folder_of(tmp_path, 60)
    plan = planned(proxied, bucket, tmp_path)
    rule = fault_proxy.on(is_put, slow_down(), times=20)
    assert upload(job, proxied, plan) == []
    assert rule.fired == 20
    assert fetched(proxied, bucket, tmp_path) == bodies


def test_an_answer_that_never_comes_is_given_up(
    job: Job,
    proxied: Connection,
    fault_proxy: FaultProxy,
    bucket: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(nonblocking, "READ_TIMEOUT", 0.5)
    bodies = folder_of(tmp_path, 30)
    plan = planned(proxied, bucket, tmp_path)
    rule = fault_proxy.on(is_put, Stall(), times=2)
    assert upload(job, proxied, plan) == []
    assert rule.fired == 2
    assert fetched(proxied, bucket, tmp_path) == bodies


def test_cancel_is_felt_at_once(
    job: Job, proxied: Connection, fault_proxy: FaultProxy, bucket: str, tmp_path: Path
) -> None:
    folder_of(tmp_path, 60)
    plan = planned(proxied, bucket, tmp_path)
    rule = fault_proxy.on(is_put, Stall())
    assert seconds_to_cancel(job, lambda: rule.fired >= 8, lambda: upload(job, proxied, plan)) < 1


def test_a_pause_lets_the_air_clear_and_nothing_more_begin(
    job: Job, connection: Connection, bucket: str, tmp_path: Path
) -> None:
    bodies = folder_of(tmp_path, 100)
    plan = planned(connection, bucket, tmp_path)
    ended = threading.Event()
    seen: list[int] = []

    def pause() -> None:
        while job.items < 20:
            time.sleep(0.001)
        job.pause()
        before = -1
        while before != job.items:  # what was in the air lands
            before = job.items
            time.sleep(0.3)
        seen.append(job.items)
        ended.set()
        job.resume()

    watcher = threading.Thread(target=pause)
    watcher.start()
    assert upload(job, connection, plan) == []
    watcher.join()
    assert ended.is_set()
    assert 20 <= seen[0] < 100
    assert fetched(connection, bucket, tmp_path) == bodies


def test_a_speed_limit_is_heeded_from_the_next_file_on(
    job: Job, connection: Connection, bucket: str, tmp_path: Path
) -> None:
    bodies = folder_of(tmp_path, 40)
    connection.limits.bytes_per_second = 10_000_000
    assert upload(job, connection, planned(connection, bucket, tmp_path)) == []
    connection.limits.bytes_per_second = None
    assert fetched(connection, bucket, tmp_path) == bodies
    assert delete(Job(), connection, Selection(bucket, folders=("up/",))) == []


def test_a_disk_that_lets_wait_gets_many_threads(job: Job, connection: Connection, bucket: str) -> None:
    direct = connection.direct(bucket)
    assert direct is not None
    threads, done = set[int](), list[int]()

    def slow(item: int, line: NonblockingConnection) -> Steps[bool]:
        threads.add(threading.get_ident())
        time.sleep(0.005)
        done.append(item)
        return item % 7 > 0
        yield 0

    left = in_flight(job, connection, direct, slow, range(1000))
    assert sorted(done) == list(range(1000)), "each once"
    assert sorted(left) == list(range(0, 1000, 7))
    assert len(threads) > 2


def test_what_the_work_raises_comes_out(job: Job, connection: Connection, bucket: str) -> None:
    direct = connection.direct(bucket)
    assert direct is not None

    def bad(item: int, line: NonblockingConnection) -> Steps[bool]:
        if item == 50:
            raise ZeroDivisionError
        yield from line.ask(direct.request("GET", "none", "", {}))
        return True

    with pytest.raises(ZeroDivisionError):
        in_flight(job, connection, direct, bad, list(range(100)))


# the connection alone, before servers that are none


@contextmanager
def answering(*answers: list[bytes]) -> Iterator[NonblockingConnection]:
    """A server that gives each connection one of the answers, in pieces, and a connection to it."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            for pieces in answers:
                client, _ = listening.accept()
                with client, suppress(OSError):
                    client.recv(65536)
                    for piece in pieces:
                        client.sendall(piece)
                        time.sleep(0.01)

        thread = threading.Thread(target=serve)
        thread.start()
        line = NonblockingConnection(Addresses("127.0.0.1", listening.getsockname()[1]), None)
        try:
            yield line
        finally:
            line.close()
            thread.join()


def driven(line: NonblockingConnection, steps: Steps[Reply]) -> Reply:
    """Take the steps whenever the socket is ready for the next one."""
    while True:
        try:
            event = next(steps)
        except StopIteration as end:
            reply: Reply = end.value
            return reply
        reads = event & selectors.EVENT_READ
        ready = select.select([line] if reads else [], [] if reads else [line], [], 10)
        assert any(ready)


@pytest.mark.parametrize(
    "pieces",
    [[GOOD], [GOOD[:5], GOOD[5:30], GOOD[30:]], [GOOD[:-3], b"a", b"b", b"c"], [bytes([one]) for one in GOOD]],
    ids=["at once", "cut", "body late", "byte by byte"],
)
def test_an_answer_may_come_in_pieces(pieces: list[bytes]) -> None:
    with answering(pieces) as line:
        reply = driven(line, line.ask(ASKED, 3))
    assert (reply.status, reply.body, reply.headers["etag"]) == (200, b"abc", "x")


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab",
        b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcd",
        b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabcd",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: three\r\n\r\nabc",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n\r\nabc",
        b"HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\nabc",
        b"HTTP/1.1 OK\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n",
        b"x" * 100_000,
    ],
    ids=lambda answer: answer[:60].decode("latin-1"),
)
def test_what_is_no_such_answer_is_none(answer: bytes) -> None:
    with answering([answer]) as line:
        with pytest.raises(NoAnswerError):
            driven(line, line.ask(ASKED, 3))
        assert line.sock is None


def test_a_refusal_is_told_and_the_connection_left() -> None:
    with answering([b"HTTP/1.1 503 Slow Down\r\nContent-Length: 900\r\n\r\n"], [GOOD]) as line:
        assert driven(line, line.ask(ASKED, 3)).status == 503
        assert line.sock is None
        assert driven(line, line.ask(ASKED, 3)).body == b"abc", "over another one"


def test_a_connection_the_server_has_closed_is_replaced() -> None:
    with answering([GOOD], [GOOD]) as line:
        assert driven(line, line.ask(ASKED, 3)).body == b"abc"
        kept = line.sock
        assert kept is not None
        assert select.select([kept], [], [], 10)[0], "it was closed"
        time.sleep(max(0.0, line.since + FRESH + 0.01 - time.monotonic()))
        assert driven(line, line.ask(ASKED, 3)).body == b"abc"
        assert line.made == 2


def test_nobody_there_is_no_answer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    line = NonblockingConnection(Addresses("127.0.0.1", port), None)
    with pytest.raises(NoAnswerError):
        driven(line, line.ask(ASKED))
