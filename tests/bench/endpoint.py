"""`python -m tests.bench.endpoint`: a synthetic S3 endpoint, fast enough that a listing measures its client."""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from urllib.parse import parse_qsl, unquote

from tests.bench.keys import PREFIX, SPACES, hash_of, keys_of
from tests.bench.pages import Asked, Listing

_REASONS = {200: "OK", 204: "No Content", 400: "Bad Request", 404: "Not Found", 501: "Not Implemented"}


@dataclass
class Counts:
    """Requests answered or begun, and how many were on their way at once at most."""

    requests: int = 0
    most_at_once: int = 0
    now: int = 0

    def begin(self) -> None:
        """A request has arrived."""
        self.requests += 1
        self.now += 1
        self.most_at_once = max(self.most_at_once, self.now)


@dataclass(frozen=True)
class Request:
    """The first line of a request; its headers and signature are of no interest here."""

    method: str
    path: str
    query: dict[str, str]

    @classmethod
    def read(cls, head: bytes) -> Request:
        """From the raw head. Raises ValueError for what is not HTTP."""
        method, target, _ = head.partition(b"\r\n")[0].decode("latin-1").split(" ")
        path, _, query = target.partition("?")
        pairs = parse_qsl(query, keep_blank_values=True, errors="surrogateescape")
        return cls(method, unquote(path), dict(pairs))


class Endpoint:
    """What is answered to whom."""

    def __init__(self, bucket: str, keys: list[bytes], latency_s: float) -> None:
        self.latency_s = latency_s
        self.counts = Counts()
        self._bucket = bucket
        self._listing = Listing(bucket, keys)

    def answer(self, request: Request) -> bytes:
        """The whole answer, head and body, to a request for S3."""
        bucket, _, key = request.path.lstrip("/").partition("/")
        if request.method not in {"GET", "HEAD"}:
            return _error(request, 501, "NotImplemented")
        if not bucket:
            return _answer(200, self._buckets())
        if bucket != self._bucket:
            return _error(request, 404, "NoSuchBucket")
        return self._object(request, key) if key else self._in_bucket(request)

    def answer_about_itself(self, request: Request) -> bytes:
        """The answer to a question of the bench."""
        if request.path == "/-/reset":
            self.counts.requests, self.counts.most_at_once = 0, self.counts.now
            return _answer(204, b"")
        if request.path == "/-/hash":
            keys = [key.decode() for key in self._listing.keys]
            return _answer(200, json.dumps({"keys": len(keys), "sha256": hash_of(keys)}).encode())
        if request.path == "/-/containing":
            text = request.query.get("text", "").casefold()
            found = sum(text in key.decode().removeprefix(PREFIX).casefold() for key in self._listing.keys)
            return _answer(200, json.dumps({"keys": found}).encode())
        return _answer(200, json.dumps(asdict(self.counts)).encode())

    def _in_bucket(self, request: Request) -> bytes:
        if request.method == "HEAD":
            return _answer(200, b"", head_only=True)
        for name, element in (("location", "LocationConstraint"), ("versioning", "VersioningConfiguration")):
            if name in request.query:
                return _answer(200, _empty(element))
        listing = {"list-type", "prefix", "delimiter", "marker", "max-keys", "encoding-type"}
        if request.query and not listing & request.query.keys():
            return _error(request, 501, "NotImplemented")
        try:
            return _answer(200, self._listing.page(Asked.read(request.query)))
        except ValueError:
            return _error(request, 400, "InvalidArgument")

    def _object(self, request: Request, key: str) -> bytes:
        if not self._listing.has(key.encode(errors="surrogateescape")):
            return _error(request, 404, "NoSuchKey")
        return _answer(200, b"x", head_only=request.method == "HEAD")

    def _buckets(self) -> bytes:
        made = "<CreationDate>2024-01-01T00:00:00.000Z</CreationDate>"
        listed = f"<Buckets><Bucket><Name>{self._bucket}</Name>{made}</Bucket></Buckets>"
        owner = "<Owner><ID>0</ID><DisplayName>bench</DisplayName></Owner>"
        return f"<ListAllMyBucketsResult>{owner}{listed}</ListAllMyBucketsResult>".encode()


def _empty(element: str) -> bytes:
    return f'<{element} xmlns="http://s3.amazonaws.com/doc/2006-03-01/"/>'.encode()


def _error(request: Request, status: int, code: str) -> bytes:
    body = f"<Error><Code>{code}</Code><Message>{code}</Message><RequestId>0</RequestId></Error>"
    return _answer(status, body.encode(), head_only=request.method == "HEAD")


def _answer(status: int, body: bytes, *, head_only: bool = False) -> bytes:
    head = (
        f"HTTP/1.1 {status} {_REASONS[status]}\r\nContent-Type: application/xml\r\nContent-Length: {len(body)}\r\n"
        "x-amz-request-id: 0\r\nx-amz-bucket-region: us-east-1\r\nServer: bench\r\n"
        "Last-Modified: Mon, 01 Jan 2024 00:00:00 GMT\r\nConnection: keep-alive\r\n\r\n"
    )
    return head.encode() + (b"" if head_only else body)


class Line(asyncio.Protocol):
    """One kept-alive connection; it answers its requests one after the other."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._arrived = bytearray()
        self._answers = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by asyncio."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Called by asyncio."""
        self._arrived += data
        if not self._answers:
            self._next()

    def _next(self) -> None:
        head, found, rest = bytes(self._arrived).partition(b"\r\n\r\n")
        if not found or len(rest) < (length := _body_length(head)):
            return
        self._arrived = bytearray(rest[length:])
        try:
            request = Request.read(head)
        except ValueError:
            self._transport.close()
            return
        if request.path.startswith("/-/"):
            self._transport.write(self._endpoint.answer_about_itself(request))
            return
        self._answers = True
        self._endpoint.counts.begin()
        if self._endpoint.latency_s:
            asyncio.get_running_loop().call_later(self._endpoint.latency_s, self._answer, request)
        else:
            self._answer(request)

    def _answer(self, request: Request) -> None:
        self._endpoint.counts.now -= 1
        self._answers = False
        if not self._transport.is_closing():
            self._transport.write(self._endpoint.answer(request))
            if self._arrived:
                self._next()


def _body_length(head: bytes) -> int:
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0


async def serve(endpoint: Endpoint, port: int, announce: Callable[[int], None]) -> None:
    """Answer until whoever started this process closes its standard input."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Line(endpoint), "127.0.0.1", port, backlog=512)
    announce(server.sockets[0].getsockname()[1])
    await loop.run_in_executor(None, sys.stdin.buffer.read)
    server.close()


def main() -> None:
    """Make the keys, say the port as one line of JSON, answer."""
    parser = argparse.ArgumentParser("python -m tests.bench.endpoint")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--keys", type=int, default=200_000)
    parser.add_argument("--latency-ms", type=float, default=0)
    parser.add_argument("--space", choices=SPACES, default="even")
    parser.add_argument("--bucket", default="bench")
    asked = parser.parse_args()
    endpoint = Endpoint(asked.bucket, keys_of(asked.space, asked.keys), asked.latency_ms / 1000)
    gc.freeze()
    asyncio.run(serve(endpoint, asked.port, lambda port: print(json.dumps({"port": port}), flush=True)))


if __name__ == "__main__":
    main()
