"""Unfold a compressed file piece by piece, in order, with the memory of one piece."""

from __future__ import annotations

import io
import lzma
import zlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from s3desk.data.looking.compressed import start_of

if TYPE_CHECKING:
    from s3desk.data.looking.compressed import Member

DAMAGES = (zlib.error, OSError, EOFError, lzma.LZMAError, MemoryError, ValueError)  # Arrow's are ValueErrors too


class Unfolding(Protocol):
    """Reads the content in order."""

    def read(self, most: int) -> bytes:
        """Up to so many bytes more, none at the end. Raises one of DAMAGES."""


def unfolding(codec: str, more: Callable[[], bytes]) -> Unfolding:
    """The content of what `more` hands out piece by piece."""
    return _ArrowMembers(codec, more) if codec in ("zstd", "lz4") else _Members(codec, more)


class _Members:
    """gzip, bzip2 and xz: one stream or several, one after the other."""

    def __init__(self, codec: str, more: Callable[[], bytes]) -> None:
        self._codec = codec
        self._more = more
        self._packed = b""
        self._member: Member | None = None

    def read(self, most: int) -> bytes:
        while True:
            if self._member is None and not self._next_member():
                return b""
            if self._member is None:
                continue
            if self._member.needs_input and not self._packed:
                self._packed = self._more()
                if not self._packed:
                    raise EOFError
            fed, self._packed = (self._packed, b"") if self._member.needs_input else (b"", self._packed)
            out = self._member.decompress(fed, most)
            if self._member.eof:
                self._packed, self._member = self._member.unused_data + self._packed, None
            if out:
                return out

    def _next_member(self) -> bool:
        """Begin with the stream that follows, over zeros between them; whether there is one."""
        while not (packed := self._packed.lstrip(b"\0")):
            if not (packed := self._more()):
                return False
            self._packed = packed
        self._packed, self._member = packed, start_of(self._codec)
        return True


class _ArrowMembers:
    """Zstandard and LZ4."""

    def __init__(self, codec: str, more: Callable[[], bytes]) -> None:
        import pyarrow as pa  # noqa: PLC0415  # heavy, and only these need it

        self._stream = pa.CompressedInputStream(pa.PythonFile(_Pieces(more), "r"), codec)

    def read(self, most: int) -> bytes:
        return bytes(self._stream.read(most))


class _Pieces(io.RawIOBase):
    """What `more` hands out as a file."""

    def __init__(self, more: Callable[[], bytes]) -> None:
        super().__init__()
        self._more = more
        self._rest = b""

    def readable(self) -> bool:
        """It is."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Up to so many bytes."""
        self._rest = self._rest or self._more()
        data, self._rest = self._rest[:size], self._rest[size:]
        return data
