"""Transfers that are broken off and go on: from what the server has, or from what is on the disk, never wrong."""

from __future__ import annotations

import random
import threading
from collections import Counter
from concurrent.futures import CancelledError
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from s3desk.s3.errors import AlreadyThereError
from s3desk.s3.job import Job
from s3desk.s3.journal.record import Begun, Part, Record, Result, Signature
from s3desk.s3.location import Location
from s3desk.s3.objects import Selection
from s3desk.s3.transfer.downloads import plan_download
from s3desk.s3.transfer.fetching import download
from s3desk.s3.transfer.sending import upload
from s3desk.s3.transfer.uploads import UploadPlan, plan_upload
from tests.s3.conftest import stored, unfinished
from tests.servers.faults import Drop, LoseAnswer, Seen, error, is_complete_multipart_upload

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

    from s3desk.s3.connection import Connection
    from tests.servers.fault_proxy import FaultProxy

MIB = 1 << 20
LARGE = random.Random(11).randbytes(70 * MIB + 3)  # noqa: S311  # test data


class Memory(Record):
    """Remembers in memory; `stop` is called at a moment a test wishes for."""

    keep = True

    def __init__(self, earlier: dict[str, Begun] | None = None) -> None:
        self.earlier = earlier or {}
        self.items: dict[str, Begun] = {}
        self.results: list[tuple[str, Result]] = []
        self.job: Job | None = None
        self.leave_after = -1
        self._lock = threading.Lock()

    def begun(self, key: str) -> Begun | None:
        return self.earlier.get(key)

    def will_create(self, key: str) -> None:
        self.items[key] = Begun()

    def created(self, key: str, upload_id: str, signature: Signature) -> None:
        self.items[key] = Begun(upload_id, signature)

    def will_fetch(self, key: str, temporary: Path, etag: str) -> None:
        self.items[key] = Begun(etag=etag, temporary=temporary)

    def part(self, key: str, part: Part) -> None:
        with self._lock:
            begun = self.items.get(key) or self.earlier[key]
            self.items[key] = replace(begun, parts=(*begun.parts, part))
            if self.job and len(self.items[key].parts) == self.leave_after:
                self.job.leave()

    def ended(self, key: str, result: Result) -> None:
        with self._lock:
            self.results.append((key, result))

    def later(self) -> Memory:
        """What the next run of the program gets."""
        return Memory({**self.earlier, **self.items})

    def states(self) -> Counter[str]:
        return Counter(result.state for _, result in self.results)


def leaving(job: Job, after: int) -> Memory:
    """A record in whose run the program is left after so many parts."""
    record = Memory()
    record.job, record.leave_after = job, after
    return record


@pytest.fixture
def large_file(tmp_path: Path) -> Path:
    path = tmp_path / "large.bin"
    path.write_bytes(LARGE)
    return path


def is_part(seen: Seen) -> bool:
    return seen.method == "PUT" and "partNumber" in seen.query


def left_uploading(connection: Connection, plan: UploadPlan, after: int = 2) -> Memory:
    job = Job()
    record = leaving(job, after)
    with pytest.raises(CancelledError):
        upload(job, connection, plan, record=record)
    assert record.results == []
    return record


def test_an_upload_goes_on_from_the_parts_the_server_has(
    job: Job, proxied: Connection, fault_proxy: FaultProxy, bucket: str, server_client: S3Client, large_file: Path
) -> None:
    plan = plan_upload(job, proxied, [large_file], Location(bucket))
    before = left_uploading(proxied, plan)
    assert unfinished(server_client, bucket) == ["large.bin"]
    fault_proxy.forget()
    record, again = before.later(), Job()
    assert upload(again, proxied, plan, record=record) == []
    sent = [seen for seen in fault_proxy.requests if is_part(seen)]
    assert 1 <= len(sent) <= 5 - 2
    assert stored(server_client, bucket) == {"large.bin": LARGE}
    assert not unfinished(server_client, bucket)
    assert again.done == len(LARGE)
    ((key, result),) = record.results
    assert (key, result.state, result.size) == ("large.bin", "done", len(LARGE))
    assert result.checksum.startswith("CRC64NVME:")


