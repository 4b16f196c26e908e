"""How big something is, and what takes the space in it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog
from shiboken6 import isValid

from s3desk.s3.errors import S3Error
from s3desk.s3.job import Job
from s3desk.s3.location import Location
from s3desk.s3.objects import Tally
from s3desk.ui.slots import ask, async_slot
from s3desk.ui.verbs import verb

if TYPE_CHECKING:
    from s3desk.s3.connection import Connection
    from s3desk.s3.folder_size import Sizes
    from s3desk.s3.usage_report import Report
    from s3desk.ui.chosen import Chosen
    from s3desk.ui.desk import Desk
    from s3desk.ui.folder_size_dialog import FolderSizeDialog
    from s3desk.ui.main_window import MainWindow
    from s3desk.ui.usage_window import UsageWindow


class SpaceActions(QObject):
    """Folder size, What takes the space…."""

    title = "Space"

    def __init__(self, window: MainWindow, desk: Desk) -> None:
        super().__init__(window)
        self._window, self._desk = window, desk
        icon = desk.icons.icon
        self.folder_size = verb(
            self, "Folder size", self._measure, icon=icon("ph.ruler"), tip="Count what is selected, with all below it"
        )
        self.space = verb(
            self,
            "What takes the space…",
            self._show_space,
            icon=icon("ph.chart-pie-slice"),
            tip="See which folders, types and objects take the space",
        )
        self.actions: list[QAction] = [self.folder_size, self.space]
        self._opened: list[UsageWindow] = []  # windows without a parent live as long as somebody holds them
        desk.objects.selection_changed.connect(self._update)
        desk.navigator.moved.connect(lambda _: self._update())
        self._update()

    def _update(self) -> None:
        self.folder_size.setEnabled(self._desk.navigator.place is not None)
        self.space.setEnabled(self._place_to_look_into() is not None)

    # what is meant

    def _chosen(self) -> Chosen | None:
        """What is selected in the table; with the keyboard in the tree its place, as if nothing were."""
        chosen = self._desk.objects.chosen
        return chosen if chosen.count and self._window.focusWidget() is not self._desk.tree else None

    def _place_to_look_into(self) -> Location | None:
        """The one folder or bucket selected, else the place shown; None at the root, where that is nothing yet."""
        if self._desk.navigator.place is None:
            return None
        chosen, at = self._chosen(), self._desk.location
        if chosen is not None and chosen.count == chosen.folders == 1:
            (name,) = chosen.selection().folders
            return Location(at.bucket, name) if at.bucket else Location(name)
        return at if at.bucket else None

    # folder size

    @async_slot()
    async def _measure(self) -> None:
        from s3desk.s3 import folder_size  # noqa: PLC0415  # rarely needed
        from s3desk.ui.folder_size_dialog import FolderSizeDialog  # noqa: PLC0415

        desk = self._desk
        if desk.navigator.place is None:
            return
        connection, place = desk.connection, self._place_to_look_into()
        chosen = self._chosen()
        folders = chosen.selection().folders if chosen is not None and chosen.folders else ()
        files = Tally(chosen.objects, chosen.bytes) if chosen is not None else Tally(0, 0)
        sizes = folder_size.sizes_of(desk.location, folders, files)
        dialog = FolderSizeDialog(self._window, desk.theme, sizes, can_show_space=place is not None)
        job = Job("Folder size")
        dialog.stop_wanted.connect(job.cancel)
        dialog.finished.connect(lambda _: job.cancel())
        dialog.space_wanted.connect(lambda: self._open_window(connection, place))
        self._window.closing.connect(dialog.close)
        dialog.show()
        await self._count(connection, sizes, job, dialog)

    async def _count(self, connection: Connection, sizes: Sizes, job: Job, dialog: FolderSizeDialog) -> None:
        import asyncio  # noqa: PLC0415  # not before the first paint

        from s3desk.s3 import folder_size  # noqa: PLC0415

        trouble: S3Error | None = None
        try:
            await self._desk.background.run(job, folder_size.measure, connection, sizes, self._desk.background.way)
        except S3Error as error:
            trouble = error
        except asyncio.CancelledError:  # by Stop, or because the dialog is gone
            pass
        if isValid(dialog):
            dialog.show_end(stopped=job.cancelled, error=trouble)

    # what takes the space

    def _show_space(self) -> None:
        self._open_window(self._desk.connection, self._place_to_look_into())

    def _open_window(self, connection: Connection, place: Location | None) -> None:
        from s3desk.ui.usage_window import UsageWindow  # noqa: PLC0415

        if place is None:
            return
        desk = self._desk
        window = UsageWindow(desk.background, desk.theme, desk.icons, connection, place)
        window.show_wanted.connect(lambda location, key: self._go_to(connection, location, key))
        window.export_wanted.connect(lambda report: self._export(window, report))
        self._window.closing.connect(window.close)
        self._opened = [*filter(isValid, self._opened), window]
        window.show()

    def _go_to(self, connection: Connection, location: Location, key: str) -> None:
        self._desk.navigator.go(connection, location, key)
        self._window.raise_()
        self._window.activateWindow()

    @async_slot()
    async def _export(self, window: UsageWindow, report: Report) -> None:
        from s3desk.models.usage_words import exact_name  # noqa: PLC0415
        from s3desk.s3.usage_csv import write_csv  # noqa: PLC0415
        from s3desk.ui.transfers.transfer_actions import FileQuestion  # noqa: PLC0415

        dialog = FileQuestion(window, "Export as CSV", self._desk.settings.current.download_folder)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter("CSV (*.csv)")
        dialog.setDefaultSuffix("csv")
        dialog.selectFile(f"space in {report.location.bucket}.csv")
        paths: list[Path] | None = await ask(dialog)
        if not paths:
            return

        def write(job: Job) -> None:
            write_csv(job, paths[0], report, [exact_name(report, line) for line in report.lines])

        await self._desk.background.run(Job("Export"), write)
        words = f"Exported {len(report.lines):,} lines to {paths[0].name} in {paths[0].parent.name}."
        self._desk.news.said.emit(words)
        if isValid(window):
            window.say(words)
