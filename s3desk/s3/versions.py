"""Old versions of objects; only asked for where somebody wants to know."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from s3desk.s3.errors import AccessDeniedError, NotFoundError, S3Error, UnsupportedError
from s3desk.s3.explain import explaining

if TYPE_CHECKING:
    from types_boto3_s3.type_defs import (
        ListObjectVersionsOutputTypeDef,
        ListObjectVersionsRequestTypeDef,
        ObjectVersionTypeDef,
    )

    from s3desk.s3.connection import Connection
    from s3desk.s3.job import Job

PAGE = 1000  # versions in one answer, the most S3 gives


@dataclass(frozen=True)
class Version:
    """One version of an object; `size` is in bytes, `modified` aware."""

    version_id: str
    modified: datetime
    size: int
    is_latest: bool


def keeps_versions(job: Job, connection: Connection, bucket: str) -> bool | None:
    """Whether what is deleted or replaced stays as an old version (GetBucketVersioning).

    None when the server does not tell: it may not know versions, or not tell this user.
    """
    job.check()
    try:
        with connection.interrupting(job), explaining("ask for versioning", bucket=bucket):
            return connection.client(bucket).get_bucket_versioning(Bucket=bucket).get("Status") == "Enabled"
    except S3Error:
        return None


def versions_of(job: Job, connection: Connection, bucket: str, key: str) -> list[Version]:
    """The versions of one object, newest first, delete markers left out (ListObjectVersions).

    Empty where the bucket keeps none (then there is only the one called "null"), and where the server has none or
    does not show them. Raises S3Error when it cannot be reached.
    """
    found: list[Version] = []
    try:
        for page in _version_pages(job, connection, bucket, key):
            found += [_version(item) for item in page.get("Versions", []) if item["Key"] == key]
    except (AccessDeniedError, NotFoundError, UnsupportedError):
        return []
    if all(version.version_id == "null" for version in found):
        return []
    return sorted(found, key=lambda version: (version.is_latest, version.modified), reverse=True)


def _version_pages(
    job: Job, connection: Connection, bucket: str, key: str
) -> Iterator[ListObjectVersionsOutputTypeDef]:
    """The pages on which versions of `key` can be: it sorts before every longer key."""
    request: ListObjectVersionsRequestTypeDef = {"Bucket": bucket, "Prefix": key, "MaxKeys": PAGE}
    while True:
        job.check()
        with connection.interrupting(job), explaining("see the versions", bucket=bucket, key=key):
            page = connection.client(bucket).list_object_versions(**request)
        yield page
        before = request.get("VersionIdMarker")
        request["KeyMarker"] = page.get("NextKeyMarker", "")
        request["VersionIdMarker"] = page.get("NextVersionIdMarker", "")
        if not page.get("IsTruncated") or request["KeyMarker"] != key or request["VersionIdMarker"] == before:
            return


def _version(item: ObjectVersionTypeDef) -> Version:
    return Version(item.get("VersionId", ""), item["LastModified"], item.get("Size", 0), item.get("IsLatest", False))
