"""RangedFile: the bytes of one object, fetched a range at a time, and what that cost."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from s3desk.s3.errors import ChangedError, UnreachableError, UnsupportedError
from s3desk.s3.explain import explaining

if TYPE_CHECKING:
    from botocore.response import StreamingBody
    from types_boto3_s3.type_defs import GetObjectOutputTypeDef, GetObjectRequestTypeDef

    from s3desk.s3.connection import Connection
    from s3desk.s3.job import Job

_CHUNK = 1 << 20  # bytes between two looks at the job
_CONTENT_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+)$")


class RangedFile:
    """One object (or one version of it), read by ranged GetObject requests; what it cost is in its counters.

    Size, ETag and type come with the first range, so there is no HEAD; later ranges insist on the same ETag. Not for
    several threads at once. Reads raise S3Error: ChangedError when the object was replaced in between,
    UnreachableError when the body is shorter than promised, UnsupportedError when the server cannot send ranges.
    """

    def __init__(
        self, job: Job, connection: Connection, bucket: str, key: str, *, version_id: str | None = None
    ) -> None:
        self.bucket = bucket
        self.key = key
        self.version_id = version_id
        self.etag = ""
        self.content_type = ""
        self.last_modified: datetime | None = None
        self.bytes_fetched = 0
        self.requests = 0
        self.sends_ranges = True  # False once the server answered a range with the whole body
        self._job = job
        self._connection = connection
        self._size: int | None = None

    @property
    def size(self) -> int:
        """Bytes in the object; known after the first read."""
        if self._size is None:
            raise ValueError("the size is known after the first read_at")
        return self._size

    def read_at(self, offset: int, length: int) -> bytes:
        """The `length` bytes from `offset` on, fewer only at the end of the object; one GetObject request at most."""
        if self._size is not None:
            length = min(length, self._size - offset)
        if length <= 0 and self._size is not None:
            return b""
        self._job.check()
        with explaining("read this file", bucket=self.bucket, key=self.key):
            answer = self._ask(offset, length)
            if answer is None:
                return b""
            expected = self._understand(answer, offset, length)
            return self._read(answer["Body"], expected)

    def _ask(self, offset: int, length: int) -> GetObjectOutputTypeDef | None:
        """Send the request; None when the object turned out to be empty, which no range can satisfy (416)."""
        from botocore.exceptions import ClientError  # noqa: PLC0415  # heavy; the window starts without it

        request: GetObjectRequestTypeDef = {
            "Bucket": self.bucket,
            "Key": self.key,
            "Range": f"bytes={offset}-{offset + length - 1}",
        }
        if self.version_id:
            request["VersionId"] = self.version_id
        if self.etag:
            request["IfMatch"] = self.etag
        client = self._connection.client(self.bucket)
        self.requests += 1
        try:
            return client.get_object(**request)
        except ClientError as error:
            status = error.response["ResponseMetadata"].get("HTTPStatusCode")
            if status == 416 and offset == 0 and self._size is None:
                self._size = 0
                return None
            if status == 412 or (status == 416 and self._size is not None):
                raise self._changed() from error
            raise

    def _understand(self, answer: GetObjectOutputTypeDef, offset: int, length: int) -> int:
        """Check that the answer is the range that was asked for, learn the facts from the first, count its bytes."""
        etag = answer.get("ETag", "")
        match = _CONTENT_RANGE.match(answer.get("ContentRange", ""))
        if match:
            start, end, size = map(int, match.groups())
        else:  # the whole object: the server ignored Range, or found it to be empty
            self.sends_ranges = False
            start, size = 0, answer["ContentLength"]
            end = size - 1
        try:
            if self._size is not None and (size != self._size or etag != self.etag):
                raise self._changed()
            right = end == min(offset + length, size) - 1 and answer["ContentLength"] == end - start + 1
            if start != offset or (match and not right):
                raise self._wrong_range()
        except Exception:
            answer["Body"].close()
            raise
        if self._size is None:
            self._size, self.etag = size, etag
            self.content_type = answer.get("ContentType", "")
            self.last_modified = answer.get("LastModified")
        return min(length, size - offset)

    def _read(self, body: StreamingBody, expected: int) -> bytes:
        """Read what was asked for and not a byte more; the connection of an unfinished body is given up."""
        pieces: list[bytes] = []
        missing = expected
        try:
            with self._job.closing(_cutter(body)):
                while missing:
                    self._job.check()
                    piece = body.read(min(missing, _CHUNK))
                    if not piece:
                        raise self._cut(expected - missing, expected)
                    pieces.append(piece)
                    missing -= len(piece)
                    self.bytes_fetched += len(piece)
                    self._job.advance(len(piece))
        except Exception:
            self._job.check()  # a read that was cut by cancel is a cancel
            raise
        finally:
            body.close()
        return b"".join(pieces)

    def _changed(self) -> ChangedError:
        return ChangedError(f"“{self.key}” was replaced while it was read.", "Open it again to see what it holds now.")

    def _wrong_range(self) -> UnsupportedError:
        return UnsupportedError(
            "The server sent another part of the file than it was asked for.", "Download the whole file instead."
        )

    def _cut(self, got: int, expected: int) -> UnreachableError:
        return UnreachableError(
            f"The connection broke off: {got:,} of {expected:,} bytes of “{self.key}” arrived.", "Try again."
        )


def _cutter(body: StreamingBody) -> Callable[[], None]:
    """What ends a read that another thread is blocked in: closing the file is not enough, the socket must shut down."""
    raw = body._raw_stream  # type: ignore[attr-defined]  # noqa: SLF001  # urllib3's response, which can shut down
    shutdown: Callable[[], None] = raw.shutdown
    return shutdown