def test_a_file_that_changed_meanwhile_is_sent_anew(
    job: Job, connection: Connection, bucket: str, server_client: S3Client, large_file: Path
) -> None:
    plan = plan_upload(job, connection, [large_file], Location(bucket))
    before = left_uploading(connection, plan)
    other = bytes(reversed(LARGE))
    large_file.write_bytes(other)
    assert upload(job, connection, plan, record=before.later()) == []
    assert stored(server_client, bucket) == {"large.bin": other}
    assert not unfinished(server_client, bucket)


def test_an_upload_the_server_has_forgotten_begins_anew(
    job: Job, connection: Connection, bucket: str, server_client: S3Client, large_file: Path
) -> None:
    plan = plan_upload(job, connection, [large_file], Location(bucket))
    before = left_uploading(connection, plan)
    for begun in before.items.values():
        server_client.abort_multipart_upload(Bucket=bucket, Key="large.bin", UploadId=begun.upload_id)
    assert upload(job, connection, plan, record=before.later()) == []
    assert stored(server_client, bucket) == {"large.bin": LARGE}


@pytest.mark.parametrize("size", [1000, len(LARGE)])
def test_what_was_stored_just_before_the_end_is_not_taken_for_something_else(
    job: Job, connection: Connection, bucket: str, server_client: S3Client, tmp_path: Path, size: int
) -> None:
    """The program was killed after the server had stored the file and before anybody noted it."""
    (tmp_path / "x").write_bytes(LARGE[:size])
    plan = plan_upload(job, connection, [tmp_path / "x"], Location(bucket))
    first = Memory()
    assert upload(job, connection, plan, record=first) == []
    killed = Memory({"x": first.items.get("x", Begun())})
    assert upload(job, connection, plan, record=killed) == []
    assert killed.states() == {"done": 1}
    assert job.done == size
    (tmp_path / "x").write_bytes(bytes(size))
    other = Memory({"x": Begun()})
    (failure,) = upload(job, connection, plan, record=other)
    assert isinstance(failure.error, AlreadyThereError)
    assert other.states() == {"failed": 1}
    assert stored(server_client, bucket) == {"x": LARGE[:size]}
    assert not unfinished(server_client, bucket)


def test_an_upload_created_just_before_the_end_is_taken_back(
    job: Job, connection: Connection, bucket: str, server_client: S3Client, large_file: Path
) -> None:
    server_client.create_multipart_upload(Bucket=bucket, Key="large.bin")
    plan = plan_upload(job, connection, [large_file], Location(bucket))
    assert upload(job, connection, plan, record=Memory({"large.bin": Begun()})) == []
    assert stored(server_client, bucket) == {"large.bin": LARGE}
    assert not unfinished(server_client, bucket)


def test_a_lost_network_leaves_what_a_record_keeps(
    job: Job, proxied: Connection, fault_proxy: FaultProxy, bucket: str, server_client: S3Client, large_file: Path
) -> None:
    plan = plan_upload(job, proxied, [large_file], Location(bucket))
    rule = fault_proxy.on(lambda seen: is_part(seen) and "partNumber=4" in seen.query, Drop())
    record = Memory()
    assert len(upload(job, proxied, plan, record=record)) == 1
    assert record.states() == {"failed": 1}
    assert unfinished(server_client, bucket) == ["large.bin"]
    fault_proxy.rules.remove(rule)
    assert upload(job, proxied, plan, record=record.later()) == []
    assert stored(server_client, bucket) == {"large.bin": LARGE}
    assert not unfinished(server_client, bucket)


