"""Listing, folders, delete, copy and rename on real servers."""

from __future__ import annotations

import random
from concurrent.futures import CancelledError
from typing import TYPE_CHECKING

import pytest

from s3desk.s3.copying.copy_object import copy
from s3desk.s3.deleting import delete
from s3desk.s3.errors import (
    AccessDeniedError,
    AlreadyThereError,
    BadNameError,
    NotFoundError,
    S3Error,
)
from s3desk.s3.listing import Scope, list_page, pages, walk
from s3desk.s3.location import Location
from s3desk.s3.objects import Selection, create_folder, exists, head
from s3desk.s3.renaming import rename, rename_folder
from tests.s3.conftest import stored, unfinished
from tests.servers.faults import error

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

    from s3desk.s3.connection import Connection
    from s3desk.s3.job import Job
    from tests.servers.exchange import Exchange
    from tests.servers.fault_proxy import FaultProxy
    from tests.servers.info import ServerInfo

MIB = 1 << 20


def fill(client: S3Client, bucket: str, *keys: str) -> dict[str, bytes]:
    """Put objects whose content is their key, markers empty."""
    bodies = {key: b"" if key.endswith("/") else key.encode() for key in keys}
    for key, body in bodies.items():
        client.put_object(Bucket=bucket, Key=key, Body=body)
    return bodies


def test_a_page_is_what_a_folder_shows(job: Job, connection: Connection, bucket: str, server_client: S3Client) -> None:
    fill(server_client, bucket, "f/", "f/a.csv", "f/sub/x", "f/sub/y", "g")
    page = list_page(job, connection, Location(bucket, "f/"))
    assert (page.folders, [entry.key for entry in page.entries]) == (["f/sub/"], ["f/a.csv"])
    assert page.marker is not None
    assert page.complete
    (entry,) = page.entries
    assert (entry.size, entry.storage_class) == (7, "STANDARD")
    assert entry.modified is not None
    assert entry.etag == server_client.head_object(Bucket=bucket, Key="f/a.csv")["ETag"].strip('"')
    assert list_page(job, connection, Location(bucket, "f/sub/")).marker is None


def test_a_marker_with_content_is_an_entry_too(
    job: Job, server: ServerInfo, connection: Connection, bucket: str, server_client: S3Client
) -> None:
    if server.name != "ceph":
        pytest.skip("SeaweedFS drops the content of a key that ends in a slash")
    server_client.put_object(Bucket=bucket, Key="f/", Body=b"content")
    page = list_page(job, connection, Location(bucket, "f/"))
    assert [entry.key for entry in page.entries] == ["f/"]
    assert page.marker == page.entries[0]
    assert [entry.key for entry in walk(job, connection, bucket, "f/")] == ["f/"]


def test_pages_hold_everything_once(job: Job, connection: Connection, bucket: str, server_client: S3Client) -> None:
    keys = {f"k{n:03}" for n in range(57)} | {f"d{n}/x" for n in range(9)}
    fill(server_client, bucket, *keys)
    found: list[str] = []
    for page in pages(job, connection, Scope(Location(bucket), size=10)):
        found += page.folders + [entry.key for entry in page.entries]
    assert sorted(found) == sorted({key[: key.index("/") + 1] if "/" in key else key for key in keys})


def test_a_bucket_that_is_not_there(job: Job, connection: Connection) -> None:
    with pytest.raises(NotFoundError, match="no bucket named “not-there-at-all”"):
        list_page(job, connection, Location("not-there-at-all"))


def test_head_tells_the_facts(job: Job, connection: Connection, bucket: str, server_client: S3Client) -> None:
    server_client.put_object(
        Bucket=bucket, Key="a", Body=b"123", ContentType="text/x", Metadata={"who": "me"}, CacheControl="no-cache"
    )
    facts = head(job, connection, bucket, "a")
    assert (facts.size, facts.content_type, facts.metadata, facts.cache_control) == (
        3,
        "text/x",
        {"who": "me"},
        "no-cache",
    )
    assert facts.md5 == "202cb962ac59075b964b07152d234b70"
    assert exists(job, connection, bucket, "a")
    assert not exists(job, connection, bucket, "b")


