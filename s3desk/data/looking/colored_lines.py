"""The colours of source code as a window lays it out: line by line, in units of UTF-16."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from s3desk.data.looking.colored import MOST, Role, spans

if TYPE_CHECKING:
    from s3desk.s3.job import Job

Part = tuple[int, int, Role]  # where it starts in its line, how long it is, what it is


def colored_lines(job: Job, text: str, language: str) -> dict[int, list[Part]]:
    """What to colour in each line of a text, lines from 0; only the beginning of a long one, nothing where none is."""
    if len(text) > MOST:
        text = text[: text.rfind("\n", 0, MOST) + 1]
    found = spans(text, language) if text else ()
    job.check()
    starts = [0]
    starts += (at + 1 for at, character in enumerate(text) if character == "\n")
    lines: dict[int, list[Part]] = {}
    for span in found:
        number = bisect_right(starts, span.start) - 1
        start = span.start
        for piece in text[span.start : span.end].split("\n"):  # a comment may go on over lines
            if piece:
                begin = _units(text[starts[number] : start])
                lines.setdefault(number, []).append((begin, _units(piece), span.role))
            start += len(piece) + 1
            number += 1
    return lines


def _units(text: str) -> int:
    """The length Qt gives a text: characters beyond the first 65,536 are two."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2