def test_cancel_leaves_nothing_though_the_record_keeps(
    connection: Connection, bucket: str, server_client: S3Client, large_file: Path, tmp_path: Path
) -> None:
    class Cancelling(Memory):
        def part(self, key: str, part: Part) -> None:
            super().part(key, part)
            assert self.job is not None
            self.job.cancel()

    job, record = Job(), Cancelling()
    record.job = job
    plan = plan_upload(job, connection, [large_file], Location(bucket))
    with pytest.raises(CancelledError):
        upload(job, connection, plan, record=record)
    assert not unfinished(server_client, bucket)
    server_client.put_object(Bucket=bucket, Key="large.bin", Body=LARGE)
    job, record = Job(), Cancelling()
    record.job = job
    down = plan_download(job, connection, Selection(bucket, ("large.bin",)), "", tmp_path / "down")
    with pytest.raises(CancelledError):
        download(job, connection, down, record=record)
    assert list((tmp_path / "down").iterdir()) == []


def test_a_download_goes_on_from_the_bytes_that_are_right(
    job: Job, proxied: Connection, fault_proxy: FaultProxy, bucket: str, server_client: S3Client, tmp_path: Path
) -> None:
    server_client.put_object(Bucket=bucket, Key="large.bin", Body=LARGE)
    plan = plan_download(job, proxied, Selection(bucket, ("large.bin",)), "", tmp_path)
    first = Job()
    before = leaving(first, 3)
    with pytest.raises(CancelledError):
        download(first, proxied, plan, record=before)
    (temporary,) = tmp_path.iterdir()
    kept = before.items["large.bin"]
    assert kept.temporary == temporary
    with temporary.open("r+b") as file:  # a power cut: one of the parts never reached the disk
        file.seek(kept.parts[0].start + 5)
        file.write(b"....")
    fault_proxy.forget()
    record, again = before.later(), Job()
    assert download(again, proxied, plan, record=record) == []
    fetched = [seen for seen in fault_proxy.requests if seen.method == "GET" and seen.range]
    assert len(fetched) <= 5 - 2
    assert (tmp_path / "large.bin").read_bytes() == LARGE
    assert [path.name for path in tmp_path.iterdir()] == ["large.bin"]
    assert again.done == len(LARGE)
    assert record.states() == {"done": 1}


def test_a_download_of_what_was_replaced_meanwhile_starts_again(
    job: Job, connection: Connection, bucket: str, server_client: S3Client, tmp_path: Path
) -> None:
    server_client.put_object(Bucket=bucket, Key="large.bin", Body=LARGE)
    selection = Selection(bucket, ("large.bin",))
    first = Job()
    before = leaving(first, 2)
    with pytest.raises(CancelledError):
        download(first, connection, plan_download(job, connection, selection, "", tmp_path), record=before)
    other = bytes(reversed(LARGE))
    server_client.put_object(Bucket=bucket, Key="large.bin", Body=other)
    plan = plan_download(job, connection, selection, "", tmp_path)
    assert download(job, connection, plan, record=before.later()) == []
    assert (tmp_path / "large.bin").read_bytes() == other
    assert [path.name for path in tmp_path.iterdir()] == ["large.bin"]


@pytest.mark.parametrize("size", [100, len(LARGE)])
def test_a_file_that_was_finished_just_before_the_end_is_done(
    job: Job, connection: Connection, bucket: str, server_client: S3Client, tmp_path: Path, size: int
) -> None:
    server_client.put_object(Bucket=bucket, Key="x", Body=LARGE[:size])
    plan = plan_download(job, connection, Selection(bucket, ("x",)), "", tmp_path)
    first = Memory()
    assert download(job, connection, plan, record=first) == []
    killed = Memory({"x": first.items.get("x", Begun())})
    assert download(job, connection, plan, record=killed) == []
    assert killed.states() == {"done": 1}
    (tmp_path / "x").write_bytes(b"somebody else's")
    (failure,) = download(job, connection, plan, record=Memory({"x": Begun()}))
    assert isinstance(failure.error, AlreadyThereError)


