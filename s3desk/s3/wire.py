"""The hot path of reading: bytes of one object, in a range, checked and resumed until they are all here."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from s3desk.s3.errors import AlreadyThereError, ChangedError, UnreachableError
from s3desk.s3.explain import explaining
from s3desk.s3.interrupt import MAX_ATTEMPTS

if TYPE_CHECKING:
    from botocore.response import StreamingBody
    from types_boto3_s3.type_defs import GetObjectOutputTypeDef, GetObjectRequestTypeDef

    from s3desk.s3.connection import Connection
    from s3desk.s3.job import Job

CHUNK = 1 << 20
_BACKOFF = 0.25  # seconds before the first resume, doubled each time, with full jitter
_DOING = "download this object"


@dataclass(frozen=True, slots=True)
class Piece:
    """`length` bytes from `start` of an object that has `size` bytes and the ETag `etag` ("" if not known)."""

    bucket: str
    key: str
    etag: str
    size: int
    start: int
    length: int


def fetch(job: Job, connection: Connection, piece: Piece, sink: Callable[[memoryview], object]) -> str:
    """Hand every byte of a piece to `sink`, once and in order; returns how the object is encrypted, "" if not.

    A body that breaks off is resumed where it ended, up to 4 times without progress. Raises ChangedError when the
    object is not the one of `etag` any more, UnreachableError, and what `sink` raises. `job.done` counts bytes and
    goes back when the piece fails.
    """
    reader = _Reader(job, connection, piece)
    buffer = memoryview(bytearray(min(CHUNK, piece.length)))
    try:
        with connection.interrupting(job):
            reader.open()
            while reader.left:
                count = reader.read_into(buffer)
                sink(buffer[:count])
                job.advance(count)
    except BaseException:
        job.advance(reader.left - piece.length)
        raise
    finally:
        reader.close()
    return reader.encryption


class _Reader:
    """Reads one piece over as many requests as it takes."""

    def __init__(self, job: Job, connection: Connection, piece: Piece) -> None:
        self._job = job
        self._connection = connection
        self._piece = piece
        self._body: StreamingBody | None = None
        self._failed = 0
        self.left = piece.length
        self.encryption = ""

    def read_into(self, buffer: memoryview) -> int:
        """Fill the buffer with what comes next, at least one byte."""
        while True:
            self._job.check()
            body = self._body or self.open()
            try:
                with explaining(_DOING, bucket=self._piece.bucket, key=self._piece.key):
                    count = body.readinto(buffer[: self.left])  # type: ignore[arg-type]  # the stubs are wrong: a buffer
                    if not count:
                        raise UnreachableError("The connection broke off.", "Try again.")
            except UnreachableError:
                self.close()
                self._job.check()
                self._failed += 1
                if self._failed >= MAX_ATTEMPTS:
                    raise
                self._job.wait(random.uniform(0, _BACKOFF * 2**self._failed))  # noqa: S311  # jitter, not a secret
                continue
            self._failed = 0
            self.left -= count
            return count

    def open(self) -> StreamingBody:
        """Ask for what is left (GetObject with If-Match and Range) and check that it is that which comes."""
        piece = self._piece
        try:
            with explaining(_DOING, bucket=piece.bucket, key=piece.key):
                answer = self._connection.client(piece.bucket).get_object(**self._request())
        except AlreadyThereError as error:  # 412: a condition failed, and If-Match was the only one
            raise _replaced(piece.key) from error
        self._body = answer["Body"]
        self._check(answer)
        self.encryption = "SSE-C" if "SSECustomerAlgorithm" in answer else str(answer.get("ServerSideEncryption", ""))
        return self._body

    def _request(self) -> GetObjectRequestTypeDef:
        piece = self._piece
        request: GetObjectRequestTypeDef = {"Bucket": piece.bucket, "Key": piece.key}
        if piece.etag:
            request["IfMatch"] = f'"{piece.etag}"'
        if self.left < piece.size:
            request["Range"] = f"bytes={self._first}-{piece.start + piece.length - 1}"
        return request

    @property
    def _first(self) -> int:
        return self._piece.start + self._piece.length - self.left

    def _check(self, answer: GetObjectOutputTypeDef) -> None:
        piece = self._piece
        etag = answer.get("ETag", "").strip('"')
        if not etag:
            raise UnreachableError("What answers there is not S3.", "Check the endpoint URL and your network.")
        if piece.etag and etag != piece.etag:
            raise _replaced(piece.key)
        expected = f"bytes {self._first}-{piece.start + piece.length - 1}/{piece.size}"
        right_part = self.left == piece.size or answer.get("ContentRange", "") == expected
        if answer.get("ContentLength") != self.left or not right_part:
            raise UnreachableError(
                f"The server announced another length than “{piece.key}” has, so nothing was kept.",
                "Refresh the folder and try again.",
                code="WrongLength",
            )

    def close(self) -> None:
        """Let go of the body; a half-read one takes its connection along."""
        if self._body is not None:
            with suppress(Exception):
                self._body.close()
            self._body = None


def _replaced(key: str) -> ChangedError:
    return ChangedError(f"“{key}” was replaced while it was downloaded.", "Refresh the folder, then try again.")
