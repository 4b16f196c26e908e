"""A small proxy in front of a real server that counts what passes and breaks what it is told to."""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.client import parse_headers
from io import BufferedReader
from urllib.parse import urlsplit

from s3desk.demo.seaweedfs import HOST
from tests.servers.exchange import Exchange
from tests.servers.faults import Fault, HangUpError, Rule, Seen


class FaultProxy:
    """Plain HTTP/1.1, one thread a connection; a client's endpoint is `endpoint_url`, its addresses path-style.

    `rules` are asked in order and the first that fires decides; `requests` holds all that came, faulted ones too.
    """

    def __init__(self, target_url: str) -> None:
        target = urlsplit(target_url)
        self._target = (target.hostname or HOST, target.port or 80)
        self.rules: list[Rule] = []
        self.requests: list[Seen] = []
        self._ended = threading.Event()
        self._lock = threading.Lock()
        self._connections: dict[socket.socket, tuple[threading.Thread, http.client.HTTPConnection]] = {}
        self._listening = socket.create_server((HOST, 0), backlog=128)
        self.endpoint_url = f"http://{HOST}:{self._listening.getsockname()[1]}"
        self._accepting = threading.Thread(target=self._accept, name="fault-proxy", daemon=True)
        self._accepting.start()

    def on(self, when: Callable[[Seen], bool], do: Fault, *, times: int | None = None, every: int = 1) -> Rule:
        """Add a rule and return it; its `fired` tells how often it has struck."""
        rule = Rule(when, do, times=times, every=every)
        self.rules.append(rule)
        return rule

    @property
    def downloaded(self) -> int:
        """Body bytes given to clients so far, in all answers together."""
        return sum(request.downloaded for request in list(self.requests))

    @property
    def uploaded(self) -> int:
        """Body bytes taken from clients so far."""
        return sum(request.uploaded for request in list(self.requests))

    def forget(self) -> None:
        """Start counting anew; the rules stay."""
        self.requests.clear()

    def close(self) -> None:
        """Cut every connection and end every thread."""
        self._ended.set()
        with suppress(OSError):
            socket.create_connection(self._listening.getsockname(), timeout=5).close()
        self._accepting.join()
        self._listening.close()
        with self._lock:
            connections = dict(self._connections)
        for client, (thread, server) in connections.items():
            for side in (client, server.sock):
                with suppress(OSError, AttributeError):
                    side.shutdown(socket.SHUT_RDWR)
            thread.join()

    def _accept(self) -> None:
        while True:
            client, _ = self._listening.accept()
            if self._ended.is_set():
                client.close()
                return
            server = http.client.HTTPConnection(*self._target, timeout=60)
            thread = threading.Thread(target=self._serve, args=(client, server), name="fault-proxy", daemon=True)
            with self._lock:
                self._connections[client] = thread, server
            thread.start()

    def _serve(self, client: socket.socket, server: http.client.HTTPConnection) -> None:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            with client.makefile("rb") as incoming:
                while exchange := self._next_exchange(client, incoming, server):
                    self._pass(exchange)
        except (HangUpError, http.client.HTTPException, OSError):
            pass  # told to, or one of the two sides went away: either way the client sees its connection close
        finally:
            server.close()
            client.close()
            with self._lock:
                self._connections.pop(client, None)

    def _next_exchange(
        self, client: socket.socket, incoming: BufferedReader, server: http.client.HTTPConnection
    ) -> Exchange | None:
        """Read the head of the next request on this connection; None when the client is done."""
        line = incoming.readline()
        if not line.strip():
            return None
        method, target, _ = line.decode("latin-1").split(" ", 2)
        message = parse_headers(incoming)
        path, _, query = target.partition("?")
        seen = Seen(method, path, query, {name.lower(): value for name, value in message.items()})
        self.requests.append(seen)
        return Exchange(client, incoming, server, self._ended, seen, target, message.items())

    def _pass(self, exchange: Exchange) -> None:
        for rule in list(self.rules):
            if rule.fires(exchange.seen):
                exchange.seen.fault = type(rule.do).__name__
                if rule.do(exchange):
                    return
        exchange.forward()
        exchange.send_head()
        exchange.send_body()


@contextmanager
def fault_proxy_before(target_url: str) -> Iterator[FaultProxy]:
    """Run a proxy in front of `target_url` (plain HTTP)."""
    proxy = FaultProxy(target_url)
    try:
        yield proxy
    finally:
        proxy.close()
