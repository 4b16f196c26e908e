"""What one does with objects and folders: open, create, rename, delete."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from s3desk.models import text
from s3desk.models.kinds import Kind
from s3desk.s3 import objects
from s3desk.s3.deleting_again import delete_left, delete_recorded
from s3desk.s3.job import Job, Unit
from s3desk.s3.journal.gestures import Kind as GestureKind
from s3desk.s3.journal.gestures import Outline, Planned
from s3desk.s3.location import Location
from s3desk.s3.objects import Selection
from s3desk.s3.renaming import rename, rename_folder
from s3desk.s3.versions import keeps_versions
from s3desk.ui.confirm_dialogs import DeleteDialog
from s3desk.ui.counting import counted
from s3desk.ui.error_dialog import ErrorDialog
from s3desk.ui.name_dialogs import NewFolderDialog, RenameDialog
from s3desk.ui.navigator import Place
from s3desk.ui.slots import ask, async_slot
from s3desk.ui.verbs import verb

if TYPE_CHECKING:
    from s3desk.models.object_rows import ObjectRows, Row
    from s3desk.s3.connection import Connection
    from s3desk.s3.errors import Failure
    from s3desk.s3.journal.record import Record
    from s3desk.ui.chosen import Chosen
    from s3desk.ui.desk import Desk


_MANY = 50_000  # selected objects; more are not written down before they are deleted


class ObjectActions(QObject):
    """Open, New folder…, Rename…, Delete…."""

    title = "Object"

    def __init__(self, window: QWidget, desk: Desk) -> None:
        super().__init__(window)
        self._window, self._desk = window, desk
        icon, pane = desk.icons.icon, desk.objects
        self.open = verb(self, "Open", self._open, keys="Return", icon=icon("ph.folder-open"), within=pane)
        self.new_folder = verb(self, "New folder…", self._new_folder, keys="Ctrl+Shift+N", icon=icon("ph.folder-plus"))
        self.rename = verb(self, "Rename…", self._rename, keys="F2", icon=icon("ph.pencil-simple"), within=pane)
        self.delete = verb(self, "Delete…", self._delete, keys="Del", icon=icon("ph.trash"), within=pane)
        self.actions: list[QAction] = [self.open, self.new_folder, self.rename, self.delete]
        pane.selection_changed.connect(self._update)
        pane.opened.connect(self._open_row)
        desk.navigator.moved.connect(lambda _: self._update())
        self._update()

    def _update(self) -> None:
        count = self._desk.objects.chosen.count
        inside = bool(self._desk.location.bucket)
        self.open.setEnabled(count == 1)
        self.new_folder.setEnabled(inside)
        self.rename.setEnabled(inside and count == 1)
        self.delete.setEnabled(inside and count > 0)

    def _open(self) -> None:
        row = self._desk.objects.chosen.single
        if row is not None:
            self._open_row(row)

    def _open_row(self, row: Row) -> None:
        """A folder is entered; of an object the preview is shown."""
        desk = self._desk
        if row.kind is Kind.BUCKET:
            desk.navigator.go(desk.connection, Location(row.key))
        elif row.is_folder:
            desk.navigator.go(desk.connection, Location(desk.location.bucket, row.key))
        else:
            desk.preview.setVisible(True)

    @async_slot()
    async def _new_folder(self) -> None:
        connection, location = self._desk.connection, self._desk.location
        taken = partial(self._desk.objects.model.rows.has, folders_only=True)
        name: str | None = await ask(NewFolderDialog(self._window, location, taken))
        if name is None:
            return
        job = Job(f"Create folder {name}")
        made = location.child(name)
        await self._desk.background.run(job, objects.create_folder, connection, made)
        self._show_again(connection, location, made.prefix)

    def _show_again(self, connection: Connection, location: Location, key: str) -> None:
        """A place has changed: if it is still shown, show what is new in it, selected."""
        if self._desk.navigator.place == Place(connection, location):
            self._desk.navigator.go(connection, location, key)
        else:
            self._desk.news.changed.emit(connection, location)

    @async_slot()
    async def _rename(self) -> None:
        connection, location = self._desk.connection, self._desk.location
        row = self._desk.objects.chosen.first
        cost = "S3 has no rename: the object is copied, the copy is checked, then the old one is deleted."
        if row.is_folder:
            tally = await counted(self._desk, connection, location, [row.key])
            what = f"{text.count(tally.objects, 'object')}, {text.size(tally.bytes)}"
            cost = f"S3 has no rename: {what} are copied, the copies are checked, then the old ones are deleted."
        # What a search found may lie deeper: it stays in its folder.
        below, slash, old = row.name.removesuffix("/").rpartition("/")
        folder, rows = Location(location.bucket, location.prefix + below + slash), self._desk.objects.model.rows
        taken = partial(_has, rows, below + slash)
        name: str | None = await ask(RenameDialog(self._window, folder, old, taken, cost))
        if name is None:
            return
        title = f"Rename {text.visible(old)} to {text.visible(name)}"
        target = folder.prefix + name + ("/" if row.key.endswith("/") else "")
        try:
            if row.is_folder:
                failures = await self._rename_folder(title, connection, Location(location.bucket, row.key), target)
                self._summarise(failures, "could not be renamed; nothing of them is lost")
            else:
                await self._desk.work.run(Job(title), rename, connection, location.bucket, row.key, target)
        finally:
            self._show_again(connection, location, target)

    async def _rename_folder(self, title: str, connection: Connection, old: Location, target: str) -> list[Failure]:
        """A move in the journal, whose items are written down when they are listed."""
        from s3desk.s3.copying.copy_plan import CopyPlan  # noqa: PLC0415  # rarely needed
        from s3desk.ui.copying.copy_flow import another_try, copy_outline  # noqa: PLC0415

        new = Location(old.bucket, target)
        transfer = await self._desk.work.begin(connection, copy_outline(True, title, connection, new, old.bucket), ())
        transfer.job.unit = Unit.STEPS
        plan = CopyPlan(Selection(old.bucket, (), (old.prefix,)), old.prefix, new, [], [], move=True)
        transfer.again = another_try(connection, connection, plan, transfer)

        def run(job: Job, record: Record) -> list[Failure]:
            return rename_folder(job, connection, old.bucket, old.prefix, target, record)

        return await self._desk.work.keep(transfer, run)

    @async_slot()
    async def _delete(self) -> None:
        desk = self._desk
        connection, location = desk.connection, desk.location
        chosen = desk.objects.chosen
        selection = chosen.selection()
        tally = await counted(self._desk, connection, location, selection.folders)
        count = tally.objects + len(selection.keys)
        size = tally.bytes + chosen.bytes
        what = _what(chosen)
        amount = f"{text.count(count, 'object')}, {text.size(size)}"
        question = f"Delete {what}: {amount}?" if what != text.count(count, "object") else f"Delete {amount}?"
        can_come_back = await self._can_come_back(connection, location.bucket)
        if not await ask(DeleteDialog(self._window, question, can_come_back, chosen.names(), count)):
            return
        try:
            failures = await self._delete_kept(f"Delete {what}", count, connection, location, selection)
            self._summarise(failures, "could not be deleted")
        finally:
            desk.news.changed.emit(connection, location)

    async def _delete_kept(
        self, title: str, count: int, connection: Connection, location: Location, selection: Selection
    ) -> list[Failure]:
        """Through the journal: what is in folders, or very much, is noted as it ends and never listed before."""
        outline = Outline(GestureKind.DELETE, title, connection.account, location.bucket, location.prefix)
        planned = (Planned(key) for key in dict.fromkeys(selection.keys))
        transfer = await self._desk.work.begin(connection, outline, planned if len(selection.keys) < _MANY else ())
        transfer.job.total = count

        def again(job: Job, record: Record) -> list[Failure]:
            left = transfer.gesture.left() if transfer.gesture is not None else []
            return delete_left(job, connection, selection, left, record)

        transfer.again = again
        return await self._desk.work.keep(
            transfer, lambda job, record: delete_recorded(job, connection, selection, record)
        )

    async def _can_come_back(self, connection: Connection, bucket: str) -> str:
        keeps = await self._desk.background.run(Job("Ask for versioning"), keeps_versions, connection, bucket)
        if keeps is None:
            return "This cannot be undone, unless the bucket keeps versions, which it does not tell."
        return "The bucket keeps old versions, so this can be undone." if keeps else "This cannot be undone."

    def _summarise(self, failures: list[Failure], what: str) -> None:
        if failures:
            words = f"{text.count(len(failures), 'object')} {what}."
            ErrorDialog.for_failures(self._window, words, failures).show()


def _has(rows: ObjectRows, below: str, name: str) -> bool:
    return rows.has(below + name)


def _what(chosen: Chosen) -> str:
    """What is selected, in words: a name, or how many folders and objects."""
    if chosen.single is not None:
        return text.visible(chosen.single.name)
    parts = [text.count(chosen.folders, "folder")] if chosen.folders else []
    if chosen.objects:
        parts.append(text.count(chosen.objects, "object"))
    return " and ".join(parts)
