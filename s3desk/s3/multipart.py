"""Uploads in parts: sizes, beginning, and an end that is certain even when the answer to it is lost."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from s3desk.s3.errors import (
    AccessDeniedError,
    AlreadyThereError,
    NotFoundError,
    S3Error,
    UnreachableError,
    UnsupportedError,
)
from s3desk.s3.explain import explaining
from s3desk.s3.job import Job
from s3desk.s3.objects import head, refuse_if_there

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client
    from types_boto3_s3.type_defs import CompletedPartTypeDef, CompleteMultipartUploadRequestTypeDef

    from s3desk.s3.connection import Connection

MIB = 1 << 20
MOST_PARTS = 10_000
MOST_IN_A_PART = 5 << 30
_GRACE = 5.0  # seconds for the last words after a cancel


@dataclass(frozen=True, slots=True)
class Target:
    """Where an object goes, and whether it may take the place of another."""

    bucket: str
    key: str
    replace: bool


def part_ranges(size: int, part_size: int) -> list[tuple[int, int, int]]:
    """(number from 1, first byte, length) of each part; parts grow so that there are 10,000 at most.

    Raises S3Error for what is too large for S3 whatever the parts.
    """
    smallest = -(-size // MOST_PARTS)
    part_size = max(part_size, -(-smallest // MIB) * MIB)
    if part_size > MOST_IN_A_PART:
        raise S3Error(f"{size:,} bytes are more than S3 can hold in one object.", "Split the file.")
    starts = range(0, size, part_size)
    return [(number, start, min(part_size, size - start)) for number, start in enumerate(starts, 1)]


def create_upload(client: S3Client, target: Target, **properties: Any) -> str:
    """Begin (CreateMultipartUpload) and return the upload id."""
    upload_id: str = client.create_multipart_upload(Bucket=target.bucket, Key=target.key, **properties).get(
        "UploadId", ""
    )
    if not upload_id:
        raise UnreachableError("What answers there is not S3.", "Check the endpoint URL and your network.")
    return upload_id


@contextmanager
def quick(connection: Connection) -> Iterator[None]:
    """For requests that clean up after a failure or a cancel: they are not cut by it, but may take only 5 seconds.

    What goes wrong inside is dropped, because something worse is already on its way to the user.
    """
    job = Job("clean up")
    timer = threading.Timer(_GRACE, job.cancel)
    timer.daemon = True
    timer.name = "s3desk-grace"
    timer.start()
    try:
        with connection.interrupting(job), explaining("clean up"):
            yield
    except (S3Error, CancelledError):
        pass
    finally:
        timer.cancel()
        timer.join()


def complete_upload(
    job: Job, connection: Connection, target: Target, upload_id: str, parts: Sequence[CompletedPartTypeDef], size: int
) -> None:
    """Put the parts together (CompleteMultipartUpload) and make sure that the object is there, `size` bytes long.

    A lost or doubtful answer is not just sent again: the server is asked whether the upload still exists.
    """
    client = connection.client(target.bucket)
    if not target.replace:
        refuse_if_there(client, target.bucket, target.key)  # some servers do not heed the condition below
    try:
        _complete(client, target, upload_id, parts)
    except S3Error as error:
        job.check()
        if _still_there(client, target, upload_id):
            if isinstance(error, AlreadyThereError):
                raise
            _complete(client, target, upload_id, parts)
    try:
        made = head(job, connection, target.bucket, target.key)
    except AccessDeniedError:
        return  # who may write but not look has to trust the answer
    if made.size != size:
        raise S3Error(f"“{target.key}” has {made.size:,} bytes on the server instead of {size:,}.", "Upload it again.")


def _complete(client: S3Client, target: Target, upload_id: str, parts: Sequence[CompletedPartTypeDef]) -> None:
    request: CompleteMultipartUploadRequestTypeDef = {
        "Bucket": target.bucket,
        "Key": target.key,
        "UploadId": upload_id,
        "MultipartUpload": {"Parts": sorted(parts, key=lambda part: part.get("PartNumber", 0))},
    }
    with explaining("upload here", bucket=target.bucket, key=target.key):
        if target.replace:
            client.complete_multipart_upload(**request)
            return
        conditional: CompleteMultipartUploadRequestTypeDef = {**request, "IfNoneMatch": "*"}
        try:
            with explaining("upload here", bucket=target.bucket, key=target.key):
                client.complete_multipart_upload(**conditional)
        except UnsupportedError:
            client.complete_multipart_upload(**request)


def _still_there(client: S3Client, target: Target, upload_id: str) -> bool:
    """Whether the upload is unfinished: once completed, its id is unknown to the server."""
    try:
        with explaining("upload here", bucket=target.bucket, key=target.key):
            client.list_parts(Bucket=target.bucket, Key=target.key, UploadId=upload_id, MaxParts=1)
    except NotFoundError:
        return False
    return True
