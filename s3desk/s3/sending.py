"""Sends what an upload plan holds: small files side by side, large ones in parts, nothing half-done left behind."""

from __future__ import annotations

import hashlib
import os
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from s3desk.s3.conflicts import find_conflicts
from s3desk.s3.content_type import guess
from s3desk.s3.crew import in_threads, noting_one
from s3desk.s3.errors import AccessDeniedError, AlreadyThereError, ChangedError, Failure
from s3desk.s3.job import Job, Unit
from s3desk.s3.multipart import MIB, Target, complete_upload, create_upload, part_ranges, quick
from s3desk.s3.objects import head, put, refuse_if_there

if TYPE_CHECKING:
    from types_boto3_s3.type_defs import CompletedPartTypeDef

    from s3desk.s3.connection import Connection
    from s3desk.s3.uploads import UploadItem, UploadPlan

IN_ONE = 8 * MIB  # up to here a file is one request, and in memory as a whole
PART_SIZE = 16 * MIB
_FILES, _PARTS = 8, 4  # threads
_HEAD = 4096  # bytes that tell the type of a file whose name does not
_DOING = "upload here"


def upload(
    job: Job, connection: Connection, plan: UploadPlan, *, replace: frozenset[str] = frozenset()
) -> list[Failure]:
    """Upload a plan; what could not be sent comes back. `job` counts bytes, and files as items.

    Only keys in `replace` or `plan.replace` may take the place of something. A file that changes while it is read is
    tried twice, then fails with ChangedError. Raises SignInError, and CancelledError with no unfinished upload left.
    """
    job.unit, job.total, job.items_total = Unit.BYTES, plan.size, len(plan.items)
    job.done = job.items = 0  # the plan may have counted with the same job
    sender = _Sender(job, connection, plan.bucket, plan.replace | replace)
    items = sender.without_taken(plan)
    in_threads(job, connection, sender.send, [item for item in items if item.size <= IN_ONE], threads=_FILES)
    for item in items:
        if item.size > IN_ONE:
            sender.send(item)
    return sender.failures


@dataclass(frozen=True, slots=True)
class _Signature:
    """What changes when a file is written to or replaced."""

    size: int
    modified_ns: int
    inode: int

    @staticmethod
    def of(facts: os.stat_result) -> _Signature:
        return _Signature(facts.st_size, facts.st_mtime_ns, facts.st_ino)


class _Sender:
    """One upload: where to, what may be replaced, what failed."""

    def __init__(self, job: Job, connection: Connection, bucket: str, replace: frozenset[str]) -> None:
        self._job = job
        self._connection = connection
        self._bucket = bucket
        self._replace = replace
        self.failures: list[Failure] = []

    def without_taken(self, plan: UploadPlan) -> list[UploadItem]:
        """The items that may be sent, on servers that are not known to heed If-None-Match."""
        if not self._connection.endpoint_url:
            return plan.items
        try:
            conflicts = find_conflicts(self._job, self._connection, plan)
        except AccessDeniedError:
            return plan.items  # may write but not look: then the condition on each write has to do
        taken = {conflict.name for conflict in conflicts} - self._replace
        for key in taken:
            error = AlreadyThereError(f"“{key}” exists already and was not replaced.", "Replace it on purpose.")
            self.failures.append(Failure(key, error))
        self._job.advance_items(len(taken))
        return [item for item in plan.items if item.key not in taken]

    def send(self, item: UploadItem) -> None:
        """Send one item, noting what goes wrong; a file that changed meanwhile gets a second chance."""
        self._job.check()
        with noting_one(self.failures, item.key, doing=_DOING, bucket=self._bucket):
            try:
                self._send_once(item)
            except ChangedError:
                self._job.check()
                self._send_once(item)
        self._job.advance_items()

    def _send_once(self, item: UploadItem) -> None:
        target = Target(self._bucket, item.key, item.key in self._replace)
        if item.is_folder:
            self._send_marker(target)
            return
        with item.path.open("rb") as file:
            before = _Signature.of(os.fstat(file.fileno()))
            if before.size <= IN_ONE:
                self._send_small(item, target, file, before)
            else:
                _LargeFile(self._job, self._connection, item, target, file, before).send()

    def _send_marker(self, target: Target) -> None:
        client = self._connection.client(self._bucket)
        try:
            put(client, target.bucket, target.key, b"", "application/x-directory", replace=target.replace)
        except AlreadyThereError:
            return  # the folder is there, which is all that was wanted

    def _send_small(self, item: UploadItem, target: Target, file: BinaryIO, before: _Signature) -> None:
        body = file.read(before.size + 1)
        _check_unchanged(item.path, file, before, len(body))
        client = self._connection.client(self._bucket)
        try:
            put(client, target.bucket, target.key, body, guess(item.key, body[:_HEAD]), replace=target.replace)
        except AlreadyThereError:
            # A retry after a lost answer finds what the first try stored.
            digest = hashlib.md5(body, usedforsecurity=False).hexdigest()
            if head(self._job, self._connection, target.bucket, target.key).md5 != digest:
                raise
        self._job.advance(len(body))


