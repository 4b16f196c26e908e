"""The beginning of a compressed file: only what its first bytes unfold to, and never more than a MiB of that."""

from __future__ import annotations

import bz2
import lzma
import zlib
from dataclasses import dataclass
from typing import Protocol

MOST = 1 << 20  # bytes unfolded
_STEP = 4096  # packed bytes fed at once
_MEMORY = 160 << 20  # bytes an xz dictionary may ask for; `xz -9` asks for 65 MiB
_COUNTED = 64 << 20  # bytes unfolded to see how much there is
_RATIO = 200  # unpacked to packed; ordinary text stays below 30
_MARKS = (
    (b"\x1f\x8b", "gzip"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"\x04\x22\x4d\x18", "lz4"),
)
ENDS = {"gz": "gzip", "gzip": "gzip", "zst": "zstd", "zstd": "zstd", "bz2": "bzip2", "xz": "xz", "lz4": "lz4"}


class Member(Protocol):
    """What bz2 and lzma have in common."""

    @property
    def eof(self) -> bool: ...

    @property
    def needs_input(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Unfolded:
    """What the first bytes unfold to.

    `used` are the packed bytes that made it and `more`, the number of unfolded bytes that are not kept; `whole` tells
    that this is all, `damaged` that the packed bytes are not what their mark says.
    """

    data: bytes
    used: int
    whole: bool
    damaged: bool
    more: int = 0

    @property
    def ratio(self) -> float:
        """Unfolded to packed."""
        return (len(self.data) + self.more) / max(self.used, 1)

    @property
    def is_bomb(self) -> bool:
        """Whether unfolding it all could fill a disk: no honest data is this empty."""
        return self.ratio > _RATIO and len(self.data) >= MOST // 2

    def size_of(self, packed: int) -> int:
        """About how many bytes `packed` bytes unfold to, if the rest is like the beginning."""
        return len(self.data) if self.whole else max(round(packed * self.ratio), len(self.data) + 1)


def codec_of(head: bytes) -> str:
    """The name of the compression these bytes begin with: one that can be unfolded, or ""."""
    return next((codec for mark, codec in _MARKS if head.startswith(mark)), "")


def inner_name(key: str) -> str:
    """The key without the end that names the compression."""
    stem, dot, end = key.rpartition(".")
    return stem if dot and end.lower() in ENDS else key + ".tar" if end.lower() in ("tgz", "tbz", "txz") else key


def unfold(head: bytes, codec: str, *, whole: bool) -> Unfolded:
    """Unfold the first bytes of a compressed file; `whole` when they are all of it. Never raises because of them."""
    if codec in ("zstd", "lz4"):
        return _by_arrow(head, codec, whole=whole)
    out = bytearray()
    rest, used, eof, damaged = head, 0, False, False
    try:
        while rest and len(out) < MOST and not damaged:
            part, fed, eof = _member(start_of(codec), rest, MOST - len(out))
            out += part
            used += fed
            rest = rest[fed:] if eof else b""
            if eof and not rest.strip(b"\0"):
                rest = b""
    except (zlib.error, OSError, EOFError, lzma.LZMAError, MemoryError):
        damaged = True
    cut = len(out) >= MOST
    ended = whole and eof and not rest and not cut
    return Unfolded(bytes(out), used, ended, damaged or (whole and not eof and not cut))


def start_of(codec: str) -> Member:
    """What unfolds one stream of gzip, bzip2 or xz."""
    if codec == "gzip":
        return _Gzip()
    return bz2.BZ2Decompressor() if codec == "bzip2" else lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_MEMORY)


def _member(unfolding: Member, packed: bytes, most: int) -> tuple[bytes, int, bool]:
    """Of one stream: what it unfolds to, how many bytes it took, and whether it ended."""
    out = bytearray()
    fed = 0
    while not unfolding.eof and len(out) < most:
        step = packed[fed : fed + _STEP] if unfolding.needs_input else b""
        if unfolding.needs_input and not step:
            break
        fed += len(step)
        try:
            out += unfolding.decompress(step, most - len(out))
        except (zlib.error, OSError, EOFError, lzma.LZMAError):
            if not out:
                raise
            break
    return bytes(out), fed - (len(unfolding.unused_data) if unfolding.eof else 0), unfolding.eof


class _Gzip:
    """zlib in the manner of bz2 and lzma."""

    def __init__(self) -> None:
        self._inner = zlib.decompressobj(wbits=31)

    @property
    def eof(self) -> bool:
        """Whether the stream ended."""
        return self._inner.eof

    @property
    def needs_input(self) -> bool:
        """Whether all that was fed is used."""
        return not self._inner.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        """What follows the end."""
        return self._inner.unused_data

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        """Some more of the content."""
        return self._inner.decompress(self._inner.unconsumed_tail + data, max(max_length, 1))


def _by_arrow(head: bytes, codec: str, *, whole: bool) -> Unfolded:
    """Zstandard and LZ4, which Python itself does not read."""
    import pyarrow as pa  # noqa: PLC0415  # heavy, and only these need it

    out = bytearray()
    more, ended, damaged = 0, False, False
    try:
        with pa.CompressedInputStream(pa.BufferReader(head), codec) as stream:
            while more < _COUNTED and (piece := stream.read(_STEP)):
                out += piece[: MOST - len(out)]
                more += len(piece)
            ended = more < _COUNTED
    except (OSError, pa.ArrowException, MemoryError):
        damaged = whole or not out
    used = _zstd_used(head) if codec == "zstd" else len(head)
    all_kept = ended and more == len(out)
    return Unfolded(bytes(out), used, whole and all_kept, damaged or (whole and not ended), more - len(out))


def _zstd_used(head: bytes) -> int:
    """Up to where the blocks of the first frame are complete: a cut one unfolds to nothing."""
    flags = head[4] if len(head) > 4 else 0
    is_single = flags >> 5 & 1
    at = 5 + (not is_single) + (0, 1, 2, 4)[flags & 3] + (is_single, 2, 4, 8)[flags >> 6]
    while at + 3 <= len(head):
        block = int.from_bytes(head[at : at + 3], "little")
        end = at + 3 + (1 if block >> 1 & 3 == 1 else block >> 3)
        if end > len(head):
            return at
        at = end
        if block & 1:
            break  # the last; another frame may follow
    return len(head)
