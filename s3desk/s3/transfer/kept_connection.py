"""One HTTP/1.1 connection that is kept: sends a whole request at once and reads an answer of a told length."""

from __future__ import annotations

import select
import socket
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from s3desk.s3.errors import UnreachableError

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Mapping

    from s3desk.s3.interrupt import Line, Lines

CONNECT_TIMEOUT, READ_TIMEOUT = 10.0, 40.0  # seconds, as boto3's clients have them
_MOST_HEAD = 1 << 16
FRESH = 0.2  # seconds after an answer; no server closes that soon what it said it would keep
_AT_ONCE = 1 << 16  # bytes that are sent together with the head, and in one go where speed is limited
_SENT_AT_ONCE = 4 << 20


class NoAnswerError(Exception):
    """The connection failed or what came is not such an answer; the server may still have done what it was asked."""


class KeptConnection:
    """Speaks with one server, one request after the other. `Line.cut` may shut `sock` from any thread."""

    def __init__(self, address: tuple[str, int], context: ssl.SSLContext | None, lines: Lines) -> None:
        self._address, self._context, self._lines = address, context, lines
        self.sock: socket.socket | None = None
        self.line: Line | None = None
        self._came = memoryview(b"")  # what was read after the head
        self._read = bytearray(_MOST_HEAD)
        self._answered = 0.0

    def __del__(self) -> None:
        self.close()

    @property
    def is_usable(self) -> bool:
        """Whether the server has neither closed it nor said anything unasked; not looked at if it just answered."""
        if self.sock is None or self.sock.fileno() < 0:
            return False
        return time.monotonic() - self._answered < FRESH or is_quiet(self.sock)

    def close(self) -> None:
        """Let go of the socket."""
        sock, self.sock = self.sock, None
        if sock is not None:
            with suppress(OSError):
                sock.close()

    def send(self, head: bytes, body: bytes | memoryview, take: Callable[[int], object] | None) -> None:
        """Send a request; `take(n)` waits until n bytes more may go. Raises NoAnswerError; cancel is CancelledError."""
        try:
            sock = self._claimed()
            if len(body) <= _AT_ONCE and take is None:
                sock.sendall(head + body)
                return
            sock.sendall(head)
            view, step = memoryview(body), _SENT_AT_ONCE if take is None else _AT_ONCE
            for start in range(0, len(view), step):
                if take is not None:
                    take(len(view[start : start + step]))
                sock.sendall(view[start : start + step])
        except OSError as error:
            raise self._failed(error) from error

    def answer(self) -> tuple[int, dict[str, str]]:
        """Status and headers, names in lower case; the body is left to `read_into`. Raises NoAnswerError."""
        try:
            return read_head(self._head())
        except (OSError, ValueError, IndexError) as error:
            raise self._failed(error) from error

    def read_into(self, buffer: memoryview) -> int:
        """Take what has come of the body, at most as much as fits; 0 when the connection ended.

        Raises UnreachableError.
        """
        if self._came:
            count = min(len(self._came), len(buffer))
            buffer[:count] = self._came[:count]
            self._came = self._came[count:]
            return count
        try:
            return 0 if self.sock is None else self.sock.recv_into(buffer)
        except OSError as error:
            raise UnreachableError("The connection broke off.", "Try again.") from error

    def _claimed(self) -> socket.socket:
        """The socket, with the thread's job knowing of it."""
        self.line = line = self._lines.current
        if line is not None:
            line.connection = self
            line.job.stop_if_cancelled()  # after the claim: a cancel in between finds this connection
        self._came = memoryview(b"")
        return self.sock or self._connected()

    def _connected(self) -> socket.socket:
        plain = socket.create_connection(self._address, CONNECT_TIMEOUT)
        plain.settimeout(READ_TIMEOUT)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock = plain
        if self._context is not None:
            self.sock = self._context.wrap_socket(plain, server_hostname=self._address[0])
        if self.line is not None:
            self.line.job.stop_if_cancelled()
        return self.sock

    def _head(self) -> bytes:
        """Up to the empty line; an answer that only says "go on" is passed over."""
        if self.sock is None:
            raise OSError("closed")
        read, filled, end = memoryview(self._read), 0, -1
        while end < 0:
            count = self.sock.recv_into(read[filled:])
            if not count:
                raise OSError("closed or too long")
            filled += count
            end = self._read.find(b"\r\n\r\n", max(0, filled - count - 3), filled)
        self._answered = time.monotonic()
        self._came = read[end + 4 : filled]
        return bytes(read[:end])

    def _failed(self, error: Exception) -> NoAnswerError:
        self.close()
        if self.line is not None:
            self.line.job.stop_if_cancelled()
        return NoAnswerError(type(error).__name__)


def is_quiet(sock: socket.socket) -> bool:
    """Whether the other side has neither closed the connection nor said anything."""
    if hasattr(select, "poll"):
        poll = select.poll()
        poll.register(sock, select.POLLIN)
        return not poll.poll(0)
    return not select.select([sock], [], [], 0)[0]


def read_head(head: bytes) -> tuple[int, dict[str, str]]:
    """Status and headers of an answer, names in lower case. Raises ValueError or IndexError."""
    first, *lines = head.decode("latin-1").split("\r\n")
    if not first.startswith("HTTP/1.1 "):
        raise ValueError(first)
    headers = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    return int(first.split(" ", 2)[1]), headers


def is_kept(headers: Mapping[str, str]) -> bool:
    """Whether the server goes on listening after this answer."""
    return headers.get("connection", "").lower() != "close"
