"""What one does with whole buckets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from s3desk.s3 import buckets
from s3desk.s3.job import Job
from s3desk.s3.location import Location
from s3desk.ui.confirm_dialogs import DeleteDialog
from s3desk.ui.name_dialogs import NewBucket, NewBucketDialog
from s3desk.ui.slots import ask, async_slot
from s3desk.ui.verbs import verb

if TYPE_CHECKING:
    from s3desk.ui.desk import Desk


class BucketActions(QObject):
    """New bucket…, Delete bucket…."""

    title = "Bucket"

    def __init__(self, window: QWidget, desk: Desk) -> None:
        super().__init__(window)
        self._window, self._desk = window, desk
        icon = desk.icons.icon
        self.new_bucket = verb(self, "New bucket…", self._new_bucket, icon=icon("ph.plus-circle"))
        self.delete_bucket = verb(self, "Delete bucket…", self._delete_bucket, icon=icon("ph.trash"))
        self.actions: list[QAction] = [self.new_bucket, self.delete_bucket]
        desk.navigator.moved.connect(lambda _: self._update())
        desk.objects.selection_changed.connect(self._update)
        self._update()

    def _update(self) -> None:
        self.new_bucket.setEnabled(self._desk.navigator.place is not None)
        self.delete_bucket.setEnabled(bool(self._chosen()))

    def _chosen(self) -> str:
        """The bucket we are in, or the one selected in the list of buckets."""
        if self._desk.location.bucket:
            return self._desk.location.bucket
        chosen = self._desk.objects.chosen
        return chosen.first.key if chosen.is_bucket else ""

    @async_slot()
    async def _new_bucket(self) -> None:
        connection = self._desk.connection
        region = "" if connection.endpoint_url else connection.region
        wish: NewBucket | None = await ask(NewBucketDialog(self._window, region))
        if wish is None:
            return
        job = Job(f"Create bucket {wish.name}")
        await self._desk.background.run(job, buckets.create_bucket, connection, wish.name, wish.region)
        self._desk.news.changed.emit(connection, Location())
        self._desk.navigator.go(connection, Location(wish.name))

    @async_slot()
    async def _delete_bucket(self) -> None:
        name, connection = self._chosen(), self._desk.connection
        await self._desk.background.run(Job(f"Look into {name}"), buckets.check_empty, connection, name)
        words = f"Delete the bucket {name}?"
        note = "Only an empty bucket can be deleted. Its name may then be taken by somebody else."
        if not await ask(DeleteDialog(self._window, words, note)):
            return
        await self._desk.background.run(Job(f"Delete bucket {name}"), buckets.delete_bucket, connection, name)
        self._desk.news.said.emit(f"The bucket {name} is deleted.")
        self._desk.navigator.go(connection, Location())
        self._desk.news.changed.emit(connection, Location())
