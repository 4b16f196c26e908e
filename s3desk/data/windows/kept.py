"""The rows of a long text that are in memory: blocks of them, bounded, without a gap."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from s3desk.data.windows.searching import Mark

if TYPE_CHECKING:
    from s3desk.data.table import Row

KEPT_ROWS = 20_000
KEPT_BYTES = 32 << 20  # of the file


@dataclass(frozen=True, slots=True)
class Block:
    """Rows that follow each other from byte `begin` up to `end`; each ends before its byte in `ends`.

    `number` is that of the first row from 0, an estimate unless `exact`; `bad` are uneven rows, from 0 in this block.
    `ends` is empty where only the rows are known.
    """

    begin: int
    end: int
    rows: list[Row]
    ends: list[int]
    number: int
    exact: bool
    bad: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Kept:
    """The rows one can look at now: blocks without a gap between them."""

    blocks: tuple[Block, ...]
    at_start: bool
    at_end: bool
    starts: tuple[int, ...] = field(init=False)  # the rows before each block

    def __post_init__(self) -> None:
        starts, count = [], 0
        for block in self.blocks:
            starts.append(count)
            count += len(block.rows)
        object.__setattr__(self, "starts", tuple(starts))

    @property
    def count(self) -> int:
        """How many rows are kept."""
        return self.starts[-1] + len(self.blocks[-1].rows)

    @property
    def number(self) -> int:
        """The number of the first row, from 0."""
        return self.blocks[0].number

    @property
    def exact(self) -> bool:
        """Whether the rows' numbers were counted."""
        return self.blocks[0].exact

    def find(self, row: int) -> tuple[Block, int]:
        """The block of a kept row and its place there."""
        at = bisect_right(self.starts, row) - 1
        return self.blocks[at], row - self.starts[at]

    def mark(self, row: int) -> Mark:
        """Where a kept row begins, or the first of its block when only that is known."""
        if row >= self.count:
            last = self.blocks[-1]
            return Mark(last.end, last.number + len(last.rows), last.exact)
        block, at = self.find(row)
        known = block.ends[at - 1] if at and block.ends else block.begin
        return Mark(known, block.number + (at if block.ends else 0), block.exact)


def numbered(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """Numbers that follow each other, from a counted block if there is one."""
    counted = [at for at, block in enumerate(blocks) if block.exact]
    before = sum(len(block.rows) for block in blocks[: counted[0]]) if counted else 0
    number = blocks[counted[0]].number - before if counted else max(blocks[0].number, 0)
    numbered = []
    for block in blocks:
        same = (block.number, block.exact) == (number, bool(counted))
        numbered.append(block if same else replace(block, number=number, exact=bool(counted)))
        number += len(block.rows)
    return tuple(numbered)


def without_first(blocks: tuple[Block, ...], most_rows: int) -> tuple[Block, ...]:
    """As many as may be kept, the last ones."""
    while len(blocks) > 1 and _too_many(blocks, most_rows):
        blocks = blocks[1:]
    return blocks


def without_last(blocks: tuple[Block, ...], most_rows: int) -> tuple[Block, ...]:
    """As many as may be kept, the first ones."""
    while len(blocks) > 1 and _too_many(blocks, most_rows):
        blocks = blocks[:-1]
    return blocks


def _too_many(blocks: tuple[Block, ...], most_rows: int) -> bool:
    return sum(len(block.rows) for block in blocks) > most_rows or blocks[-1].end - blocks[0].begin > KEPT_BYTES
