"""The elements of one long JSON array as rows."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from s3desk.data.windows.row_forms import JsonRows, Piece

if TYPE_CHECKING:
    from s3desk.data.table import Row

_BETWEEN = re.compile(r"\s*(?:,\s*|(?=\]))")
_DECODER = json.JSONDecoder(parse_float=str, parse_int=str)


@dataclass(frozen=True, slots=True)
class ArrayRows:
    """Elements of an array in UTF-8; `names` are the members that are columns. They are found in order only."""

    names: tuple[str, ...]

    codec = "utf-8"
    quote = delimiter = b""
    blank_lines_count = False
    is_countable = False

    def split(self, raw: bytes, *, whole: bool) -> Piece:
        """Elements up to the array's end; what is none is a bad row and shown as it is written."""
        text = raw.decode(self.codec, "surrogateescape")
        found = Piece([], [])
        bad: set[int] = set()
        start = size = 0
        for end in _element_ends(text):
            size += len(text[start:end].encode(self.codec, "surrogateescape"))
            found.rows.append(self._row(text[start:end].rstrip(", \t\r\n")))
            found.ends.append(size)
            start = end
        rest = text[start:].strip()
        if whole and rest not in ("", "]"):
            bad.add(len(found.rows))
            found.rows.append((_readable(rest[:4096]), *(None,) * (len(self.names) - 1)))
            found.ends.append(len(raw))
        return Piece(found.rows, found.ends, frozenset(bad))

    def sync(self, raw: bytes) -> int:  # noqa: ARG002
        """Nowhere: inside an element others may be nested that look the same."""
        return -1

    def _row(self, text: str) -> Row:
        (row,) = (
            JsonRows(self.codec, self.names).split(" ".join(_readable(text).splitlines()).encode(), whole=True).rows
        )
        return row


def _element_ends(text: str) -> Iterator[int]:
    """The positions after each complete element and what separates it from the next."""
    at = len(text) - len(text.lstrip())
    while at < len(text) and text[at] != "]":
        try:
            _, end = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError):
            return
        between = _BETWEEN.match(text, end)
        if between is None:
            return
        at = between.end()
        yield at


def _readable(text: str) -> str:
    """What is no UTF-8 as its usual mark."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
