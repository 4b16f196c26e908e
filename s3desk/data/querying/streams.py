"""What libraries read files from: ranges of an object, fetched ahead in blocks, and its text as UTF-8."""

from __future__ import annotations

import codecs
import io
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from s3desk.data.ranged import RangedFile

_FIRST = 1 << 20  # bytes of the first request: a query with a LIMIT needs no more
_MOST = 4 << 20
_TAIL = 1 << 20
_UTF8 = ("utf-8", "utf-8-sig", "ascii")


class ForwardStream(io.RawIOBase):
    """An object from its beginning to its end, in requests of 1 and then 4 MiB; `body` where it is here already."""

    def __init__(self, source: RangedFile, body: bytes | None = None) -> None:
        self._source, self._block, self._at, self._read = source, body or b"", 0, len(body or b"")
        self._step = _FIRST
        self._ended = body is not None

    def readable(self) -> bool:
        """It is."""
        return True

    def read(self, size: int = -1) -> bytes:
        """The next bytes, at most `size`; fewer where a block ends, none at the end."""
        if self._at >= len(self._block) and not self._ended:
            self._block, self._at = self._source.read_at(self._read, self._step), 0
            self._read += len(self._block)
            self._step = min(self._step * 4, _MOST)
            self._ended = self._read >= self._source.size
        end = len(self._block) if size < 0 else self._at + size
        piece = self._block[self._at : end]
        self._at += len(piece)
        return piece


class Utf8Stream(io.RawIOBase):
    """Text in any encoding as UTF-8; damaged characters become U+FFFD. `seen` is shown all that passes."""

    def __init__(self, read: Callable[[int], bytes], codec: str, seen: Callable[[bytes], object] | None = None) -> None:
        self._read, self._seen, self._left, self._ended = read, seen, b"", False
        self._is_utf8 = codec in _UTF8
        name = "utf-8-sig" if self._is_utf8 else codec
        self._decoder = codecs.getincrementaldecoder(name)(errors="replace")

    def readable(self) -> bool:
        """It is."""
        return True

    def read(self, size: int = -1) -> bytes:
        """The next bytes, at most `size`, none at the end."""
        while not self._left and not self._ended:
            data = self._read(size if size > 0 else _MOST)
            self._ended = not data
            self._left = self._as_utf8(data)
            if self._seen is not None and self._left:
                self._seen(self._left)
        piece, self._left = (self._left, b"") if size < 0 else (self._left[:size], self._left[size:])
        return piece

    def _as_utf8(self, data: bytes) -> bytes:
        if self._is_utf8 and data.isascii() and not self._decoder.getstate()[0]:
            return data  # nothing to do, and nothing waits for its other half
        return self._decoder.decode(data, final=not data).encode("utf-8", "replace")


class FooterStream(io.RawIOBase):
    """An object by position, each read one request; remembers its end, where Parquet keeps what scans begin with."""

    def __init__(self, source: RangedFile, tail: bytearray) -> None:
        self._source, self._size, self._tail, self._at = source, source.size, tail, 0

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def tell(self) -> int:
        """Where the next read starts."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go somewhere; costs nothing."""
        self._at = max({io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence] + offset, 0)
        return self._at

    def read(self, size: int = -1) -> bytes:
        """The next bytes, in one request at most."""
        left = max(self._size - self._at, 0)
        size, start = left if size < 0 else min(size, left), self._size - len(self._tail)
        if self._at >= start:
            data = bytes(self._tail[self._at - start : self._at - start + size])
        else:
            data = self._source.read_at(self._at, size)
            if self._at + len(data) == self._size and len(data) <= _TAIL:
                self._tail[:] = data
        self._at += len(data)
        return data
