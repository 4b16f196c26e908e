"""An endpoint that is not the limit: what is put is counted and dropped, what is asked for are zeros from nowhere.

It checks no signature. It says of each upload the checksum it was told, and of each object the checksum of its zeros.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import gc
import hashlib
import json
import re
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from io import FileIO

from awscrt.checksums import crc64nvme  # type: ignore[import-untyped]  # it ships no types

from tests.bench.endpoint import Request

BUCKET = "sink"
_BUFFER = 1 << 20
_AT_ONCE = 1 << 16  # bytes of a body that are worth no system call of their own
_ZEROS = 4 << 20  # bytes of zeros there are; larger objects are sent them again and again
_RANGE = re.compile(rb"\r\nrange: *bytes=(\d+)-(\d*)", re.IGNORECASE)
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding: *chunked", re.IGNORECASE)
_EXPECTS = re.compile(rb"\r\nexpect: *100-continue", re.IGNORECASE)
_CHECKSUM = re.compile(rb"\r\n(x-amz-checksum-(?:crc64nvme|crc32c?|sha1|sha256): *[^\r]+)", re.IGNORECASE)
_ALGORITHM = re.compile(rb"\r\nx-amz-checksum-algorithm: *([^\r]+)", re.IGNORECASE)
_XML = b'<?xml version="1.0" encoding="UTF-8"?>\n'
_DATE = b"Last-Modified: Mon, 01 Jan 2024 00:00:00 GMT\r\n"


@dataclass(frozen=True)
class Zeros:
    """The objects that can be asked for: `count` keys below `data/`, all of one size."""

    count: int
    size: int

    @property
    def etag(self) -> str:
        """The MD5 of small objects; large ones pretend to have come in parts."""
        return hashlib.md5(bytes(self.size)).hexdigest() if self.size < 1 << 24 else f"{'0' * 32}-64"  # noqa: S324

    @property
    def crc(self) -> str:
        """CRC64NVME as S3 writes it."""
        value, left, block = 0, self.size, bytes(1 << 20)
        while left:
            value = crc64nvme(block[: min(left, len(block))], value)
            left -= min(left, len(block))
        return base64.b64encode(value.to_bytes(8, "big")).decode()

    def page(self, prefix: str, after: int, delimiter: str) -> bytes:
        """Up to 1,000 of them as ListObjectsV2 tells; the token is a number. The root has one folder."""
        if delimiter and not prefix:
            folder = "<CommonPrefixes><Prefix>data/</Prefix></CommonPrefixes>"
            head = f"<Name>{BUCKET}</Name><Prefix/><KeyCount>1</KeyCount><IsTruncated>false</IsTruncated>"
            return _XML + f'<ListBucketResult xmlns="{_SPACE}">{head}{folder}</ListBucketResult>'.encode()
        keys = [key for n in range(self.count) if (key := f"data/part-{n:06}.bin").startswith(prefix)]
        told, more = keys[after : after + 1000], after + 1000 < len(keys)
        facts = f"<LastModified>2024-01-01T00:00:00.000Z</LastModified><ETag>&quot;{self.etag}&quot;</ETag>"
        facts += f"<Size>{self.size}</Size><StorageClass>STANDARD</StorageClass>"
        rows = "".join(f"<Contents><Key>{key}</Key>{facts}</Contents>" for key in told)
        token = f"<NextContinuationToken>{after + 1000}</NextContinuationToken>" if more else ""
        head = f"<Name>{BUCKET}</Name><Prefix>{prefix}</Prefix><MaxKeys>1000</MaxKeys><KeyCount>{len(told)}</KeyCount>"
        head += f"<IsTruncated>{str(more).lower()}</IsTruncated>{token}"
        return _XML + f'<ListBucketResult xmlns="{_SPACE}">{head}{rows}</ListBucketResult>'.encode()


_SPACE = "http://s3.amazonaws.com/doc/2006-03-01/"
_BUCKETS = (
    f'{_XML.decode()}<ListAllMyBucketsResult xmlns="{_SPACE}"><Owner><ID>o</ID></Owner><Buckets><Bucket>'
    f"<Name>{BUCKET}</Name><CreationDate>2024-01-01T00:00:00.000Z</CreationDate></Bucket></Buckets>"
    "</ListAllMyBucketsResult>"
).encode()


class Sink:
    """What is answered to whom; a body of zeros is told as its length."""

    def __init__(self, zeros: Zeros) -> None:
        self.zeros, self.requests, self.received = zeros, 0, 0
        self._facts = (
            f'ETag: "{zeros.etag}"\r\nx-amz-checksum-crc64nvme: {zeros.crc}\r\nx-amz-checksum-type: FULL_OBJECT\r\n'
        ).encode()
        self._page = cache(zeros.page)
        self._sent: dict[str, int] = {}  # bytes of each object that was put
        self._parts: dict[str, int] = {}  # bytes that came in parts for each that is not complete

    def answer(self, head: bytes, length: int) -> tuple[bytes, int]:
        """Head and small body; and how many zeros follow."""
        request = Request.read(head)
        self.requests += 1
        _, _, key = request.path.lstrip("/").partition("/")
        if request.path.startswith("/-/"):
            told = json.dumps({"requests": self.requests, "received": self.received}).encode()
            return _answer(b"200 OK", told), 0
        if request.path == "/":
            return _answer(b"200 OK", _BUCKETS), 0
        if not key:
            return self._bucket(request), 0
        if request.method in ("PUT", "POST"):
            return self._stored(request, key, head, length), 0
        if request.method == "DELETE":
            return _answer(b"204 No Content", b""), 0
        return self._object(request, key, head)

    def _bucket(self, request: Request) -> bytes:
        if request.method == "HEAD" or not request.query:
            return _answer(b"200 OK", b"")
        if "list-type" not in request.query:
            return _answer(b"501 Not Implemented", b"<Error><Code>NotImplemented</Code></Error>")
        after = int(request.query.get("continuation-token") or 0)
        asked = request.query.get("prefix", ""), after, request.query.get("delimiter", "")
        return _answer(b"200 OK", self._page(*asked))

    def _stored(self, request: Request, key: str, head: bytes, length: int) -> bytes:
        if "uploads" in request.query:
            self._parts[key] = 0
            names = f"<Bucket>{BUCKET}</Bucket><Key>k</Key><UploadId>1</UploadId>"
            algorithm = _ALGORITHM.search(head)
            echo = b"x-amz-checksum-algorithm: %s\r\n" % algorithm[1] if algorithm else b""
            made = (
                _XML
                + f'<InitiateMultipartUploadResult xmlns="{_SPACE}">{names}</InitiateMultipartUploadResult>'.encode()
            )
            return _answer(b"200 OK", made, echo)
        if request.method == "POST":
            self._sent[key] = self._parts.pop(key, 0)
            names = f"<Bucket>{BUCKET}</Bucket><Key>k</Key><ETag>&quot;sink-1&quot;</ETag>"
            text = f'<CompleteMultipartUploadResult xmlns="{_SPACE}">{names}</CompleteMultipartUploadResult>'
            return _answer(b"200 OK", _XML + text.encode())
        self.received += length
        if "partNumber" in request.query:
            self._parts[key] = self._parts.get(key, 0) + length
        else:
            self._sent[key] = length
        told = _CHECKSUM.search(head)
        echo = told[1] + b"\r\n" if told else b""
        return _answer(b"200 OK", b"", b'ETag: "sink-1"\r\n' + echo)

    def _object(self, request: Request, key: str, head: bytes) -> tuple[bytes, int]:
        if not key.startswith("data/part-"):
            if key not in self._sent:
                return _answer(b"404 Not Found", b""), 0
            facts = b'ETag: "sink-1"\r\n' + _DATE
            return _head(b"200 OK", self._sent[key], facts), 0
        size, asked = self.zeros.size, _RANGE.search(head)
        if request.method == "HEAD" or asked is None:
            answer = _head(b"200 OK", size, _DATE + self._facts + b"Accept-Ranges: bytes\r\n")
            return answer, 0 if request.method == "HEAD" else size
        start = int(asked[1])
        length = (min(int(asked[2]), size - 1) if asked[2] else size - 1) + 1 - start
        facts = self._facts.partition(b"\r\n")[0] + b"\r\n" + _DATE
        facts += b"Content-Range: bytes %d-%d/%d\r\n" % (start, start + length - 1, size)
        return _head(b"206 Partial Content", length, facts), length


def _answer(status: bytes, body: bytes, facts: bytes = b"") -> bytes:
    return _head(status, len(body), b"Content-Type: application/xml\r\n" + facts) + body


def _head(status: bytes, length: int, facts: bytes) -> bytes:
    return b"HTTP/1.1 %s\r\nContent-Length: %d\r\nx-amz-request-id: 0\r\nServer: sink\r\n%s\r\n" % (
        status,
        length,
        facts,
    )


class Line(asyncio.BufferedProtocol):
    """One kept connection; bodies are read into one buffer that all share, because nobody looks at them."""

    buffer = bytearray(_BUFFER)

    def __init__(self, sink: Sink, zeros: FileIO) -> None:
        self._sink, self._zeros = sink, zeros
        self._head = b""
        self._left = -1  # bytes of body to come; -1 while in a head
        self._length = 0
        self._chunked = False
        self._tail = b""
        self._busy = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by asyncio."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def get_buffer(self, sizehint: int) -> bytearray:  # noqa: ARG002  # asyncio's
        """Called by asyncio."""
        return self.buffer

    def buffer_updated(self, nbytes: int) -> None:
        """Called by asyncio."""
        if self._left > nbytes and not self._chunked:
            self._left -= nbytes
            return
        self._take(bytes(memoryview(self.buffer)[:nbytes]))

    def _take(self, data: bytes) -> None:
        if self._left < 0:
            self._head += data
            head, found, data = self._head.partition(b"\r\n\r\n")
            if not found:
                return
            self._begin(head)
        if self._chunked:
            self._length += len(data)
            self._tail = (self._tail + data)[-512:]
            if not re.search(rb"(?:^|\r\n)0\r\n(?:[^\r]+\r\n)*\r\n$", self._tail):
                return
            rest = b""
        else:
            body, rest = data[: self._left], data[self._left :]
            self._left -= len(body)
            if self._left:
                return
        head, self._head, self._left = self._head, rest, -1
        self._answer(head)

    def _begin(self, head: bytes) -> None:
        length = _LENGTH.search(head)
        self._head, self._chunked, self._tail = head, bool(_CHUNKED.search(head)), b""
        self._left = self._length = int(length[1]) if length else 0
        if _EXPECTS.search(head):
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def _answer(self, head: bytes) -> None:
        answer, length = self._sink.answer(head, self._length)
        if length > _AT_ONCE:
            self._transport.write(answer)
            task = asyncio.get_running_loop().create_task(self._send(length))
            task.add_done_callback(lambda done: done.cancelled() or done.exception())
        else:
            self._transport.write(answer + bytes(length))

    async def _send(self, length: int) -> None:
        loop = asyncio.get_running_loop()
        for sent in range(0, length, _ZEROS):
            await loop.sendfile(self._transport, self._zeros, 0, min(_ZEROS, length - sent))


async def _serve(sink: Sink, zeros: FileIO, announce: Callable[[int], None]) -> None:
    """Answer until whoever started this process closes its standard input."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Line(sink, zeros), "127.0.0.1", 0, backlog=512)
    announce(server.sockets[0].getsockname()[1])
    await loop.run_in_executor(None, sys.stdin.buffer.read)
    server.close()


def main(arguments: Sequence[str] | None = None) -> None:
    """Say the port as one line of JSON, answer."""
    parser = argparse.ArgumentParser("python -m tests.bench.sink")
    parser.add_argument("--count", type=int, default=1)
    parser.add_argument("--size", type=int, default=4096)
    asked = parser.parse_args(arguments)
    sink = Sink(Zeros(asked.count, asked.size))
    gc.freeze()
    with tempfile.TemporaryFile(buffering=0) as zeros:
        zeros.write(bytes(_ZEROS))  # few enough to stay in the processor's cache
        asyncio.run(_serve(sink, zeros, lambda port: print(json.dumps({"port": port}), flush=True)))


if __name__ == "__main__":
    main()
