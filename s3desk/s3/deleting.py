"""Deleting what is selected: folders are expanded on the way, a thousand keys go in one request."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from s3desk.s3.crew import in_threads, noting_one
from s3desk.s3.errors import AccessDeniedError, Failure, NotFoundError, S3Error, SignInError, UnreachableError
from s3desk.s3.explain import explaining, typed_error
from s3desk.s3.journal.record import Record, Result
from s3desk.s3.leftovers.sweep import folders_of, sweep
from s3desk.s3.listing import walk

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client
    from types_boto3_s3.type_defs import DeleteObjectsOutputTypeDef

    from s3desk.s3.connection import Connection
    from s3desk.s3.job import Job
    from s3desk.s3.objects import Selection

_BATCH = 1000  # DeleteObjects takes no more
_AT_ONCE = 10  # such requests
_DOING = "delete here"
# Outside what XML 1.0 can carry, however it is escaped.
_NOT_FOR_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def delete(job: Job, connection: Connection, selection: Selection, *, record: Record | None = None) -> list[Failure]:
    """Delete objects, and folders with everything below them and their markers (DeleteObjects, DeleteObject).

    What is gone already counts as deleted. On a versioned bucket this adds delete markers. Raises SignInError,
    what S3 refused for one key comes back; `job.done` counts keys, failed ones included, `record` hears of each.
    """
    deletion = _Deletion(job, connection, selection.bucket, record or Record())
    with connection.interrupting(job):
        in_threads(job, connection, deletion.delete_batch, _batches(deletion.expand(selection)), threads=_AT_ONCE)
    for top, folders in deletion.folders.items():
        sweep(job, connection, selection.bucket, top, folders)
    return deletion.failures


def _batches(keys: Iterable[str]) -> Iterator[list[str]]:
    drawn = iter(keys)
    while batch := list(islice(drawn, _BATCH)):
        yield batch


class _Deletion:
    """One delete: where, what failed, and whether this server was seen not to know DeleteObjects."""

    def __init__(self, job: Job, connection: Connection, bucket: str, record: Record) -> None:
        self._record = record
        self._job = job
        self._connection = connection
        self._bucket = bucket
        self._one_by_one = False
        self.failures: list[Failure] = []
        self.folders: dict[str, set[str]] = {}  # by the folder selected, those that were seen below it

    def expand(self, selection: Selection) -> Iterator[str]:
        """Every key that is meant; a folder that cannot be listed is a failure, not the end."""
        yield from selection.keys
        for folder in selection.folders:
            seen = self.folders.setdefault(folder, set())
            with noting_one(self.failures, folder, doing="see what is in this folder", bucket=self._bucket):
                for entry in walk(self._job, self._connection, self._bucket, folder):
                    seen |= folders_of(entry.key, folder)
                    yield entry.key

    def delete_batch(self, keys: list[str]) -> None:
        """Delete up to 1,000 keys in one request, and one by one those it cannot name or did not speak of."""
        client = self._connection.client(self._bucket)
        fitting = [] if self._one_by_one else [key for key in keys if not _NOT_FOR_XML.search(key)]
        settled = self._settle(client, fitting) if len(fitting) > 1 else set()
        self._job.advance(len(settled))
        left = [key for key in keys if key not in settled]
        in_threads(self._job, self._connection, self._delete_one, left)

    def _settle(self, client: S3Client, keys: list[str]) -> set[str]:
        """The keys that were deleted or refused for a reason of their own."""
        self._job.check()
        try:
            with explaining(_DOING, bucket=self._bucket):
                answer = client.delete_objects(
                    Bucket=self._bucket, Delete={"Objects": [{"Key": key} for key in keys], "Quiet": False}
                )
        except (SignInError, UnreachableError, NotFoundError):
            raise
        except AccessDeniedError as error:
            self._fail(keys, error)
            return set(keys)
        except S3Error:  # unknown here, or it wants a checksum of another kind
            self._one_by_one = True
            return set()
        return self._read(answer)

    def _fail(self, keys: Sequence[str], error: S3Error) -> None:
        self.failures += [Failure(key, error) for key in keys]
        self._record.ended_many(keys, Result("failed", error=error))

    def _read(self, answer: DeleteObjectsOutputTypeDef) -> set[str]:
        gone = [item["Key"] for item in answer.get("Deleted", []) if "Key" in item]
        refused = []
        for item in answer.get("Errors", []):
            key, code = item.get("Key", ""), item.get("Code", "")
            if code in ("NoSuchKey", "NoSuchVersion"):
                gone.append(key)
            else:
                refused.append(key)
                self._fail([key], _refusal(self._bucket, key, code, item.get("Message", "")))
        self._record.ended_many(gone, Result("done"))
        return {*gone, *refused}

    def _delete_one(self, key: str) -> None:
        self._job.check()
        failures: list[Failure] = []
        with noting_one(failures, key, doing=_DOING, bucket=self._bucket):
            delete_one(self._connection.client(self._bucket), self._bucket, key)
        for failure in failures:
            self._fail([key], failure.error)
        if not failures:
            self._record.ended(key, Result("done"))
        self._job.advance(1)


def delete_one(client: S3Client, bucket: str, key: str) -> None:
    """Delete one object (DeleteObject); one that is gone already is no error. Call it within `explaining`."""
    try:
        with explaining(_DOING, bucket=bucket, key=key):
            answer = client.delete_object(Bucket=bucket, Key=key)
    except NotFoundError as error:
        if error.code == "NoSuchBucket":
            raise
        return
    if "html" in answer["ResponseMetadata"]["HTTPHeaders"].get("content-type", ""):
        raise UnreachableError("What answers there is not S3.", "Check the endpoint URL and your network.")


def _refusal(bucket: str, key: str, code: str, message: str) -> S3Error:
    """The error for one key of a DeleteObjects answer, worded like any other."""
    from botocore.exceptions import ClientError  # noqa: PLC0415

    cause = ClientError({"Error": {"Code": code, "Message": message}}, "DeleteObjects")
    typed = typed_error(cause, _DOING, bucket=bucket, key=key) or S3Error(message, code=code)
    typed.__cause__ = cause
    return typed
