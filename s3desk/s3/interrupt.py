"""What makes cancel felt at once: every request knows its job, and a cancelled job cuts the sockets it waits for."""

from __future__ import annotations

import random
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from botocore.client import BaseClient

    from s3desk.s3.job import Job

MAX_ATTEMPTS = 4
_BACKOFF = 0.25  # seconds before the first retry, doubled each time, with full jitter
_RETRIED_STATUS = frozenset({429, 500, 502, 503, 504})
_RETRIED_CODES = frozenset({"SlowDown", "Throttling", "ThrottlingException", "RequestTimeout", "InternalError"})


class Line:
    """What one thread is doing for one job: the connection its request went out on last."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.connection: Any = None

    def cut(self) -> None:
        """Shut the socket this thread is waiting for; the blocked call returns with an error at once."""
        connection = self.connection
        sock = getattr(connection, "sock", None)
        if sock is not None and connection.line is self:
            with suppress(OSError):
                # Not SSLSocket.shutdown: that drops the TLS state under the feet of the thread that reads.
                socket.socket.shutdown(sock, socket.SHUT_RDWR)


class Lines:
    """Knows for each thread the job it works for. One per Connection, told by the clients it watches."""

    def __init__(self) -> None:
        self._local = threading.local()

    @property
    def current(self) -> Line | None:
        """The line of the calling thread, None where no job was named."""
        return getattr(self._local, "line", None)

    @contextmanager
    def working_for(self, job: Job) -> Iterator[None]:
        """Requests this thread makes inside end with CancelledError as soon as `job` is cancelled."""
        outer = self.current
        line = self._local.line = Line(job)
        try:
            with job.closing(line.cut):
                yield
        finally:
            self._local.line = outer

    def watch(self, client: BaseClient) -> None:
        """Have the client's connections report here, and its retries wait on the job instead of sleeping."""
        # botocore has no public way to its sockets. Where this attribute is missing, cancel waits for the
        # running request to end, and nothing else is different.
        session = getattr(client._endpoint, "http_session", None)  # type: ignore[attr-defined]  # noqa: SLF001
        pools: dict[str, type] = getattr(session, "_pool_classes_by_scheme", {})
        for scheme, pool in pools.items():
            pools[scheme] = _watched_pool(pool, self)
        service = client.meta.service_model.endpoint_prefix
        client.meta.events.register_first(f"needs-retry.{service}", self._retry)  # type: ignore[arg-type]  # answers count

    def _retry(self, **event: Any) -> float | None:
        """Decide on a retry before botocore does, because its own wait cannot be cancelled; 0 means now."""
        line, response = self.current, event["response"]
        # Not after a good answer: its body is still to be read, and dropped here nobody would close its socket.
        if line is not None and (response is None or response[0].status_code >= 300):
            line.job.check()
        attempt: int = event["attempts"]
        if attempt >= MAX_ATTEMPTS or not _worth_another_try(response, event["caught_exception"]):
            return None
        pause = random.uniform(0, _BACKOFF * 2**attempt)  # noqa: S311  # jitter, not a secret
        if line is None:
            time.sleep(pause)
        else:
            line.job.wait(pause)
        return 0


def _worth_another_try(response: Any, error: BaseException | None) -> bool:
    from botocore.exceptions import HTTPClientError, SSLError  # noqa: PLC0415  # heavy

    if response is None:
        return isinstance(error, HTTPClientError) and not isinstance(error, SSLError)
    http, parsed = response
    return http.status_code in _RETRIED_STATUS or parsed.get("Error", {}).get("Code") in _RETRIED_CODES


def _watched_pool(pool: type, lines: Lines) -> type:
    """The pool class botocore made, with connections that note the thread they work for."""
    base: Any = pool.ConnectionCls  # type: ignore[attr-defined]  # urllib3's documented way to own connections

    class WatchedConnection(base):  # type: ignore[misc]  # plain or TLS, known only now
        line: Line | None = None

        def _claim(self) -> None:
            self.line = line = lines.current
            if line is not None:
                line.connection = self
                line.job.stop_if_cancelled()  # after the claim: a cancel in between finds this connection

        def connect(self) -> None:
            self._claim()
            super().connect()
            self._claim()

        def request(self, *args: Any, **options: Any) -> Any:
            self._claim()
            return super().request(*args, **options)

    return type(f"Watched{pool.__name__}", (pool,), {"ConnectionCls": WatchedConnection})
