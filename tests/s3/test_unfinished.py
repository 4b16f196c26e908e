"""Uploads that never ended: found, measured, cleaned up, on real servers."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from s3desk.s3.connection import Connection
from s3desk.s3.errors import AccessDeniedError
from s3desk.s3.job import Job
from s3desk.s3.leftovers.unfinished import Findings, Unfinished, clean_up, find_unfinished, unfinished_pages
from s3desk.s3.leftovers.unfinished_csv import write_unfinished
from tests.conftest import ClientFor
from tests.s3.conftest import connect, unfinished
from tests.servers.fault_proxy import FaultProxy
from tests.servers.faults import error
from tests.servers.info import ServerInfo

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

MIB = 1 << 20


@pytest.fixture
def begun(server_client: S3Client, bucket: str) -> dict[str, str]:
    """Three unfinished uploads, key to id: one of two parts, one of one, one of none."""
    ids = {}
    for key, sizes in {"big file +é%41.bin": (5 * MIB, 100), "a/b": (7,), "=empty": ()}.items():
        ids[key] = server_client.create_multipart_upload(Bucket=bucket, Key=key)["UploadId"]
        for number, size in enumerate(sizes, 1):
            server_client.upload_part(Bucket=bucket, Key=key, UploadId=ids[key], PartNumber=number, Body=b"x" * size)
    return ids


def found(connection: Connection, bucket: str) -> dict[str, Unfinished]:
    """What the search brings in the end, by id."""
    findings, job = Findings(), Job("look")
    find_unfinished(job, connection, bucket, findings)
    news, gone = findings.take()
    assert not gone
    assert job.done == job.total
    return {upload.upload_id: upload for upload in news}


def test_unfinished_uploads_are_found_with_parts_and_bytes_and_cleaned_up(
    connection: Connection, server_client: S3Client, bucket: str, begun: dict[str, str], tmp_path: Path
) -> None:
    server_client.put_object(Bucket=bucket, Key="a/b", Body=b"a finished one of the same name")
    uploads = found(connection, bucket)
    assert {upload.key: (upload.parts, upload.bytes) for upload in uploads.values()} == {
        "big file +é%41.bin": (2, 5 * MIB + 100),
        "a/b": (1, 7),
        "=empty": (0, 0),
    }
    big = uploads[begun["big file +é%41.bin"]]
    assert big.started is not None
    assert big.touched is not None
    assert big.last_sign == max(big.started, big.touched)

    target = tmp_path / "out.csv"
    write_unfinished(Job("export"), target, list(uploads.values()), {begun["a/b"]})
    with target.open(encoding="utf-8-sig", newline="") as file:
        lines = {line["Upload id"]: line for line in csv.DictReader(file)}
    assert lines[begun["=empty"]]["Key"] == "'=empty"
    assert (lines[begun["a/b"]]["Bytes"], lines[begun["a/b"]]["Ours"]) == ("7", "yes")

    gone: list[str] = []
    chosen = [uploads[begun["a/b"]], big]
    assert clean_up(Job("clean"), connection, chosen, lambda one: gone.append(one.key)) == []
    assert sorted(gone) == ["a/b", "big file +é%41.bin"]
    assert unfinished(server_client, bucket) == ["=empty"]
    assert clean_up(Job("clean"), connection, chosen) == []  # gone already is clean
    assert server_client.head_object(Bucket=bucket, Key="a/b")["ContentLength"] == 31


def test_pages_follow_each_other(
    connection: Connection, server_client: S3Client, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two uploads of one key and a page of one: no server is skipped or asked in circles."""
    ids = [server_client.create_multipart_upload(Bucket=bucket, Key=key)["UploadId"] for key in ("a", "a", "b", "c/d")]
    client = connection.client(bucket)
    asked = client.list_multipart_uploads
    monkeypatch.setattr(client, "list_multipart_uploads", lambda **request: asked(**{**request, "MaxUploads": 1}))
    pages = list(unfinished_pages(Job("look"), connection, bucket))
    assert sorted(upload.upload_id for page in pages for upload in page) == sorted(ids)
    assert max(len(page) for page in pages) == 1


def test_what_may_not_be_listed_is_said(ceph: ServerInfo, client_for: ClientFor) -> None:
    """On Ceph, which really keeps others out."""
    owner = client_for(ceph)
    owner.create_bucket(Bucket="closed-to-others")
    try:
        with pytest.raises(AccessDeniedError):
            find_unfinished(Job("look"), connect(ceph, other=True), "closed-to-others", Findings())
    finally:
        owner.delete_bucket(Bucket="closed-to-others")


def test_one_refusal_does_not_stop_the_rest(
    proxied: Connection, fault_proxy: FaultProxy, server_client: S3Client, bucket: str, begun: dict[str, str]
) -> None:
    uploads = list(found(proxied, bucket).values())
    fault_proxy.on(lambda seen: seen.method == "DELETE" and seen.path.endswith("/a/b"), error(403, "AccessDenied"))
    failures = clean_up(Job("clean"), proxied, uploads)
    assert [(failure.key, type(failure.error)) for failure in failures] == [("a/b", AccessDeniedError)]
    assert unfinished(server_client, bucket) == ["a/b"]
