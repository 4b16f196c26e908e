"""Copies in one request: verified by the answer, never over something, and the long way where that cannot be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from s3desk.s3.copying.copy_object import copy
from s3desk.s3.copying.short_copy import Listed
from s3desk.s3.errors import AlreadyThereError
from tests.s3.conftest import stored

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

    from s3desk.s3.connection import Connection
    from s3desk.s3.job import Job
    from tests.servers.fault_proxy import FaultProxy

KEYS = ["plain.csv", "a b+c&d=e%2F.csv", "ünï 😀~*'();:@.csv"]


def put(client: S3Client, bucket: str, key: str, body: bytes) -> Listed:
    etag = client.put_object(Bucket=bucket, Key=key, Body=body, ContentType="text/x", Metadata={"of": "me"})["ETag"]
    return Listed(len(body), etag.strip('"'))


def test_a_listed_object_is_copied_with_all_it_has(
    job: Job, proxied: Connection, fault_proxy: FaultProxy, bucket: str, server_client: S3Client
) -> None:
    for number, key in enumerate(KEYS):
        listed = put(server_client, bucket, key, b"%d" % number)
        made = copy(job, proxied, bucket, key, bucket, f"to/{key}", listed=listed)
        assert (made.key, made.size, made.etag) == (f"to/{key}", 1, listed.etag)
        head = server_client.head_object(Bucket=bucket, Key=f"to/{key}")
        assert (head["ContentType"], head["Metadata"]) == ("text/x", {"of": "me"})
    fault_proxy.forget()
    for number, key in enumerate(KEYS):
        copy(job, proxied, bucket, key, bucket, f"again/{key}", listed=Listed(1, put_etag(server_client, bucket, key)))
        assert stored(server_client, bucket)[f"again/{key}"] == b"%d" % number
    asked = [seen.method for seen in fault_proxy.requests]
    assert asked in (["PUT"] * 3, ["HEAD", "PUT"] * 3), "where the server never replaces, nothing but the copy"


def put_etag(client: S3Client, bucket: str, key: str) -> str:
    return client.head_object(Bucket=bucket, Key=key)["ETag"].strip('"')


def test_nothing_is_replaced_by_a_copy(job: Job, connection: Connection, bucket: str, server_client: S3Client) -> None:
    listed = put(server_client, bucket, "a", b"1")
    put(server_client, bucket, "taken", b"other")
    for _ in range(2):  # before and after it is known how the server does it
        with pytest.raises(AlreadyThereError):
            copy(job, connection, bucket, "a", bucket, "taken", listed=listed)
        copy(job, connection, bucket, "a", bucket, "free", listed=listed, replace=True)
        copy(job, connection, bucket, "a", bucket, f"new{_}", listed=listed)
    assert stored(server_client, bucket)["taken"] == b"other"
    copy(job, connection, bucket, "a", bucket, "taken", listed=listed, replace=True)
    assert stored(server_client, bucket)["taken"] == b"1"


def test_an_object_that_is_another_by_now_is_copied_as_it_is(
    job: Job, connection: Connection, bucket: str, server_client: S3Client
) -> None:
    listed = put(server_client, bucket, "a", b"1")
    now = put(server_client, bucket, "a", b"22")
    made = copy(job, connection, bucket, "a", bucket, "b", listed=listed)
    assert (made.size, made.etag) == (2, now.etag)
    assert stored(server_client, bucket)["b"] == b"22"
