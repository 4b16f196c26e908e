"""Which row groups of a Parquet table hold which rows, and what it takes to get there."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from s3desk.data.parsers.parsed import Stretch, Where
from s3desk.data.sizes import size_words

if TYPE_CHECKING:
    from s3desk.data.parsers.source import Span

_MOST = 8  # row groups read at most, where they are small
DEEPEST = 24 << 20  # bytes read for a jump to a row in the middle of a group, which is read from its start


@dataclass(frozen=True, slots=True)
class Rows:
    """`count` rows of these row groups, after the `skipped` ones at their start; the first has the number `begin`."""

    groups: range
    skipped: int
    count: int
    begin: int
    notes: tuple[str, ...] = ()


class Groups:
    """The row groups of a table of which the first `leaves` columns of the file are read."""

    def __init__(self, metadata: Any, leaves: int, size: int) -> None:
        self._metadata = metadata
        self._leaves = leaves
        self._size = size
        counts = (max(metadata.row_group(group).num_rows, 0) for group in range(metadata.num_row_groups))
        self._starts: list[int] = list(accumulate(counts, initial=0))

    @property
    def count(self) -> int:
        """Rows of the table."""
        return self._starts[-1]

    def rows(self, where: Where, most: int) -> Rows:
        """Up to `most` rows there; where they stand too deep in a group to jump to, those at its start."""
        start = where.start or 0
        if where.before is not None:
            return self._up_to(where.before, most)
        if where.at is not None:
            start = max(min(int(self.count * where.at), self.count - most), 0)
            group = self._group(start)
            depth = self._cost(group, min(start + most, self._starts[group + 1]) if self.count else 0)
            if start > self._starts[group] and depth > DEEPEST:
                note = f"To show just that row, {size_words(depth)} would be read: these rows begin its row group."
                return self._on_from(self._starts[group], most, (note,))
        return self._on_from(start, most)

    def stretch(self, part: Rows, found: int, kept: int, *, is_backward: bool) -> Stretch:
        """Where the `kept` ones of the rows `found` stand. Raises ValueError when the footer promised other ones."""
        if found != part.count:
            raise ValueError("a row group holds another number of rows than the footer says")
        begin = part.begin + found - kept if is_backward else part.begin
        return Stretch(begin, begin + kept, self.count, begin, exact=True, rows=self.count)

    def spans(self, groups: range) -> list[Span]:
        """Where the chunks of the columns lie."""
        spans = []
        for group in groups:
            row_group = self._metadata.row_group(group)
            for leaf in range(min(self._leaves, row_group.num_columns)):
                chunk = row_group.column(leaf)
                start = chunk.data_page_offset
                if chunk.has_dictionary_page and chunk.dictionary_page_offset:
                    start = min(start, chunk.dictionary_page_offset)
                end = start + chunk.total_compressed_size
                if 0 <= start < end <= self._size:
                    spans.append((start, end))
        return spans

    def _on_from(self, start: int, most: int, notes: tuple[str, ...] = ()) -> Rows:
        first = self._group(start)
        last = min(self._group(start + most - 1), first + _MOST - 1)
        if start >= self.count:
            return Rows(range(0), 0, 0, self.count)
        count = min(start + most, self._starts[last + 1]) - start
        return Rows(range(first, last + 1), start - self._starts[first], count, start, notes)

    def _up_to(self, end: int, most: int) -> Rows:
        end = min(end, self.count)
        last = self._group(end - 1)
        first = max(self._group(max(end - most, 0)), last - _MOST + 1)
        start = max(end - most, self._starts[first])
        return Rows(range(first, last + 1), start - self._starts[first], end - start, start)

    def _group(self, row: int) -> int:
        """The group that holds a row, the last one for those after the end."""
        return max(min(bisect_right(self._starts, row), len(self._starts) - 1) - 1, 0)

    def _cost(self, group: int, end: int) -> int:
        """About how many bytes are read of a group up to a row."""
        if group >= self._metadata.num_row_groups or end <= self._starts[group]:
            return 0
        bytes_: int = sum(stop - start for start, stop in self.spans(range(group, group + 1)))
        return bytes_ * (end - self._starts[group]) // (self._starts[group + 1] - self._starts[group])
