"""The hot path of reading: bytes of one object, in a range, checked and resumed until they are all here."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from s3desk.s3.errors import AlreadyThereError, ChangedError, UnreachableError
from s3desk.s3.explain import explaining
from s3desk.s3.interrupt import MAX_ATTEMPTS
from s3desk.s3.transfer.checksums import Told, told_by
from s3desk.s3.transfer.verdict import encryption_in

if TYPE_CHECKING:
    from s3desk.s3.connection import Connection
    from s3desk.s3.job import Job
    from s3desk.s3.transfer.direct import Conditions

CHUNK = 1 << 20
_SMALL_CHUNK = 1 << 16  # where the speed is limited, so that it is even
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


@dataclass(frozen=True, slots=True)
class Fetched:
    """What the server told with the first bytes: how the object is encrypted ("" if not), and its checksum."""

    encryption: str
    told: Told


def fetch(job: Job, connection: Connection, piece: Piece, sink: Callable[[memoryview], object]) -> Fetched:
    """Hand every byte of a piece to `sink`, once and in order. The checksum is told of whole objects only.

    A body that breaks off is resumed where it ended, up to 4 times without progress. Raises ChangedError when the
    object is not the one of `etag` any more, UnreachableError, and what `sink` raises. `job.done` counts bytes and
    goes back when the piece fails.
    """
    buffer = memoryview(bytearray(min(CHUNK, piece.length)))
    with _reading(job, connection, piece) as reader:
        while reader.left:
            sink(buffer[: reader.read_into(buffer)])
    return reader.fetched


def fetch_into(job: Job, connection: Connection, piece: Piece, target: memoryview) -> Fetched:
    """Fill `target`, which has the piece's length, as `fetch` would; nothing is copied on the way."""
    with _reading(job, connection, piece) as reader:
        while reader.left:
            start = piece.length - reader.left
            reader.read_into(target[start : start + CHUNK])
    return reader.fetched


@contextmanager
def _reading(job: Job, connection: Connection, piece: Piece) -> Iterator[_Reader]:
    reader = _Reader(job, connection, piece)
    try:
        with connection.interrupting(job):
            reader.open()
            yield reader
    except BaseException:
        job.advance(reader.left - piece.length)
        raise
    finally:
        reader.close()


class _Body(Protocol):
    """What comes after the headers."""

    def readinto(self, buffer: memoryview, /) -> int: ...

    def close(self) -> None: ...


class _Reader:
    """Reads one piece over as many requests as it takes."""

    def __init__(self, job: Job, connection: Connection, piece: Piece) -> None:
        self._job = job
        self._connection = connection
        self._piece = piece
        self._body: _Body | None = None
        self._failed = 0
        self.left = piece.length
        self.fetched = Fetched("", Told())

    def read_into(self, buffer: memoryview) -> int:
        """Fill the buffer with what comes next, at least one byte, and count it."""
        while True:
            self._job.check()
            body = self._body or self.open()
            if self._connection.limits.bytes_per_second is not None:
                buffer = buffer[:_SMALL_CHUNK]
                self._connection.limits.take(self._job, min(len(buffer), self.left))
            try:
                with explaining(_DOING, bucket=self._piece.bucket, key=self._piece.key):
                    count = body.readinto(buffer[: self.left])
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
            self._job.advance(count)
            return count

    def open(self) -> _Body:
        """Ask for what is left (GetObject with If-Match and Range) and check that it is that which comes."""
        piece = self._piece
        try:
            with explaining(_DOING, bucket=piece.bucket, key=piece.key):
                headers, self._body = self._ask()
        except AlreadyThereError as error:  # 412: a condition failed, and If-Match was the only one
            raise _replaced(piece.key) from error
        self._check(headers)
        told = told_by(headers) if self.left == piece.size else self.fetched.told
        self.fetched = Fetched(encryption_in(headers), told)
        return self._body

    def _ask(self) -> tuple[Mapping[str, str], _Body]:
        """The headers, and the body to read: the short way where there is one, else through the client."""
        bucket, key, conditions = self._piece.bucket, self._piece.key, self._conditions()
        direct = self._connection.direct(bucket)
        if direct is not None:
            asked: Conditions = {**conditions}
            if "Range" not in asked:
                asked["ChecksumMode"] = "ENABLED"
            if (answer := direct.get(key, asked)) is not None:
                return answer.headers, answer
            self._job.stop_if_cancelled()
        got = self._connection.client(bucket).get_object(Bucket=bucket, Key=key, **conditions)
        return got["ResponseMetadata"]["HTTPHeaders"], got["Body"]  # type: ignore[return-value]  # the stubs are wrong

    def _conditions(self) -> Conditions:
        conditions: Conditions = {}
        if self._piece.etag:
            conditions["IfMatch"] = f'"{self._piece.etag}"'
        if self.left < self._piece.size:
            conditions["Range"] = f"bytes={self._first}-{self._piece.start + self._piece.length - 1}"
        return conditions

    @property
    def _first(self) -> int:
        return self._piece.start + self._piece.length - self.left

    def _check(self, headers: Mapping[str, str]) -> None:
        piece = self._piece
        etag = headers.get("etag", "").strip('"')
        if not etag:
            raise UnreachableError("What answers there is not S3.", "Check the endpoint URL and your network.")
        if piece.etag and etag != piece.etag:
            raise _replaced(piece.key)
        expected = f"bytes {self._first}-{piece.start + piece.length - 1}/{piece.size}"
        right_part = self.left == piece.size or headers.get("content-range", "") == expected
        if headers.get("content-length") != str(self.left) or not right_part:
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
