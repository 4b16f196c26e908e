"""An HTTP/1.1 connection that never waits, so that one thread can have many of them.

Python runs one thread at a time: eight that each wait for small answers cost twice the processor time of one that
drives eight connections.
"""

from __future__ import annotations

import errno
import socket
import ssl
import time
from collections.abc import Generator
from contextlib import suppress
from dataclasses import dataclass
from selectors import EVENT_READ, EVENT_WRITE
from typing import TYPE_CHECKING, Any, TypeVar

from s3desk.s3.transfer.kept_connection import (
    CONNECT_TIMEOUT,
    FRESH,
    READ_TIMEOUT,
    NoAnswerError,
    is_kept,
    is_quiet,
    read_head,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

T = TypeVar("T")
Steps = Generator[int, None, T]
"""What is done in steps: yields EVENT_READ or EVENT_WRITE, and goes on when the connection's socket is ready for it."""

_MOST_HEAD = 1 << 16
_READ_AT_ONCE = 1 << 17
_UNDER_WAY = {errno.EINPROGRESS, errno.EWOULDBLOCK, getattr(errno, "WSAEWOULDBLOCK", errno.EINPROGRESS)}


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Addresses:
    """What a host's name stands for, the one that answered last in front. Looked up by the first who asks."""

    def __init__(self, host: str, port: int) -> None:
        self.host, self._port = host, port
        self._found: list[Any] = []

    def found(self) -> list[Any]:
        """As `socket.getaddrinfo` has them. Raises OSError; waits for the name service the first time."""
        if not self._found:
            self._found = socket.getaddrinfo(self.host, self._port, type=socket.SOCK_STREAM)
        return list(self._found)

    def answers(self, info: Any) -> None:
        """Try this one first from now on."""
        self._found = [info, *(other for other in self._found if other != info)]


class NonblockingConnection:
    """Speaks with one server, one request after the other. `since` is when it last had to wait, by the steady clock."""

    def __init__(self, addresses: Addresses, context: ssl.SSLContext | None) -> None:
        self._addresses, self._context = addresses, context
        self.sock: socket.socket | None = None
        self.made = 0  # sockets so far: another one may have the number of the one before
        self.patience, self.since = CONNECT_TIMEOUT, 0.0

    def fileno(self) -> int:
        """The socket's file descriptor; -1 where there is none."""
        return -1 if self.sock is None else self.sock.fileno()

    def close(self) -> None:
        """Let go of the socket."""
        sock, self.sock = self.sock, None
        if sock is not None:
            with suppress(OSError):
                sock.close()

    def ask(self, request: bytes, most: int = 0) -> Steps[Reply]:
        """Send a whole request and read the answer, with a body of at most `most` bytes if it is a good one.

        Raises NoAnswerError where nothing came, or what is no such answer; the server may have done what it was asked.
        """
        if self.sock is not None and time.monotonic() - self.since > FRESH and not is_quiet(self.sock):
            self.close()
        try:
            sock = self.sock or (yield from self._connected())
            yield from self._sent(sock, request)
            reply = yield from self._read(sock, most)
        except (OSError, ValueError, IndexError) as error:
            self.close()
            raise NoAnswerError(type(error).__name__) from error
        if reply.status != 200 or not is_kept(reply.headers):
            self.close()
        return reply

    def _connected(self) -> Steps[socket.socket]:
        self.patience = CONNECT_TIMEOUT
        failed: OSError = OSError("no address")
        for info in self._addresses.found():
            try:
                sock = yield from self._connected_to(info)
            except OSError as error:
                failed = error
                self.close()
            else:
                self._addresses.answers(info)
                self.patience = READ_TIMEOUT
                return sock
        raise failed

    def _connected_to(self, info: Any) -> Steps[socket.socket]:
        family, kind, protocol, _, address = info
        sock = self._take(socket.socket(family, kind, protocol))
        sock.setblocking(False)
        code = sock.connect_ex(address)
        if code in _UNDER_WAY:
            yield self._wait(EVENT_WRITE)
            code = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if code:
            raise OSError(code, "no connection")
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self._context is None:
            return sock
        wrapped = self._context.wrap_socket(sock, server_hostname=self._addresses.host, do_handshake_on_connect=False)
        self._take(wrapped)
        while True:
            try:
                wrapped.do_handshake()
            except ssl.SSLWantReadError:
                yield self._wait(EVENT_READ)
            except ssl.SSLWantWriteError:
                yield self._wait(EVENT_WRITE)
            else:
                return wrapped

    def _take(self, sock: socket.socket) -> socket.socket:
        self.sock = sock
        self.made += 1
        return sock

    def _wait(self, event: int) -> int:
        self.since = time.monotonic()
        return event

    def _sent(self, sock: socket.socket, request: bytes) -> Steps[None]:
        view = memoryview(request)
        while view:
            try:
                view = view[sock.send(view) :]
            except (BlockingIOError, ssl.SSLWantWriteError):
                yield self._wait(EVENT_WRITE)
            except ssl.SSLWantReadError:
                yield self._wait(EVENT_READ)

    def _read(self, sock: socket.socket, most: int) -> Steps[Reply]:
        came, end = b"", -1
        yield self._wait(EVENT_READ)
        while end < 0:
            came += yield from self._more(sock)
            end = came.find(b"\r\n\r\n")
            if end < 0 and len(came) > _MOST_HEAD:
                raise ValueError("no head")
        status, headers = read_head(came[:end])
        if status != 200:
            return Reply(status, headers, b"")
        length = -1 if "transfer-encoding" in headers else int(headers.get("content-length", ""))
        if not 0 <= length <= most:
            raise ValueError("no such body")
        pieces, left = [came[end + 4 :]], length - (len(came) - end - 4)
        while left > 0:
            pieces.append((yield from self._more(sock)))
            left -= len(pieces[-1])
        if left:
            raise ValueError("more than was told")
        return Reply(status, headers, b"".join(pieces))

    def _more(self, sock: socket.socket) -> Steps[bytes]:
        while True:
            try:
                data = sock.recv(_READ_AT_ONCE)
            except (BlockingIOError, ssl.SSLWantReadError):
                yield self._wait(EVENT_READ)
            except ssl.SSLWantWriteError:
                yield self._wait(EVENT_WRITE)
            else:
                if not data:
                    raise OSError("closed")
                return data
