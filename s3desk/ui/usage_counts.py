"""Counts what lies below places, and tells what is known of the one that is looked at, at most ten times a second."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from s3desk.s3 import usage
from s3desk.s3.errors import S3Error
from s3desk.s3.job import Job
from s3desk.s3.usage import MOST_FOLDERS, Usage
from s3desk.s3.usage_report import GroupBy, Report, report
from s3desk.ui.slots import async_slot

if TYPE_CHECKING:
    from s3desk.background import Background
    from s3desk.s3.connection import Connection
    from s3desk.s3.location import Location

EVERY_S = 0.1
LIVE_LINES = 100  # while it counts; nobody reads more of what moves
_MOST_COUNTS = 4  # kept, each with its totals


@dataclass(eq=False)
class Count:
    """One listing of everything below a place."""

    usage: Usage
    job: Job = field(default_factory=lambda: Job("Count what takes the space"))
    ended: bool = False
    stopped: bool = False
    error: S3Error | None = None

    @property
    def complete(self) -> bool:
        """Whether all was counted."""
        return self.ended and not self.stopped and self.error is None


class Counts(QObject):
    """Starts a count where none tells what is asked for, and keeps the last few."""

    reported = Signal(object, object)  # Report, Count

    def __init__(self, parent: QObject, background: Background, connection: Connection) -> None:
        super().__init__(parent)
        self._background, self._connection = background, connection
        self._counts: list[Count] = []
        self.shown: Count | None = None

    @async_slot(newest=True)
    async def show(self, location: Location, group: GroupBy) -> None:
        """Tell about a place from now on: again and again while it is counted, once when that has ended."""
        import asyncio  # noqa: PLC0415  # not before the first paint

        while True:
            count = self.shown = self._count_for(location, group)
            was_running, began = not count.ended, time.monotonic()
            try:
                found = await self._report(count, location, group)
            except LookupError:  # there came to be too many folders to tell this one apart
                self._start(location)
                continue
            self.reported.emit(found, count)
            if not was_running:
                return
            took = time.monotonic() - began
            await asyncio.sleep(max(EVERY_S - took, 3 * took))  # a large report costs a quarter of a core at most

    def stop(self) -> None:
        """End the count that is looked at; what it has stays."""
        if self.shown is not None:
            self.shown.job.cancel()

    def forget(self) -> None:
        """Drop all counts, to begin anew."""
        for count in self._counts:
            count.job.cancel()
        self._counts = []

    async def _report(self, count: Count, location: Location, group: GroupBy) -> Report:
        most = MOST_FOLDERS if count.ended else LIVE_LINES
        return await self._background.run(Job("Add up"), report, count.usage, location, group, most)

    def _count_for(self, location: Location, group: GroupBy) -> Count:
        for count in reversed(self._counts):
            if count.usage.location == location or (not group.ranking and count.usage.knows(location)):
                return count
        return self._start(location)

    def _start(self, location: Location) -> Count:
        count = Count(Usage(location, self._background.way))
        self._counts.append(count)
        for old in self._counts[:-_MOST_COUNTS]:
            old.job.cancel()
        self._counts = self._counts[-_MOST_COUNTS:]
        self._run(count)
        return count

    @async_slot()
    async def _run(self, count: Count) -> None:
        import asyncio  # noqa: PLC0415

        try:
            await self._background.run(count.job, usage.count, self._connection, count.usage)
        except S3Error as error:
            count.error = error
        except asyncio.CancelledError:
            count.stopped = True
        finally:
            count.ended = True
