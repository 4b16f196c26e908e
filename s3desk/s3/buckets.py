"""Buckets: list, create, look whether one is empty, delete."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from s3desk.s3.connection import DEFAULT_REGION, Connection
from s3desk.s3.errors import BadNameError, NotEmptyError, UnreachableError, UnsupportedError
from s3desk.s3.explain import explaining

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client
    from types_boto3_s3.literals import BucketLocationConstraintType
    from types_boto3_s3.type_defs import CreateBucketRequestTypeDef

    from s3desk.s3.job import Job

_MOST_PAGES = 1000


@dataclass(frozen=True, slots=True)
class Bucket:
    """A bucket as ListBuckets tells it."""

    name: str
    created: datetime | None


@dataclass(frozen=True, slots=True)
class Contents:
    """What a bucket holds, counted up to one page of each kind; `more` if there is more than was counted."""

    objects: int
    versions: int
    delete_markers: int
    uploads: int
    more: bool = False

    @property
    def empty(self) -> bool:
        """Whether the bucket can be deleted."""
        return not (self.objects or self.versions or self.delete_markers or self.uploads)

    def __str__(self) -> str:
        counted = (
            (self.objects, "object"),
            (self.versions, "old version"),
            (self.delete_markers, "delete marker"),
            (self.uploads, "unfinished upload"),
        )
        words = [f"{count:,} {noun}{'' if count == 1 else 's'}" for count, noun in counted if count]
        sentence = " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words) or "nothing"
        return f"at least {sentence}" if self.more else sentence


def list_buckets(job: Job, connection: Connection) -> list[Bucket]:
    """The buckets these keys may list (ListBuckets), by name."""
    found: list[Bucket] = []
    token = ""
    with connection.interrupting(job), explaining("see the list of buckets; you can still open one by its name"):
        client = connection.client()
        for _ in range(_MOST_PAGES):  # a server that never ends its list is not followed forever
            job.check()
            answer = client.list_buckets(ContinuationToken=token) if token else client.list_buckets()
            if "Buckets" not in answer and "Owner" not in answer:
                raise UnreachableError("What answers there is not S3.", "Check the endpoint URL and your network.")
            found += [Bucket(item["Name"], item.get("CreationDate")) for item in answer.get("Buckets", [])]
            last, token = token, answer.get("ContinuationToken", "")
            if not token or token == last:
                break
    return sorted(set(found), key=lambda bucket: bucket.name)


def create_bucket(job: Job, connection: Connection, name: str, region: str = "") -> None:
    """Create a bucket (CreateBucket), on AWS in `region` or else the connection's.

    An own endpoint is told a region only when one is given. Raises BadNameError before anything is sent.
    """
    check_bucket_name(name)
    job.check()
    request: CreateBucketRequestTypeDef = {"Bucket": name}
    with connection.interrupting(job), explaining("create a bucket", bucket=name):
        client = connection.client()
        if not connection.endpoint_url:
            region = region or connection.region
            client = connection.client_in(region)
        if region and region != DEFAULT_REGION:
            place: BucketLocationConstraintType = region  # type: ignore[assignment]  # regions come and go
            request["CreateBucketConfiguration"] = {"LocationConstraint": place}
        client.create_bucket(**request)


def check_bucket_name(name: str) -> None:
    """Refuse what no bucket may be called. Raises BadNameError with the one rule that is broken."""
    rule = ""
    if not 3 <= len(name) <= 63:
        rule = f"it must have 3 to 63 characters, and this has {len(name)}"
    elif wrong := re.search(r"[^a-z0-9.-]", name):
        rule = f"only small letters a–z, digits, dots and hyphens are allowed, not “{wrong[0]}”"
    elif not (name[0].isalnum() and name[-1].isalnum()):
        rule = "it must start and end with a letter or digit"
    elif ".." in name:
        rule = "two dots must not stand side by side"
    elif _is_address(name):
        rule = "it must not look like an IP address"
    elif name.startswith(("xn--", "sthree-")) or name.endswith(("-s3alias", "--ol-s3")):
        rule = "Amazon keeps this beginning or ending for itself"
    if rule:
        raise BadNameError(f"“{name}” cannot be the name of a bucket: {rule}.", "Choose another name.")


def _is_address(name: str) -> bool:
    try:
        ipaddress.IPv4Address(name)
    except ValueError:
        return bool(re.fullmatch(r"\d+\.\d+\.\d+\.\d+", name))
    return True


def contents(job: Job, connection: Connection, bucket: str) -> Contents:
    """What is in a bucket, in two or three requests (ListObjectVersions, ListMultipartUploads)."""
    with connection.interrupting(job), explaining("see what is in this bucket", bucket=bucket):
        client = connection.client(bucket)
        objects, versions, markers, more = _count_versions(client, bucket)
        job.check()
        uploads, more_uploads = _count_uploads(client, bucket)
    return Contents(objects, versions, markers, uploads, more or more_uploads)


def _count_versions(client: S3Client, bucket: str) -> tuple[int, int, int, bool]:
    try:
        with explaining("see what is in this bucket", bucket=bucket):
            answer = client.list_object_versions(Bucket=bucket, MaxKeys=1000)
    except UnsupportedError:
        listed = client.list_objects_v2(Bucket=bucket, MaxKeys=1000)
        return len(listed.get("Contents", [])), 0, 0, listed.get("IsTruncated", False)
    versions = answer.get("Versions", [])
    objects = sum(version["IsLatest"] for version in versions)
    return objects, len(versions) - objects, len(answer.get("DeleteMarkers", [])), answer.get("IsTruncated", False)


def _count_uploads(client: S3Client, bucket: str) -> tuple[int, bool]:
    try:
        with explaining("see what is in this bucket", bucket=bucket):
            answer = client.list_multipart_uploads(Bucket=bucket, MaxUploads=1000)
    except UnsupportedError:
        return 0, False
    return len(answer.get("Uploads", [])), answer.get("IsTruncated", False)


def check_empty(job: Job, connection: Connection, bucket: str) -> None:
    """Raise NotEmptyError that says what is in a bucket, unless nothing is."""
    held = contents(job, connection, bucket)
    if not held.empty:
        raise NotEmptyError(f"The bucket “{bucket}” still holds {held}.", "Delete what is in it first.")


def delete_bucket(job: Job, connection: Connection, bucket: str) -> None:
    """Delete an empty bucket (DeleteBucket, without any sub-resource, ever).

    Raises NotEmptyError that says what is still in it: objects, old versions, delete markers, unfinished uploads.
    """
    check_empty(job, connection, bucket)  # a server may be set up to delete buckets with all that is in them
    job.check()
    with connection.interrupting(job), explaining("delete this bucket", bucket=bucket):
        connection.client(bucket).delete_bucket(Bucket=bucket)