def test_a_folder_is_made_once(job: Job, connection: Connection, bucket: str, server_client: S3Client) -> None:
    create_folder(job, connection, Location(bucket, "new folder/"))
    assert stored(server_client, bucket) == {"new folder/": b""}
    fill(server_client, bucket, "implicit/x")
    for taken in ("new folder/", "implicit/"):
        with pytest.raises(AlreadyThereError):
            create_folder(job, connection, Location(bucket, taken))
    for bad in ("", "/", "x" * 1025 + "/"):
        with pytest.raises(BadNameError):
            create_folder(job, connection, Location(bucket, bad))


def test_delete_takes_folders_markers_and_what_is_gone(
    job: Job, connection: Connection, bucket: str, server_client: S3Client
) -> None:
    fill(server_client, bucket, "f/", "f/a", "f/b/", "f/b/c", "x", "keep", "fx")
    assert delete(job, connection, Selection(bucket, ("x", "gone"), ("f/",))) == []
    assert sorted(stored(server_client, bucket)) == ["fx", "keep"]


def test_delete_of_more_than_a_batch(job: Job, connection: Connection, bucket: str, server_client: S3Client) -> None:
    from concurrent.futures import ThreadPoolExecutor

    keys = [f"f/{n % 5}/{n:04}" for n in range(1203)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda key: server_client.put_object(Bucket=bucket, Key=key, Body=b""), keys))
    assert delete(job, connection, Selection(bucket, folders=("f/",))) == []
    assert job.done == 1203
    assert stored(server_client, bucket) == {}


def test_someone_else_may_not_delete(
    job: Job, server: ServerInfo, other_connection: Connection, bucket: str, server_client: S3Client
) -> None:
    if server.name != "ceph":
        pytest.skip("SeaweedFS lets every identity into every bucket")
    fill(server_client, bucket, "a", "b")
    failures = delete(job, other_connection, Selection(bucket, ("a", "b")))
    assert {(failure.key, type(failure.error)) for failure in failures} == {
        ("a", AccessDeniedError),
        ("b", AccessDeniedError),
    }
    assert len(stored(server_client, bucket)) == 2


@pytest.mark.parametrize("size", [1000, 12 * MIB])
def test_a_copy_keeps_everything(
    job: Job, connection: Connection, bucket: str, server_client: S3Client, size: int
) -> None:
    body = random.Random(size).randbytes(size)  # noqa: S311  # test data
    properties = {"ContentType": "text/x", "Metadata": {"who": "me"}, "CacheControl": "max-age=7"}
    server_client.put_object(Bucket=bucket, Key="a +é", Body=body, **properties)  # type: ignore[arg-type]
    facts = copy(job, connection, bucket, "a +é", bucket, "d/b%", threshold=5 * MIB, part_size=5 * MIB)
    assert facts.size == size
    answer = server_client.get_object(Bucket=bucket, Key="d/b%")
    assert answer["Body"].read() == body
    assert {name: answer[name] for name in properties} == properties  # type: ignore[literal-required]
    assert not unfinished(server_client, bucket)
    with pytest.raises(AlreadyThereError):
        copy(job, connection, bucket, "a +é", bucket, "d/b%", threshold=5 * MIB)
    with pytest.raises(BadNameError):
        copy(job, connection, bucket, "d/b%", bucket, "d/b%", replace=True)


def test_a_copy_in_parts_that_fails_leaves_nothing(
    job: Job, proxied: Connection, fault_proxy: FaultProxy, bucket: str, server_client: S3Client
) -> None:
    server_client.put_object(Bucket=bucket, Key="a", Body=bytes(12 * MIB))
    fault_proxy.on(lambda seen: "partNumber=2" in seen.query, error(403, "AccessDenied"))
    with pytest.raises(AccessDeniedError):
        copy(job, proxied, bucket, "a", bucket, "b", threshold=5 * MIB, part_size=5 * MIB)
    assert sorted(stored(server_client, bucket)) == ["a"]
    assert not unfinished(server_client, bucket)


