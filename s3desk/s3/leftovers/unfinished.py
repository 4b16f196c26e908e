"""Multipart uploads that were begun and neither completed nor aborted: nobody sees them, and their parts cost money."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import unquote_plus

from s3desk.s3.crew import in_threads, noting_one
from s3desk.s3.errors import Failure, NotFoundError, S3Error, SignInError
from s3desk.s3.explain import explaining

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client
    from types_boto3_s3.type_defs import (
        ListMultipartUploadsOutputTypeDef,
        ListMultipartUploadsRequestTypeDef,
        MultipartUploadTypeDef,
    )

    from s3desk.s3.connection import Connection
    from s3desk.s3.job import Job

_THREADS = 8
_LOOKING, _CLEANING = "see the unfinished uploads of this bucket", "clean up this unfinished upload"


@dataclass(frozen=True, slots=True)
class Unfinished:
    """One unfinished upload; `parts`, `bytes` and `touched` are None until they were asked for.

    `by` is who began it, as the server names them. `touched` is when its last part came, None if none did. `trouble`
    is why its parts cannot be seen.
    """

    bucket: str
    key: str
    upload_id: str
    started: datetime | None
    by: str = ""
    storage_class: str = ""
    parts: int | None = None
    bytes: int | None = None
    touched: datetime | None = None
    trouble: str = ""

    @property
    def last_sign(self) -> datetime | None:
        """The last moment at which somebody was seen to work on it."""
        return max(filter(None, (self.started, self.touched)), default=None)


class Findings:
    """What a search brings while it runs; any thread may call any method."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._news: list[Unfinished] = []
        self._gone: list[str] = []

    def put(self, uploads: Sequence[Unfinished]) -> None:
        """Tell new ones, or what became known about old ones."""
        with self._lock:
            self._news += uploads

    def drop(self, upload_id: str) -> None:
        """Tell that one was finished or aborted meanwhile."""
        with self._lock:
            self._gone.append(upload_id)

    def take(self) -> tuple[list[Unfinished], list[str]]:
        """What was told since the last call: uploads, and the ids of those that are gone."""
        with self._lock:
            news, self._news = self._news, []
            gone, self._gone = self._gone, []
        return news, gone


def find_unfinished(job: Job, connection: Connection, bucket: str, findings: Findings, prefix: str = "") -> None:
    """Tell `findings` every unfinished upload below `prefix` (ListMultipartUploads), then its parts (ListParts).

    `job` counts the uploads whose parts are known. Raises S3Error when the uploads cannot be listed.
    """

    def measure(upload: Unfinished) -> None:
        try:
            findings.put([measured(job, connection, upload)])
        except NotFoundError:
            findings.drop(upload.upload_id)
        except SignInError:
            raise
        except S3Error as error:
            findings.put([replace(upload, trouble=str(error))])
        job.advance(1)

    def each() -> Iterator[Unfinished]:
        for page in unfinished_pages(job, connection, bucket, prefix):
            findings.put(page)
            job.total = (job.total or 0) + len(page)
            yield from page

    in_threads(job, connection, measure, each(), threads=_THREADS)


def unfinished_pages(job: Job, connection: Connection, bucket: str, prefix: str = "") -> Iterator[list[Unfinished]]:
    """The unfinished uploads, up to 1,000 a request (ListMultipartUploads). Raises S3Error, also where they repeat."""
    key_marker = id_marker = ""
    seen: set[tuple[str, str]] = set()
    is_amazon = not connection.endpoint_url
    while True:
        job.check()
        with connection.interrupting(job), explaining(_LOOKING, bucket=bucket):
            client = connection.client(bucket)
            is_amazon = not connection.endpoint_url
            answer = _ask(client, bucket, prefix, key_marker, id_marker, encoded=is_amazon)
        uploads = [_read(bucket, one, encoded=is_amazon) for one in answer.get("Uploads", [])]
        yield uploads
        if not answer.get("IsTruncated"):
            return
        key_marker, id_marker = _next(answer, encoded=is_amazon)
        if (key_marker, id_marker) in seen or not uploads:
            raise S3Error(
                f"The server keeps sending the same part of the list of “{bucket}”, so the list is not complete.",
                "Tell the people who run this server.",
                code="RepeatedPage",
            )
        seen.add((key_marker, id_marker))


