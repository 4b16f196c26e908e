"""Any key makes the round trip: put, list, head, get, copy, link, rename, delete."""

from __future__ import annotations

import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from s3desk.s3.copying.copy_object import copy
from s3desk.s3.deleting import delete
from s3desk.s3.job import Job
from s3desk.s3.listing import list_page, walk
from s3desk.s3.location import Location
from s3desk.s3.objects import Selection, head
from s3desk.s3.renaming import rename
from s3desk.s3.transfer.downloads import plan_download
from s3desk.s3.transfer.fetching import download
from s3desk.s3.transfer.sending import upload
from s3desk.s3.transfer.uploads import UploadItem, UploadPlan
from tests.s3.keys import KEYS, TREE_KEYS

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

    from s3desk.s3.connection import Connection
    from tests.servers.info import ServerInfo

_SETTINGS = settings(
    max_examples=40,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],  # shrinking over HTTP takes minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def test_any_key_makes_the_round_trip(
    server: ServerInfo, connection: Connection, bucket: str, server_client: S3Client, tmp_path: Path
) -> None:
    @given(KEYS if server.name == "ceph" else TREE_KEYS)
    @_SETTINGS
    def round_trip(key: str) -> None:
        _round_trip(connection, bucket, server_client, tmp_path, key)

    round_trip()


def _round_trip(connection: Connection, bucket: str, client: S3Client, folder: Path, key: str) -> None:
    job, body = Job(), key.encode()
    source = folder / "source"
    source.write_bytes(body)
    plan = UploadPlan(bucket, [UploadItem(source, key, len(body))], [], replace=frozenset({key}))
    assert upload(job, connection, plan) == []
    assert client.get_object(Bucket=bucket, Key=key)["Body"].read() == body
    assert [entry.key for entry in walk(job, connection, bucket, "")] == [key]
    prefix = key[: key.rindex("/") + 1] if "/" in key else ""
    page = list_page(job, connection, Location(bucket, prefix))
    shown = [page.marker] if key.endswith("/") else page.entries
    assert [entry.key for entry in shown if entry] == [key]
    assert head(job, connection, bucket, key).size == len(body)
    _check_link(connection, bucket, key, body)
    copy(job, connection, bucket, key, bucket, "copy of " + key)
    rename(job, connection, bucket, "copy of " + key, "moved " + key)
    assert client.get_object(Bucket=bucket, Key="moved " + key)["Body"].read() == body
    _check_download(connection, bucket, folder / "down", key, body)
    assert delete(job, connection, Selection(bucket, (key, "moved " + key))) == []
    assert "Contents" not in client.list_objects_v2(Bucket=bucket)


def _check_link(connection: Connection, bucket: str, key: str, body: bytes) -> None:
    link = connection.signing_client(bucket).generate_presigned_url("get_object", {"Bucket": bucket, "Key": key})
    with urllib.request.urlopen(link) as answer:  # an http address of the test server
        assert answer.read() == body


def _check_download(connection: Connection, bucket: str, folder: Path, key: str, body: bytes) -> None:
    plan = plan_download(Job(), connection, Selection(bucket, (key,)), "", folder)
    assert download(Job(), connection, plan, replace=frozenset(item.path for item in plan.items)) == []
    (item,) = plan.items
    assert item.path.is_relative_to(folder)
    if item.is_folder:
        assert item.path.is_dir()
        item.path.rmdir()
    else:
        assert item.path.read_bytes() == body
        item.path.unlink()
    for parent in item.path.parents:
        if not parent.is_relative_to(folder):
            break
        parent.rmdir()


@pytest.mark.parametrize("size", [2, 1000])
def test_odd_keys_survive_paging(
    job: Job, connection: Connection, bucket: str, server_client: S3Client, size: int
) -> None:
    # No control characters: Ceph 16 writes them raw into NextContinuationToken and then answers 500.
    keys = {"a b", "a+b", "a%2Fb", "a%b", "é", "e\u0301", "日本", "😀", "<&>", "'", '"', "#?=", "\u202e", "~", " ", "*"}
    for key in keys:
        server_client.put_object(Bucket=bucket, Key=key, Body=b"1")
    found, token = [], None
    while True:
        page = list_page(job, connection, Location(bucket), token, size=size)
        found += [entry.key for entry in page.entries]
        token = page.next
        if page.complete:
            break
    assert sorted(found) == sorted(keys)
    assert delete(job, connection, Selection(bucket, tuple(keys))) == []
    assert "Contents" not in server_client.list_objects_v2(Bucket=bucket)
