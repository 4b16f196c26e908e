"""PDF: one page drawn as a picture; scripts, actions and links in it are never run."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import pypdfium2

from s3desk.data.parsers.parsed import Parsed

if TYPE_CHECKING:
    from s3desk.data.parsers.source import Source

_LONGEST_EDGE = 1600  # pixels
_MOST_SCALE = 2.0  # pixels a point
_CHOICES = 2000  # pages one can choose among


def parse(source: Source, *, part: str = "") -> Parsed:
    """The first page, or that with the number `part`, as BMP. Raises PdfiumError for a damaged or locked file."""
    document = pypdfium2.PdfDocument(source)
    pages = len(document)
    if not pages:
        return Parsed(refusal="This PDF document has no pages.")
    number = int(part) if part.isdecimal() and 0 < int(part) <= pages else 1
    page = document[number - 1]
    width, height = page.get_size()
    scale = min(_MOST_SCALE, _LONGEST_EDGE / max(width, height, 1.0))
    bitmap = page.render(scale=scale, may_draw_forms=False, rev_byteorder=False, prefer_bgrx=True)
    shown = "1 page" if pages == 1 else f"page {number:,} of {pages:,}"
    return Parsed(
        details=(shown,),
        parts=tuple(str(page) for page in range(1, min(pages, _CHOICES) + 1)),
        part=str(number),
        data=_bmp(bitmap.width, bitmap.height, bitmap.stride, bytes(bitmap.buffer)),
    )


def _bmp(width: int, height: int, stride: int, pixels: bytes) -> bytes:
    """The pixels (4 bytes each, blue first) with the head of a BMP file, which any toolkit reads."""
    rows = b"".join(pixels[row * stride : row * stride + width * 4] for row in range(height))
    head = struct.pack("<2sIHHI", b"BM", 54 + len(rows), 0, 0, 54)
    return head + struct.pack("<IiiHHIIiiII", 40, width, -height, 1, 32, 0, len(rows), 2835, 2835, 0, 0) + rows
