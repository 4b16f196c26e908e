"""A small S3 that only lists: given keys over HTTP on 127.0.0.1, in the manners real servers have been met with."""

from __future__ import annotations

import asyncio
import threading
from base64 import urlsafe_b64decode
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from random import Random
from typing import Any
from zlib import crc32

from s3desk.demo.seaweedfs import HOST
from tests.bench.endpoint import Endpoint, Line, Request
from tests.bench.pages import Asked, Listing, _Part, _text

BUCKET = "odd"


@dataclass(frozen=True)
class Manners:
    """What a server does otherwise than Amazon's: `order` sorts its list, latencies are seconds from and to."""

    order: Callable[[str], Any] = str.encode
    most: int = 1000  # names on a page, whatever is asked for
    least: int = 0  # and at least, even where fewer are asked for
    knows_v2: bool = True  # else it takes every listing for one of the old kind
    knows_start_after: bool = True
    tells_again: bool = False  # as Amazon does: the folder StartAfter lies in, for what it holds after that
    latency_s: tuple[float, float] = (0, 0)
    # Asked before each page, with the number of the request; what it returns is the answer's body.
    instead: Callable[[Asked, int], bytes | None] = lambda _asked, _number: None


class _OddListing(Listing):
    """Pages made anew for each request, because the keys may change; a token stands for the name before it."""

    def __init__(self) -> None:
        super().__init__(BUCKET, [])
        self.manners = Manners()
        self.asked: list[Asked] = []
        self._keys_now = frozenset[str]()
        self._given: list[str] = []
        self._sorted: dict[tuple[str, str], list[str]] = {}

    def hold(self, keys: Iterable[str]) -> None:
        """Have these keys from now on."""
        self._keys_now, self._sorted = frozenset(keys), {}

    def page(self, asked: Asked) -> bytes:
        """The XML of one page. Raises ValueError for a token this server has not given."""
        if asked.version == 2 and not self.manners.knows_v2:
            asked = replace(asked, version=1, after=b"", token="")
        self.asked.append(asked)
        body = self.manners.instead(asked, len(self.asked))
        if body is not None:
            return body
        names, delimiter = self._names_after(asked), asked.delimiter.decode()
        limit = max(min(asked.limit, self.manners.most), self.manners.least)
        here, more = names[:limit], len(names) > limit
        last = here[-1] if here else ""
        self._given.append(last)
        folders = [name for name in here if _is_folder(name, asked.prefix.decode(), delimiter)]
        objects = [name for name in here if name not in set(folders)]
        part = _Part(range(len(objects)), [], len(self._given) - 1, last.encode(), is_truncated=more)
        written = [b"".join(_contents(name, asked)) for name in objects]
        written += [b"<CommonPrefixes><Prefix>%b</Prefix></CommonPrefixes>" % _text(f.encode(), asked) for f in folders]
        return b"".join((*self._head(asked, part), *written, b"</ListBucketResult>"))

    def _names_after(self, asked: Asked) -> list[str]:
        prefix, delimiter, order = asked.prefix.decode(), asked.delimiter.decode(), self.manners.order
        if (prefix, delimiter) not in self._sorted:
            below = {rolled_up(key, prefix, delimiter) for key in self._keys_now if key.startswith(prefix)}
            self._sorted[prefix, delimiter] = sorted(below, key=order)
        names = self._sorted[prefix, delimiter]
        if asked.token:
            return names[bisect_right(names, order(self._given[int(urlsafe_b64decode(asked.token))]), key=order) :]
        if not asked.after or (asked.version == 2 and not self.manners.knows_start_after):
            return names
        after = asked.after.decode()
        folder = rolled_up(after, prefix, delimiter) if after.startswith(prefix) else ""
        names = [name for name in names[bisect_right(names, order(after), key=order) :] if name != folder]
        if self.manners.tells_again and _is_folder(folder, prefix, delimiter):
            return [folder] * any(key.startswith(folder) and key > after for key in self._keys_now) + names
        return names


def rolled_up(key: str, prefix: str, delimiter: str) -> str:
    """The name a key goes by in a listing: its own, or that of its folder."""
    cut = key.find(delimiter, len(prefix)) if delimiter else -1
    return key if cut < 0 else key[: cut + 1]


def _is_folder(name: str, prefix: str, delimiter: str) -> bool:
    return bool(delimiter) and name.endswith(delimiter) and len(name) > len(prefix)


def _contents(key: str, asked: Asked) -> Iterator[bytes]:
    """Facts that differ from key to key, so that none can get onto another's row; markers are empty."""
    number = crc32(key.encode())
    yield b"<Contents><Key>%b</Key><LastModified>20%02d-01-%02dT" % (
        _text(key.encode(), asked),
        number % 100,
        number % 28 + 1,
    )
    yield b"00:00:%02d.%03dZ</LastModified><ETag>&quot;%08x&quot;</ETag>" % (number % 60, number % 1000, number)
    yield b"<Size>%d</Size>" % (0 if key.endswith("/") else number)
    yield b"<StorageClass>%b</StorageClass></Contents>" % (b"STANDARD", b"GLACIER")[number % 2]


class ListingServer(Endpoint):
    """What a test holds of the server: its keys, its manners, what it was asked."""

    def __init__(self) -> None:
        super().__init__(BUCKET, [], 0)
        self._random = Random(1)  # noqa: S311  # jitter
        self._listing: _OddListing = _OddListing()
        self.url = ""

    def hold(self, keys: Iterable[str], manners: Manners | None = None) -> None:
        """Have these keys, and other manners where they are given."""
        self._listing.hold(keys)
        if manners is not None:
            self._listing.manners = manners
            self.latency_s = manners.latency_s[1]

    def forget(self) -> None:
        """Count from zero."""
        self._listing.asked.clear()
        self.counts.requests, self.counts.most_at_once = 0, 0

    @property
    def asked(self) -> list[Asked]:
        """The listings asked for since `forget`."""
        return list(self._listing.asked)

    def answer(self, request: Request) -> bytes:
        """As the bench's endpoint; the next answer takes another time."""
        self.latency_s = self._random.uniform(*self._listing.manners.latency_s)
        return super().answer(request)


@contextmanager
def listing_server() -> Iterator[ListingServer]:
    """Run one on a thread of this process."""
    server, loop, transports = ListingServer(), asyncio.new_event_loop(), list[asyncio.Transport]()

    class KeptLine(Line):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            super().connection_made(transport)
            transports.append(self._transport)

    def end() -> None:
        listening.close()
        for transport in transports:
            transport.abort()
        loop.call_soon(loop.stop)

    thread = threading.Thread(target=loop.run_forever, name="listing-server", daemon=True)
    thread.start()  # first, because in this thread Qt's loop may be running
    starting = asyncio.run_coroutine_threadsafe(loop.create_server(lambda: KeptLine(server), HOST, 0), loop)
    listening = starting.result()
    server.url = f"http://{HOST}:{listening.sockets[0].getsockname()[1]}"
    try:
        yield server
    finally:
        loop.call_soon_threadsafe(end)
        thread.join()
        loop.close()
