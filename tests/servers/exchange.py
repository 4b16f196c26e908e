"""One request and its answer on their way through the fault proxy."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import BufferedReader
from socket import socket

from tests.servers.faults import HangUpError, Seen

_CHUNK = 1 << 16
_NOT_PASSED_ON = ("expect", "connection", "keep-alive")


@dataclass
class Exchange:
    """Reads one request from the client and speaks to the server over a connection of its own.

    Header lines go through unchanged, Host first of all, so that signatures stay valid.
    """

    client: socket
    incoming: BufferedReader
    server: http.client.HTTPConnection
    ended: threading.Event
    seen: Seen
    target: str
    header_lines: list[tuple[str, str]]
    is_held: Callable[[], bool] | None = None
    _upload: Iterator[bytes] = field(init=False)
    _answer: http.client.HTTPResponse | None = None
    _head: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._upload = self._upload_chunks()

    @property
    def answered(self) -> http.client.HTTPResponse:
        """The server's answer; only after `forward`."""
        if self._answer is None:
            raise RuntimeError("forward() comes first")
        return self._answer

    def forward(self, *, flip: bool = False) -> None:
        """Send the request on, one byte of its body changed if `flip`, and read the head of the answer."""
        self.server.putrequest(self.seen.method, self.target, skip_host=True, skip_accept_encoding=True)
        for name, value in self.header_lines:
            if name.lower() not in _NOT_PASSED_ON:
                self.server.putheader(name, value)
        self.server.endheaders()
        for chunk in self._upload:
            self.server.send(_flipped(chunk, len(chunk) // 2) if flip else chunk)
            flip = False
        self._answer = self.server.getresponse()
        self.seen.status = self._answer.status
        self._head = [(k, v) for k, v in self._answer.getheaders() if k.lower() not in ("connection", "keep-alive")]

    def lengthen(self, by: int) -> None:
        """Promise `by` bytes more (or, negative, fewer) than there are."""
        self._head = [(k, str(int(v) + by)) if k.lower() == "content-length" else (k, v) for k, v in self._head]

    def send_head(self) -> None:
        """Give the client the answer's status line and headers."""
        self._send_head(self.answered.status, self.answered.reason, self._head)

    def send_body(self, at_most: int | None = None, *, flip: int | None = None) -> None:
        """Give the client the rest of the answer's body or `at_most` bytes of it; `flip` changes one byte."""
        while at_most is None or at_most > 0:
            chunk = self.answered.read(_CHUNK if at_most is None else min(_CHUNK, at_most))
            if not chunk:
                break
            if flip is not None and 0 <= flip - self.seen.downloaded < len(chunk):
                chunk = _flipped(chunk, flip - self.seen.downloaded)
            at_most = None if at_most is None else at_most - len(chunk)
            self._send_body_chunk(chunk)
        if at_most is None and self._chunked and self.seen.method != "HEAD":
            self.client.sendall(b"0\r\n\r\n")

    def drain(self) -> None:
        """Read the answer to its end and keep it."""
        self.answered.read()

    def answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        """Answer without asking the server."""
        self.read_upload()
        self.seen.status = status
        lines = [*headers.items(), ("Content-Length", str(len(body)))]
        self._send_head(status, http.client.responses.get(status, ""), lines)
        if self.seen.method != "HEAD":
            self.seen.downloaded += len(body)
            self.client.sendall(body)

    def read_upload(self, at_most: int | None = None) -> None:
        """Take the request's body, or the first `at_most` bytes of it, from the client."""
        for _ in self._upload:
            if at_most is not None and self.seen.uploaded >= at_most:
                return

    def wait(self, release: threading.Event) -> None:
        """Block until `release` is set; hang up when the proxy ends first."""
        while not release.wait(0.02):
            if self.ended.is_set():
                raise HangUpError

    def pause(self, seconds: float) -> None:
        """Block for `seconds`; hang up when the proxy ends first."""
        if self.ended.wait(seconds):
            raise HangUpError

    def _hold(self) -> None:
        while self.is_held is not None and self.is_held():
            self.pause(0.02)

    @property
    def _chunked(self) -> bool:
        return any(k.lower() == "transfer-encoding" and v.lower() == "chunked" for k, v in self._head)

    def _send_head(self, status: int, reason: str, headers: list[tuple[str, str]]) -> None:
        lines = [f"HTTP/1.1 {status} {reason}", *(f"{k}: {v}" for k, v in headers), "", ""]
        self.client.sendall("\r\n".join(lines).encode("latin-1"))

    def _send_body_chunk(self, chunk: bytes) -> None:
        self._hold()
        self.seen.downloaded += len(chunk)
        framed = b"%x\r\n%b\r\n" % (len(chunk), chunk) if self._chunked else chunk
        self.client.sendall(framed)

    def _upload_chunks(self) -> Iterator[bytes]:
        """The request's body as it comes; a chunked one with its framing, which goes through unchanged."""
        if "100-continue" in self.seen.headers.get("expect", "").lower():
            self.client.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        if self.seen.headers.get("transfer-encoding", "").lower() == "chunked":
            yield from self._chunked_upload()
            return
        left = int(self.seen.headers.get("content-length", 0))
        while left:
            chunk = self.incoming.read1(min(_CHUNK, left))
            if not chunk:
                raise HangUpError
            self._hold()
            left -= len(chunk)
            self.seen.uploaded += len(chunk)
            yield chunk

    def _chunked_upload(self) -> Iterator[bytes]:
        while True:
            line = self.incoming.readline()
            size = int(line.split(b";")[0] or b"0", 16)
            data = self.incoming.read(size + 2)
            self.seen.uploaded += size
            yield line + data
            if not size:
                return


def _flipped(chunk: bytes, at: int) -> bytes:
    return chunk[:at] + bytes([chunk[at] ^ 0xFF]) + chunk[at + 1 :]
