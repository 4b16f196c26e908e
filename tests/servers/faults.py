"""What the fault proxy can do to a request: one small class a fault, and rules that say when."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from tests.servers.exchange import Exchange


@dataclass
class Seen:
    """One request as it passed; the byte counts grow before the bytes are sent on, so a test never reads them early."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    uploaded: int = 0
    downloaded: int = 0
    status: int | None = None
    fault: str = ""

    @property
    def range(self) -> str:
        """The Range header, "" without one."""
        return self.headers.get("range", "")


class HangUpError(Exception):
    """Close the client's connection now."""


class Fault(Protocol):
    """What happens to a request instead of being passed on; returns True when it is dealt with, False to go on."""

    def __call__(self, exchange: Exchange) -> bool: ...


@dataclass
class Rule:
    """Apply `do` to the requests for which `when` is true: every k-th of them, and at most `times`."""

    when: Callable[[Seen], bool]
    do: Fault
    times: int | None = None
    every: int = 1
    fired: int = 0
    _matched: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def fires(self, request: Seen) -> bool:
        """Whether this request is one of those; counts it."""
        with self._lock:
            if (self.times is not None and self.fired >= self.times) or not self.when(request):
                return False
            self._matched += 1
            if self._matched % self.every:
                return False
            self.fired += 1
            return True


@dataclass(frozen=True)
class CutBody:
    """The answer ends after `after` bytes of body: the connection is closed."""

    after: int

    def __call__(self, exchange: Exchange) -> bool:
        exchange.forward()
        exchange.send_head()
        exchange.send_body(self.after)
        raise HangUpError


@dataclass(frozen=True)
class CutUpload:
    """The connection is closed after `after` bytes of the request's body; the server never hears of it."""

    after: int

    def __call__(self, exchange: Exchange) -> bool:
        exchange.read_upload(self.after)
        raise HangUpError


@dataclass(frozen=True)
class Drop:
    """The connection is closed before any answer, and the server never hears of it."""

    def __call__(self, exchange: Exchange) -> bool:
        exchange.read_upload(1)
        raise HangUpError


@dataclass(frozen=True)
class LoseAnswer:
    """The server does it, and its answer gets lost."""

    def __call__(self, exchange: Exchange) -> bool:
        exchange.forward()
        exchange.drain()
        raise HangUpError


@dataclass(frozen=True)
class Stall:
    """The answer stops after `after` bytes of body (None: before its head) until `release` is set or the proxy ends."""

    after: int | None = None
    release: threading.Event = field(default_factory=threading.Event)

    def __call__(self, exchange: Exchange) -> bool:
        exchange.forward()
        if self.after is not None:
            exchange.send_head()
            exchange.send_body(self.after)
        exchange.wait(self.release)
        if self.after is None:
            exchange.send_head()
        exchange.send_body()
        return True


@dataclass(frozen=True)
class Latency:
    """The request takes this many seconds longer; the rules after this one still apply."""

    seconds: float

    def __call__(self, exchange: Exchange) -> bool:
        exchange.pause(self.seconds)
        return False


@dataclass(frozen=True)
class HoldBodies:
    """Bodies, up or down, stand still while `is_held` is true, in the middle; the rules after this one still apply."""

    is_held: Callable[[], bool]

    def __call__(self, exchange: Exchange) -> bool:
        exchange.is_held = self.is_held
        return False


@dataclass(frozen=True)
class WrongLength:
    """The answer's Content-Length is `by` bytes off; then the connection ends, so a longer promise is never kept."""

    by: int

    def __call__(self, exchange: Exchange) -> bool:
        exchange.forward()
        exchange.lengthen(self.by)
        exchange.send_head()
        exchange.send_body()
        raise HangUpError


@dataclass(frozen=True)
class FlipByte:
    """One byte of the answer's body arrives changed, everything else as it was."""

    at: int

    def __call__(self, exchange: Exchange) -> bool:
        exchange.forward()
        exchange.send_head()
        exchange.send_body(flip=self.at)
        return True


@dataclass(frozen=True)
class FlipUpload:
    """One byte of the request's body arrives changed at the server."""

    def __call__(self, exchange: Exchange) -> bool:
        exchange.forward(flip=True)
        exchange.send_head()
        exchange.send_body()
        return True


@dataclass(frozen=True)
class Answer:
    """The proxy answers itself; the server never hears of it."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = "application/xml"

    def __call__(self, exchange: Exchange) -> bool:
        exchange.answer(self.status, {"Content-Type": self.content_type, **self.headers}, self.body)
        return True


def error(status: int, code: str, message: str = "", **headers: str) -> Answer:
    """An answer with S3's error document; `_` in header names stands for `-`."""
    body = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{code}</Code><Message>{message or code}</Message>'
        "<RequestId>FAULTPROXY000001</RequestId><HostId>fault-proxy</HostId></Error>"
    )
    return Answer(status, body.encode(), {name.replace("_", "-"): value for name, value in headers.items()})


def slow_down() -> Answer:
    """503 SlowDown: too many requests."""
    return error(503, "SlowDown", "Please reduce your request rate.")


def expired_token() -> Answer:
    """400 ExpiredToken: the temporary credentials ended."""
    return error(400, "ExpiredToken", "The provided token has expired.")


def time_too_skewed() -> Answer:
    """403 RequestTimeTooSkewed: this computer's clock is wrong."""
    return error(
        403, "RequestTimeTooSkewed", "The difference between the request time and the current time is too large."
    )


def permanent_redirect(region: str) -> Answer:
    """301 PermanentRedirect: the bucket lives in another region."""
    return error(301, "PermanentRedirect", "The bucket is in another region.", x_amz_bucket_region=region)


def error_inside_200(code: str = "InternalError") -> Answer:
    """200 with an error inside, as CopyObject and CompleteMultipartUpload may answer."""
    return error(200, code)


def captive_portal() -> Answer:
    """200 with a hotel's sign-in page instead of XML."""
    page = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body><p>Welcome to the hotel<br></body></html>"
    return Answer(200, page, content_type="text/html")


def is_complete_multipart_upload(request: Seen) -> bool:
    """Whether a request is CompleteMultipartUpload."""
    return request.method == "POST" and "uploadId=" in request.query
