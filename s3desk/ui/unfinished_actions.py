"""Looking at uploads that never ended, and cleaning them up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog
from shiboken6 import isValid

from s3desk.models import text
from s3desk.s3.errors import S3Error
from s3desk.s3.job import Job
from s3desk.ui.error_dialog import ErrorDialog
from s3desk.ui.slots import ask, async_slot
from s3desk.ui.verbs import verb

if TYPE_CHECKING:
    from s3desk.s3.connection import Connection
    from s3desk.s3.errors import Failure
    from s3desk.s3.leftovers.unfinished import Unfinished
    from s3desk.ui.desk import Desk
    from s3desk.ui.main_window import MainWindow
    from s3desk.ui.unfinished_window import UnfinishedWindow


class UnfinishedActions(QObject):
    """Unfinished uploads….

    `own` reads, on a worker, the ids of the uploads in this program's journal, and whether each is being uploaded right
    now or waits to go on.
    """

    title = "Bucket"

    def __init__(
        self,
        window: MainWindow,
        desk: Desk,
        own: Callable[[], Mapping[str, bool]] = dict,
    ) -> None:
        super().__init__(window)
        self._window, self._desk, self._own = window, desk, own
        icon, tip = desk.icons.icon("ph.hourglass"), "See and clean up uploads that began and never ended"
        self.unfinished = verb(self, "Unfinished uploads…", self._show, icon=icon, tip=tip)
        self.actions: list[QAction] = [self.unfinished]
        self._opened: list[UnfinishedWindow] = []  # windows without a parent live as long as somebody holds them
        desk.navigator.moved.connect(lambda _: self._update())
        desk.objects.selection_changed.connect(self._update)
        self._update()

    def _update(self) -> None:
        self.unfinished.setEnabled(bool(self._bucket()))

    def _bucket(self) -> str:
        """The bucket we are in, or the one selected in the list of buckets."""
        if self._desk.location.bucket:
            return self._desk.location.bucket
        chosen = self._desk.objects.chosen
        return chosen.first.key if chosen.is_bucket else ""

    def _show(self) -> None:
        from s3desk.ui.unfinished_window import UnfinishedWindow  # noqa: PLC0415  # rarely needed

        desk, bucket = self._desk, self._bucket()
        connection = desk.connection
        window = UnfinishedWindow(desk.theme, desk.icons, bucket)
        window.again_wanted.connect(lambda: self._look(window, connection, bucket))
        window.clean_wanted.connect(lambda uploads: self._clean(window, connection, uploads))
        window.export_wanted.connect(lambda uploads: self._export(window, uploads))
        self._window.closing.connect(window.close)
        self._opened = [*filter(isValid, self._opened), window]
        window.show()
        self._look(window, connection, bucket)

    async def _own_uploads(self) -> Mapping[str, bool]:
        return await self._desk.background.run(Job("Read the journal"), lambda _job: self._own())

    @async_slot()
    async def _look(self, window: UnfinishedWindow, connection: Connection, bucket: str) -> None:
        import asyncio  # noqa: PLC0415  # not before the first paint

        from s3desk.s3.leftovers.unfinished import Findings, find_unfinished  # noqa: PLC0415  # rarely needed

        job, findings, trouble = Job("Unfinished uploads"), Findings(), None
        window.stop_wanted.connect(job.cancel)
        window.finished.connect(lambda _: job.cancel())
        own = await self._own_uploads()
        if not isValid(window):
            return
        window.show_search(findings, own)
        try:
            await self._desk.background.run(job, find_unfinished, connection, bucket, findings)
        except S3Error as error:
            trouble = error
        except asyncio.CancelledError:  # by Stop, or because the window is gone
            pass
        if isValid(window):
            window.show_end(stopped=job.cancelled, error=trouble)

    @async_slot()
    async def _clean(self, window: UnfinishedWindow, connection: Connection, uploads: list[Unfinished]) -> None:
        from s3desk.s3.leftovers.unfinished import clean_up  # noqa: PLC0415
        from s3desk.ui.unfinished_window import CleanDialog  # noqa: PLC0415

        own = await self._own_uploads()
        at_work = sum(own.get(upload.upload_id, False) for upload in uploads)
        if not uploads or not await ask(CleanDialog(window, uploads, at_work)):
            return
        gone: list[str] = []
        job = Job(f"Clean up {text.count(len(uploads), 'unfinished upload')}", total=len(uploads))
        try:
            failures = await self._desk.work.run(
                job, clean_up, connection, uploads, lambda one: gone.append(one.upload_id)
            )
        finally:
            if isValid(window):
                window.drop(list(gone))
        self._tell(window, uploads, gone, failures)

    def _tell(
        self, window: UnfinishedWindow, uploads: list[Unfinished], gone: list[str], failures: list[Failure]
    ) -> None:
        ids = set(gone)
        size = text.size(sum(upload.bytes or 0 for upload in uploads if upload.upload_id in ids))
        sentence = f"Cleaned up {text.count(len(ids), 'upload')}, {size}."
        self._desk.news.said.emit(sentence)
        if isValid(window):
            window.say(sentence, "good" if ids else "dim")
        if failures:
            words = f"{text.count(len(failures), 'unfinished upload')} could not be cleaned up."
            ErrorDialog.for_failures(window if isValid(window) else self._window, words, failures).show()

    @async_slot()
    async def _export(self, window: UnfinishedWindow, uploads: list[Unfinished]) -> None:
        from s3desk.s3.leftovers.unfinished_csv import write_unfinished  # noqa: PLC0415
        from s3desk.ui.transfers.transfer_actions import FileQuestion  # noqa: PLC0415  # its file dialog is only needed here

        dialog = FileQuestion(window, "Export as CSV", self._desk.settings.current.download_folder)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter("CSV (*.csv)")
        dialog.setDefaultSuffix("csv")
        dialog.selectFile(f"unfinished uploads in {uploads[0].bucket}.csv")
        paths: list[Path] | None = await ask(dialog)
        if not paths:
            return
        own = await self._own_uploads()
        await self._desk.background.run(Job("Export"), write_unfinished, paths[0], uploads, own)
        sentence = f"Exported {text.count(len(uploads), 'line')} to {paths[0].name} in {paths[0].parent.name}."
        self._desk.news.said.emit(sentence)
        if isValid(window):
            window.say(sentence, "dim")
