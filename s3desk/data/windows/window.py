"""The rows of a text of any size that are kept at the moment: read on at both ends, or anywhere else, by ranges."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from typing import TYPE_CHECKING

from s3desk.data.windows.kept import KEPT_ROWS, Block, Kept, numbered, without_first, without_last
from s3desk.data.windows.line_index import unit_of
from s3desk.data.windows.row_forms import Piece
from s3desk.data.windows.searching import Mark, find
from s3desk.s3.errors import UnsupportedError

if TYPE_CHECKING:
    from s3desk.data.windows.row_forms import RowForm
    from s3desk.data.windows.subject import Content, Reading
    from s3desk.s3.job import Job

RANGE = 128 << 10  # bytes of a request
LONG_RANGE = 1 << 20  # of a second one, where no row ends in the first


class RowWindow:
    """Reads rows around those that are kept; every method is an operation that returns what is kept then.

    Whoever starts one should have given up the one before, whose answer is of no use any more. Each costs one
    GetObject request of 128 KiB, and one more of 1 MiB where no row ends in that. Raises S3Error: ChangedError when
    the object was replaced, UnsupportedError when even so no row ends.
    """

    note = why_no_search = ""
    rows_counted: int | None = None

    def __init__(self, subject: Content, form: RowForm, first: Block, most_rows: int = KEPT_ROWS) -> None:
        self.subject = subject
        self.form = form
        self.begin = first.begin
        self.why_no_jump = subject.why_no_jump
        self.bytes_fetched = 0
        self.requests = 0
        self._first = first
        self._most = most_rows
        self._marks: dict[int, int | None] = {first.begin: 0}  # where blocks begin, and their row where counted
        self._offsets = [first.begin]  # the same in order
        self._bytes_seen = first.end - first.begin
        self._rows_seen = len(first.rows) if self._bytes_seen else 0

    @property
    def opening(self) -> Kept:
        """What was kept when the file was opened."""
        return self._keep((self._first,))

    def rows_in_all(self) -> int:
        """About how many rows the file has, if all are like those seen."""
        return max(self._estimated(self.subject.expected_size), 1)

    def position(self, kept: Kept, row: int) -> float:
        """By the bytes before a kept row."""
        size = self.subject.expected_size - self.begin
        return min((kept.mark(row).offset - self.begin) / max(size, 1), 1.0)

    def bytes_to_search(self, mark: Mark) -> int:
        """What is fetched when the text stands nowhere."""
        return self.subject.bytes_after(mark.offset)

    def start(self, job: Job) -> Kept:
        """The first rows; kept all the time, so mostly at no cost."""
        if self._first.end <= self._first.begin:
            self._first = self._rows_from(self.subject.open(job), self.begin, Mark(self.begin, 0, exact=True))
        return self.opening

    def more(self, job: Job, kept: Kept) -> Kept:
        """Also the rows after the kept ones; those far above them go."""
        last = kept.blocks[-1]
        if kept.at_end:
            return kept
        if last.end <= last.begin:  # opened from rows alone
            return self.start(job)
        mark = Mark(last.end, last.number + len(last.rows), last.exact)
        return self._keep(
            without_first((*kept.blocks, self._rows_from(self.subject.open(job), last.end, mark)), self._most)
        )

    def back(self, job: Job, kept: Kept) -> Kept:
        """Also the rows before the kept ones; those far below them go."""
        first = kept.blocks[0]
        if kept.at_start:
            return kept
        known = self._offsets[bisect_left(self._offsets, first.begin) - 1]
        start = max(self.begin, self._aligned(first.begin - RANGE))
        file = self.subject.open(job)
        if known < first.begin and (self.why_no_jump or first.begin - 2 * RANGE <= known):
            start, raw = known, file.read_at(known, first.begin - known)
        else:
            start, raw = self._synced_before(file, start, first.begin)
        start, piece = self._last_rows(start, raw)
        mark = Mark(start, first.number - len(piece.rows), first.exact)
        block = replace(self._block(start, piece, mark), end=first.begin)
        return self._keep(without_last((block, *kept.blocks), self._most))

    def jump(self, job: Job, fraction: float) -> Kept:
        """The rows at a part of the file from 0 to 1; at 1 the last ones."""
        if self.why_no_jump and fraction > 0:
            raise UnsupportedError(self.why_no_jump)
        size = self.subject.size
        target = self.begin + self._aligned(int((size - self.begin) * min(max(fraction, 0), 1)))
        if target <= self.begin or size - self.begin <= RANGE:
            return self.start(job)
        file = self.subject.open(job)
        last = self._aligned(size - RANGE)
        if target >= last:
            start, raw = self._synced_before(file, max(last, self.begin), size)
            return self._keep((self._block(*self._last_rows(start, raw), None),))
        return self._keep((self._rows_after(file, target),))

    def search(self, job: Job, text: str, mark: Mark) -> Kept | None:
        """The rows from the next one on that holds this text, from a row's mark to the end; None when there is none.

        Upper and lower case are the same, and the text is sought as the file writes it. Reads everything up to there;
        `job` counts its bytes.
        """
        file = self.subject.open(job)
        hit = find(job, file, self.form, text, mark)
        self._count(file)
        if hit is None:
            return None
        return self._keep((self._rows_from(self.subject.open(job), hit.offset, hit),))

    def _count(self, file: Reading) -> None:
        self.bytes_fetched += file.bytes_fetched
        self.requests += file.requests

    def _rows_from(self, file: Reading, offset: int, mark: Mark) -> Block:
        """The rows from one on whose start is known."""
        raw = file.read_at(offset, RANGE)
        piece = self._split(raw, offset)
        if not piece.rows and offset + len(raw) < self.subject.size:
            raw += file.read_at(offset + len(raw), LONG_RANGE)
            piece = self._split(raw, offset)
        return self._taken(file, offset, raw, piece, mark)

    def _rows_after(self, file: Reading, offset: int) -> Block:
        """The rows after a place that may be anywhere in one."""
        raw = file.read_at(offset, RANGE)
        at, piece = self._synced(raw, offset)
        if piece is None or not piece.rows:
            raw += file.read_at(offset + len(raw), LONG_RANGE)
            at, piece = self._synced(raw, offset)
        if piece is None:
            raise _no_row(len(raw))
        return self._taken(file, offset + at, raw[at:], piece, None)

    def _synced(self, raw: bytes, offset: int) -> tuple[int, Piece | None]:
        at = self.form.sync(raw)
        return at, self._split(raw[at:], offset + at) if at >= 0 else None

    def _synced_before(self, file: Reading, start: int, end: int) -> tuple[int, bytes]:
        """The bytes of whole rows up to `end`, about from `start` on."""
        raw = file.read_at(start, end - start)
        at = 0 if start == self.begin else self.form.sync(raw)
        if at < 0 or at >= len(raw):
            longer = max(self.begin, self._aligned(start - LONG_RANGE))
            raw, start = file.read_at(longer, start - longer) + raw, longer
            at = 0 if start == self.begin else self.form.sync(raw)
        self._count(file)
        if at < 0 or at >= len(raw):
            raise _no_row(len(raw))
        return start + at, raw[at:]

    def _split(self, raw: bytes, offset: int) -> Piece:
        piece = self.form.split(raw, whole=offset + len(raw) >= self.subject.size)
        most = self._most // 2  # so that the rows before them need not go
        return piece.first(most) if len(piece.rows) > most else piece

    def _last_rows(self, offset: int, raw: bytes) -> tuple[int, Piece]:
        """The rows of bytes that end with one, as many as may be kept, and where they begin."""
        cut, piece = self.form.split(raw, whole=True).last(self._most // 2)
        return offset + cut, Piece(piece.rows, [end - cut for end in piece.ends], piece.bad)

    def _taken(self, file: Reading, offset: int, raw: bytes, piece: Piece, mark: Mark | None) -> Block:
        self._count(file)
        if not piece.rows and offset + len(raw) < self.subject.size:
            raise _no_row(len(raw))
        return self._block(offset, piece, mark)

    def _block(self, offset: int, piece: Piece, mark: Mark | None) -> Block:
        """The rows of a piece, numbered from a mark, or as the rows seen so far let one guess."""
        ends = [offset + end for end in piece.ends]
        end = ends[-1] if ends else self.subject.size
        if self.subject.size - end < unit_of(self.form.codec) or not piece.rows:
            end = self.subject.size
        self._rows_seen += len(piece.rows)
        self._bytes_seen += end - offset
        mark = mark or self._guessed(offset)
        return Block(offset, end, piece.rows, ends, mark.number, mark.exact, piece.bad)

    def _guessed(self, offset: int) -> Mark:
        known = self._marks.get(offset)
        return Mark(offset, self._estimated(offset), exact=False) if known is None else Mark(offset, known, exact=True)

    def _estimated(self, offset: int) -> int:
        """How many rows stand before a byte, if all are as long as those seen."""
        if not self._bytes_seen:
            return 0
        counted = max(at for at, number in self._marks.items() if at <= offset and number is not None)
        return (self._marks[counted] or 0) + round((offset - counted) * self._rows_seen / self._bytes_seen)

    def _aligned(self, offset: int) -> int:
        return (
            offset - offset % 4
        )  # the widest character; byte order marks are as long as their characters, or in UTF-8

    def _keep(self, blocks: tuple[Block, ...]) -> Kept:
        """Number the rows anew where one of the blocks is counted, and remember where blocks begin."""
        if blocks[0].begin == self.begin:
            blocks = (replace(blocks[0], number=0, exact=True), *blocks[1:])
        blocks = numbered(blocks)
        for block in blocks:
            if block.begin not in self._marks:
                self._offsets.insert(bisect_left(self._offsets, block.begin), block.begin)
            if block.exact or block.begin not in self._marks:
                self._marks[block.begin] = block.number if block.exact else None
        return Kept(blocks, blocks[0].begin <= self.begin, blocks[-1].end >= self.subject.size)


def _no_row(size: int) -> UnsupportedError:
    return UnsupportedError(
        f"No row ends in the {size:,} bytes here, so they cannot be shown as a table.",
        "Go to another position, or download the file.",
    )
