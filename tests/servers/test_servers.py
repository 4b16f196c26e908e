"""The servers of the tests are what the tests take them for."""

from __future__ import annotations

import os
import urllib.error
import urllib.request
from typing import TYPE_CHECKING

import pytest

from tests.conftest import BucketFactory
from tests.servers.info import ServerInfo
from tests.servers.raw_client import raw_client

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client


def test_the_owner_writes_and_reads(server_client: S3Client, bucket: str) -> None:
    server_client.put_object(Bucket=bucket, Key="a/ü b.csv", Body=b"x,y\n1,2\n")
    assert server_client.get_object(Bucket=bucket, Key="a/ü b.csv")["Body"].read() == b"x,y\n1,2\n"


def test_someone_else_is_refused(server_client: S3Client, other_client: S3Client, bucket: str) -> None:
    server_client.put_object(Bucket=bucket, Key="secret.csv", Body=b"1")
    with pytest.raises(other_client.exceptions.ClientError, match="AccessDenied"):
        other_client.get_object(Bucket=bucket, Key="secret.csv")


def test_nobody_is_refused(server: ServerInfo, bucket: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{server.endpoint_url}/{bucket}?list-type=2", timeout=10)
    refused.value.close()
    assert refused.value.code == 403


def test_no_bucket_appears_by_itself(server_client: S3Client) -> None:
    with pytest.raises(server_client.exceptions.NoSuchBucket):
        server_client.put_object(Bucket="never-made", Key="x", Body=b"")


def test_a_full_bucket_is_not_deleted(server_client: S3Client, bucket: str) -> None:
    server_client.put_object(Bucket=bucket, Key="x", Body=b"1")
    with pytest.raises(server_client.exceptions.ClientError, match="BucketNotEmpty"):
        server_client.delete_bucket(Bucket=bucket)


def test_versions_are_kept(server_client: S3Client, new_bucket: BucketFactory) -> None:
    bucket = new_bucket(versioned=True)
    for body in (b"one", b"two"):
        server_client.put_object(Bucket=bucket, Key="x", Body=body)
    server_client.delete_object(Bucket=bucket, Key="x")
    listed = server_client.list_object_versions(Bucket=bucket)
    assert (len(listed["Versions"]), len(listed["DeleteMarkers"])) == (2, 1)


def test_ceph_speaks_tls(ceph: ServerInfo) -> None:
    client = raw_client(ceph, tls=True)
    assert isinstance(client.list_buckets()["Buckets"], list)
    client.close()


def test_keys_of_whoever_runs_the_tests_are_out_of_reach() -> None:
    assert "AWS_PROFILE" not in os.environ
    assert "AWS_ACCESS_KEY_ID" not in os.environ
    assert not os.path.exists(os.environ["AWS_SHARED_CREDENTIALS_FILE"])  # noqa: PTH110 - as botocore asks
