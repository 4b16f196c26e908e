"""Looks for what is typed into `Find in table`, on a worker, and makes the cell the current one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from shiboken6 import isValid

from s3desk.data.exporting.find_cell import Cell, find
from s3desk.s3.job import Job
from s3desk.ui.slots import async_slot

if TYPE_CHECKING:
    from s3desk.background import Background
    from s3desk.ui.table.table_face import TableFace
    from s3desk.ui.table.table_window import TableWindow


class Finding(QObject):
    """From the current cell on, through rows and columns as they are shown, and round."""

    def __init__(self, window: TableWindow, face: TableFace, background: Background) -> None:
        super().__init__(window)
        self._window, self._face, self._background = window, face, background
        self._job = Job("Find")
        face.finder.wanted.connect(self._find)
        face.finder.left.connect(self._stop)

    @async_slot(newest=True)
    async def _find(self, wanted: str, back: bool) -> None:
        grid, shown = self._face.grid, self._window.shown()
        current = grid.currentIndex()
        after = Cell(max(current.row(), 0), current.column())
        job = self._job = Job("Find")
        self._window.say("Looking… Press Esc to stop.")
        try:
            found = await self._background.run(
                job, find, shown.table, shown.order, shown.columns, wanted, after, back=back
            )
        finally:
            if job is self._job and isValid(self._window):
                self._window.say("")
        if found:
            grid.go_to(found.row, found.column)
        else:
            self._window.say(f"“{wanted}” is not in the rows and columns shown.")

    def _stop(self) -> None:
        """Escape: no more looking, and back to the grid."""
        self._job.cancel()
        self._face.grid.setFocus()