def test_rename_moves_one_object(job: Job, connection: Connection, bucket: str, server_client: S3Client) -> None:
    fill(server_client, bucket, "a", "taken")
    rename(job, connection, bucket, "a", "b")
    assert stored(server_client, bucket) == {"b": b"a", "taken": b"taken"}
    with pytest.raises(AlreadyThereError):
        rename(job, connection, bucket, "b", "taken")
    with pytest.raises(NotFoundError):
        rename(job, connection, bucket, "a", "c")
    assert stored(server_client, bucket) == {"b": b"a", "taken": b"taken"}


def test_rename_of_a_folder(job: Job, connection: Connection, bucket: str, server_client: S3Client) -> None:
    bodies = fill(server_client, bucket, "old/", "old/a", "old/sub/", "old/sub/b", "older")
    assert rename_folder(job, connection, bucket, "old/", "new/name/") == []
    expected = {key.replace("old/", "new/name/", 1): body for key, body in bodies.items()}
    assert stored(server_client, bucket) == expected
    assert job.done == job.total == 8


def test_a_folder_does_not_fall_on_another(
    job: Job, connection: Connection, bucket: str, server_client: S3Client
) -> None:
    bodies = fill(server_client, bucket, "old/a", "old/b", "new/b")
    with pytest.raises(AlreadyThereError, match="“new/b” exists already; nothing was renamed"):
        rename_folder(job, connection, bucket, "old/", "new/")
    for new in ("old/", "old/deeper/", "old"):
        with pytest.raises(BadNameError):
            rename_folder(job, connection, bucket, "old/", new)
    assert stored(server_client, bucket) == bodies


def test_what_could_not_be_copied_is_not_deleted(
    job: Job, proxied: Connection, fault_proxy: FaultProxy, bucket: str, server_client: S3Client
) -> None:
    fill(server_client, bucket, *(f"old/{n}" for n in range(9)))
    fault_proxy.on(lambda seen: seen.method == "PUT" and seen.path.endswith("new/3"), error(403, "AccessDenied"))
    (failure,) = rename_folder(job, proxied, bucket, "old/", "new/")
    assert failure.key == "old/3"
    assert isinstance(failure.error, S3Error)
    assert set(stored(server_client, bucket)) == {f"new/{n}" for n in range(9) if n != 3} | {"old/3"}


def test_a_cancelled_rename_loses_nothing(
    job: Job, proxied: Connection, fault_proxy: FaultProxy, bucket: str, server_client: S3Client
) -> None:
    keys = [f"old/{n}" for n in range(40)]
    fill(server_client, bucket, *keys)

    def cancel_at_tenth(exchange: Exchange) -> bool:
        if sum(seen.method == "PUT" for seen in fault_proxy.requests) > 10:
            job.cancel()
        return False

    fault_proxy.on(lambda seen: seen.method == "PUT", cancel_at_tenth)
    with pytest.raises(CancelledError):
        rename_folder(job, proxied, bucket, "old/", "new/")
    there = stored(server_client, bucket)
    assert set(keys) <= set(there)


@pytest.mark.parametrize("how", ["delete", "rename"])
def test_no_empty_folder_stays_listed(
    job: Job, connection: Connection, bucket: str, server_client: S3Client, how: str
) -> None:
    """A server that is a file tree underneath would go on showing it for minutes."""
    for key in ("old/a", "old/deep/er/b", "old/deep/c", "other/x"):
        server_client.put_object(Bucket=bucket, Key=key, Body=b"x")
    if how == "delete":
        assert delete(job, connection, Selection(bucket, (), ("old/",))) == []
    else:
        assert rename_folder(job, connection, bucket, "old/", "new/") == []
    listed = server_client.list_objects_v2(Bucket=bucket, Delimiter="/").get("CommonPrefixes", [])
    assert [item["Prefix"] for item in listed] == (["other/"] if how == "delete" else ["new/", "other/"])
