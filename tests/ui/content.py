"""What is in a bucket, put there and read back without s3desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client


def put(client: S3Client, bucket: str, *keys: str) -> None:
    """Small objects, whose size is the number of their place: 1, 2, 3 …; a key that ends in "/" is an empty one."""
    for number, key in enumerate(keys, 1):
        client.put_object(Bucket=bucket, Key=key, Body=b"" if key.endswith("/") else b"x" * number)


def keys_of(client: S3Client, bucket: str) -> list[str]:
    """Every key, in the server's order."""
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    return [item["Key"] for page in pages for item in page.get("Contents", [])]


def body_of(client: S3Client, bucket: str, key: str) -> bytes:
    """The bytes of an object."""
    return client.get_object(Bucket=bucket, Key=key)["Body"].read()
