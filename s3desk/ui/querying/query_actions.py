"""Files in S3, asked in SQL without fetching more of them than the answer needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from s3desk.models import text
from s3desk.models.kinds import Kind, kind_of
from s3desk.s3.job import Job
from s3desk.ui.slots import async_slot
from s3desk.ui.verbs import verb

if TYPE_CHECKING:
    from s3desk.data.querying.in_place import InPlace
    from s3desk.data.sheet import Sheet
    from s3desk.ui.desk import Desk

_TABLES = (Kind.TABLE, Kind.COLUMNAR, Kind.JSON, Kind.ARCHIVE, Kind.UNKNOWN)
_LOOKED_AT = 1000  # names; of more files some will be tables


class QueryActions(QObject):
    """Query with SQL…."""

    title = "Data"

    def __init__(self, window: QWidget, desk: Desk) -> None:
        super().__init__(window)
        self._window, self._desk = window, desk
        self.query = verb(
            self,
            "Query with SQL…",
            self._query,
            icon=desk.icons.icon("ph.database"),
            tip="Ask the selected files and folders in SQL; only what the answer needs is read",
        )
        self.actions: list[QAction] = [self.query]
        desk.objects.selection_changed.connect(self._update)
        self._update()

    def _update(self) -> None:
        self.query.setEnabled(self._holds_tables())

    def _holds_tables(self) -> bool:
        chosen = self._desk.objects.chosen
        if not self._desk.location.bucket or not chosen.count:
            return False
        if chosen.folders or chosen.count > _LOOKED_AT:
            return True
        return any(kind_of(name)[0] in _TABLES for name in chosen.names())

    @async_slot()
    async def _query(self) -> None:
        from s3desk.data.querying.in_place import open_files  # noqa: PLC0415  # pyarrow, later than the first paint
        from s3desk.ui.combining.sql_dialog import SqlDialog  # noqa: PLC0415

        desk, meant = self._desk, self._desk.objects.chosen.selection()
        job = Job("Look at the files")
        found = await desk.work.run_soon_listed(job, open_files, desk.connection, meant)
        SqlDialog(self._window, desk, FilesAsked(desk, found)).show()


class FilesAsked:
    """Files as what a question is asked of."""

    example = "SELECT *\nFROM files\nLIMIT 100"

    def __init__(self, desk: Desk, found: InPlace) -> None:
        self._desk, self._found = desk, found

    @property
    def columns(self) -> list[str]:
        """The columns of all files together."""
        return self._found.columns

    @property
    def words(self) -> str:
        """What can be asked."""
        names, count = list(self._found.names), len(self._found.sources)
        them = f"The table “files” is {text.count(count, 'file')} in S3, {text.size(self._found.size)}."
        if count > 1 and names:
            shown = ", ".join(names[:_NAMED]) + (f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else "")
            them += f" Each is also a table of its own: {shown}."
        return " ".join([them, *self._found.left_out])

    async def run(self, job: Job, query: str) -> Sheet:
        """The answer; the work is listed once it takes longer."""
        return await self._desk.work.run_soon_listed(job, self._found.run, query)


_NAMED = 8
