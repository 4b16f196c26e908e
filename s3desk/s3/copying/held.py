"""Bytes that are held in memory on their way: how many at once, and their digests in parts and as a whole."""

from __future__ import annotations

import hashlib
import threading
from typing import TYPE_CHECKING

from s3desk.s3.transfer.multipart import MIB
from s3desk.s3.transfer.whole import etag_of

if TYPE_CHECKING:
    from s3desk.s3.job import Job

MOST_MEMORY = 96 * MIB  # in all pieces together, unless a single one is larger


class Memory:
    """Lets no more bytes be held than `most`; a single piece that is larger has it to itself."""

    def __init__(self, job: Job, most: int = MOST_MEMORY) -> None:
        self._job, self._most = job, most
        self._held = 0
        self.peak = 0
        self._news = threading.Condition()

    def take(self, size: int) -> None:
        """Wait until there is room. Raises CancelledError."""
        with self._news:
            while self._held and self._held + size > self._most:
                self._news.wait(0.2)
                self._job.stop_if_cancelled()
            self._held += size
            self.peak = max(self.peak, self._held)

    def give(self, size: int) -> None:
        """The piece is gone."""
        with self._news:
            self._held -= size
            self._news.notify_all()


class Digests:
    """The digests of an object whose parts are read by several threads: of each part, and of all in their order."""

    def __init__(self, job: Job, *, ordered: bool) -> None:
        self._job, self._ordered = job, ordered
        self._all = hashlib.md5(usedforsecurity=False)
        self._next = 1
        self._news = threading.Condition()
        self.broken = False
        self.parts: dict[int, bytes] = {}

    def add(self, number: int, data: bytes) -> bytes:
        """The digest of a part; where the order matters this waits for the parts before it."""
        digest = self.parts[number] = md5(data)
        if self._ordered:
            with self._news:
                while self._next != number and not self.broken:
                    self._news.wait(0.2)
                    self._job.stop_if_cancelled()
                self._all.update(data)
                self._next = number + 1
                self._news.notify_all()
        return digest

    @property
    def md5(self) -> str:
        """Of all bytes, in hexadecimal; "" where the order was not kept."""
        return self._all.hexdigest() if self._ordered else ""

    @property
    def composite(self) -> str:
        """What S3 calls an object of these parts."""
        return etag_of([self.parts[number] for number in sorted(self.parts)])


def md5(data: bytes) -> bytes:
    """S3's own checksum, by which no secret hangs."""
    return hashlib.md5(data, usedforsecurity=False).digest()
