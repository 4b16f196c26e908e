"""Broken networks and servers: what arrives is whole or an error, what is sent is there once or not at all."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from s3desk.s3.buckets import list_buckets
from s3desk.s3.copying import copy
from s3desk.s3.deleting import delete
from s3desk.s3.downloads import DownloadPlan, plan_download
from s3desk.s3.errors import BusyError, ExpiredError, S3Error, UnreachableError
from s3desk.s3.fetching import download
from s3desk.s3.listing import list_page, walk
from s3desk.s3.location import Location
from s3desk.s3.objects import Selection
from s3desk.s3.sending import upload
from s3desk.s3.uploads import plan_upload
from tests.s3.conftest import seconds_to_cancel, stored, unfinished
from tests.servers.faults import (
    Answer,
    CutBody,
    CutUpload,
    Fault,
    FlipByte,
    LoseAnswer,
    Seen,
    Stall,
    WrongLength,
    captive_portal,
    error,
    error_inside_200,
    expired_token,
    is_complete_multipart_upload,
    slow_down,
)

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

    from s3desk.s3.connection import Connection
    from s3desk.s3.job import Job
    from tests.servers.fault_proxy import FaultProxy

MIB = 1 << 20
LARGE = random.Random(3).randbytes(40 * MIB + 5)  # noqa: S311  # test data


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


@pytest.mark.parametrize(
    "fault", [CutBody(MIB + 7), slow_down(), error(500, "InternalError")], ids=["cut", "503", "500"]
)
def test_a_download_survives(
    job: Job, proxied: Connection, fault_proxy: FaultProxy, large: DownloadPlan, fault: Fault
) -> None:
    rule = fault_proxy.on(is_get, fault, every=2, times=4)
    assert download(job, proxied, large) == []
    assert rule.fired >= 2
    assert (large.folder / "large.bin").read_bytes() == LARGE
    assert job.done == len(LARGE)
    assert names_in(large.folder) == ["large.bin"]


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (CutBody(0), UnreachableError),
        (WrongLength(-5), UnreachableError),
        (WrongLength(5), UnreachableError),
        (slow_down(), BusyError),
        (captive_portal(), UnreachableError),
        (Answer(200, b"not what was asked for"), UnreachableError),
    ],
    ids=["cut", "short", "long", "503", "portal", "else"],
)
def test_a_download_that_fails_leaves_nothing(
    job: Job,
    proxied: Connection,
    fault_proxy: FaultProxy,
    bucket: str,
    server_client: S3Client,
    tmp_path: Path,
    fault: Fault,
    kind: type[S3Error],
) -> None:
    server_client.put_object(Bucket=bucket, Key="a", Body=bytes(50_000))
    plan = plan_download(job, proxied, Selection(bucket, ("a",)), "", tmp_path / "down")
    fault_proxy.on(is_get, fault)
    (failure,) = download(job, proxied, plan)
    assert isinstance(failure.error, kind)
    assert names_in(tmp_path / "down") == []
    assert job.done == 0


def test_a_flipped_byte_is_noticed(
    job: Job, proxied: Connection, fault_proxy: FaultProxy, bucket: str, server_client: S3Client, tmp_path: Path
) -> None:
    server_client.put_object(Bucket=bucket, Key="a", Body=bytes(5000))
    plan = plan_download(job, proxied, Selection(bucket, ("a",)), "", tmp_path)
    rule = fault_proxy.on(is_get, FlipByte(77), times=1)
    assert download(job, proxied, plan) == []
    assert rule.fired == 1
    assert (tmp_path / "a").read_bytes() == bytes(5000)


@pytest.mark.parametrize("fault", [CutUpload(1000), LoseAnswer(), slow_down()], ids=["cut", "lost", "503"])
@pytest.mark.parametrize("body", [b"small" * 400, LARGE], ids=["small", "large"])
def test_an_upload_survives(
    job: Job,
    proxied: Connection,
    fault_proxy: FaultProxy,
    bucket: str,
    server_client: S3Client,
    tmp_path: Path,
    fault: Fault,
    body: bytes,
) -> None:
    (tmp_path / "x.bin").write_bytes(body)
    rule = fault_proxy.on(is_put, fault, times=1)
    plan = plan_upload(job, proxied, [tmp_path / "x.bin"], Location(bucket))
    assert upload(job, proxied, plan) == []
    assert rule.fired == 1
    assert stored(server_client, bucket) == {"x.bin": body}
    assert not unfinished(server_client, bucket)


@pytest.mark.parametrize(
    "fault", [LoseAnswer(), error_inside_200("InternalError"), slow_down()], ids=["lost", "inside", "503"]
)
@pytest.mark.parametrize("times", [1, 4])
def test_the_end_of_an_upload_is_certain(
    job: Job,
    proxied: Connection,
    fault_proxy: FaultProxy,
    bucket: str,
    server_client: S3Client,
    tmp_path: Path,
    fault: Fault,
    times: int,
) -> None:
    (tmp_path / "x.bin").write_bytes(LARGE)
    rule = fault_proxy.on(is_complete_multipart_upload, fault, times=times)
    plan = plan_upload(job, proxied, [tmp_path / "x.bin"], Location(bucket))
    assert upload(job, proxied, plan) == []
    assert rule.fired >= 1
    assert stored(server_client, bucket) == {"x.bin": LARGE}
    assert not unfinished(server_client, bucket)


@pytest.mark.parametrize("fault", [error(403, "AccessDenied"), error_inside_200("AccessDenied")], ids=["403", "inside"])
def test_an_upload_that_may_not_end_is_taken_back(
    job: Job,
    proxied: Connection,
    fault_proxy: FaultProxy,
    bucket: str,
    server_client: S3Client,
    tmp_path: Path,
    fault: Fault,
) -> None:
    (tmp_path / "x.bin").write_bytes(LARGE)
    fault_proxy.on(is_complete_multipart_upload, fault)
    plan = plan_upload(job, proxied, [tmp_path / "x.bin"], Location(bucket))
    assert len(upload(job, proxied, plan)) == 1
    assert stored(server_client, bucket) == {}
    assert not unfinished(server_client, bucket)
    assert job.done == 0


def test_an_expired_sign_in_stops_the_batch(
    job: Job, proxied: Connection, fault_proxy: FaultProxy, bucket: str, tmp_path: Path
) -> None:
    for n in range(50):
        (tmp_path / f"{n}").write_bytes(b"x")
    plan = plan_upload(job, proxied, sorted(tmp_path.iterdir()), Location(bucket))
    rule = fault_proxy.on(is_put, expired_token())
    with pytest.raises(ExpiredError):
        upload(job, proxied, plan)
    assert rule.fired <= 8


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


def test_an_error_inside_a_copy_is_an_error(
    job: Job, proxied: Connection, fault_proxy: FaultProxy, bucket: str, server_client: S3Client
) -> None:
    server_client.put_object(Bucket=bucket, Key="a", Body=b"1")
    fault_proxy.on(is_put, error_inside_200("AccessDenied"))
    with pytest.raises(S3Error):
        copy(job, proxied, bucket, "a", bucket, "b")
    assert sorted(stored(server_client, bucket)) == ["a"]


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
