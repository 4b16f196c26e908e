"""Opening a whole table in a window of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction

from s3desk.models.kinds import Kind, kind_of
from s3desk.s3.job import Job, Unit
from s3desk.ui.slots import async_slot
from s3desk.ui.verbs import verb

if TYPE_CHECKING:
    from s3desk.s3.connection import Connection
    from s3desk.ui.desk import Desk
    from s3desk.ui.main_window import MainWindow
    from s3desk.ui.preview_pane import Subject

MOST_BYTES = 2 << 30  # of one file; larger ones are looked into, or combined to disk
_TABLES = (Kind.TABLE, Kind.COLUMNAR, Kind.JSON, Kind.ARCHIVE, Kind.UNKNOWN)


class TableActions(QObject):
    """Open as table."""

    title = "Data"

    def __init__(self, window: MainWindow, desk: Desk) -> None:
        super().__init__(window)
        self._window, self._desk = window, desk
        tip = "Read the whole file into a window, to sort, filter, profile, plot and save it"
        icon = desk.icons.icon("ph.table")
        self.open_table = verb(self, "Open as table", self._open, keys="Ctrl+Return", icon=icon, tip=tip)
        self.actions: list[QAction] = [self.open_table]
        desk.objects.selection_changed.connect(self._update)
        desk.preview.load_all_wanted.connect(self._load_all)
        self._update()

    def _update(self) -> None:
        self.open_table.setEnabled(bool(self._key()))

    def _key(self) -> str:
        """The one file selected that may hold a table, else ""."""
        chosen = self._desk.objects.chosen
        if chosen.count != 1 or chosen.objects != 1:
            return ""
        (key,) = chosen.selection().keys
        return key if kind_of(key)[0] in _TABLES else ""

    def _open(self) -> None:
        self._read(self._desk.connection, self._desk.location.bucket, self._key(), self._desk.objects.chosen.bytes)

    def _load_all(self, subject: Subject) -> None:
        place = subject.place
        self._read(place.connection, place.location.bucket, subject.key, None)

    @async_slot()
    async def _read(self, connection: Connection, bucket: str, key: str, size: int | None) -> None:
        from s3desk.data.reading.whole import whole_table  # noqa: PLC0415  # pyarrow, which the first paint does not wait for
        from s3desk.ui.table.table_window import open_table  # noqa: PLC0415

        reading = self._desk.preview.reading(key)
        job = Job(f"Read {key.rpartition('/')[2]}", total=size, unit=Unit.BYTES)
        sheet = await self._desk.work.run_soon_listed(
            job, lambda job: whole_table(job, connection, bucket, key, reading=reading, most_bytes=MOST_BYTES)
        )
        open_table(self._window, self._desk, sheet)
