"""RangedFile: the bytes of one object, fetched a range at a time, and what that cost."""

from __future__ import annotations

import re
from contextlib import closing
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

    Size, ETag and type come with the first range, so there is no HEAD; later ranges insist on the same ETag. Who read
    a part of the object before gives the `etag` and `size` it had then. Not for several threads at once. Reads raise
    S3Error: ChangedError when the object was replaced in between, UnreachableError when the body is shorter than
    promised, UnsupportedError when the server cannot send ranges.
    """

    def __init__(
        self,
        job: Job,
        connection: Connection,
        bucket: str,
        key: str,
        *,
        version_id: str | None = None,
        etag: str = "",
        size: int | None = None,
    ) -> None:
        self.bucket = bucket
        self.key = key
        self.version_id = version_id
        self.etag = etag
        self.content_type = ""
        self.last_modified: datetime | None = None
        self.bytes_fetched = 0
        self.requests = 0
        self.sends_ranges = True  # False once the server answered a range with the whole body
        self._job = job
        self._connection = connection
        self._size = size

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
        if length <= 0:
            return b""
        with (
            explaining("read this file", bucket=self.bucket, key=self.key),
            self._connection.interrupting(self._job),
        ):
            answer = self._ask(offset, length)
            if answer is None:
                return b""
            with closing(answer["Body"]) as body:  # the connection of an unfinished body is given up
                return self._read(body, self._understand(answer, offset, length))

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
        start, end, size = self._extent(answer)
        etag = answer.get("ETag", "")
        if (self._size is not None and size != self._size) or (self.etag and etag != self.etag):
            raise self._changed()
        if start != offset or (self.sends_ranges and end != min(offset + length, size)):
            raise self._wrong_range()
        if self._size is None or not self.etag:
            self._size, self.etag = size, etag
            self.content_type = answer.get("ContentType", "")
            self.last_modified = answer.get("LastModified")
        return min(length, size - offset)

    def _extent(self, answer: GetObjectOutputTypeDef) -> tuple[int, int, int]:
        """Where the body starts and ends (exclusive) in an object of which size, as the headers say."""
        length = answer["ContentLength"]
        if answer["ResponseMetadata"]["HTTPStatusCode"] != 206:
            self.sends_ranges = False  # the server ignored Range and sends everything
            return 0, length, length
        match = _CONTENT_RANGE.match(answer.get("ContentRange", ""))
        if match is None:
            raise self._wrong_range()
        start, last, size = map(int, match.groups())
        if length != last - start + 1:
            raise self._wrong_range()
        return start, last + 1, size

    def _read(self, body: StreamingBody, expected: int) -> bytes:
        """Read what was asked for and not a byte more."""
        pieces: list[bytes] = []
        missing = expected
        try:
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
