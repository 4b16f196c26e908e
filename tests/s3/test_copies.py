"""Copies and moves of selections on real servers: inside one, and from one to another."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from s3desk.s3.connection import Connection
from s3desk.s3.copying.copies import copy_all
from s3desk.s3.copying.copy_plan import CopyPlan, find_copy_conflicts, plan_copies, planned_copies, resolve_copies
from s3desk.s3.copying.held import Memory, md5
from s3desk.s3.errors import AlreadyThereError, BadNameError, ChangedError, Failure, UnreachableError
from s3desk.s3.job import Job
from s3desk.s3.journal.gestures import ItemState
from s3desk.s3.journal.record import Record, Result
from s3desk.s3.location import Location
from s3desk.s3.objects import Selection
from s3desk.s3.transfer.transfers import Decision
from tests.conftest import BucketFactory, ClientFor
from tests.s3.conftest import connect, seconds_to_cancel, stored, unfinished
from tests.servers.cleaning import remove_bucket
from tests.servers.fault_proxy import fault_proxy_before
from tests.servers.faults import CutBody, FlipByte, Stall
from tests.servers.info import ServerInfo

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

MIB = 1 << 20


def plan_of(
    source: Connection, selection: Selection, root: str, target: Connection, location: Location, **how: Any
) -> CopyPlan:
    """A plan with nothing in the way."""
    plan = plan_copies(Job("plan"), source, selection, root, target, location, **how)
    assert find_copy_conflicts(Job("look"), target, plan) == []
    return plan


class Noting(Record):
    """Remembers what became of each item."""

    def __init__(self) -> None:
        self.ends: list[tuple[str, str]] = []

    def ended(self, key: str, result: Result) -> None:
        """Note it."""
        self.ends.append((key, result.state))


def fill(client: S3Client, bucket: str, *keys: str) -> dict[str, bytes]:
    """Put objects that tell their own key."""
    bodies = {key: b"" if key.endswith("/") else key.encode() for key in keys}
    for key, body in bodies.items():
        client.put_object(Bucket=bucket, Key=key, Body=body)
    return bodies


def test_a_selection_is_copied_and_moved_into_another_bucket(
    connection: Connection, server_client: S3Client, new_bucket: BucketFactory
) -> None:
    bucket, other = new_bucket(), new_bucket()
    fill(server_client, bucket, "w/f/1.txt", "w/f/deep/ä +2.txt", "w/f/none/", "w/loose.txt", "w/stays.txt")
    selection = Selection(bucket, ("w/loose.txt",), ("w/f/",))
    plan = plan_of(connection, selection, "w/", connection, Location(other, "to/here/"))
    record, job = Noting(), Job("copy")
    assert copy_all(job, connection, connection, plan, record) == []
    bodies = {key: body for key, body in stored(server_client, other).items() if not key.endswith("/")}
    assert bodies == {
        "to/here/f/1.txt": b"w/f/1.txt",
        "to/here/f/deep/ä +2.txt": "w/f/deep/ä +2.txt".encode(),
        "to/here/loose.txt": b"w/loose.txt",
    }
    assert (job.done, job.items) == (plan.size, len(plan.items)) == (job.total, job.items_total)
    assert sorted(record.ends) == sorted((item.target, "done") for item in plan.items)
    assert len(stored(server_client, bucket)) >= 4

    moved = plan_of(connection, selection, "w/", connection, Location(bucket, "moved/"), move=True)
    assert copy_all(Job("move"), connection, connection, moved) == []
    left = stored(server_client, bucket)
    assert [key for key in left if key.startswith("w/") and not key.endswith("/")] == ["w/stays.txt"]
    assert left["moved/f/deep/ä +2.txt"] == "w/f/deep/ä +2.txt".encode()
    assert not server_client.list_objects_v2(Bucket=bucket, Prefix="w/f/").get("Contents")


def test_a_copy_into_the_same_folder_gets_a_free_name(
    connection: Connection, server_client: S3Client, bucket: str
) -> None:
    fill(server_client, bucket, "a.txt", "a (1).txt", "f/x", "f (1)/y")
    plan = plan_of(connection, Selection(bucket, ("a.txt",), ("f/",)), "", connection, Location(bucket))
    assert copy_all(Job("copy"), connection, connection, plan) == []
    bodies = stored(server_client, bucket)
    assert (bodies["a (2).txt"], bodies["f (2)/x"]) == (b"a.txt", b"f/x")
    for place in (Location(bucket), Location(bucket, "f/g/")):
        with pytest.raises(BadNameError):
            plan_copies(Job("plan"), connection, Selection(bucket, (), ("f/",)), "", connection, place, move=True)


def test_conflicts_are_found_and_settled(connection: Connection, server_client: S3Client, bucket: str) -> None:
    fill(server_client, bucket, *(f"f/{n}.txt" for n in range(6)))
    for n in range(4):
        server_client.put_object(Bucket=bucket, Key=f"to/f/{n}.txt", Body=b"old")
    plan = plan_copies(
        Job("plan"), connection, Selection(bucket, (), ("f/",)), "", connection, Location(bucket, "to/"), move=True
    )
    conflicts = find_copy_conflicts(Job("look"), connection, plan)
    assert [conflict.name for conflict in conflicts] == [f"to/f/{n}.txt" for n in range(4)]
    assert {conflict.existing_size for conflict in conflicts} == {3}
    ways = (Decision.SKIP, Decision.REPLACE, Decision.KEEP_BOTH)
    wanted, plan = plan, resolve_copies(plan, dict(zip(conflicts, ways, strict=False)))  # the fourth is left open
    states = {(one.source, one.key): one.state for one in planned_copies(wanted, plan)}
    assert states["f/0.txt", "to/f/0.txt"] is ItemState.SKIPPED
    assert states["f/2.txt", "to/f/2 (1).txt"] is ItemState.OPEN
    assert len(states) == len(wanted.items)
    failures = copy_all(Job("move"), connection, connection, plan)
    assert [(failure.key, type(failure.error)) for failure in failures] == [("f/3.txt", AlreadyThereError)]
    bodies = {key: body for key, body in stored(server_client, bucket).items() if not key.endswith("/")}
    assert bodies == {
        "f/0.txt": b"f/0.txt",
        "f/3.txt": b"f/3.txt",
        "to/f/0.txt": b"old",
        "to/f/1.txt": b"f/1.txt",
        "to/f/2.txt": b"old",
        "to/f/2 (1).txt": b"f/2.txt",
        "to/f/3.txt": b"old",
        "to/f/4.txt": b"f/4.txt",
        "to/f/5.txt": b"f/5.txt",
    }


def test_what_was_replaced_while_it_was_moved_stays(
    connection: Connection, server_client: S3Client, bucket: str
) -> None:
    fill(server_client, bucket, "f/a", "f/b")

    class Meddling(Record):
        def ended(self, key: str, result: Result) -> None:
            if key == "g/f/a" and result.state == "done":
                server_client.put_object(Bucket=bucket, Key="f/a", Body=b"newer")

    plan = plan_of(connection, Selection(bucket, (), ("f/",)), "", connection, Location(bucket, "g/"), move=True)
    failures = copy_all(Job("move"), connection, connection, plan, Meddling())
    assert [(failure.key, type(failure.error)) for failure in failures] == [("f/a", ChangedError)]
    bodies = {key: body for key, body in stored(server_client, bucket).items() if not key.endswith("/")}
    assert bodies == {"f/a": b"newer", "g/f/a": b"f/a", "g/f/b": b"f/b"}


# between two providers


@pytest.fixture
def weed_bucket(seaweedfs: ServerInfo, client_for: ClientFor) -> Iterator[str]:
    """An empty bucket on SeaweedFS."""
    client = client_for(seaweedfs)
    client.create_bucket(Bucket="pipe-source")
    yield "pipe-source"
    remove_bucket(client, "pipe-source")


@pytest.fixture
def ceph_bucket(ceph: ServerInfo, client_for: ClientFor) -> Iterator[str]:
    """An empty bucket on Ceph."""
    client = client_for(ceph)
    client.create_bucket(Bucket="pipe-target")
    yield "pipe-target"
    remove_bucket(client, "pipe-target")


@pytest.fixture
def large() -> bytes:
    """40 MiB and a little that no part size divides."""
    return hashlib.shake_128(b"large").digest(40 * MIB + 7)


def across(
    source: Connection, bucket: str, target: Connection, target_bucket: str, *keys: str, move: bool = False
) -> list[Failure]:
    """Copy some objects from one server to the other."""
    plan = plan_of(source, Selection(bucket, keys), "", target, Location(target_bucket, "in/"), move=move)
    return copy_all(Job("copy"), source, target, plan)


def test_objects_go_from_one_provider_to_another_with_all_that_belongs_to_them(
    seaweedfs: ServerInfo,
    ceph: ServerInfo,
    client_for: ClientFor,
    weed_bucket: str,
    ceph_bucket: str,
    large: bytes,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    here, there = client_for(seaweedfs), client_for(ceph)
    here.put_object(
        Bucket=weed_bucket,
        Key="small.csv",
        Body=b"x,y\n1,2\n",
        ContentType="text/csv",
        CacheControl="no-cache",
        Metadata={"who": "me"},
        Tagging="a=1&b=%C3%A4",
    )
    here.put_object(Bucket=weed_bucket, Key="empty", Body=b"")
    here.put_object(Bucket=weed_bucket, Key="large.bin", Body=large)
    upload = here.create_multipart_upload(Bucket=weed_bucket, Key="parts.bin")["UploadId"]
    parts: list[Any] = []
    for number, start in enumerate(range(0, len(large), 7 * MIB), 1):
        sent = here.upload_part(
            Bucket=weed_bucket, Key="parts.bin", UploadId=upload, PartNumber=number, Body=large[start : start + 7 * MIB]
        )
        parts.append({"PartNumber": number, "ETag": sent["ETag"]})
    here.complete_multipart_upload(
        Bucket=weed_bucket, Key="parts.bin", UploadId=upload, MultipartUpload={"Parts": parts}
    )
    peaks: list[int] = []
    give = Memory.give

    def noting(memory: Memory, size: int) -> None:
        peaks.append(memory.peak)
        give(memory, size)

    monkeypatch.setattr(Memory, "give", noting)

    source, target = connect(seaweedfs), connect(ceph)
    names = ("small.csv", "empty", "large.bin", "parts.bin")
    assert across(source, weed_bucket, target, ceph_bucket, *names, move=True) == []
    bodies = stored(there, ceph_bucket)
    assert bodies == {"in/small.csv": b"x,y\n1,2\n", "in/empty": b"", "in/large.bin": large, "in/parts.bin": large}
    head = there.head_object(Bucket=ceph_bucket, Key="in/small.csv")
    assert (head["ContentType"], head["CacheControl"], head["Metadata"]) == ("text/csv", "no-cache", {"who": "me"})
    tags = there.get_object_tagging(Bucket=ceph_bucket, Key="in/small.csv")["TagSet"]
    assert {tag["Key"]: tag["Value"] for tag in tags} == {"a": "1", "b": "ä"}
    made = there.head_object(Bucket=ceph_bucket, Key="in/parts.bin")["ETag"].strip('"')
    digests = [md5(large[at : at + 7 * MIB]) for at in range(0, len(large), 7 * MIB)]
    assert made == f"{md5(b''.join(digests)).hex()}-{len(digests)}"  # the same parts, so the same ETag
    assert 0 < max(peaks) <= 96 * MIB
    assert stored(here, weed_bucket) == {}
    assert unfinished(there, ceph_bucket) == []


def test_faults_between_two_providers_end_whole_or_said(
    seaweedfs: ServerInfo, ceph: ServerInfo, client_for: ClientFor, weed_bucket: str, ceph_bucket: str, large: bytes
) -> None:
    here, there = client_for(seaweedfs), client_for(ceph)
    here.put_object(Bucket=weed_bucket, Key="large.bin", Body=large)
    here.put_object(Bucket=weed_bucket, Key="small.bin", Body=large[: 3 * MIB])
    with fault_proxy_before(seaweedfs.endpoint_url) as proxy:
        source, target = connect(seaweedfs, proxy.endpoint_url), connect(ceph)
        source.limits.bytes_per_second = 200 * MIB
        cut = proxy.on(lambda seen: seen.method == "GET" and "bytes=" in seen.range, CutBody(MIB), times=2)
        assert across(source, weed_bucket, target, ceph_bucket, "large.bin", "small.bin") == []
        assert cut.fired == 2
        assert stored(there, ceph_bucket) == {"in/large.bin": large, "in/small.bin": large[: 3 * MIB]}
        for key in ("in/large.bin", "in/small.bin"):
            there.delete_object(Bucket=ceph_bucket, Key=key)

        proxy.on(lambda seen: seen.method == "GET" and seen.range.startswith("bytes=16777216-"), FlipByte(5), times=1)
        proxy.on(lambda seen: seen.method == "GET" and "small" in seen.path, FlipByte(5), times=1)
        failures = across(source, weed_bucket, target, ceph_bucket, "large.bin", "small.bin", move=True)
        assert {failure.key: type(failure.error) for failure in failures} == {
            "large.bin": UnreachableError,
            "small.bin": UnreachableError,
        }
        assert stored(there, ceph_bucket) == {}
        assert unfinished(there, ceph_bucket) == []
        assert set(stored(here, weed_bucket)) == {"large.bin", "small.bin"}


def test_a_cancel_between_two_providers_leaves_nothing(
    seaweedfs: ServerInfo, ceph: ServerInfo, client_for: ClientFor, weed_bucket: str, ceph_bucket: str, large: bytes
) -> None:
    client_for(seaweedfs).put_object(Bucket=weed_bucket, Key="large.bin", Body=large)
    with fault_proxy_before(seaweedfs.endpoint_url) as proxy:
        source, target = connect(seaweedfs, proxy.endpoint_url), connect(ceph)
        stall = proxy.on(lambda seen: seen.range.startswith("bytes=33554432-"), Stall(MIB), times=1)
        plan = plan_of(source, Selection(weed_bucket, ("large.bin",)), "", target, Location(ceph_bucket), move=True)
        job = Job("copy")
        took = seconds_to_cancel(job, lambda: stall.fired > 0, lambda: copy_all(job, source, target, plan))
    assert took < 1
    assert stored(client_for(ceph), ceph_bucket) == {}
    assert unfinished(client_for(ceph), ceph_bucket) == []
    assert "large.bin" in stored(client_for(seaweedfs), weed_bucket)


def test_memory_is_given_in_turns() -> None:
    """More than there is waits; what is larger than everything has it to itself."""
    memory, order = Memory(Job("copy"), most=10), list[str]()
    memory.take(6)

    def late() -> None:
        memory.take(20)
        order.append("large")
        memory.give(20)

    thread = threading.Thread(target=late)
    thread.start()
    memory.take(4)
    order.append("small")
    memory.give(4)
    memory.give(6)
    thread.join(10)
    assert order == ["small", "large"]
    assert memory.peak == 20
