"""What makes a row in a text: cells between delimiters, a JSON value a line, or the line itself."""

from __future__ import annotations

import io
import json
import re
from dataclasses import dataclass
from itertools import accumulate, takewhile
from typing import Protocol

from s3desk.data.encoding import decode
from s3desk.data.rows import Dialect, split_rows
from s3desk.data.table import Row, fitted_rows
from s3desk.data.windows.line_index import after_first_line, byte_offsets, unit_of

LONGEST_LINE = 16 << 10  # bytes of a text without line ends that are shown as one line


@dataclass(frozen=True, slots=True)
class Piece:
    """Complete rows found in some bytes: each ends before its position in `ends`; `bad` are uneven ones, from 0."""

    rows: list[Row]
    ends: list[int]
    bad: frozenset[int] = frozenset()

    def first(self, count: int) -> Piece:
        """Without the rows after the first ones."""
        return Piece(self.rows[:count], self.ends[:count], frozenset(row for row in self.bad if row < count))

    def last(self, count: int) -> tuple[int, Piece]:
        """Without the rows before the last ones, and the position in bytes where those begin."""
        left = len(self.rows) - count
        if left <= 0:
            return 0, self
        bad = frozenset(row - left for row in self.bad if row >= left)
        return self.ends[left - 1], Piece(self.rows[left:], self.ends[left:], bad)


class RowForm(Protocol):
    """How the bytes of one file make rows. `quote` is the byte that lets a row go on over line ends, or b""."""

    @property
    def codec(self) -> str:
        """The Python codec that reads any part of the file."""

    @property
    def quote(self) -> bytes:
        """The quote, b"" where a line end always ends a row."""

    @property
    def delimiter(self) -> bytes:
        """What stands between cells, b"" where a line is not split."""

    @property
    def blank_lines_count(self) -> bool:
        """Whether an empty line is a row."""

    @property
    def is_countable(self) -> bool:
        """Whether rows can be counted by looking for line ends and quotes alone."""

    def split(self, raw: bytes, *, whole: bool) -> Piece:
        """The complete rows of bytes that start on a row; `whole` when they also end with one."""

    def sync(self, raw: bytes) -> int:
        """The position of the first row's start in bytes that start anywhere; -1 where none starts."""


@dataclass(frozen=True, slots=True)
class CellRows:
    """Delimited rows of `columns` cells, of which most rows have `width`."""

    codec: str
    dialect: Dialect
    columns: int
    width: int

    blank_lines_count = False

    @property
    def quote(self) -> bytes:
        """In the bytes of the file."""
        return self.dialect.quote.encode(self.codec)

    @property
    def delimiter(self) -> bytes:
        """In the bytes of the file."""
        return self.dialect.delimiter.encode(self.codec)

    @property
    def is_countable(self) -> bool:
        """Escapes may hide a quote, and wide characters line ends."""
        return not self.dialect.escape and unit_of(self.codec) == 1

    def split(self, raw: bytes, *, whole: bool) -> Piece:
        """Rows as the preview splits them."""
        text = decode(raw, self.codec, whole=whole)
        found = split_rows(text, self.dialect, whole=whole)
        ends = byte_offsets(raw, text, found.ends, self.codec)
        bad = frozenset(number for number, row in enumerate(found.cells) if len(row) != self.width)
        return Piece(fitted_rows(found.cells, self.columns), ends, bad)

    def sync(self, raw: bytes) -> int:
        """After the first line end; where quotes follow, after the one that leaves the fewer quotes out of place."""
        line = after_first_line(raw, self.codec)
        if line < 0 or not self.quote or self.quote not in raw[line:]:
            return line
        text = decode(raw[line:], self.codec, whole=False)
        outside = split_rows(text, self.dialect, whole=False)
        inside = split_rows(self.dialect.quote + text, self.dialect, whole=False)
        if not inside.cells or self._looks(text, outside.cells) >= self._looks(
            self.dialect.quote + text, inside.cells[1:]
        ):
            return line if outside.cells else -1
        return line + byte_offsets(raw[line:], text, [inside.ends[0] - 1], self.codec)[0]

    def _looks(self, text: str, cells: list[list[str]]) -> tuple[int, float]:
        """How well a text that starts outside quotes was read: quotes out of place (negative), rows that fit."""
        edge, quote = re.escape(self.dialect.delimiter), re.escape(self.dialect.quote)
        cell = f"(?<![^{edge}\r\n]){quote}(?:[^{quote}]|{quote}{quote})*(?:{quote}(?![^{edge}\r\n])|\\Z)"
        fitting = sum(len(row) == self.width for row in cells)
        return -re.sub(cell, "", text).count(self.dialect.quote), fitting / len(cells) if cells else 0.0


