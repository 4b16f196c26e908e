"""A bar chart as PNG and a one-page PDF, written byte by byte so that the demo needs no plotting library."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence

_WIDTH, _HEIGHT = 640, 360
_WHITE, _INK, _LINE, _BLUE = b"\xff\xff\xff", b"\x1c\x24\x30", b"\xe3\xe6\xea", b"\x25\x63\xc9"
# Five rows of three dots a letter, one octal digit a row: enough for numbers and the months' first letters.
_LETTERS = {
    "0": "75557", "1": "26227", "2": "71747", "3": "71717", "4": "55711", "5": "74717", "6": "74757", "7": "71122",
    "8": "75757", "9": "75717", "J": "11157", "F": "74644", "M": "57755", "A": "25755", "S": "74717", "O": "75557",
    "N": "57775", "D": "65556",
}  # fmt: skip


def bar_chart_png(values: Sequence[int], labels: str) -> bytes:
    """A bar for each value with its number above and one letter of `labels` below; 640 x 360 pixels."""
    rows = [bytearray(_WHITE * _WIDTH) for _ in range(_HEIGHT)]
    step, top, foot = (_WIDTH - 40) // len(values), max(values), _HEIGHT - 40
    for y in range(40, foot, 60):
        _box(rows, 20, y, _WIDTH - 40, 1, _LINE)
    for i, (value, label) in enumerate(zip(values, labels, strict=True)):
        x, height = 20 + i * step, round(value / top * (foot - 60))
        _box(rows, x + 6, foot - height, step - 12, height, _BLUE)
        _write(rows, x + step // 2 - 16, foot - height - 16, str(value))
        _write(rows, x + step // 2 - 4, foot + 12, label)
    _box(rows, 20, foot, _WIDTH - 40, 2, _INK)
    header = struct.pack(">IIBBBBB", _WIDTH, _HEIGHT, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\0" + row for row in rows), 9)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", pixels) + _chunk(b"IEND", b"")


def _box(rows: list[bytearray], x: int, y: int, width: int, height: int, colour: bytes) -> None:
    for row in rows[y : y + height]:
        row[3 * x : 3 * (x + width)] = colour * width


def _write(rows: list[bytearray], x: int, y: int, text: str) -> None:
    for i, letter in enumerate(text):
        for line, digit in enumerate(_LETTERS[letter]):
            for dot in range(3):
                if int(digit, 8) >> (2 - dot) & 1:
                    _box(rows, x + 8 * i + 2 * dot, y + 2 * line, 2, 2, _INK)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def report_pdf(title: str, lines: Sequence[str], values: Sequence[int]) -> bytes:
    """One A4 page: a title, lines of text, bars for the values."""
    drawn = ["BT /F1 20 Tf 60 770 Td 26 TL", f"({_escaped(title)}) Tj", "/F1 11 Tf 17 TL T*"]
    drawn += [f"T* ({_escaped(line)}) Tj" for line in lines]
    drawn += ["ET", "0.145 0.388 0.788 rg"]
    drawn += [f"{60 + 40 * i} 120 28 {round(260 * value / max(values))} re f" for i, value in enumerate(values)]
    content = "\n".join(drawn).encode("cp1252")
    return _pdf(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources 6 0 R >>",
            b"<< /Length %d >>\nstream\n%b\nendstream" % (len(content), content),
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
            b"<< /Font << /F1 5 0 R >> >>",
        ]
    )


def _pdf(objects: Sequence[bytes]) -> bytes:
    """Number the objects and end with the table of where each begins."""
    out, offsets = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"), []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    return bytes(out)


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
