"""Making a place like another: the question, the comparison, and what was chosen of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog
from shiboken6 import isValid

from s3desk.models import sync_words, text
from s3desk.s3.errors import S3Error
from s3desk.s3.job import Job
from s3desk.s3.journal.gestures import Kind, Outline
from s3desk.s3.location import Location
from s3desk.ui.error_dialog import ErrorDialog
from s3desk.ui.slots import ask, async_slot
from s3desk.ui.verbs import verb

if TYPE_CHECKING:
    from s3desk.models.transfer_model import Transfer
    from s3desk.s3.connection import Connection
    from s3desk.s3.errors import Failure
    from s3desk.s3.journal.record import Record
    from s3desk.s3.syncing.plan import Row, Sync, SyncPlan
    from s3desk.ui.desk import Desk
    from s3desk.ui.main_window import MainWindow
    from s3desk.ui.syncing.preview_window import PreviewWindow
    from s3desk.ui.syncing.sync_dialog import SyncDialog

_NAMES_SHOWN = 5


class SyncActions(QObject):
    """Sync…."""

    title = "Object"

    def __init__(self, window: MainWindow, desk: Desk) -> None:
        super().__init__(window)
        self._window, self._desk = window, desk
        icon = desk.icons.icon("ph.arrows-left-right")
        tip = "Make a folder like this place, this place like a folder, or another place like this one"
        self.sync = verb(self, "Sync…", self._ask, icon=icon, tip=tip)
        self.actions: list[QAction] = [self.sync]
        self._opened: list[PreviewWindow] = []  # windows without a parent live as long as somebody holds them
        desk.navigator.moved.connect(lambda _: self._update())
        self._update()

    def _update(self) -> None:
        self.sync.setEnabled(bool(self._desk.location.bucket))

    # the question

    @async_slot()
    async def _ask(self) -> None:
        from s3desk.ui.syncing.last_sync import LastSync, last_of  # noqa: PLC0415  # not before somebody syncs
        from s3desk.ui.syncing.sync_dialog import SyncDialog  # noqa: PLC0415

        desk, settings = self._desk, self._desk.settings
        connection, here = desk.connection, desk.location
        last = LastSync.of(settings.current.syncs, here.uri)
        dialog = SyncDialog(self._window, here, connection.endpoint_url, last)
        dialog.browse_wanted.connect(lambda typed: self._browse(dialog, typed))
        sync: Sync | None = await ask(dialog)
        if sync is not None:
            settings.update(syncs=last_of(sync, last).kept_with(settings.current.syncs, here.uri))
            self._open(connection, sync)

    @async_slot()
    async def _browse(self, dialog: SyncDialog, typed: str) -> None:
        from s3desk.ui.transfers.transfer_actions import FileQuestion  # noqa: PLC0415

        question = FileQuestion(dialog, "Local folder", typed or self._desk.settings.current.upload_folder)
        question.setFileMode(QFileDialog.FileMode.Directory)
        question.setOption(QFileDialog.Option.ShowDirsOnly)
        paths: list[Path] | None = await ask(question)
        if paths and isValid(dialog):
            dialog.set_folder(paths[0])

    # the comparison

    def _open(self, connection: Connection, sync: Sync) -> None:
        from s3desk.ui.syncing.preview_window import PreviewWindow  # noqa: PLC0415

        window = PreviewWindow(self._desk.theme, self._desk.icons, sync)
        window.compare_wanted.connect(lambda: self._compare(window, connection, sync))
        window.sync_wanted.connect(lambda: self._sync(window, connection))
        window.details_wanted.connect(lambda: self._show_left_alone(window))
        self._window.closing.connect(window.close)
        self._opened = [*filter(isValid, self._opened), window]
        window.show()
        self._compare(window, connection, sync)

    @async_slot()
    async def _compare(self, window: PreviewWindow, connection: Connection, sync: Sync) -> None:
        from s3desk.s3.syncing.compare import compare  # noqa: PLC0415
        from s3desk.s3.syncing.sides import Looked  # noqa: PLC0415

        job, looked = Job("Compare"), Looked()
        window.finished.connect(lambda _: job.cancel())
        window.show_looking(looked)
        try:
            plan = await self._desk.background.run(job, compare, connection, sync, looked)
        except S3Error as error:
            if isValid(window):
                window.show_failure(error)
            return
        if isValid(window):
            window.show_plan(plan)

    def _show_left_alone(self, window: PreviewWindow) -> None:
        if window.plan is not None:
            left = window.plan.left_alone
            words = f"{text.count(len(left), 'name')} left alone: neither copied nor replaced nor deleted."
            ErrorDialog.for_failures(window, words, left).show()

    # doing it

    @async_slot()
    async def _sync(self, window: PreviewWindow, connection: Connection) -> None:
        plan, model = window.plan, window.model
        if plan is None or not await self._agreed(window, plan):
            return
        rows, ticks, counts = model.chosen, model.ticks, model.counts
        window.show_running()
        failures: list[Failure] | None = None
        try:
            transfer = await self._begin(connection, plan, ticks, len(rows))
            failures = await self._run(transfer, connection, plan.sync, rows)
        finally:
            self._tell_changed(connection, plan.sync)
            if isValid(window):
                window.show_stopped() if failures is None else window.show_done(counts, len(failures))
        if failures:
            words = f"{text.count(len(failures), 'name')} could not be synced."
            ErrorDialog.for_failures(self._window, words, failures).show()

    async def _agreed(self, window: PreviewWindow, plan: SyncPlan) -> bool:
        """Nothing is deleted without this question."""
        from s3desk.s3.syncing.plan import Action  # noqa: PLC0415
        from s3desk.ui.syncing.sync_dialog import DeletionsDialog  # noqa: PLC0415

        gone = [row.name for row in window.model.chosen if row.action is Action.DELETE]
        if not gone:
            return True
        names = [text.visible_path(name) for name in gone[:_NAMES_SHOWN]]
        return bool(await ask(DeletionsDialog(window, plan, len(gone), names)))

    async def _begin(self, connection: Connection, plan: SyncPlan, ticks: list[bool], count: int) -> Transfer:
        from s3desk.s3.syncing.run import planned_rows  # noqa: PLC0415

        desk, sync = self._desk, plan.sync
        folder = next((place for place in (sync.source, sync.target) if isinstance(place, Path)), None)
        at = sync.target if isinstance(sync.target, Location) else sync.source
        if not isinstance(at, Location):
            raise LookupError("one of the two is in S3")
        to = f"{sync_words.name_words(sync.source)} to {sync_words.name_words(sync.target)}"
        title = f"Sync {to} — {text.count(count, 'change')}"
        place = (connection.account, at.bucket, at.prefix, folder)
        options = sync.direction.value  # a receipt tells by it what was done, and by a bucket where copies come from
        if folder is None and isinstance(sync.source, Location):
            options = Location(sync.source.bucket).uri
        outline = Outline(Kind.SYNC, title, *place, options=options)
        items = await desk.background.run(Job("Plan"), lambda _job: planned_rows(sync, plan.rows, ticks))
        return await desk.work.begin(connection, outline, items)

    async def _run(self, transfer: Transfer, connection: Connection, sync: Sync, rows: list[Row]) -> list[Failure]:
        from s3desk.s3.syncing.run import run_sync  # noqa: PLC0415

        def run(job: Job, record: Record) -> list[Failure]:
            return run_sync(job, connection, sync, rows, record)

        return await self._desk.work.keep(transfer, run)

    def _tell_changed(self, connection: Connection, sync: Sync) -> None:
        if isinstance(sync.target, Location):
            self._desk.news.changed.emit(connection, sync.target)
            if sync.target.prefix:
                self._desk.news.changed.emit(connection, sync.target.parent)