def _ask(
    client: S3Client, bucket: str, prefix: str, key_marker: str, id_marker: str, *, encoded: bool
) -> ListMultipartUploadsOutputTypeDef:
    request: ListMultipartUploadsRequestTypeDef = {"Bucket": bucket, "MaxUploads": 1000}
    if prefix:
        request["Prefix"] = prefix
    if encoded:  # other servers say that they encode keys and do not, or do and say nothing
        request["EncodingType"] = "url"
    if key_marker:
        request["KeyMarker"] = key_marker
    if id_marker:
        request["UploadIdMarker"] = id_marker
    return client.list_multipart_uploads(**request)


def _next(answer: ListMultipartUploadsOutputTypeDef, *, encoded: bool) -> tuple[str, str]:
    """Where the next page begins; some servers tell the upload alone, some nothing at all."""
    key, upload_id = answer.get("NextKeyMarker", ""), answer.get("NextUploadIdMarker", "")
    if not key and not upload_id and (uploads := answer.get("Uploads")):
        key, upload_id = uploads[-1].get("Key", ""), uploads[-1].get("UploadId", "")
    return (unquote_plus(key) if encoded else key), upload_id


def _read(bucket: str, one: MultipartUploadTypeDef, *, encoded: bool) -> Unfinished:
    key = one.get("Key", "")
    who = one.get("Initiator") or one.get("Owner") or {}
    return Unfinished(
        bucket,
        unquote_plus(key) if encoded else key,
        one.get("UploadId", ""),
        one.get("Initiated"),
        _name_of(who.get("DisplayName", ""), who.get("ID", "")),
        one.get("StorageClass", ""),
    )


def _name_of(display_name: str, identity: str) -> str:
    """A person's or role's name; of an ARN what stands after the account."""
    name = display_name or identity
    return name.split(":", 5)[-1] if name.startswith("arn:") else name


def measured(job: Job, connection: Connection, upload: Unfinished) -> Unfinished:
    """The upload with its parts counted (ListParts). Raises NotFoundError when it is finished or aborted by now."""
    parts = size = marker = 0
    touched: datetime | None = None
    while True:
        job.check()
        with connection.interrupting(job), explaining(_LOOKING, bucket=upload.bucket, key=upload.key):
            answer = connection.client(upload.bucket).list_parts(
                Bucket=upload.bucket, Key=upload.key, UploadId=upload.upload_id, PartNumberMarker=marker
            )
        found = answer.get("Parts", [])
        parts += len(found)
        size += sum(part.get("Size", 0) for part in found)
        touched = max(filter(None, (touched, *(part.get("LastModified") for part in found))), default=None)
        following = answer.get("NextPartNumberMarker") or max((part.get("PartNumber", 0) for part in found), default=0)
        if not answer.get("IsTruncated") or following <= marker:
            return replace(upload, parts=parts, bytes=size, touched=touched, trouble="")
        marker = following


def clean_up(
    job: Job,
    connection: Connection,
    uploads: Sequence[Unfinished],
    cleaned: Callable[[Unfinished], None] = lambda _: None,
) -> list[Failure]:
    """Abort uploads, several at once (AbortMultipartUpload), and make sure they are gone; what was refused comes back.

    One that is gone already counts as done. `cleaned` is told each that is gone, on a worker's thread. Raises
    SignInError.
    """
    failures: list[Failure] = []
    job.total = len(uploads)

    def clean(upload: Unfinished) -> None:
        with noting_one(failures, upload.key, doing=_CLEANING, bucket=upload.bucket):
            _abort(job, connection, upload)
            cleaned(upload)
        job.advance(1)

    in_threads(job, connection, clean, uploads, threads=_THREADS)
    return failures


def _abort(job: Job, connection: Connection, upload: Unfinished) -> None:
    """A part that is on its way while an upload is aborted may stay, so S3 wants it asked for, and aborted again."""
    client = connection.client(upload.bucket)
    for _ in range(3):
        job.check()
        try:
            with explaining(_CLEANING, bucket=upload.bucket, key=upload.key):
                client.abort_multipart_upload(Bucket=upload.bucket, Key=upload.key, UploadId=upload.upload_id)
                left = client.list_parts(Bucket=upload.bucket, Key=upload.key, UploadId=upload.upload_id, MaxParts=1)
        except NotFoundError as error:
            if error.code == "NoSuchBucket":
                raise
            return
        except S3Error as error:
            if error.refusal is not None and error.refusal.operation == "ListParts":
                return  # who may abort but not look has to trust the answer
            raise
        if not left.get("Parts"):
            return
    raise S3Error(
        f"The parts of “{upload.key}” are still there: somebody is uploading to it right now.", "Try again later."
    )