def test_a_paused_job_stands_still_and_goes_on(
    connection: Connection, bucket: str, server_client: S3Client, tmp_path: Path
) -> None:
    for n in range(200):
        (tmp_path / f"{n:03}").write_bytes(b"%d" % n)
    job, ended = Job(), threading.Event()
    record = Memory()
    plan = plan_upload(job, connection, sorted(tmp_path.iterdir()), Location(bucket))
    job.pause()
    assert job.paused

    def run() -> None:
        upload(job, connection, plan, record=record)
        ended.set()

    thread = threading.Thread(target=run)
    thread.start()
    assert not ended.wait(0.3)
    assert stored(server_client, bucket) == {}
    job.resume()
    assert ended.wait(30)
    thread.join()
    assert len(stored(server_client, bucket)) == 200
    assert record.states() == {"done": 200}


def test_a_paused_job_can_be_cancelled(connection: Connection, bucket: str, large_file: Path) -> None:
    job = Job()
    plan = plan_upload(job, connection, [large_file], Location(bucket))
    job.pause()
    ended: list[BaseException] = []

    def run() -> None:
        try:
            upload(job, connection, plan)
        except CancelledError as error:
            ended.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    job.cancel()
    thread.join(5)
    assert len(ended) == 1
    assert not job.paused


def test_every_item_has_one_result(
    job: Job, proxied: Connection, fault_proxy: FaultProxy, bucket: str, server_client: S3Client, tmp_path: Path
) -> None:
    source = tmp_path / "up"
    source.mkdir()
    for n in range(60):
        (source / f"{n:02}").write_bytes(b"%d" % n)
    (source / "hollow").mkdir()
    (source / "large").write_bytes(LARGE[: 20 * MIB])
    server_client.put_object(Bucket=bucket, Key="up/07", Body=b"taken")
    plan = plan_upload(job, proxied, [source], Location(bucket))
    (source / "11").unlink()
    fault_proxy.on(lambda seen: seen.method == "PUT" and seen.path.endswith("/up/13"), error(403, "AccessDenied"))
    record = Memory()
    failures = upload(job, proxied, plan, record=record)
    assert sorted(failure.key for failure in failures) == ["up/07", "up/11", "up/13"]
    assert record.states() == {"done": 59, "failed": 3}
    assert sorted(key for key, _ in record.results) == sorted(item.key for item in plan.items)
    assert job.items == len(plan.items)
    heads = {key: result for key, result in record.results if result.state == "done" and not key.endswith("/")}
    for key in ("up/00", "up/large"):
        assert server_client.head_object(Bucket=bucket, Key=key)["ETag"].strip('"') == heads[key].etag
    down = plan_download(job, proxied, Selection(bucket, folders=("up/",)), "", tmp_path / "down")
    (tmp_path / "down/up").mkdir(parents=True)
    (tmp_path / "down/up/07").write_bytes(b"mine")
    back = Memory()
    assert [failure.key for failure in download(job, proxied, down, record=back)] == ["up/07"]
    assert sorted(key for key, _ in back.results) == sorted(item.key for item in down.items)
    assert {key: result.checksum for key, result in back.results if key == "up/large"} == {
        "up/large": heads["up/large"].checksum
    }


def test_the_sum_is_right_where_the_end_of_an_upload_was_lost(
    job: Job, proxied: Connection, fault_proxy: FaultProxy, bucket: str, server_client: S3Client, large_file: Path
) -> None:
    rule = fault_proxy.on(is_complete_multipart_upload, LoseAnswer(), times=1)
    record = Memory()
    plan = plan_upload(job, proxied, [large_file], Location(bucket))
    assert upload(job, proxied, plan, record=record) == []
    assert rule.fired == 1
    assert record.states() == {"done": 1}
    assert stored(server_client, bucket) == {"large.bin": LARGE}
