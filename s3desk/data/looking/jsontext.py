"""JSON made readable without parsing it: only white space changes, so numbers, twins and cut ends stay as written."""

from __future__ import annotations

import re

_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"?|[\[\]{},:]|[^\s\[\]{},:"]+', re.DOTALL)
_OPENING, _CLOSING = ("{", "["), ("}", "]")
_DEEPEST = 100  # levels; indentation would outgrow the content
_LONGEST = 2 << 20  # characters of result


def indented(text: str, *, step: int = 2) -> str | None:
    """The same words, one member a line, also when the end is cut; None when nested too deep or too long to be read."""
    out: list[str] = []
    depth, length, previous = 0, 0, ""
    for match in _TOKEN.finditer(text):
        word = match[0]
        if word in _CLOSING:
            depth = max(depth - 1, 0)
        out.append(_gap(previous, word, depth * step) + word)
        if word in _OPENING:
            depth += 1
        length += len(out[-1])
        if depth > _DEEPEST or length > _LONGEST:
            return None
        previous = word
    return "".join(out)


def _gap(previous: str, word: str, indentation: int) -> str:
    """The white space between two words."""
    if not previous or word in (",", ":"):
        return ""
    if previous == ":":
        return " "
    if previous in _OPENING and word in _CLOSING:
        return ""
    return "\n" + " " * indentation
