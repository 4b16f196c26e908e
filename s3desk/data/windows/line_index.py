"""Where rows stand in the bytes of a file: what reading on, back and anywhere else starts from."""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from dataclasses import dataclass

_BOMS = {
    "utf-8-sig": ((codecs.BOM_UTF8, "utf-8"),),
    "utf-16": ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")),
    "utf-32": ((codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be")),
}
_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Span:
    """The bytes that some rows take: the first begins at `begin`, each ends before its number in `ends`.

    `codec` is the Python codec that reads a part of the file which does not start with its byte order mark.
    """

    begin: int
    ends: tuple[int, ...]
    codec: str


def codec_inside(head: bytes, codec: str) -> tuple[int, str]:
    """The length of the byte order mark in bytes and the codec after it; "" where a text can only be read in order."""
    for mark, inner in _BOMS.get(codec, ()):
        if head.startswith(mark):
            return len(mark), inner
    inner = {"utf-8-sig": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}.get(codec, codec)
    try:  # shifting codecs write an escape sequence, EBCDIC another line end
        plain = "a\n".encode(inner) in (b"a\n", "a\n".encode("utf-16-le"), "a\n".encode("utf-16-be"))
        plain = plain or inner.startswith("utf-32")
    except (LookupError, UnicodeError):
        return 0, ""
    shifting = inner.replace("-", "_").lower().startswith(("iso2022", "hz", "utf_7"))
    return 0, inner if plain and not shifting else ""


def unit_of(codec: str) -> int:
    """How many bytes a line end takes, on a multiple of which every character begins."""
    return len("\n".encode(codec))


def line_ends(raw: bytes, codec: str) -> list[int]:
    """The positions in bytes after each line end; `raw` starts on a character."""
    unit = unit_of(codec)
    marks = [re.escape(mark.encode(codec)) for mark in ("\r\n", "\r", "\n")]
    found = re.finditer(b"|".join(marks), raw)
    return [match.end() for match in found if match.start() % unit == 0]


def after_first_line(raw: bytes, codec: str) -> int:
    """The position in bytes after the first line end, -1 where there is none or it may be cut."""
    unit = unit_of(codec)
    newline, at = "\n".encode(codec), -unit
    while (at := raw.find(newline, at + unit)) >= 0:
        if at % unit == 0:
            return at + unit
        at -= at % unit
    ends = line_ends(raw, codec) if "\r".encode(codec) in raw else []  # an old Mac's lines
    return ends[0] if ends and ends[0] < len(raw) else -1


def byte_offsets(raw: bytes, text: str, ends: Sequence[int], codec: str) -> list[int]:
    """Positions of characters, in order and each after a line end, as positions in the bytes they were decoded from."""
    if len(raw) == len(text):
        return list(ends)
    if "\ufffd" not in text:
        return _encoded(text, ends, codec)
    # What could not be read has another length than its mark, but line ends stay line ends.
    after = dict(zip((match.end() for match in _LINE_END.finditer(text)), line_ends(raw, codec), strict=False))
    after[0] = 0
    return [after.get(end, len(raw)) for end in ends]


def _encoded(text: str, ends: Sequence[int], codec: str) -> list[int]:
    offsets, at, size = [], 0, 0
    for end in ends:
        size += len(text[at:end].encode(codec))
        at = end
        offsets.append(size)
    return offsets