def _check_unchanged(path: Path, file: BinaryIO, before: _Signature, read: int) -> None:
    """Raise ChangedError unless the file, open and by name, is what it was and was read whole."""
    if read == before.size and _Signature.of(os.fstat(file.fileno())) == before == _Signature.of(path.stat()):
        return
    raise ChangedError(
        f"“{path}” was changed while it was uploaded, so nothing was stored.",
        "Close the program that writes to it, then try again.",
    )


class _LargeFile:
    """One file that is sent in parts."""

    def __init__(
        self,
        job: Job,
        connection: Connection,
        item: UploadItem,
        target: Target,
        file: BinaryIO,
        before: _Signature,
    ) -> None:
        self._job = job
        self._connection = connection
        self._path = item.path
        self._target = target
        self._file = file
        self._before = before
        self._lock = threading.Lock()
        self._sent = 0
        self._upload_id = ""
        self._parts: list[CompletedPartTypeDef] = []

    def send(self) -> None:
        """Create, send the parts, check the file, complete; on any failure or cancel nothing of it stays."""
        client = self._connection.client(self._target.bucket)
        with self._connection.interrupting(self._job):
            if not self._target.replace:
                refuse_if_there(client, self._target.bucket, self._target.key)
            kind = guess(self._target.key, self._read(0, _HEAD))
            ranges = part_ranges(self._before.size, PART_SIZE)
            self._upload_id = create_upload(client, self._target, ContentType=kind)
            try:
                in_threads(self._job, self._connection, self._send_part, ranges, threads=_PARTS)
                _check_unchanged(self._path, self._file, self._before, self._sent)
                complete_upload(
                    self._job, self._connection, self._target, self._upload_id, self._parts, self._before.size
                )
            except BaseException:
                self._abort()
                raise

    def _read(self, start: int, length: int) -> bytes:
        with self._lock:  # one file, several threads; pread is not everywhere
            self._file.seek(start)
            return self._file.read(length)

    def _send_part(self, part: tuple[int, int, int]) -> None:
        number, start, length = part
        body = self._read(start, length)
        if len(body) != length:
            _check_unchanged(self._path, self._file, self._before, -1)
        client = self._connection.client(self._target.bucket)
        answer = client.upload_part(
            Bucket=self._target.bucket,
            Key=self._target.key,
            UploadId=self._upload_id,
            PartNumber=number,
            Body=body,
        )
        with self._lock:
            self._parts.append({"PartNumber": number, "ETag": answer["ETag"]})
            self._sent += length
        self._job.advance(length)

    def _abort(self) -> None:
        self._job.advance(-self._sent)
        with quick(self._connection):
            self._connection.client(self._target.bucket).abort_multipart_upload(
                Bucket=self._target.bucket, Key=self._target.key, UploadId=self._upload_id
            )
