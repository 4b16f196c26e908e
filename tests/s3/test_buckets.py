"""Buckets on real servers."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import pytest

from s3desk.s3.buckets import Contents, check_bucket_name, contents, create_bucket, delete_bucket, list_buckets
from s3desk.s3.errors import AccessDeniedError, AlreadyThereError, BadNameError, NotEmptyError, NotFoundError

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

    from s3desk.s3.connection import Connection
    from s3desk.s3.job import Job
    from tests.conftest import BucketFactory


def test_a_bucket_comes_and_goes(job: Job, connection: Connection, server_client: S3Client) -> None:
    name = f"made-{uuid.uuid4().hex[:10]}"
    create_bucket(job, connection, name)
    found = {bucket.name: bucket for bucket in list_buckets(job, connection)}
    assert found[name].created is not None
    delete_bucket(job, connection, name)
    assert name not in [bucket["Name"] for bucket in server_client.list_buckets()["Buckets"]]
    with pytest.raises(NotFoundError):
        delete_bucket(job, connection, name)


def test_a_name_that_is_taken(job: Job, other_connection: Connection, bucket: str) -> None:
    # SeaweedFS lets only administrators ask.
    with pytest.raises((AlreadyThereError, AccessDeniedError)):
        create_bucket(job, other_connection, bucket)


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("ab", "3 to 63"),
        ("a" * 64, "3 to 63"),
        ("Upper", "“U”"),
        ("under_score", "“_”"),
        ("-start", "start and end"),
        ("a..b", "two dots"),
        ("10.0.0.1", "IP address"),
        ("xn--abc", "Amazon"),
    ],
)
def test_bad_names_are_refused_with_their_rule(job: Job, connection: Connection, name: str, rule: str) -> None:
    with pytest.raises(BadNameError, match=rule):
        create_bucket(job, connection, name)


def test_good_names_pass() -> None:
    for name in ("abc", "a.b-c.1", "x" * 63):
        check_bucket_name(name)


def test_a_bucket_with_something_in_it_stays(
    job: Job, connection: Connection, new_bucket: BucketFactory, server_client: S3Client
) -> None:
    bucket = new_bucket(versioned=True)
    for body in (b"1", b"2", b"3"):
        server_client.put_object(Bucket=bucket, Key="a", Body=body)
    server_client.put_object(Bucket=bucket, Key="b", Body=b"1")
    server_client.delete_object(Bucket=bucket, Key="b")
    server_client.create_multipart_upload(Bucket=bucket, Key="c")
    assert contents(job, connection, bucket) == Contents(1, 3, 1, 1)
    words = "still holds 1 object, 3 old versions, 1 delete marker and 1 unfinished upload"
    with pytest.raises(NotEmptyError, match=words):
        delete_bucket(job, connection, bucket)
    assert server_client.get_object(Bucket=bucket, Key="a")["Body"].read() == b"3"
