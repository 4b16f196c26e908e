"""How large a picture is, read from its header alone: a small file can unfold to gigabytes of pixels."""

from __future__ import annotations

import struct

IMAGE_BYTES = 20_000_000
IMAGE_PIXELS = 50_000_000
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # JPEG markers that carry the size


def dimensions(head: bytes) -> tuple[int, int] | None:
    """Width and height in pixels of a PNG, JPEG, GIF, WebP or BMP; None when the header is cut or damaged."""
    try:
        size = _dimensions(head)
    except (struct.error, IndexError):
        return None
    return size if size and size[0] > 0 and size[1] > 0 else None


def _dimensions(head: bytes) -> tuple[int, int] | None:
    if head.startswith(b"\xff\xd8"):
        return _jpeg(head)
    if head[8:12] == b"WEBP":
        return _webp(head)
    if head.startswith(b"BM"):
        width, height = _two("<HH" if head[14] == 12 else "<ii", head, 18)  # 12: the header of OS/2
        return width, abs(height)  # negative: rows from the top
    if head.startswith(b"GIF8"):
        return _two("<HH", head, 6)
    return _two(">II", head, 16) if head.startswith(b"\x89PNG") and head[12:16] == b"IHDR" else None


def _two(layout: str, head: bytes, offset: int) -> tuple[int, int]:
    first, second = struct.unpack_from(layout, head, offset)
    return first, second


def _jpeg(head: bytes) -> tuple[int, int] | None:
    """Walk over the segments until the one of the frame."""
    at = 2
    while at + 9 <= len(head):
        if head[at] != 0xFF:
            return None
        marker = head[at + 1]
        if marker == 0xFF:  # filling
            at += 1
        elif marker in _FRAMES:
            height, width = _two(">HH", head, at + 5)
            return width, height
        elif marker == 0x01 or 0xD0 <= marker <= 0xD8:  # without a length
            at += 2
        else:
            at += 2 + max(2, int.from_bytes(head[at + 2 : at + 4]))
    return None


def _webp(head: bytes) -> tuple[int, int] | None:
    form = head[12:16]
    if form == b"VP8 " and head[23:26] == b"\x9d\x01\x2a":
        width, height = _two("<HH", head, 26)
        return width & 0x3FFF, height & 0x3FFF
    if form == b"VP8L" and head[20] == 0x2F:
        bits = int.from_bytes(head[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if form == b"VP8X" and len(head) >= 30:
        return int.from_bytes(head[24:27], "little") + 1, int.from_bytes(head[27:30], "little") + 1
    return None


def too_large(size: tuple[int, int] | None) -> str:
    """A sentence for a picture of this width and height that would fill the memory, else ""."""
    if size is None or size[0] * size[1] <= IMAGE_PIXELS:
        return ""
    return f"This picture has {size[0]:,} × {size[1]:,} pixels, too many for a preview."
