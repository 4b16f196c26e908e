"""Find text in an object without keeping it: range after range, and the row that holds it keeps its number."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from s3desk.data.windows.line_index import unit_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from s3desk.data.windows.row_forms import RowForm
    from s3desk.data.windows.subject import Reading
    from s3desk.s3.job import Job

RANGE = 8 << 20  # bytes of a request; a first one is small, for the next hit is often near
FIRST_RANGE = 256 << 10
_STEP = 256 << 10  # bytes looked at in one go: regular expressions hold Python's lock, and the window wants to paint
_LONGEST_ROW = 4 << 20  # bytes of a row of which the start is remembered


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a row begins, in bytes, and its number from 0: an estimate unless `exact`."""

    offset: int
    number: int
    exact: bool


def find(job: Job, file: Reading, form: RowForm, text: str, start: Mark) -> Mark | None:
    """The first row at or after `start` that holds `text` in upper or lower case; None when no row does.

    The text is sought as it stands in the file: quotes in a cell are written twice there. Raises S3Error.
    """
    wanted = pattern_of(text, form.codec)
    if wanted is None:
        return None
    rows = _RowCount(form, start)
    overlap = max(4 * len(text), 4)
    before = b""
    for offset, data in _steps(file, start.offset):
        job.check()
        seen = before + data
        for match in wanted.finditer(seen):
            at = offset - len(before) + match.start()
            if at % unit_of(form.codec) == 0 and at >= start.offset:
                return rows.row_of(at, data)
        rows.take(offset, data)
        before = seen[-overlap:]
    return None


def pattern_of(text: str, codec: str) -> re.Pattern[bytes] | None:
    """The bytes that stand for a text, in either case; None where the codec has no bytes for it."""
    parts = []
    try:
        for character in text:
            forms = {character, character.lower(), character.upper()} if not character.isascii() else {character}
            parts.append(b"|".join(sorted(re.escape(form.encode(codec)) for form in forms if _fits(form, codec))))
            if not parts[-1]:
                return None
    except LookupError:
        return None
    return re.compile(b"".join(b"(?:%s)" % part if b"|" in part else part for part in parts), re.IGNORECASE)


def _fits(text: str, codec: str) -> bool:
    try:
        text.encode(codec)
    except UnicodeEncodeError:
        return False
    return True


def _steps(file: Reading, offset: int) -> Iterator[tuple[int, bytes]]:
    """The bytes from an offset to the end of the file, in small pieces from large requests."""
    length = FIRST_RANGE
    while data := file.read_at(offset, length):
        for at in range(0, len(data), _STEP):
            yield offset + at, data[at : at + _STEP]
        offset, length = offset + len(data), RANGE


class _RowCount:
    """Counts rows by their line ends; quoted cells may hold line ends too.

    `_mark` is the last known start of a row, `_rest` the bytes from there on that were not counted yet.
    """

    def __init__(self, form: RowForm, start: Mark) -> None:
        self._form = form
        self._mark = start
        self._rest = b""
        self._exact = start.exact
        self._quoted = self._opening = None
        if form.quote:
            quote, edge = re.escape(form.quote), re.escape(form.delimiter) + rb"\r\n"
            self._quoted = re.compile(rb"(?<![^%s])%s(?:[^%s]+|%s%s)*%s" % (edge, quote, quote, quote, quote, quote))
            self._opening = re.compile(rb"(?<![^%s])%s" % (edge, quote))
        self._end = re.compile(rb"\r\n|\r|\n" if form.blank_lines_count else rb"(?<![\r\n])[\r\n]")

    def take(self, offset: int, data: bytes) -> None:
        """Count the complete rows of the next bytes, and keep those of the last one."""
        raw = self._rest + data
        cut = self._last_end(raw)
        self._rest = raw[cut:]
        if cut:
            self._mark = Mark(self._mark.offset + cut, self._mark.number + self._rows(raw[:cut]), self._exact)
        elif len(self._rest) > _LONGEST_ROW:  # nobody will look at the start of such a row
            at = max(self._form.sync(data), 0)
            self._rest, self._exact = data[at:], False
            self._mark = Mark(offset + at, self._mark.number + 1, exact=False)

    def row_of(self, at: int, data: bytes) -> Mark:
        """The row in which a byte stands; `data` are the bytes not yet taken, up to that one at least."""
        ends = self._form.split(self._rest + data, whole=False).ends
        row = bisect_right(ends, at - self._mark.offset)
        offset = self._mark.offset + (ends[row - 1] if row else 0)
        return Mark(offset, self._mark.number + row, self._exact)

    def _last_end(self, raw: bytes) -> int:
        """The position after the last row that is complete in bytes that start with a row."""
        if not self._form.is_countable:
            ends = self._form.split(raw, whole=False).ends
            return ends[-1] if ends else 0
        if self._opening is None or self._quoted is None or self._form.quote not in raw:
            return _after_last_line(raw)
        plain = self._quoted.sub(lambda match: b"q" * len(match[0]), raw)
        open_quote = self._opening.search(plain)
        return _after_last_line(plain[: open_quote.start()] if open_quote else plain)

    def _rows(self, raw: bytes) -> int:
        """How many rows there are in bytes that start and end with one."""
        if not self._form.is_countable:
            return len(self._form.split(raw, whole=True).rows)
        plain = self._quoted.sub(b"q", raw) if self._quoted and self._form.quote in raw else raw
        if not self._form.blank_lines_count:
            plain = plain.lstrip(b"\r\n")
        return len(self._end.findall(plain))


def _after_last_line(raw: bytes) -> int:
    """After the last line end; a \\r at the very end may be half of one."""
    newline = raw.rfind(b"\n")
    if newline >= 0 or b"\r" not in raw:
        return newline + 1
    return raw.rfind(b"\r", 0, len(raw) - 1) + 1
