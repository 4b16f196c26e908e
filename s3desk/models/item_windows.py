"""The items of an expanded gesture: only the rows somebody looks at are in memory."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from s3desk.s3.journal.gestures import Kept

WINDOW = 200  # rows
_MOST = 10  # windows


class ItemWindows:
    """Windows of rows by the number of their first; those looked at last are kept."""

    def __init__(self) -> None:
        self._windows: OrderedDict[int, Sequence[Kept]] = OrderedDict()
        self._asked: set[int] = set()

    def row(self, number: int) -> Kept | None:
        """A row, None while it is not there."""
        start = number // WINDOW * WINDOW
        window = self._windows.get(start)
        if window is None or number - start >= len(window):
            return None
        self._windows.move_to_end(start)
        return window[number - start]

    def ask(self, number: int) -> int | None:
        """The start of the window that has to be read for this row; None where that was asked for already."""
        start = number // WINDOW * WINDOW
        if start in self._asked:
            return None
        self._asked.add(start)
        return start

    def put(self, start: int, rows: Sequence[Kept]) -> None:
        """A window was read."""
        self._asked.discard(start)
        self._windows[start] = rows
        self._windows.move_to_end(start)
        while len(self._windows) > _MOST:
            self._windows.popitem(last=False)
