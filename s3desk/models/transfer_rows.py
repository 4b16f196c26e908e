"""Which row of Transfers is what: lines, and below an expanded one the items of its gesture."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import TYPE_CHECKING

from s3desk.models.item_windows import ItemWindows

if TYPE_CHECKING:
    from s3desk.models.transfer import Transfer


class TransferRows:
    """Lines in their order; the items are counted, not held."""

    def __init__(self) -> None:
        self.lines: list[Transfer] = []
        self._open: dict[Transfer, tuple[int, ItemWindows]] = {}
        self._starts: list[int] = []

    @property
    def count(self) -> int:
        """All rows."""
        return len(self.lines) + sum(shown for shown, _ in self._open.values())

    def insert(self, position: int, line: Transfer) -> None:
        """A new line, at a place among the lines."""
        self.lines.insert(position, line)
        self._starts.clear()

    def replace(self, lines: Sequence[Transfer]) -> None:
        """Other lines, or the same in another order; what is expanded stays so."""
        self.lines = list(lines)
        self._open = {line: shown for line, shown in self._open.items() if line in self.lines}
        self._starts.clear()

    def row_of(self, line: Transfer) -> int:
        """The row of a line."""
        return self._first_rows()[self.lines.index(line)]

    def at(self, row: int) -> tuple[Transfer, int | None]:
        """The line of a row, and the number of the item in it, None for the line itself."""
        starts = self._first_rows()
        position = bisect_right(starts, row) - 1
        below = row - starts[position]
        return self.lines[position], below - 1 if below else None

    def shown(self, line: Transfer) -> int:
        """How many items are shown below a line."""
        return self._open[line][0] if line in self._open else 0

    def is_open(self, line: Transfer) -> bool:
        """Whether it is expanded."""
        return line in self._open

    def show(self, line: Transfer, count: int) -> None:
        """Show so many items below a line."""
        self._open[line] = count, self._open[line][1] if line in self._open else ItemWindows()
        self._starts.clear()

    def hide(self, line: Transfer) -> None:
        """Show the line alone."""
        self._open.pop(line, None)
        self._starts.clear()

    def windows(self, line: Transfer) -> ItemWindows | None:
        """What is in memory of an expanded line."""
        return self._open[line][1] if line in self._open else None

    def _first_rows(self) -> list[int]:
        if not self._starts:
            at = 0
            for line in self.lines:
                self._starts.append(at)
                at += 1 + self.shown(line)
        return self._starts
