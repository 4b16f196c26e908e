"""Files up and down, and what is done with running work."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from s3desk.models import text
from s3desk.models.transfer_model import Outcome
from s3desk.s3.conflicts import find_conflicts, local_conflicts, resolve
from s3desk.s3.downloads import plan_download
from s3desk.s3.fetching import download
from s3desk.s3.job import Job, Unit
from s3desk.s3.sending import upload
from s3desk.s3.uploads import plan_upload
from s3desk.ui.confirm_dialogs import ConflictsDialog
from s3desk.ui.drop_table import paths_in
from s3desk.ui.error_dialog import ErrorDialog
from s3desk.ui.slots import ask, async_slot
from s3desk.ui.verbs import separator, verb

if TYPE_CHECKING:
    from s3desk.s3.errors import Failure
    from s3desk.s3.transfers import Conflict, Decision
    from s3desk.ui.desk import Desk


class TransferActions(QObject):
    """Upload files…, Upload folder…, Paste files, Download…; Cancel and Clear finished for the list of work."""

    title = "Transfers"

    def __init__(self, window: QWidget, desk: Desk) -> None:
        super().__init__(window)
        self._window, self._desk = window, desk
        icon, pane, running = desk.icons.icon, desk.objects, desk.transfers
        self.upload_files = verb(
            self, "Upload files…", self._choose_files, keys="Ctrl+U", icon=icon("ph.upload-simple")
        )
        self.upload_folder = verb(
            self, "Upload folder…", self._choose_folder, keys="Ctrl+Shift+U", icon=icon("ph.folder-notch-plus")
        )
        self.paste = verb(self, "Paste files", self._paste, keys="Ctrl+V", icon=icon("ph.clipboard"), within=pane)
        self.download = verb(self, "Download…", self._download, keys="Ctrl+D", icon=icon("ph.download-simple"))
        self.cancel = verb(self, "Cancel", self._cancel, keys="Del", icon=icon("ph.x"), within=running)
        self.clear = verb(self, "Clear finished", running.transfers.clear_finished, icon=icon("ph.eraser"))
        self.why = verb(self, "Show what failed", self._show_trouble, icon=icon("ph.warning-circle"))
        self.moving: list[QAction] = [self.upload_files, self.upload_folder, self.paste, self.download]
        self.actions: list[QAction] = [self.cancel, self.why, separator(self), self.clear]
        pane.dropped.connect(self._upload)
        pane.selection_changed.connect(self._update)
        desk.navigator.moved.connect(lambda _: self._update())
        running.selectionModel().selectionChanged.connect(lambda *_: self._update_work())
        running.transfers.dataChanged.connect(lambda *_: self._update_work())
        running.transfers.modelReset.connect(self._update_work)
        self._update()
        self._update_work()

    def _update(self) -> None:
        inside = bool(self._desk.location.bucket)
        for action in (self.upload_files, self.upload_folder, self.paste):
            action.setEnabled(inside)
        self.download.setEnabled(inside and self._desk.objects.chosen.count > 0)

    def _update_work(self) -> None:
        chosen, every = self._desk.transfers.selected(), self._desk.transfers.transfers.transfers
        running = self._desk.transfers.transfers.running
        self.cancel.setEnabled(any(one in running for one in chosen) or (not chosen and len(running) == 1))
        self.clear.setEnabled(len(running) < len(every))
        self.why.setEnabled(any(one.trouble for one in chosen))

    # up

    @async_slot()
    async def _choose_files(self) -> None:
        paths = await self._choose(QFileDialog.FileMode.ExistingFiles, "Upload files")
        if paths:
            self._upload(paths)

    @async_slot()
    async def _choose_folder(self) -> None:
        paths = await self._choose(QFileDialog.FileMode.Directory, "Upload folder")
        if paths:
            self._upload(paths)

    def _paste(self) -> None:
        paths = paths_in(QGuiApplication.clipboard().mimeData())
        if paths:
            self._upload(paths)
        else:
            self._desk.news.said.emit("There are no files on the clipboard.")

    @async_slot()
    async def _upload(self, paths: Sequence[Path]) -> None:
        desk = self._desk
        connection, location = desk.connection, desk.location
        run = desk.background.run
        desk.news.said.emit("Looking at the files…")
        plan = await run(Job("Look at the files"), plan_upload, connection, paths, location)
        conflicts = await run(Job("Look for conflicts"), find_conflicts, connection, plan)
        desk.news.said.emit("")
        decisions = await self._decide(conflicts, location.uri)
        if decisions is None:
            return
        plan = resolve(plan, decisions)
        if not plan.items and not plan.skipped:
            desk.news.said.emit("Nothing was uploaded: everything was skipped.")
            return
        what = paths[0].name if len(paths) == 1 else text.count(len(paths), "file")
        job = Job(f"Upload {text.visible(what)} to {location.name}", unit=Unit.BYTES)
        try:
            failures = await desk.work.run(job, lambda job: [*plan.skipped, *upload(job, connection, plan)])
            self._summarise(failures, "was not uploaded", "were not uploaded")
        finally:
            desk.news.changed.emit(connection, location)

    # down

    @async_slot()
    async def _download(self) -> None:
        desk = self._desk
        connection, location, chosen = desk.connection, desk.location, desk.objects.chosen
        selection = chosen.selection()
        folders = await self._choose(QFileDialog.FileMode.Directory, "Download")
        if not folders:
            return
        run = desk.background.run
        desk.news.said.emit("Looking at what is to be downloaded…")
        job = Job("Look at the files")
        plan = await run(job, plan_download, connection, selection, location.prefix, folders[0])
        conflicts = await run(Job("Look for conflicts"), lambda _job: local_conflicts(plan))
        desk.news.said.emit("")
        decisions = await self._decide(conflicts, str(folders[0]))
        if decisions is None:
            return
        plan = resolve(plan, decisions)
        if not plan.items and not plan.skipped:
            desk.news.said.emit("Nothing was downloaded: everything was skipped.")
            return
        what = chosen.first.name if chosen.count == 1 else text.count(chosen.count, "name")
        job = Job(f"Download {text.visible(what)} to {folders[0].name}", unit=Unit.BYTES)
        failures = await desk.work.run(job, lambda job: [*plan.skipped, *download(job, connection, plan)])
        self._summarise(failures, "was not downloaded", "were not downloaded")
        if plan.renamed:
            names = "; ".join(f"{text.visible_path(key)} → {path.name}" for key, path in plan.renamed[:3])
            desk.news.said.emit(f"{text.count(len(plan.renamed), 'name')} changed to fit this computer: {names}")

    # both

    async def _choose(self, mode: QFileDialog.FileMode, title: str) -> list[Path]:
        """Ask with the file dialog; it starts where it ended the last time."""
        settings = self._desk.settings
        field = "download_folder" if title == "Download" else "upload_folder"
        dialog = FileQuestion(self._window, title, getattr(settings.current, field))
        dialog.setFileMode(mode)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly, mode is QFileDialog.FileMode.Directory)
        paths: list[Path] | None = await ask(dialog)
        if paths:
            start = paths[0] if title == "Download" else paths[0].parent
            settings.update(**{field: str(start)})
        return paths or []

    async def _decide(self, conflicts: list[Conflict], place: str) -> dict[Conflict, Decision] | None:
        """Nothing is replaced without this question; None when the user gave up."""
        if not conflicts:
            return {}
        decisions = await ask(ConflictsDialog(self._window, conflicts, place))
        return None if decisions is None else dict(zip(conflicts, decisions, strict=True))

    def _summarise(self, failures: list[Failure], one: str, many: str) -> None:
        if failures:
            words = f"{text.count(len(failures), 'file')} {one if len(failures) == 1 else many}."
            ErrorDialog.for_failures(self._window, words, failures).show()

    # the list of work

    def _cancel(self) -> None:
        chosen = self._desk.transfers.selected() or self._desk.transfers.transfers.running
        for transfer in chosen:
            if transfer.outcome is Outcome.RUNNING:
                transfer.job.cancel()

    def _show_trouble(self) -> None:
        for transfer in self._desk.transfers.selected():
            if transfer.trouble:
                ErrorDialog(self._window, transfer.job.title, transfer.trouble).show()


class FileQuestion(QFileDialog):
    """The system's file dialog as a question one can await."""

    def __init__(self, parent: QWidget, title: str, folder: str) -> None:
        super().__init__(parent, title, folder or str(Path.home()))
        self.setAccessibleName(title)

    def answer(self) -> list[Path]:
        """What was chosen."""
        return [Path(name) for name in self.selectedFiles()]
