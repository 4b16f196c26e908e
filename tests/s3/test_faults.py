"""Broken networks and servers: what arrives is whole or an error, what is sent is there once or not at all."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from s3desk.s3.buckets import list_buckets
from s3desk.s3.copying.copy_object import copy
from s3desk.s3.deleting import delete
from s3desk.s3.errors import ExpiredError, S3Error, UnreachableError
from s3desk.s3.job import Job
from s3desk.s3.listing import list_page, walk
from s3desk.s3.location import Location
from s3desk.s3.objects import Selection
from s3desk.s3.transfer.downloads import DownloadPlan, plan_download
from s3desk.s3.transfer.fetching import download
from s3desk.s3.transfer.sending import upload
from s3desk.s3.transfer.uploads import plan_upload
from tests.s3.conftest import seconds_to_cancel, stored, unfinished
from tests.servers.faults import (
    Answer,
    CutUpload,
    Drop,
    Fault,
    FlipByte,
    LoseAnswer,
    Seen,
    Stall,
    captive_portal,
    error,
    expired_token,
    is_complete_multipart_upload,
    slow_down,
)

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

    from s3desk.s3.connection import Connection
    from tests.servers.fault_proxy import FaultProxy

MIB = 1 << 20
LARGE = random.Random(3).randbytes(33 * MIB + 5)  # noqa: S311  # test data


def is_get(seen: Seen) -> bool:
    """Whether this is a GET of an object."""
    return seen.method == "GET" and "list-type" not in seen.query and seen.path.count("/") > 1


def is_put(seen: Seen) -> bool:
    """Whether this stores an object or a part."""
    return seen.method == "PUT"


def any_request(_: Seen) -> bool:
    """Always."""
    return True


def is_list(seen: Seen) -> bool:
    """Whether this is a listing."""
    return seen.method == "GET" and "list-type" in seen.query


@pytest.fixture
def large(job: Job, connection: Connection, bucket: str, server_client: S3Client, tmp_path: Path) -> DownloadPlan:
    """The plan to download one object of three ranges."""
    server_client.put_object(Bucket=bucket, Key="large.bin", Body=LARGE)
    return plan_download(job, connection, Selection(bucket, ("large.bin",)), "", tmp_path / "down")


def names_in(folder: Path) -> list[str]:
    """What a folder holds, hidden files too."""
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def test_a_flipped_byte_of_an_object_made_of_parts_is_noticed(
    job: Job,
    connection: Connection,
    proxied: Connection,
    fault_proxy: FaultProxy,
    bucket: str,
    server_client: S3Client,
    tmp_path: Path,
) -> None:
    """Where the server tells only an ETag that is made of the parts."""
    (tmp_path / "x").write_bytes(LARGE)
    assert upload(job, connection, plan_upload(job, connection, [tmp_path / "x"], Location(bucket))) == []
    plan = plan_download(job, proxied, Selection(bucket, ("x",)), "", tmp_path / "down")
    rule = fault_proxy.on(lambda seen: is_get(seen) and bool(seen.range), FlipByte(5_000_000), times=1)
    counted = Job()
    assert download(counted, proxied, plan) == []
    assert rule.fired == 1
    assert (tmp_path / "down/x").read_bytes() == LARGE
    assert counted.done == len(LARGE)


@pytest.mark.parametrize(
    ("fault", "every"),
    [(slow_down(), 7), (error(500, "InternalError"), 7), (CutUpload(100), 7), (LoseAnswer(), 7), (Drop(), 7)],
    ids=["503", "500", "cut", "lost", "drop"],
)
def test_many_small_files_survive_a_bad_network(
    job: Job,
    proxied: Connection,
    fault_proxy: FaultProxy,
    bucket: str,
    server_client: S3Client,
    tmp_path: Path,
    fault: Fault,
    every: int,
) -> None:
    source = tmp_path / "up"
    source.mkdir()
    for n in range(100):
        (source / f"{n:03}").write_bytes(b"%d" % n * 100)
    plan = plan_upload(job, proxied, [source], Location(bucket))
    rule = fault_proxy.on(is_put, fault, every=every)
    assert upload(job, proxied, plan) == []
    assert rule.fired >= 14
    assert stored(server_client, bucket) == {f"up/{n:03}": b"%d" % n * 100 for n in range(100)}
    fault_proxy.rules.clear()
    if isinstance(fault, CutUpload | LoseAnswer):
        return
    rule = fault_proxy.on(is_get, fault, every=every)
    down = plan_download(job, proxied, Selection(bucket, folders=("up/",)), "", tmp_path / "down")
    assert download(job, proxied, down) == []
    assert rule.fired >= 14
    assert {path.name: path.read_bytes() for path in (tmp_path / "down/up").iterdir()} == {
        f"{n:03}": b"%d" % n * 100 for n in range(100)
    }


def test_a_token_that_expires_in_mid_queue_is_gone_on_with(
    job: Job, proxied: Connection, fault_proxy: FaultProxy, bucket: str, server_client: S3Client, tmp_path: Path
) -> None:
    source = tmp_path / "up"
    source.mkdir()
    for n in range(60):
        (source / f"{n:02}").write_bytes(b"%d" % n)
    plan = plan_upload(job, proxied, [source], Location(bucket))
    sent = count()
    rule = fault_proxy.on(lambda seen: is_put(seen) and next(sent) >= 20, expired_token())
    with pytest.raises(ExpiredError):
        upload(job, proxied, plan)
    fault_proxy.rules.remove(rule)
    there = stored(server_client, bucket)
    assert 20 <= len(there) < 60
    left = replace(plan, items=[item for item in plan.items if item.key not in there])
    assert upload(job, proxied, left) == []
    assert stored(server_client, bucket) == {f"up/{n:02}": b"%d" % n for n in range(60)}


def test_an_expired_sign_in_stops_the_batch(
    job: Job, proxied: Connection, fault_proxy: FaultProxy, bucket: str, tmp_path: Path
) -> None:
    for n in range(50):
        (tmp_path / f"{n}").write_bytes(b"x")
    plan = plan_upload(job, proxied, sorted(tmp_path.iterdir()), Location(bucket))
    rule = fault_proxy.on(is_put, expired_token())
    with pytest.raises(ExpiredError):
        upload(job, proxied, plan)
    assert rule.fired <= 24, "8 in the air, then each of 8 threads once, the short way and through the client"


def test_a_login_page_is_never_taken_for_an_answer(
    job: Job, proxied: Connection, fault_proxy: FaultProxy, bucket: str, server_client: S3Client, tmp_path: Path
) -> None:
    server_client.put_object(Bucket=bucket, Key="a", Body=b"1")
    server_client.put_object(Bucket=bucket, Key="b", Body=b"1")
    (tmp_path / "new").write_bytes(b"x")
    plan = plan_upload(job, proxied, [tmp_path / "new"], Location(bucket))
    well_formed = Answer(200, b"<html><body>Please sign in</body></html>", content_type="text/html")
    for portal in (captive_portal(), well_formed):
        fault_proxy.rules.clear()
        fault_proxy.on(any_request, portal)
        for operation in (
            lambda: list_page(job, proxied, Location(bucket)),
            lambda: list_buckets(job, proxied),
            lambda: copy(job, proxied, bucket, "a", bucket, "c"),
        ):
            with pytest.raises(UnreachableError):
                operation()
        with pytest.raises(UnreachableError):
            upload(job, proxied, plan)
        with suppress(UnreachableError):
            assert {failure.key for failure in delete(job, proxied, Selection(bucket, ("a", "b")))} == {"a", "b"}
    assert sorted(stored(server_client, bucket)) == ["a", "b"]


def test_a_listing_that_repeats_itself_ends(
    job: Job, proxied: Connection, fault_proxy: FaultProxy, bucket: str
) -> None:
    page = (
        b"<ListBucketResult><Name>b</Name><Prefix></Prefix><IsTruncated>true</IsTruncated><KeyCount>1</KeyCount>"
        b"<NextContinuationToken>again</NextContinuationToken><Contents><Key>k</Key><Size>1</Size></Contents>"
        b"</ListBucketResult>"
    )
    fault_proxy.on(is_list, Answer(200, page))
    entries = walk(job, proxied, bucket, "")
    assert next(entries).key == "k"
    with pytest.raises(S3Error, match="same part of the list"):
        list(entries)
    assert len(fault_proxy.requests) <= 3


def test_a_server_without_the_second_listing_is_listed_with_the_first(
    job: Job, proxied: Connection, fault_proxy: FaultProxy, bucket: str, server_client: S3Client
) -> None:
    keys = ["a b", "c+d", "e%2Ff", "g/h"]
    for key in keys:
        server_client.put_object(Bucket=bucket, Key=key, Body=b"1")
    fault_proxy.on(is_list, error(501, "NotImplemented"))
    found, token = [], None
    while True:
        page = list_page(job, proxied, Location(bucket), token, size=2)
        found += [entry.key for entry in page.entries] + page.folders
        token = page.next
        if page.complete:
            break
    assert sorted(found) == ["a b", "c+d", "e%2Ff", "g/"]


def test_a_server_without_delete_objects_is_asked_key_by_key(
    job: Job, proxied: Connection, fault_proxy: FaultProxy, bucket: str, server_client: S3Client
) -> None:
    for n in range(12):
        server_client.put_object(Bucket=bucket, Key=f"d/{n}", Body=b"1")
    fault_proxy.on(lambda seen: seen.method == "POST", error(501, "NotImplemented"))
    assert delete(job, proxied, Selection(bucket, folders=("d/",))) == []
    assert stored(server_client, bucket) == {}
    assert job.done == 12


def _nothing_runs() -> bool:
    return not any(thread.name.startswith("s3desk-") for thread in threading.enumerate())


@pytest.mark.parametrize("after", [None, 2 * MIB], ids=["head", "body"])
def test_cancel_of_a_stalled_download_is_felt_at_once(
    job: Job, proxied: Connection, fault_proxy: FaultProxy, large: DownloadPlan, after: int | None
) -> None:
    rule = fault_proxy.on(is_get, Stall(after))
    seconds = seconds_to_cancel(job, lambda: rule.fired >= 3, lambda: download(job, proxied, large))
    assert seconds < 1
    assert names_in(large.folder) == []
    assert _nothing_runs()


@pytest.mark.parametrize(
    ("body", "when"), [(b"x", is_put), (LARGE, is_put), (LARGE, is_complete_multipart_upload)], ids=["1", "part", "end"]
)
def test_cancel_of_a_stalled_upload_is_felt_at_once(
    job: Job,
    proxied: Connection,
    fault_proxy: FaultProxy,
    bucket: str,
    server_client: S3Client,
    tmp_path: Path,
    body: bytes,
    when: Callable[[Seen], bool],
) -> None:
    (tmp_path / "x").write_bytes(body)
    plan = plan_upload(job, proxied, [tmp_path / "x"], Location(bucket))
    rule = fault_proxy.on(when, Stall())
    seconds = seconds_to_cancel(job, lambda: rule.fired >= 1, lambda: upload(job, proxied, plan))
    assert seconds < 1
    assert not unfinished(server_client, bucket)
    assert _nothing_runs()


def test_cancel_is_felt_while_waiting_for_a_busy_server(
    job: Job, proxied: Connection, fault_proxy: FaultProxy, bucket: str
) -> None:
    rule = fault_proxy.on(is_list, Stall())
    assert seconds_to_cancel(job, lambda: rule.fired == 1, lambda: list_page(job, proxied, Location(bucket))) < 1
