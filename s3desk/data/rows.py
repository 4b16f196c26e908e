"""From text to rows of cells, where the text may end anywhere and quotes may never be closed."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

_LINE_END = re.compile(r"\r\n|\r|\n")
_STRAY_LINES = 20  # an open quote over this many lines is suspicious
_STRAY_LIMIT = 10  # quotes repaired in one text; more than these, and quotes mean nothing here


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a delimited text marks its cells. An empty quote or escape means there is none."""

    delimiter: str = ","
    quote: str = '"'
    escape: str = ""


@dataclass(slots=True)
class Rows:
    """The complete rows of a text, blank lines left out.

    `ends` are the characters up to the end of each row, `consumed` up to the end of the last one. `stray` are the row
    numbers (from 0) whose quote is never closed, read as plain text; `too_long` tells that a cell longer than the csv
    module takes ended the reading.
    """

    cells: list[list[str]] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    consumed: int = 0
    stray: list[int] = field(default_factory=list)
    too_long: bool = False

    def add(self, row: list[str], end: int) -> None:
        """Take a row that ends after so many characters."""
        self.cells.append(row)
        self.ends.append(end)
        self.consumed = end


class _Lines(Iterator[str]):
    """The lines of a text with their ends; knows how far the reader came and whether it asked for more."""

    def __init__(self, text: str) -> None:
        self._lines = io.StringIO(text, newline="")
        self.consumed = 0
        self.last = ""
        self.exhausted = False

    def __next__(self) -> str:
        line = self._lines.readline()
        if not line:
            self.exhausted = True
            raise StopIteration
        self.consumed += len(line)
        self.last = line
        return line


def split_rows(text: str, dialect: Dialect, *, whole: bool) -> Rows:
    """All complete rows. Unless the text is the `whole` file, a last row that its end may have cut is left out."""
    rows = Rows()
    while _read_on(rows, text, dialect, whole=whole):  # the rest stands inside one open quote
        rest = text[rows.consumed :]
        if not _is_stray(rest, dialect, usual_width(rows.cells), whole=whole):
            if whole:
                rows.add(next(_reader(_Lines(rest), dialect)), len(text))
            break
        _read_plain_line(rows, rest, dialect)
        if len(rows.stray) >= _STRAY_LIMIT:
            dialect = Dialect(dialect.delimiter, "", dialect.escape)
    return rows


def usual_width(cells: list[list[str]]) -> int:
    """How many cells most of the first rows have; 0 when there are no rows."""
    return Counter(map(len, cells[:100])).most_common(1)[0][0] if cells else 0


def _read_on(rows: Rows, text: str, dialect: Dialect, *, whole: bool) -> bool:
    """Add rows until the text ends; True when it ends inside quotes."""
    start = rows.consumed
    lines = _Lines(text[start:] if start else text)
    try:
        for row in _reader(lines, dialect):
            if lines.exhausted:
                return True
            if not whole and not lines.last.endswith(("\n", "\r")):
                break
            rows.consumed = start + lines.consumed
            if row:
                rows.add(row, rows.consumed)
    except csv.Error:
        rows.too_long = True
    return False


def _reader(lines: Iterator[str], dialect: Dialect) -> Iterator[list[str]]:
    return csv.reader(
        lines,
        delimiter=dialect.delimiter,
        quotechar=dialect.quote or None,
        quoting=csv.QUOTE_MINIMAL if dialect.quote else csv.QUOTE_NONE,
        escapechar=dialect.escape or None,
    )


def _read_plain_line(rows: Rows, rest: str, dialect: Dialect) -> None:
    """Take one line as it stands, its quote included, and note it as stray."""
    end = _LINE_END.search(rest)
    line = rest[: end.end()] if end else rest
    rows.stray.append(len(rows.cells))
    rows.add(line.rstrip("\r\n").split(dialect.delimiter), rows.consumed + len(line))


def _is_stray(rest: str, dialect: Dialect, width: int, *, whole: bool) -> bool:
    """Whether an open quote is a slip: the lines after it look like rows of the usual width, not like one long cell."""
    lines = _LINE_END.split(rest[:65536], maxsplit=100)[1:-1]
    if width < 2 or len(lines) < (1 if whole else _STRAY_LINES):
        return False
    plain = Dialect(dialect.delimiter, "", dialect.escape)
    fitting = sum(1 for line in lines for row in _reader(iter([line]), plain) if len(row) == width)
    return fitting >= 0.8 * len(lines)
