"""Many tables as one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from s3desk.models import text
from s3desk.s3.errors import S3Error, UnsupportedError
from s3desk.s3.job import Job, Unit
from s3desk.s3.objects import Selection
from s3desk.ui.slots import ask, async_slot
from s3desk.ui.verbs import verb

if TYPE_CHECKING:
    from s3desk.data.combining.combine import Choices, Combined
    from s3desk.data.combining.first_look import Looking
    from s3desk.s3.connection import Connection
    from s3desk.ui.combining.combine_dialog import CombineDialog
    from s3desk.ui.desk import Desk


class CombineActions(QObject):
    """Combine tables….

    What it stands on is imported when it is used: pyarrow, which the first paint does not wait for.
    """

    title = "Data"

    def __init__(self, window: QWidget, desk: Desk) -> None:
        super().__init__(window)
        self._window, self._desk = window, desk
        self.combine = verb(
            self,
            "Combine tables…",
            self._combine,
            icon=desk.icons.icon("ph.stack"),
            tip="Make one table from the selected files and folders, or from everything here",
        )
        self.actions: list[QAction] = [self.combine]
        desk.objects.selection_changed.connect(self._update)
        desk.navigator.moved.connect(lambda _: self._update())
        self._update()

    def _update(self) -> None:
        self.combine.setEnabled(self._desk.navigator.place is not None and bool(self._desk.location.bucket))

    def _meant(self) -> Selection:
        """What is selected in the table; with nothing selected everything below the place shown."""
        chosen, at = self._desk.objects.chosen, self._desk.location
        if not chosen.count or (chosen.count == 1 and not chosen.folders):
            return Selection(at.bucket, folders=(at.prefix,))
        return chosen.selection()

    @async_slot()
    async def _combine(self) -> None:
        desk, meant, at = self._desk, self._meant(), self._desk.location
        connection = desk.connection
        await desk.background.run(Job("Get ready"), _get_ready)
        from s3desk.data.combining import first_look  # noqa: PLC0415
        from s3desk.ui.combining.combine_dialog import CombineDialog  # noqa: PLC0415

        looking = await desk.work.run_soon_listed(Job("List the files"), first_look.listed, connection, meant)
        if not looking.files:
            raise UnsupportedError("There are no files to combine here.", "Choose files or a folder that hold tables.")
        overflow = _new_path(desk.settings.current.download_folder, at.name)
        dialog = CombineDialog(self._window, desk.theme, looking, at.prefix, overflow)
        job = Job("Look at the files")
        dialog.finished.connect(lambda _: job.cancel())
        self._look(connection, looking, job, dialog)
        choices: Choices | None = await ask(dialog)
        if choices is not None:
            await self._read(connection, looking, choices, overflow)

    @async_slot()
    async def _look(self, connection: Connection, looking: Looking, job: Job, dialog: CombineDialog) -> None:
        """Tell what differs while the user reads the list."""
        from s3desk.data.combining import first_look  # noqa: PLC0415

        try:
            await self._desk.background.run(job, first_look.look, connection, looking, self._desk.background.way)
        except S3Error as error:
            if isValid(dialog):
                dialog.show_trouble(f"{error} {error.advice}".strip())
            return
        overview = await self._desk.background.run(job, first_look.overview, looking)
        if isValid(dialog):
            dialog.show_overview(overview)

    async def _read(self, connection: Connection, looking: Looking, choices: Choices, overflow: Path) -> None:
        from s3desk.data.combining.combine import combine  # noqa: PLC0415
        from s3desk.ui.table.table_window import open_table  # noqa: PLC0415

        desk = self._desk
        job = Job(f"Combine {text.count(len(looking.files), 'file')}", unit=Unit.BYTES)

        def read(job: Job) -> Combined:
            return combine(job, connection, looking.plan(), choices, overflow=overflow, way=desk.background.way)

        combined = await desk.work.run(job, read)
        report = combined.report
        said = f"Combined {text.count(report.files, 'file')}: {text.count(report.rows, 'row')}."
        if report.failures:
            said += f" {text.count(len(report.failures), 'file was', 'files were')} left out."
        if combined.path is not None:
            said += f" All rows are in {combined.path.name} in {combined.path.parent.name}."
        desk.news.said.emit(said)
        open_table(self._window, desk, combined.sheet)


def _get_ready(_job: Job) -> None:
    """Import on a worker what would hold up the window for several pictures."""
    import s3desk.data.combining.combine  # noqa: PLC0415
    import s3desk.ui.combining.combine_dialog  # noqa: PLC0415
    import s3desk.ui.table.table_window  # noqa: F401, PLC0415


def _new_path(folder: str, name: str) -> Path:
    """Where a table goes that is too large for the memory: a name that is not taken."""
    home = Path(folder) if folder else Path.home()
    plain = "".join(c if c.isalnum() or c in " -_." else "_" for c in name).strip(". ") or "tables"
    path, number = home / f"{plain}, combined.parquet", 2
    while path.exists():
        path, number = home / f"{plain}, combined ({number}).parquet", number + 1
    return path
