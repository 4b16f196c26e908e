"""Source: an object as a seekable file that fetches what is read, and refuses to fetch more than a preview is worth."""

from __future__ import annotations

import io
from bisect import bisect_right
from collections.abc import Callable, Sequence

_AHEAD = 64 << 10  # bytes fetched at least at once; doubled for each further piece of the same span
_PLANNED = 256 << 10  # the same, of a span that will be read
_MOST_AHEAD = 2 << 20
_SMALL = 1 << 20  # a file of this size is fetched to its end at once, and so is a span one has planned to read
_JOINED = 4 << 20  # neighbouring small spans

Span = tuple[int, int]


class TooMuchError(Exception):
    """More would have to be fetched than a preview is worth."""


class Source(io.RawIOBase):
    """The bytes of an object for parsers that seek; `ask(offset, length)` fetches.

    `plan` names the parts that will be read, so that neighbours come in one request and little beyond them. Reading
    raises TooMuchError once `most_bytes` or `most_requests` would be exceeded, and then `exhausted` is True: many
    parsers wrap what is raised here in something of their own.
    """

    def __init__(
        self, ask: Callable[[int, int], bytes], size: int, head: bytes, *, most_bytes: int, most_requests: int
    ) -> None:
        super().__init__()
        self.size_ = size
        self.exhausted = False
        self._ask = ask
        self._starts = [0]
        self._pieces = [head]
        self._spans: list[Span] = [(0, size)]
        self._whole = [size <= _SMALL]
        self._ahead = self._first = _AHEAD
        self._last_end = -1
        self._position = 0
        self._bytes_left, self._requests_left = most_bytes, most_requests

    def plan(self, spans: Sequence[Span]) -> None:
        """What will be read from its start on: up to 1 MiB at once, with its neighbours up to 4 MiB; else in pieces."""
        joined: list[Span] = []
        whole: list[bool] = []
        for start, end in sorted(spans):
            is_small = end - start <= _SMALL
            if is_small and joined and whole[-1] and start <= joined[-1][1] + 4096 and end - joined[-1][0] <= _JOINED:
                joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
            else:
                joined.append((start, end))
                whole.append(is_small)
        self._spans, self._whole, self._first = joined, whole, _PLANNED

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def size(self) -> int:
        """Bytes of the object."""
        return self.size_

    def tell(self) -> int:
        """Where the next read begins."""
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to another position; one before the start is an error."""
        position = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self.size_}[whence]
        if position < 0:
            raise OSError("a position before the start of the file")
        self._position = position
        return position

    def read(self, size: int = -1) -> bytes:
        """The next bytes, all that remain when `size` is negative."""
        end = self.size_ if size is None or size < 0 else min(self._position + size, self.size_)
        data = self.read_at(self._position, end - self._position)
        self._position += len(data)
        return data

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # any writable buffer
        """For io.BufferedReader and pdfium."""
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def read_at(self, offset: int, length: int) -> bytes:
        """These bytes, from what is here already as far as possible."""
        end = min(offset + length, self.size_)
        out = []
        while offset < end:
            out.append(self._known(offset, end) or self._fetch(offset, end)[: end - offset])
            offset += len(out[-1])
        return b"".join(out)

    def _known(self, offset: int, end: int) -> bytes:
        """What is here already of these bytes, from the first on."""
        index = bisect_right(self._starts, offset) - 1
        start = self._starts[index]
        return self._pieces[index][offset - start : end - start]

    def _fetch(self, offset: int, end: int) -> bytes:
        """Bytes from `offset` on, at least up to the next known piece or to `end`, and some ahead."""
        index = bisect_right(self._starts, offset)
        stop = self._starts[index] if index < len(self._starts) else self.size_
        length = min(max(end, self._ahead_of(offset)), stop) - offset
        self._bytes_left -= length
        self._requests_left -= 1
        if self._bytes_left < 0 or self._requests_left < 0:
            self.exhausted = True
            raise TooMuchError
        data = self._ask(offset, length)
        if not data:
            raise OSError("the file is shorter than it said")
        self._starts.insert(index, offset)
        self._pieces.insert(index, data)
        self._last_end = offset + len(data)
        return data

    def _ahead_of(self, offset: int) -> int:
        """Up to where reading at `offset` should fetch."""
        index = bisect_right(self._spans, (offset, self.size_)) - 1
        if index < 0 or self._spans[index][1] <= offset:  # nothing that was planned
            return offset + _AHEAD
        start, stop = self._spans[index]
        if self._whole[index]:
            return stop
        goes_on = start < offset == self._last_end
        self._ahead = min(self._ahead * 2, _MOST_AHEAD) if goes_on else self._first
        return min(offset + self._ahead, stop)
