"""Uploads in parts: sizes, beginning, and an end that is certain even when the answer to it is lost."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from s3desk.s3.errors import (
    AlreadyThereError,
    NotFoundError,
    S3Error,
    UnreachableError,
    UnsupportedError,
)
from s3desk.s3.explain import explaining
from s3desk.s3.job import Job
from s3desk.s3.objects import refuse_if_there
from s3desk.s3.transfer.checksums import checked_by, note_answer, note_refusal
from s3desk.s3.transfer.whole import Made, Target, Whole, etag_of, look_at_made

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client
    from types_boto3_s3.type_defs import (
        CompletedPartTypeDef,
        CompleteMultipartUploadRequestTypeDef,
        CreateMultipartUploadOutputTypeDef,
    )

    from s3desk.s3.connection import Connection

__all__ = ["Target", "Whole", "etag_of"]  # part of how an upload in parts is spoken of

MIB = 1 << 20
MOST_PARTS = 10_000
MOST_IN_A_PART = 5 << 30
_ABORTS = 3  # of one upload
_GRACE = 5.0  # seconds for the last words after a cancel


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


def create_upload(connection: Connection, target: Target, **properties: Any) -> str:
    """Begin (CreateMultipartUpload) and return the upload id."""
    client = connection.client(target.bucket)
    with _heard(connection, target) as answers, explaining("upload here", bucket=target.bucket, key=target.key):
        answers.append(client.create_multipart_upload(Bucket=target.bucket, Key=target.key, **properties))
    return _created(answers[0])


@contextmanager
def _heard(connection: Connection, target: Target) -> Iterator[list[CreateMultipartUploadOutputTypeDef]]:
    """An upload whose id was lost on the way back would stay for ever: it is looked for, and taken back."""
    answers: list[CreateMultipartUploadOutputTypeDef] = []
    try:
        yield answers
    except (UnreachableError, CancelledError):
        _abort_unheard(connection, target, "")
        raise
    if answers[0]["ResponseMetadata"]["RetryAttempts"]:
        _abort_unheard(connection, target, answers[0].get("UploadId", ""))


def _abort_unheard(connection: Connection, target: Target, known: str) -> None:
    """Abort what was begun just now for this key and has no part; servers refuse clocks that are more than this off."""
    since = datetime.now(UTC) - timedelta(minutes=15)
    with quick(connection):
        client = connection.client(target.bucket)
        page = client.list_multipart_uploads(Bucket=target.bucket, Prefix=target.key)
        for upload in page.get("Uploads", []):
            ours = upload["Key"] == target.key and upload["UploadId"] != known and upload["Initiated"] > since
            if ours and parts_there(client, target, upload["UploadId"]) == {}:
                client.abort_multipart_upload(Bucket=target.bucket, Key=target.key, UploadId=upload["UploadId"])


def create_checked(connection: Connection, client: S3Client, target: Target, **properties: Any) -> str:
    """Begin an upload whose end the server checks against CRC64NVME, if it can; where it is not known, it is seen."""
    if checked_by(connection) is False:
        return create_upload(connection, target, **properties)
    try:
        with _heard(connection, target) as answers, explaining("upload here", bucket=target.bucket, key=target.key):
            answers.append(
                client.create_multipart_upload(
                    Bucket=target.bucket,
                    Key=target.key,
                    ChecksumAlgorithm="CRC64NVME",
                    ChecksumType="FULL_OBJECT",
                    **properties,
                )
            )
    except S3Error as error:
        if error.status not in (400, 501) or not connection.endpoint_url:
            raise
        upload_id = create_upload(connection, target, **properties)
        note_refusal(connection)
        return upload_id
    note_answer(connection, answers[0]["ResponseMetadata"]["HTTPHeaders"])
    return _created(answers[0])


def _created(answer: CreateMultipartUploadOutputTypeDef) -> str:
    upload_id = answer.get("UploadId", "")
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
    job: Job,
    connection: Connection,
    target: Target,
    upload_id: str,
    parts: Sequence[CompletedPartTypeDef],
    whole: Whole,
) -> Made:
    """Put the parts together (CompleteMultipartUpload) and make sure that the object is there and what it should be.

    A lost or doubtful answer is not just sent again: the server is asked whether the upload still exists.
    """
    client = connection.client(target.bucket)
    if not target.replace:
        refuse_if_there(client, target.bucket, target.key)  # some servers do not heed the condition below
    try:
        _complete(client, target, upload_id, parts, whole)
    except S3Error as error:
        job.check()
        if _still_there(client, target, upload_id):
            if isinstance(error, AlreadyThereError):
                raise
            _complete(client, target, upload_id, parts, whole)
    return look_at_made(job, connection, target, whole)


def _complete(
    client: S3Client, target: Target, upload_id: str, parts: Sequence[CompletedPartTypeDef], whole: Whole
) -> None:
    request: CompleteMultipartUploadRequestTypeDef = {
        "Bucket": target.bucket,
        "Key": target.key,
        "UploadId": upload_id,
        "MultipartUpload": {"Parts": sorted(parts, key=lambda part: part.get("PartNumber", 0))},
    }
    if whole.crc:
        request |= {"ChecksumCRC64NVME": whole.crc, "ChecksumType": "FULL_OBJECT"}
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


def abort_upload(connection: Connection, target: Target, upload_id: str) -> None:
    """Take back what was sent (AbortMultipartUpload); what goes wrong is dropped, and it takes 5 seconds at most.

    A part that is still on its way may be there after it, and the upload with it: so it is looked, and said again.
    """
    with quick(connection):
        client = connection.client(target.bucket)
        for _ in range(_ABORTS):
            with suppress(NotFoundError), explaining("clean up"):
                client.abort_multipart_upload(Bucket=target.bucket, Key=target.key, UploadId=upload_id)
            if not _still_there(client, target, upload_id):
                return


def parts_there(client: S3Client, target: Target, upload_id: str) -> dict[int, tuple[int, str]] | None:
    """Size and ETag of each part the server has (ListParts), by number; None where it does not know the upload."""
    found: dict[int, tuple[int, str]] = {}
    marker = 0
    try:
        with explaining("upload here", bucket=target.bucket, key=target.key):
            while True:
                page = client.list_parts(
                    Bucket=target.bucket, Key=target.key, UploadId=upload_id, PartNumberMarker=marker
                )
                for part in page.get("Parts", []):
                    found[part["PartNumber"]] = (part["Size"], part["ETag"])
                following = page.get("NextPartNumberMarker", 0)
                if not page.get("IsTruncated") or following <= marker:
                    return found
                marker = following
    except NotFoundError:
        return None


def _still_there(client: S3Client, target: Target, upload_id: str) -> bool:
    """Whether the upload is unfinished: once completed, its id is unknown to the server."""
    try:
        with explaining("upload here", bucket=target.bucket, key=target.key):
            client.list_parts(Bucket=target.bucket, Key=target.key, UploadId=upload_id, MaxParts=1)
    except NotFoundError:
        return False
    return True
