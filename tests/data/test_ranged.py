"""A ranged file fetches what it is asked for, counts it, and notices when the object or the server is not honest."""

from __future__ import annotations

import threading
from concurrent.futures import CancelledError, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from s3desk.data.ranged import RangedFile
from s3desk.s3.connection import Connection
from s3desk.s3.errors import ChangedError, NotFoundError, S3Error, UnreachableError, UnsupportedError
from s3desk.s3.job import Job, Unit
from tests.conftest import BucketFactory
from tests.servers import faults
from tests.servers.exchange import Exchange
from tests.servers.fault_proxy import FaultProxy
from tests.servers.faults import Seen

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

BODY = bytes(range(256)) * 1000


def is_get(request: Seen) -> bool:
    return request.method == "GET"


@pytest.fixture
def job() -> Job:
    return Job(unit=Unit.BYTES)


@pytest.fixture
def file(job: Job, watched: Connection, server_client: S3Client, bucket: str) -> RangedFile:
    """BODY, not read from yet."""
    server_client.put_object(Bucket=bucket, Key="a ü.bin", Body=BODY, ContentType="application/x-test")
    return RangedFile(job, watched, bucket, "a ü.bin")


def test_the_first_range_brings_all_facts_and_nothing_is_asked_twice(
    file: RangedFile, job: Job, fault_proxy: FaultProxy
) -> None:
    assert file.read_at(0, 1000) == BODY[:1000]
    assert (file.size, file.content_type) == (len(BODY), "application/x-test")
    assert file.etag
    assert file.last_modified is not None
    assert file.read_at(255_000, 5000) == BODY[255_000:]
    assert file.read_at(len(BODY), 10) == b""
    assert [(seen.method, seen.range) for seen in fault_proxy.requests] == [
        ("GET", "bytes=0-999"),
        ("GET", "bytes=255000-255999"),
    ]
    assert fault_proxy.requests[1].headers["if-match"] == file.etag
    assert file.requests == len(fault_proxy.requests)
    assert file.bytes_fetched == fault_proxy.downloaded == job.done == 2000


def test_the_size_is_not_known_before_the_first_read(file: RangedFile) -> None:
    with pytest.raises(ValueError, match="after the first read"):
        _ = file.size


def test_an_object_shorter_than_the_range_is_read_whole(file: RangedFile, fault_proxy: FaultProxy) -> None:
    assert file.read_at(0, 10_000_000) == BODY
    assert fault_proxy.downloaded == len(BODY)


def test_an_empty_object_has_size_zero(
    job: Job, watched: Connection, server_client: S3Client, bucket: str, fault_proxy: FaultProxy
) -> None:
    server_client.put_object(Bucket=bucket, Key="empty", Body=b"")
    file = RangedFile(job, watched, bucket, "empty")
    assert file.read_at(0, 1000) == b""
    assert (file.size, file.bytes_fetched, file.requests) == (0, 0, 1)
    assert file.read_at(0, 1000) == b""
    assert len(fault_proxy.requests) == 1


def test_a_replaced_object_is_noticed(file: RangedFile, server_client: S3Client) -> None:
    file.read_at(0, 1000)
    server_client.put_object(Bucket=file.bucket, Key=file.key, Body=BODY[::-1])
    with pytest.raises(ChangedError, match="was replaced while it was read"):
        file.read_at(1000, 1000)


def test_an_old_version_stays_readable(
    job: Job, watched: Connection, server_client: S3Client, new_bucket: BucketFactory
) -> None:
    bucket = new_bucket(versioned=True)
    old = server_client.put_object(Bucket=bucket, Key="x", Body=b"old")["VersionId"]
    server_client.put_object(Bucket=bucket, Key="x", Body=b"newer")
    assert RangedFile(job, watched, bucket, "x", version_id=old).read_at(0, 100) == b"old"
    assert RangedFile(job, watched, bucket, "x").read_at(0, 100) == b"newer"


def test_a_missing_object_is_not_found(job: Job, watched: Connection, bucket: str) -> None:
    with pytest.raises(NotFoundError, match="not there any more"):
        RangedFile(job, watched, bucket, "nothing").read_at(0, 100)


