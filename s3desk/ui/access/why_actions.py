"""Asks why the server said no, from wherever it was said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction

from s3desk.ui.slots import async_slot
from s3desk.ui.verbs import verb

if TYPE_CHECKING:
    from s3desk.s3.connection import Connection
    from s3desk.s3.errors import S3Error
    from s3desk.ui.desk import Desk
    from s3desk.ui.main_window import MainWindow


class WhyActions(QObject):
    """Why was I denied?"""

    title = "Share"

    def __init__(self, window: MainWindow, desk: Desk) -> None:
        super().__init__(window)
        self._window, self._desk = window, desk
        self.why = verb(
            self,
            "Why was I denied?",
            self._explain_last,
            icon=desk.icons.icon("ph.question"),
            tip="Find out what refused this, and what to ask for",
        )
        self.actions: list[QAction] = [self.why]
        desk.objects.counted.connect(self._update)
        desk.preview.settled.connect(self._update)
        self._update()

    def _denial(self) -> S3Error | None:
        """What was denied in what is shown: the place itself, or the object looked into."""
        shown = (self._desk.objects.error, self._desk.preview.error)
        return next((error for error in shown if error is not None and error.is_denial), None)

    def _update(self) -> None:
        self.why.setEnabled(self._denial() is not None)

    def _explain_last(self) -> None:
        if (error := self._denial()) is not None:
            self.explain(error)

    @async_slot()
    async def explain(self, error: S3Error, connection: Connection | None = None) -> None:
        """Find out and show it; without a connection it is that of the place shown."""
        from s3desk.ui.access.denial_dialog import explain_denial  # noqa: PLC0415  # rarely needed

        await explain_denial(self._window, self._desk, connection or self._desk.connection, error)
