"""Files up and down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from s3desk.models import text
from s3desk.s3.job import Job
from s3desk.s3.journal.gestures import Kind, Outline
from s3desk.s3.journal.going_on import planned_downloads, planned_uploads
from s3desk.s3.location import Location
from s3desk.s3.transfer.conflicts import find_conflicts, local_conflicts, resolve
from s3desk.s3.transfer.downloads import plan_download
from s3desk.s3.transfer.same import settle_downloads, settle_uploads
from s3desk.s3.transfer.upload_options import PLAIN, UploadOptions
from s3desk.s3.transfer.uploads import plan_upload
from s3desk.ui.drop_table import paths_in
from s3desk.ui.slots import ask, async_slot
from s3desk.ui.transfers.queue_actions import QueueActions
from s3desk.ui.uploading.conflict_flow import Decisions, Direction, decide, nothing_left
from s3desk.ui.verbs import verb

if TYPE_CHECKING:
    from s3desk.models.transfer_model import Transfer
    from s3desk.s3.errors import Failure
    from s3desk.s3.transfer.downloads import DownloadPlan
    from s3desk.s3.transfer.uploads import UploadPlan
    from s3desk.ui.desk import Desk
    from s3desk.ui.main_window import MainWindow

_Begun: TypeAlias = "tuple[Transfer, list[Failure]]"


class TransferActions(QObject):
    """Upload files…, Upload folder…, both with options, Download…; what is done with them then is in `queue`."""

    title = "Transfers"

    def __init__(self, window: MainWindow, desk: Desk) -> None:
        super().__init__(window)
        self._window, self._desk = window, desk
        icon, pane = desk.icons.icon, desk.objects
        self.upload_files = verb(
            self, "Upload files…", self._choose_files, keys="Ctrl+U", icon=icon("ph.upload-simple")
        )
        self.upload_folder = verb(
            self, "Upload folder…", self._choose_folder, keys="Ctrl+Shift+U", icon=icon("ph.folder-notch-plus")
        )
        self.upload_with = verb(
            self, "Upload with options…", partial(self._choose_files, ask_options=True), icon=icon("ph.sliders")
        )
        self.upload_folder_with = verb(
            self, "Upload folder with options…", partial(self._choose_folder, ask_options=True)
        )
        for action in (self.upload_with, self.upload_folder_with):
            action.setToolTip("Storage class, access, encryption, metadata, tags")
        self.download = verb(self, "Download…", self._download, keys="Ctrl+D", icon=icon("ph.download-simple"))
        self.queue = QueueActions(window, desk)
        self._up = (self.upload_files, self.upload_folder, self.upload_with, self.upload_folder_with)
        self.moving: list[QAction] = [*self._up, self.download]
        self.actions: list[QAction] = self.queue.actions
        pane.dropped.connect(lambda paths, folder: self._upload(paths, folder=folder))
        pane.selection_changed.connect(self._update)
        desk.navigator.moved.connect(lambda _: self._update())
        self._update()

    def _update(self) -> None:
        inside = bool(self._desk.location.bucket)
        for action in self._up:
            action.setEnabled(inside)
        self.download.setEnabled(inside and self._desk.objects.chosen.count > 0)

    # up

    @async_slot()
    async def _choose_files(self, *, ask_options: bool = False) -> None:
        paths = await self._choose(QFileDialog.FileMode.ExistingFiles, "Upload files")
        await self._upload_chosen(paths, ask_options)

    @async_slot()
    async def _choose_folder(self, *, ask_options: bool = False) -> None:
        paths = await self._choose(QFileDialog.FileMode.Directory, "Upload folder")
        await self._upload_chosen(paths, ask_options)

    async def _upload_chosen(self, paths: Sequence[Path], ask_options: bool) -> None:
        options: UploadOptions | None = PLAIN
        if paths and ask_options:
            from s3desk.ui.uploading.options_dialog import OptionsDialog  # noqa: PLC0415  # rarely needed

            own_endpoint = bool(self._desk.connection.endpoint_url)
            options = await ask(OptionsDialog(self._window, _what(paths), own_endpoint=own_endpoint))
        if paths and options is not None:
            self._upload(paths, options)

    def paste_files(self) -> None:
        """Upload what another program put on the clipboard."""
        paths = paths_in(QGuiApplication.clipboard().mimeData())
        if paths:
            self._upload(paths)
        else:
            self._desk.news.said.emit("There are no files on the clipboard.")

    @async_slot()
    async def _upload(self, paths: Sequence[Path], options: UploadOptions = PLAIN, *, folder: str = "") -> None:
        at = self._desk.location
        begun = await self._begin_upload(paths, options, Location(at.bucket, folder) if folder else at)
        if begun is not None:
            await self.queue.move(*begun)

    async def _begin_upload(self, paths: Sequence[Path], options: UploadOptions, location: Location) -> _Begun | None:
        """Plan, ask, write down; the plan itself is not held in memory while its files are moved."""
        desk = self._desk
        connection, run = desk.connection, desk.background.run
        desk.news.said.emit("Looking at the files…")
        wanted = replace(await run(Job("Look at the files"), plan_upload, connection, paths, location), options=options)
        conflicts = await run(Job("Look for conflicts"), find_conflicts, connection, wanted)
        desk.news.said.emit("")

        def settle(job: Job, decisions: Decisions) -> Decisions:
            return settle_uploads(job, connection, wanted, decisions)

        decisions = await decide(desk, self._window, Direction.UPLOAD, conflicts, location.uri, settle)
        if decisions is None:
            return None
        plan = resolve(wanted, decisions)
        if not plan.items and not plan.skipped:
            nothing_left(desk, Direction.UPLOAD, "uploaded")
            return None
        title = _upload_title(paths, plan, location.name)
        at = (location.bucket, location.prefix)
        outline = Outline(Kind.UPLOAD, title, connection.account, *at, options=options.written())
        items = await run(Job("Plan"), lambda _job: planned_uploads(wanted, plan))
        return await desk.work.begin(connection, outline, items), plan.skipped

    # down

    @async_slot()
    async def _download(self) -> None:
        begun = await self._begin_download()
        if begun is not None:
            await self.queue.move(*begun)

    async def _begin_download(self) -> _Begun | None:
        desk = self._desk
        connection, location, chosen = desk.connection, desk.location, desk.objects.chosen
        selection = chosen.selection()
        folders = await self._choose(QFileDialog.FileMode.Directory, "Download")
        if not folders:
            return None
        run = desk.background.run
        desk.news.said.emit("Looking at what is to be downloaded…")
        job = Job("Look at the files")
        wanted = await run(job, plan_download, connection, selection, location.prefix, folders[0])
        desk.news.said.emit("")
        if not await self._agreed_to_names(wanted):
            return None
        conflicts = await run(Job("Look for conflicts"), lambda _job: local_conflicts(wanted))

        def settle(job: Job, decisions: Decisions) -> Decisions:
            return settle_downloads(job, connection, wanted, decisions)

        decisions = await decide(desk, self._window, Direction.DOWNLOAD, conflicts, str(folders[0]), settle)
        if decisions is None:
            return None
        plan = resolve(wanted, decisions)
        if not plan.items and not plan.skipped:
            nothing_left(desk, Direction.DOWNLOAD, "downloaded")
            return None
        what = chosen.first.name if chosen.count == 1 else text.count(chosen.count, "name")
        title = f"Download {text.visible_path(what)} to {text.visible(folders[0].name or str(folders[0]))}"
        if len(plan.items) > 1:
            title += f" — {text.count(len(plan.items), 'file')}"
        at = (location.bucket, location.prefix, folders[0])
        outline = Outline(Kind.DOWNLOAD, title, connection.account, *at)
        items = await run(Job("Plan"), lambda _job: planned_downloads(wanted, plan))
        return await desk.work.begin(connection, outline, items), plan.skipped

    async def _agreed_to_names(self, plan: DownloadPlan) -> bool:
        """What this computer cannot call as the bucket does is said before the first byte."""
        if not plan.changes:
            return True
        from s3desk.ui.uploading.names_dialog import NamesDialog  # noqa: PLC0415  # rarely needed

        return bool(await ask(NamesDialog(self._window, self._desk.theme, plan.changes, plan.folder)))

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


def _what(paths: Sequence[Path]) -> str:
    return text.visible(paths[0].name) if len(paths) == 1 else text.count(len(paths), "file")


def _upload_title(paths: Sequence[Path], plan: UploadPlan, place: str) -> str:
    """Upload survey/ to archive — 12,431 files."""
    what = _what(paths)
    if len(paths) == 1 and len(plan.items) > 1:
        return f"Upload {what}/ to {place} — {text.count(len(plan.items), 'file')}"
    return f"Upload {what} to {place}"


class FileQuestion(QFileDialog):
    """The system's file dialog as a question one can await."""

    def __init__(self, parent: QWidget, title: str, folder: str) -> None:
        super().__init__(parent, title, folder or str(Path.home()))
        self.setAccessibleName(title)

    def answer(self) -> list[Path]:
        """What was chosen."""
        return [Path(name) for name in self.selectedFiles()]
