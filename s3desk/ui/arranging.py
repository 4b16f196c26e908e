"""Many rows are put in order by a worker; the table shows the answer when it is there."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from s3desk.models.arrangement import Wish, arranged
from s3desk.s3.job import Job
from s3desk.ui.slots import async_slot

if TYPE_CHECKING:
    from s3desk.background import Background
    from s3desk.models.object_model import ObjectModel

_SHARE = 3  # while rows go on arriving, order is made anew after a pause of so many times what it took


class Arranging(QObject):
    """Answers `model.outdated`. The newest wish wins; rows that only arrived wait their turn."""

    def __init__(self, background: Background, model: ObjectModel, parent: QObject) -> None:
        super().__init__(parent)
        self._background, self._model = background, model
        self._under_way: Wish | None = None
        model.outdated.connect(self._begin)

    def _begin(self) -> None:
        if self._under_way != self._model.wish:  # else what has only arrived is seen to when that is done
            self._under_way = self._model.wish
            self._arrange(self._under_way)

    @async_slot(newest=True)
    async def _arrange(self, wish: Wish) -> None:
        import asyncio  # noqa: PLC0415  # not before the first paint

        model = self._model
        try:
            while model.is_outdated:
                rows, start = model.rows, time.monotonic()
                order = await self._background.run(Job("Sort"), arranged, rows.work(model.wish))
                if model.rows is rows:  # and no other place is shown
                    model.show_order(order)
                if model.is_outdated:
                    await asyncio.sleep(_SHARE * (time.monotonic() - start))
        finally:
            if self._under_way is wish:  # and no newer one has begun
                self._under_way = None
