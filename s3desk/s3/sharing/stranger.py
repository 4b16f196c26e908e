"""One GET the way somebody else's browser sends it: no keys, no cookies, this computer's proxy and certificates."""

from __future__ import annotations

import os
import socket
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from s3desk import __version__

if TYPE_CHECKING:
    import http.client
    import ssl
    from urllib.request import OpenerDirector

    from s3desk.s3.job import Job

_MOST_OF_AN_ERROR = 64 * 1024  # bytes read of an answer that is no object
_MOST_REDIRECTS = 3
_BUNDLES = ("AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE")  # what botocore goes by


@dataclass(frozen=True)
class Answer:
    """What came back: header names in lower case, of the body only what is no object (at most 64 KiB)."""

    status: int
    headers: dict[str, str] = field(repr=False)
    body: str = field(default="", repr=False)  # repeats what was signed


def first_byte(job: Job, url: str, timeout: float) -> Answer:
    """GET with a range of one byte, `timeout` seconds at most in all; redirects to the same host are followed.

    Raises OSError (TimeoutError; URLError wraps most others), http.client.HTTPException, ValueError and OverflowError
    for an address that is none, CancelledError at once.
    """
    asking = _Asking(url, timeout)
    # A thread of its own, because neither looking up a name nor connecting can be interrupted from outside.
    thread = threading.Thread(target=asking.run, name="s3desk-stranger", daemon=True)
    with job.closing(asking.stop):
        thread.start()
        in_time = asking.ended.wait(timeout)
    job.check()
    if not in_time:
        asking.stop()
        raise TimeoutError
    if asking.error is not None:
        raise asking.error
    if asking.answer is None:
        raise TimeoutError
    return asking.answer


class _Asking:
    """The request, its answer or error, and the socket it waits on."""

    def __init__(self, url: str, timeout: float) -> None:
        self._url = url
        self._timeout = timeout
        self._connection: http.client.HTTPConnection | None = None
        self.ended = threading.Event()
        self.answer: Answer | None = None
        self.error: Exception | None = None

    def run(self) -> None:
        """What the thread does."""
        try:
            self.answer = self._followed()
        except Exception as error:  # raised again in the thread that waits
            self.error = error
        finally:
            self.ended.set()

    def stop(self) -> None:
        """Let the one who waits go on, and cut the socket."""
        self.ended.set()
        sock = getattr(self._connection, "sock", None)
        if sock is not None:
            with suppress(OSError):
                socket.socket.shutdown(sock, socket.SHUT_RDWR)  # not SSLSocket's, which is not for other threads

    def _followed(self) -> Answer:
        opener, url = _opener(self), self._url
        answer = self._asked(opener, url)
        for _ in range(_MOST_REDIRECTS):
            target = urljoin(url, answer.headers.get("location", ""))
            if answer.status // 100 != 3 or target == url or urlsplit(target).hostname != urlsplit(url).hostname:
                break
            url = target
            answer = self._asked(opener, url)
        return answer

    def _asked(self, opener: OpenerDirector, url: str) -> Answer:
        from urllib.request import Request  # noqa: PLC0415  # with http.client and email too heavy for the start

        parts = urlsplit(url)
        if (
            parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0
        ):  # reading a wrong port raises
            raise ValueError("not a web address")
        headers = {"Range": "bytes=0-0", "User-Agent": f"s3desk/{__version__}", "Accept": "*/*"}
        with opener.open(Request(url, headers=headers), timeout=self._timeout) as response:  # noqa: S310  # checked above
            found = {name.lower(): value for name, value in response.headers.items()}
            body = b"" if response.status in (200, 206) else response.read(_MOST_OF_AN_ERROR)
            return Answer(response.status, found, body.decode(errors="replace"))

    def noted(self, made: http.client.HTTPConnection) -> http.client.HTTPConnection:
        """Remember whose socket `stop` cuts."""
        self._connection = made
        return made


def _opener(asking: _Asking) -> OpenerDirector:
    """urllib without what raises, follows, remembers or reads local files."""
    from http.client import HTTPConnection, HTTPSConnection  # noqa: PLC0415
    from urllib.request import HTTPHandler, HTTPSHandler, OpenerDirector, ProxyHandler, Request  # noqa: PLC0415

    def plain(host: str, **options: Any) -> HTTPConnection:
        return asking.noted(HTTPConnection(host, **options))

    def secure(host: str, **options: Any) -> HTTPConnection:
        return asking.noted(HTTPSConnection(host, context=_trust(), **options))

    class Plain(HTTPHandler):
        def http_open(self, req: Request) -> Any:
            return self.do_open(plain, req)

    class Secure(HTTPSHandler):
        def https_open(self, req: Request) -> Any:
            return self.do_open(secure, req)

    opener = OpenerDirector()
    for each in (ProxyHandler(), Plain(), Secure()):
        opener.add_handler(each)
    return opener


def _trust() -> ssl.SSLContext:
    """What a browser here trusts, and the bundle a company names for AWS tools."""
    import ssl  # noqa: PLC0415

    from botocore.httpsession import get_cert_path  # noqa: PLC0415

    context = ssl.create_default_context()
    bundles = [get_cert_path(verify=True), *(os.environ.get(name, "") for name in _BUNDLES)]
    for bundle in filter(None, bundles):
        folder = os.path.isdir(bundle)  # noqa: PTH112  # a name out of a variable
        context.load_verify_locations(capath=bundle) if folder else context.load_verify_locations(cafile=bundle)
    return context
