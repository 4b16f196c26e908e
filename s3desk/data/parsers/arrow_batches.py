"""The rows of an Arrow file by the record batches they stand in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from s3desk.data.parsers import arrow_footer
from s3desk.data.parsers.parsed import Stretch, Where

if TYPE_CHECKING:
    import pyarrow as pa

    from s3desk.data.parsers.source import Source

_COUNTED = 24  # batches whose rows are counted, which costs a small request each
_BATCH = 32  # bits of a position that count rows inside a batch; those above count batches


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of one batch from one on; `is_end` tells that they reach up to its end."""

    batch: int
    first: int
    rows: pa.RecordBatch
    is_end: bool

    def position(self, row: int) -> int:
        """Where one of the rows begins, or the one after them."""
        is_next = self.is_end and row == self.rows.num_rows
        return (self.batch + 1) << _BATCH if is_next else self.batch << _BATCH | (self.first + row)


class Batches:
    """All `count` record batches, of which `get` reads one."""

    def __init__(self, get: Callable[[int], pa.RecordBatch], count: int) -> None:
        self._get = get
        self._count = count
        self._first = 0  # rows of the first batch, what is guessed for all of them
        self._counts: list[int] = []

    @property
    def rows(self) -> int | None:
        """The rows of all batches, where they were counted."""
        return sum(self._counts) if len(self._counts) == self._count else None

    def count_rows(self, source: Source) -> None:
        """Learn how many rows each batch has, or of many batches the first one."""
        listed = arrow_footer.batches(source)
        if len(listed) != self._count:
            raise ValueError("the directory is damaged")
        counted = listed if len(listed) <= _COUNTED else listed[:1]
        source.plan([(offset, offset + length) for offset, length in counted])
        self._counts = [arrow_footer.rows_of(source, batch) for batch in counted]
        self._first = self._counts[0] if self._counts else 0
        source.plan([(0, source.size())])

    def read(self, where: Where, most: int) -> list[Part]:
        """Up to `most` rows there."""
        if where.before is not None:
            return self._up_to(where.before, most)
        if where.at is None:
            return self._on_from(where.start or 0, most)
        if where.at >= 1:
            return self._up_to(self._count << _BATCH, most)
        return self._on_from(self._position(where.at), most)

    def stretch(self, parts: list[Part], skipped: int, kept: int) -> Stretch:
        """Where `kept` rows after the `skipped` ones stand."""
        begin, end = _position(parts, skipped, is_end=False), _position(parts, skipped + kept, is_end=True)
        batch, row = begin >> _BATCH, begin & ((1 << _BATCH) - 1)
        exact = batch == 0 or self.rows is not None
        number = (sum(self._counts[:batch]) if exact else batch * self._first) + row
        about = self._count * self._first if self.rows is None else self.rows
        return Stretch(begin, end, self._count << _BATCH, number, exact, about)

    def _position(self, fraction: float) -> int:
        total = self.rows
        if total is None:
            return int(self._count * fraction) << _BATCH
        row, batch = int(total * fraction), 0
        while batch < self._count - 1 and row >= self._counts[batch]:
            row -= self._counts[batch]
            batch += 1
        return batch << _BATCH | row

    def _on_from(self, position: int, most: int) -> list[Part]:
        found: list[Part] = []
        batch, first = position >> _BATCH, position & ((1 << _BATCH) - 1)
        while most > 0 and batch < self._count:
            whole = self._valid(batch)
            rows = whole.slice(min(first, whole.num_rows), most)
            found.append(Part(batch, first, rows, first + rows.num_rows >= whole.num_rows))
            most -= rows.num_rows
            batch, first = batch + 1, 0
        return found

    def _up_to(self, position: int, most: int) -> list[Part]:
        found: list[Part] = []
        batch, end = position >> _BATCH, position & ((1 << _BATCH) - 1)
        if not end:
            batch -= 1
        while most > 0 and batch >= 0:
            whole = self._valid(batch)
            stop = min(end or whole.num_rows, whole.num_rows)
            first = max(stop - most, 0)
            found.insert(0, Part(batch, first, whole.slice(first, stop - first), stop == whole.num_rows))
            most -= stop - first
            batch, end = batch - 1, 0
        return found

    def _valid(self, batch: int) -> pa.RecordBatch:
        found = self._get(batch)
        found.validate(full=True)  # offsets of strangers may point anywhere
        return found


def _position(parts: list[Part], row: int, *, is_end: bool) -> int:
    """Where a row of the parts begins, or, as an end, where the one before it ends."""
    for part in parts:
        if row < part.rows.num_rows or (is_end and row == part.rows.num_rows and part is parts[-1]):
            return part.position(row)
        row -= part.rows.num_rows
    return parts[-1].position(parts[-1].rows.num_rows) if parts else 0
