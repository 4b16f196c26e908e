"""How long a recording is and how large a video, from its header: nothing is played or decoded."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_HOPS = 12  # boxes of an MPEG-4 file looked at on the top level
_MOOV = 1 << 20  # bytes of its directory that are read
_DEEPEST = 6

ReadAt = Callable[[int, int], bytes]


@dataclass(frozen=True, slots=True)
class Media:
    """Duration in seconds, width and height in pixels; None and 0 where the header does not tell."""

    seconds: float | None = None
    width: int = 0
    height: int = 0

    @property
    def words(self) -> str:
        """For example `1920 × 1080 pixels, 3:25 minutes`, or ""."""
        parts = [f"{self.width:,} × {self.height:,} pixels"] if self.width and self.height else []
        if self.seconds is not None and 0 <= self.seconds < 1e7:
            parts.append(duration_words(self.seconds))
        return ", ".join(parts)


def duration_words(seconds: float) -> str:
    """A time as players show it: `12 seconds`, `3:25 minutes`, `1:02:03 hours`."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} second{'s' * (whole != 1)}"
    if whole < 3600:
        return f"{whole // 60}:{whole % 60:02} minutes"
    return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02} hours"


def media(head: bytes, size: int, read_at: ReadAt) -> Media:
    """What the header of a recording or video of `size` bytes says; `read_at` is asked at most twice, for MPEG-4 only.

    Never raises because of the bytes.
    """
    try:
        return _media(head, size, read_at)
    except (struct.error, IndexError, ZeroDivisionError, OverflowError, ValueError):
        return Media()


def _media(head: bytes, size: int, read_at: ReadAt) -> Media:
    if head[:4] == b"RIFF":
        return _wav(head, size) if head[8:12] == b"WAVE" else _avi(head)
    if head[:4] == b"fLaC":
        return _flac(head)
    if head[4:8] == b"ftyp":
        return _mpeg4(head, size, read_at)
    if head[:3] == b"ID3" or (head[0] == 0xFF and head[1] & 0xE0 == 0xE0):
        return _mp3(head, size)
    return _matroska(head) if head[:4] == b"\x1a\x45\xdf\xa3" else Media()


def _wav(head: bytes, size: int) -> Media:
    at, rate = 12, 0
    while at + 8 <= len(head):
        name, length = struct.unpack_from("<4sI", head, at)
        if name == b"fmt ":
            (rate,) = struct.unpack_from("<I", head, at + 16)
        if name == b"data":
            return Media(min(length, size) / rate)
        at += 8 + length + length % 2
    return Media()


def _avi(head: bytes) -> Media:
    at = head.index(b"avih") + 8
    microseconds, frames, width, height = (struct.unpack_from("<I", head, at + skip)[0] for skip in (0, 16, 32, 36))
    return Media(microseconds * frames / 1e6, width, height)


def _flac(head: bytes) -> Media:
    bits = int.from_bytes(head[18:26])
    rate, samples = bits >> 44, bits & (1 << 36) - 1
    return Media(samples / rate if samples else None)


def _mp3(head: bytes, size: int) -> Media:
    """By the rate of the first frame: exact where it is constant, which is said nowhere."""
    at = 0
    if head[:3] == b"ID3":
        at = 10 + (head[6] << 21 | head[7] << 14 | head[8] << 7 | head[9])
    if at + 4 > len(head) or head[at] != 0xFF or head[at + 1] & 0xE6 != 0xE2:  # layer III
        return Media()
    first = head[at + 1] & 0x18 == 0x18  # MPEG 1
    rates = (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
    if not first:
        rates = (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
    return Media((size - at) / (rates[(head[at + 2] >> 4) - 1] * 125))


def _mpeg4(head: bytes, size: int, read_at: ReadAt) -> Media:
    found = _moov(head, size, read_at)
    if found is None:
        return Media()
    seconds, width, height = None, 0, 0
    for name, body in _boxes(found):
        if name == b"mvhd":
            seconds = _mvhd(body)
        if name == b"tkhd":
            w, h = struct.unpack_from(">II", body, len(body) - 8)
            width, height = max(width, w >> 16), max(height, h >> 16)
    return Media(seconds, width, height)


def _moov(head: bytes, size: int, read_at: ReadAt) -> bytes | None:
    """The directory of an MPEG-4 file, which may stand behind the pictures; hops over boxes outside the head once."""
    at, hops = 0, 0
    piece, start = head, 0
    while at + 8 <= size and hops < _HOPS:
        if at + 16 > start + len(piece):
            if start:
                return None
            piece, start = read_at(at, _MOOV), at
        length, name = struct.unpack_from(">I4s", piece, at - start)
        if length == 1:
            (length,) = struct.unpack_from(">Q", piece, at - start + 8)
        length = length or size - at
        if name == b"moov":
            body = piece[at - start : at - start + min(length, _MOOV)]
            missing = min(length, _MOOV) - len(body)
            return body + (read_at(start + len(piece), missing) if missing > 0 else b"")
        at += max(length, 8)
        hops += 1
    return None


def _boxes(data: bytes, depth: int = 0) -> Iterator[tuple[bytes, bytes]]:
    """The boxes that tell something, out of those that hold them."""
    at = 0
    while at + 8 <= len(data) and depth < _DEEPEST:
        length, name = struct.unpack_from(">I4s", data, at)
        length = max(length, 8)
        body = data[at + 8 : at + length]
        if name in (b"moov", b"trak"):
            yield from _boxes(body, depth + 1)
        else:
            yield name, body
        at += length


def _mvhd(body: bytes) -> float:
    scale, duration = struct.unpack_from(">IQ", body, 20) if body[0] == 1 else struct.unpack_from(">II", body, 12)
    return float(duration / scale)


def _matroska(head: bytes) -> Media:
    """The elements sought are found by their ids, which hardly occur by chance in the short header."""
    info = head.find(b"\x15\x49\xa9\x66")
    scale, seconds = 1_000_000, None
    if info >= 0:
        part = head[info : info + 512]
        at = part.find(b"\x2a\xd7\xb1")
        if at >= 0:
            scale = int.from_bytes(part[at + 4 : at + 4 + (part[at + 3] & 0x0F)])
        at = part.find(b"\x44\x89")
        if at >= 0 and part[at + 2] in (0x84, 0x88):
            seconds = struct.unpack_from(">f" if part[at + 2] == 0x84 else ">d", part, at + 3)[0] * scale / 1e9
    tracks = head.find(b"\x16\x54\xae\x6b")
    width, height = (_unsigned(head[tracks : tracks + 4096], mark) if tracks >= 0 else 0 for mark in (b"\xb0", b"\xba"))
    return Media(seconds, width, height)


def _unsigned(part: bytes, mark: bytes) -> int:
    """A number of one or two bytes after its id, inside the element about the picture."""
    start = part.find(b"\xe0")
    for length in (2, 1):
        at = part.find(mark + bytes([0x80 | length]), max(start, 0))
        if start >= 0 and at >= 0:
            return int.from_bytes(part[at + 2 : at + 2 + length])
    return 0
