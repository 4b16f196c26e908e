"""`python -m tests.bench.big_objects`: an S3 endpoint with objects of up to 100 GB, made as they are read."""

from __future__ import annotations

import json
import re
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote

from tests.bench.big_bodies import KINDS, SIZES, Body, body_of

BUCKET = "bench"
_RANGE = re.compile(r"bytes=(\d+)-(\d*)$")


def key_of(kind: str, size: str) -> str:
    """The key of an object: `100 GB.csv.gz`."""
    return f"{size}.{KINDS[kind]}"


KEYS = {key_of(kind, size): (kind, SIZES[size]) for kind in KINDS for size in SIZES}


class Counts:
    """Requests for objects, and the bytes of their bodies that were sent."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.reset()

    def reset(self) -> None:
        """Count from zero."""
        self.requests = self.bytes = 0

    def add(self, *, requests: int = 0, sent: int = 0) -> None:
        """From any thread."""
        with self.lock:
            self.requests += requests
            self.bytes += sent


class Answering(BaseHTTPRequestHandler):
    """GET and HEAD of whole objects and ranges, and `/-/counts` and `/-/reset` for the bench."""

    protocol_version = "HTTP/1.1"
    counts = Counts()

    def do_HEAD(self) -> None:
        """Facts only."""
        self._answer(with_body=False)

    def do_GET(self) -> None:
        """A body, or what the bench asks."""
        if self.path == "/-/reset":
            self.counts.reset()
        if self.path.startswith("/-/"):
            said = json.dumps({"requests": self.counts.requests, "bytes": self.counts.bytes}).encode()
            self._head(200, len(said))
            self.wfile.write(said)
        else:
            self._answer(with_body=True)

    def _answer(self, *, with_body: bool) -> None:
        key = unquote(self.path.partition("?")[0]).removeprefix(f"/{BUCKET}/")
        self.counts.add(requests=1)
        if key not in KEYS:
            self._head(404, 0)
            return
        body = body_of(*KEYS[key])
        start, end = 0, body.size
        asked = _RANGE.match(self.headers.get("Range", ""))
        if asked:
            start, end = int(asked[1]), min(int(asked[2] or body.size) + 1, body.size)
        self._head(206 if asked else 200, end - start, f"bytes {start}-{end - 1}/{body.size}" if asked else "", key)
        if with_body:
            self._send(body, start, end)

    def _send(self, body: Body, start: int, end: int) -> None:
        try:
            for piece in body.pieces(start, end):
                self.wfile.write(piece)
                self.counts.add(sent=len(piece))
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def _head(self, status: int, length: int, content_range: str = "", key: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(length))
        self.send_header("ETag", f'"{key}"')
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("Last-Modified", "Mon, 01 Jan 2024 00:00:00 GMT")
        self.send_header("Content-Type", "binary/octet-stream")
        if content_range:
            self.send_header("Content-Range", content_range)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # its name there
        """Nobody reads it."""


class Endpoint(ThreadingHTTPServer):
    """One thread a connection; somebody who has read enough hangs up."""

    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Whatever else goes wrong is a bug."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]  # as it was called


def main() -> None:
    """Say the port as one line of JSON, answer until standard input is closed."""
    server = Endpoint(("127.0.0.1", 0), Answering)
    for kind, size in KEYS.values():
        body_of(kind, size)
    print(json.dumps({"port": server.server_port}), flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdin.buffer.read()


if __name__ == "__main__":
    main()
