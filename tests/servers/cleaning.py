"""Takes a bucket away with everything in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client
    from types_boto3_s3.type_defs import ObjectIdentifierTypeDef

_NOT_IN_XML = re.compile(r"[\x00-\x1f\ufffe\uffff]")


def remove_bucket(client: S3Client, bucket: str) -> None:
    """Delete all versions, unfinished uploads and the bucket; nothing happens when it is gone already."""
    with suppress(client.exceptions.NoSuchBucket):
        for uploads in client.get_paginator("list_multipart_uploads").paginate(Bucket=bucket):
            for upload in uploads.get("Uploads", []):
                client.abort_multipart_upload(Bucket=bucket, Key=upload["Key"], UploadId=upload["UploadId"])
        for found in _versions(client, bucket):
            _delete(client, bucket, found)
        client.delete_bucket(Bucket=bucket)


def _versions(client: S3Client, bucket: str) -> Iterator[list[ObjectIdentifierTypeDef]]:
    for page in client.get_paginator("list_object_versions").paginate(Bucket=bucket):
        found: list[ObjectIdentifierTypeDef] = [
            {"Key": each["Key"], "VersionId": each["VersionId"]} for each in page.get("Versions", [])
        ]
        found += [{"Key": each["Key"], "VersionId": each["VersionId"]} for each in page.get("DeleteMarkers", [])]
        if found:
            yield found


def _delete(client: S3Client, bucket: str, found: list[ObjectIdentifierTypeDef]) -> None:
    """Delete together what an XML document can name, and the rest one by one."""
    together = [each for each in found if not _NOT_IN_XML.search(each["Key"])]
    if together:
        client.delete_objects(
            Bucket=bucket, Delete={"Objects": together, "Quiet": True}, BypassGovernanceRetention=True
        )
    for each in found:
        if each not in together:
            client.delete_object(Bucket=bucket, Key=each["Key"], VersionId=each.get("VersionId", "null"))