def test_a_cut_body_is_no_data(file: RangedFile, fault_proxy: FaultProxy) -> None:
    fault_proxy.on(is_get, faults.CutBody(300))
    with pytest.raises(UnreachableError, match="broke off"):
        file.read_at(0, 1000)


@pytest.mark.parametrize("by", [-100, 100])
def test_a_length_that_contradicts_the_range_is_refused(file: RangedFile, fault_proxy: FaultProxy, by: int) -> None:
    fault_proxy.on(is_get, faults.WrongLength(by))
    with pytest.raises(UnsupportedError, match="another part of the file"):
        file.read_at(0, 1000)


@pytest.mark.parametrize(
    "content_range", ["bytes 5-1004/256000", "bytes 0-1999/256000", "bytes 0-99/256000", "bytes 0-999/*"]
)
def test_another_range_than_asked_for_is_refused(file: RangedFile, fault_proxy: FaultProxy, content_range: str) -> None:
    headers = {"Content-Range": content_range, "ETag": '"x"'}
    fault_proxy.on(is_get, faults.Answer(206, BODY[:1000], headers, "text/plain"))
    with pytest.raises(UnsupportedError, match="another part of the file"):
        file.read_at(0, 1000)


@dataclass
class EndlessBody:
    """A server that ignores Range and sends a gigabyte, until nobody listens any more."""

    sent: int = 0
    ended: threading.Event = field(default_factory=threading.Event)

    def __call__(self, exchange: Exchange) -> bool:
        head = f'HTTP/1.1 200 OK\r\nETag: "x"\r\nContent-Length: {1 << 30}\r\nContent-Type: text/plain\r\n\r\n'
        exchange.client.sendall(head.encode())
        try:
            while self.sent < 1 << 30:
                exchange.client.sendall(bytes(1 << 16))
                self.sent += 1 << 16
        except OSError:
            pass
        finally:
            self.ended.set()
        raise faults.HangUpError


def test_a_server_without_ranges_is_not_read_to_the_end(file: RangedFile, fault_proxy: FaultProxy) -> None:
    endless = EndlessBody()
    fault_proxy.on(is_get, endless)
    assert file.read_at(0, 1000) == bytes(1000)
    assert endless.ended.wait(20)
    assert endless.sent < 64 << 20  # what fits into the sockets' buffers
    assert (file.size, file.bytes_fetched, file.sends_ranges) == (1 << 30, 1000, False)
    with pytest.raises(UnsupportedError):
        file.read_at(1000, 1000)


def test_an_archived_object_says_so(file: RangedFile, fault_proxy: FaultProxy) -> None:
    fault_proxy.on(is_get, faults.error(403, "InvalidObjectState", "The operation is not valid"))
    with pytest.raises(S3Error, match="is archived") as caught:
        file.read_at(0, 1000)
    assert "Restore" in caught.value.advice


@dataclass
class Standstill:
    """Sends the head and a part of the body, or nothing at all, tells so, and waits."""

    sent: int | None
    reached: threading.Event = field(default_factory=threading.Event)
    release: threading.Event = field(default_factory=threading.Event)

    def __call__(self, exchange: Exchange) -> bool:
        exchange.forward()
        if self.sent is not None:
            exchange.send_head()
            exchange.send_body(self.sent)
        self.reached.set()
        exchange.wait(self.release)
        raise faults.HangUpError


@pytest.mark.parametrize("sent", [None, 500])
def test_cancel_ends_a_read_that_waits_for_the_server(
    file: RangedFile, job: Job, fault_proxy: FaultProxy, sent: int | None
) -> None:
    standstill = Standstill(sent)
    fault_proxy.on(is_get, standstill)
    with ThreadPoolExecutor(1) as worker:
        reading = worker.submit(file.read_at, 0, 1000)
        assert standstill.reached.wait(10)
        job.cancel()
        with pytest.raises(CancelledError):
            reading.result(timeout=40)
    assert len(fault_proxy.requests) == 1
    assert file.bytes_fetched <= (sent or 0)


def test_a_cancelled_job_sends_nothing(file: RangedFile, job: Job, fault_proxy: FaultProxy) -> None:
    job.cancel()
    with pytest.raises(CancelledError):
        file.read_at(0, 1000)
    assert fault_proxy.requests == []
