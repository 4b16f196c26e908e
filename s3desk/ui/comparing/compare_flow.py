"""What happens behind the dialog `Compare`: tables are read once each and compared as often as wished."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from shiboken6 import isValid

from s3desk.data.comparing.comparable import distinctly_named
from s3desk.data.comparing.compare import compare, guess_key
from s3desk.data.comparing.row_matching import shared_columns
from s3desk.data.reading.whole import whole_table
from s3desk.s3.errors import S3Error
from s3desk.s3.job import Job, Unit
from s3desk.ui.slots import async_slot
from s3desk.ui.table.table_window import open_table

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from s3desk.data.comparing.compare import Comparison
    from s3desk.data.sheet import Sheet
    from s3desk.s3.connection import Connection
    from s3desk.ui.comparing.compare_dialog import CompareDialog, Side
    from s3desk.ui.desk import Desk

MOST_BYTES = 1 << 30  # of one side; both are in memory, and what is compared of them again


class CompareFlow(QObject):
    """Lives as long as its dialog; what it still reads or compares then is cancelled."""

    def __init__(self, dialog: CompareDialog, window: QWidget, desk: Desk, connection: Connection, bucket: str) -> None:
        super().__init__(dialog)
        self._dialog, self._window, self._desk = dialog, window, desk
        self._connection, self._bucket = connection, bucket
        self._sheets: dict[Side, Sheet] = {}
        self._shared: set[str] | None = None
        self._found: Comparison | None = None
        self._job = Job()
        dialog.sides_changed.connect(self.read)
        dialog.key_changed.connect(self._compare)
        dialog.show_wanted.connect(self._show)
        dialog.finished.connect(lambda _: self._job.cancel())

    @async_slot(newest=True)
    async def read(self) -> None:
        """Read what was not read yet, guess the key, and compare."""
        sides = self._dialog.sides
        self._job.cancel()
        self._found = None
        if sides[0] == sides[1]:
            self._dialog.show_trouble("Choose two different tables.")
            return
        self._dialog.show_working("Reading…")
        try:
            before, after = [await self._sheet(side) for side in sides]
            self._dialog.show_working("Looking for a key…")
            await self._offer_columns(before, after)
        except S3Error as error:
            self._dialog.show_trouble(f"{error} {error.advice}".strip())
        except ValueError as error:  # an encoding or a delimiter that cannot be used
            self._dialog.show_trouble(str(error))
        except BaseException:
            self._say_stopped()
            raise
        else:
            self._compare()

    async def _offer_columns(self, before: Sheet, after: Sheet) -> None:
        """What is ticked stays, for instance after a swap, as long as the columns are the same."""
        shared = shared_columns(distinctly_named(before.table), distinctly_named(after.table))
        key = self._dialog.key
        if set(shared) != self._shared:
            self._job = Job("Look for a key")
            key = await self._desk.background.run(self._job, guess_key, before, after)
            self._shared = set(shared)
        self._dialog.show_columns(shared, key)

    def _say_stopped(self) -> None:
        """Where somebody cancelled it in Transfers, or it failed; not where a newer wish took its place."""
        if isValid(self._dialog) and (self._job.cancelled or self._job.ended is not None):
            self._dialog.show_trouble("Stopped. Choose a table or a key column to compare again.")

    async def _sheet(self, side: Side) -> Sheet:
        if side not in self._sheets:
            job = self._job = Job(f"Read {side.key.rpartition('/')[2]}", total=side.size, unit=Unit.BYTES)
            keep = {one: sheet for one, sheet in self._sheets.items() if one in self._dialog.sides}
            self._sheets = keep  # two at a time, or many versions fill the memory

            def read(job: Job) -> Sheet:
                return whole_table(
                    job,
                    self._connection,
                    self._bucket,
                    side.key,
                    reading=side.reading,
                    most_bytes=MOST_BYTES,
                    version_id=side.version_id,
                )

            sheet = await self._desk.work.run_soon_listed(job, read)
            self._sheets[side] = replace(sheet, title=side.title)
        return self._sheets[side]

    @async_slot(newest=True)
    async def _compare(self) -> None:
        before, after = (self._sheets.get(side) for side in self._dialog.sides)
        if before is None or after is None:
            return
        self._found = None
        self._job.cancel()
        self._job = Job("Compare")
        self._dialog.show_working("Comparing…")
        try:
            found = await self._desk.work.run_soon_listed(self._job, compare, before, after, self._dialog.key)
        except BaseException:
            self._say_stopped()
            raise
        self._found = found
        self._dialog.show_comparison(found)

    def _show(self) -> None:
        if self._found is not None:
            open_table(self._window, self._desk, self._found.sheet)