@dataclass(frozen=True, slots=True)
class JsonRows:
    """One JSON value a line; `names` are the members that are columns. What is no object stands in the first."""

    codec: str
    names: tuple[str, ...]

    quote = delimiter = b""
    blank_lines_count = False
    is_countable = True

    def split(self, raw: bytes, *, whole: bool) -> Piece:
        """Members as text, nested ones as JSON; a line that is no JSON is bad and shown as it is written."""
        lines, ends = _lines(raw, self.codec, whole=whole, keep_blank=False)
        rows, bad = [], set()
        for number, line in enumerate(lines):
            row = self._row(line)
            if row is None:
                bad.add(number)
                row = (line.strip(), *(None,) * (len(self.names) - 1))
            rows.append(row)
        return Piece(rows, ends, frozenset(bad))

    def sync(self, raw: bytes) -> int:
        """After the first line end, for JSON has none inside a value on one line."""
        return after_first_line(raw, self.codec)

    def _row(self, line: str) -> Row | None:
        try:
            value = json.loads(line, parse_float=_Number, parse_int=_Number)
            plain = json.loads(line) if isinstance(value, dict) and _is_nested(value) else {}
        except (ValueError, RecursionError):
            return None
        if not isinstance(value, dict):
            return (line.strip(), *(None,) * (len(self.names) - 1))
        return tuple(
            _cell(plain[name] if isinstance(value.get(name), (dict, list)) else value.get(name)) for name in self.names
        )


class _Number(str):
    """A number as it is written: an id of 30 digits and 1.10 stay what they are."""

    __slots__ = ()


def _is_nested(value: dict[str, object]) -> bool:
    return any(isinstance(each, (dict, list)) for each in value.values())


@dataclass(frozen=True, slots=True)
class LineRows:
    """Lines of a text, blank ones too; a longer one than 16 KiB goes on in the next row."""

    codec: str

    quote = delimiter = b""
    blank_lines_count = True
    is_countable = True

    def split(self, raw: bytes, *, whole: bool) -> Piece:
        """A line a row, its end left out; what has no line end is cut, so that reading always goes on."""
        lines, ends = _lines(raw, self.codec, whole=whole, keep_blank=True)
        if not ends and raw:
            cut = min(len(raw), LONGEST_LINE)
            text = decode(raw[:cut], self.codec, whole=whole and cut == len(raw))
            lines, ends = [text], [cut if whole else max(_size(text, self.codec), unit_of(self.codec))]
        return Piece([(line,) for line in lines], ends)

    def sync(self, raw: bytes) -> int:
        """After the first line end; at the start of a character where there is none."""
        line = after_first_line(raw, self.codec)
        if line >= 0 or not raw:
            return line
        return sum(1 for _ in takewhile(lambda byte: byte & 0xC0 == 0x80, raw[:3])) if self.codec == "utf-8" else 0


def _size(text: str, codec: str) -> int:
    return len(text.encode(codec, "replace"))


def _lines(raw: bytes, codec: str, *, whole: bool, keep_blank: bool) -> tuple[list[str], list[int]]:
    """The complete lines without their ends, and the positions in bytes after each."""
    text = decode(raw, codec, whole=whole)
    lines = list(io.StringIO(text, newline=""))
    if lines and not whole and not lines[-1].endswith("\n" if "\n" in text else "\r"):
        lines.pop()
    ends = byte_offsets(raw, text, list(accumulate(map(len, lines))), codec)
    pairs = [(line, end) for line, end in zip(lines, ends, strict=True) if keep_blank or line.strip()]
    return [line.rstrip("\r\n") for line, _ in pairs], [end for _, end in pairs]


def _cell(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)
