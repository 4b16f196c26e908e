"""The Access column asks for the rows in sight only, when they stand still, and not at all while it is hidden."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from s3desk.models.object_model import Column
from s3desk.s3.access import reach
from s3desk.s3.access.reach import Reach, Reached
from s3desk.s3.errors import S3Error
from s3desk.s3.job import Job
from s3desk.ui.slots import async_slot

if TYPE_CHECKING:
    from s3desk.background import Background
    from s3desk.models.object_rows import ObjectRows
    from s3desk.s3.access.reach import Ground
    from s3desk.ui.navigator import Place
    from s3desk.ui.object_pane import ObjectPane

_PAUSE_MS = 150  # while one scrolls, the workers leave Python to the window
_AT_ONCE = 16  # rows; after them it is looked again which rows are in sight


class ReachColumn(QObject):
    """Fills the column of a pane. What is known holds for one list: a new place, or Refresh, begins anew."""

    def __init__(self, background: Background, pane: ObjectPane) -> None:
        super().__init__(pane)
        self._background, self._pane = background, pane
        self._job: Job | None = None
        self._ground: Ground | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self._begin)
        bar = pane.view.verticalScrollBar()
        bar.valueChanged.connect(lambda _: self._timer.start())  # anew with each step
        for sign in (bar.rangeChanged, pane.model.changed, pane.model.rearranged, pane.header.access_wanted):
            sign.connect(self._soon)
        pane.model.modelReset.connect(self._stop)

    def forget(self) -> None:
        """Somebody changed who can read: ask again for what is in sight."""
        self._stop()
        self._pane.model.forget_access()
        self._soon()

    def _stop(self) -> None:
        """The rows are others now."""
        if self._job is not None:
            self._job.cancel()
        self._job = self._ground = None

    def _soon(self) -> None:
        if not self._timer.isActive():
            self._timer.start()

    def _begin(self) -> None:
        place = self._pane.place
        shown = self._pane.header.shows(Column.ACCESS) and self._pane.view.isVisible()
        if shown and self._job is None and place is not None and place.location.bucket and self._missing():
            self._job = Job("Access")
            self._ask(self._job, place, self._pane.model.rows)

    def _missing(self) -> list[int]:
        """The next rows in sight that nobody asked about, by their numbers."""
        view, rows = self._pane.view, self._pane.model.rows
        height, top = view.rowHeight(0), view.verticalScrollBar().value()
        if not height:
            return []
        last = min((top + view.viewport().height()) // height, rows.shown - 1)
        return self._pane.model.access.missing(map(rows.number, range(top // height, last + 1)))[:_AT_ONCE]

    @async_slot()
    async def _ask(self, job: Job, place: Place, rows: ObjectRows) -> None:
        try:
            while self._job is job and not self._timer.isActive() and (numbers := self._missing()):
                keys = {number: rows.numbered(number).key for number in numbers}
                answers = await self._answers(job, place, list(keys.values()))
                if self._job is job:
                    self._pane.model.show_access({number: answers[key] for number, key in keys.items()})
        finally:
            if self._job is job:
                self._job = None

    async def _answers(self, job: Job, place: Place, keys: list[str]) -> dict[str, Reached]:
        """What is known of some objects; where nothing can be known the reason, and no dialog: nobody asked for it."""
        run, connection = self._background.run, place.connection
        try:
            if self._ground is None:
                self._ground = await run(job, reach.ground_of, connection, place.location.bucket)
            return await run(job, reach.reaches, connection, self._ground, keys)
        except S3Error as error:
            return dict.fromkeys(keys, Reached(Reach.UNKNOWN, f"{error} {error.advice}".strip()))
