"""What the window `Table` shows goes to a file or to S3."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget
from shiboken6 import isValid

from s3desk.s3.errors import AccessDeniedError
from s3desk.s3.job import Job
from s3desk.s3.location import Location
from s3desk.ui.slots import ask, async_slot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from s3desk.background import Background
    from s3desk.data.exporting.export import Shown
    from s3desk.s3.connection import Connection
    from s3desk.s3.errors import Failure
    from s3desk.ui.desk import Desk
    from s3desk.ui.table.save_as import SaveWish

_UNFIT = str.maketrans(dict.fromkeys('/\\:*?"<>|\r\n\t', "-"))


class Saving(QObject):
    """Asks how and where, never replaces unasked, and tells `say` what came of it.

    It belongs to the main window, so that what is being saved is saved also when the table is closed meanwhile.
    """

    def __init__(self, window: QDialog, background: Background, desk: Desk | None, say: Callable[[str], None]) -> None:
        super().__init__(desk.objects.window() if desk else window)
        self._window, self._background, self._desk, self._say = window, background, desk, say
        self._writing, self._left = 0, False
        window.finished.connect(self._leave)

    def _leave(self) -> None:
        self._left = True
        if not self._writing:
            self.deleteLater()

    @contextmanager
    def _saving(self, name: str) -> Iterator[None]:
        """Say so, and stay for it."""
        self._tell(f"Saving {name}…")
        self._writing += 1
        try:
            yield
        except BaseException:
            self._tell("")
            raise
        finally:
            self._writing -= 1
            if self._left and not self._writing:
                self.deleteLater()

    @property
    def can_reach_s3(self) -> bool:
        """Whether a place in S3 is shown anywhere."""
        return self._desk is not None and self._desk.navigator.place is not None

    # this computer

    @async_slot()
    async def to_disk(self, shown: Shown, title: str) -> None:
        """Ask for a format, then for a file."""
        from s3desk.data.exporting.export import export  # noqa: PLC0415
        from s3desk.ui.table.save_as import SaveDialog  # noqa: PLC0415  # neither is needed to look at a table

        wish: SaveWish | None = await ask(SaveDialog(self._window, shown, _file_stem(title)))
        if wish is None:
            return
        path = await self._ask_file(f"{_file_stem(title)}.{wish.saving.form.ending}", wish.saving.form.value)
        if path is None:
            return
        job = Job(f"Save {path.name}")
        with self._saving(path.name):
            await self._run(job, lambda job: export(job, shown, path, wish.saving, self._background.way))
        self._tell(f"Saved {shown.rows:,} rows as {path.name} in {path.parent.name}.")

    async def _ask_file(self, name: str, kind: str) -> Path | None:
        from s3desk.ui.transfers.transfer_actions import FileQuestion  # noqa: PLC0415  # it comes with the verbs

        settings = self._desk.settings if self._desk else None
        ending = name.rpartition(".")[2]
        question = FileQuestion(self._window, "Save table", settings.current.download_folder if settings else "")
        question.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        question.setNameFilter(f"{kind} (*.{ending})")
        question.setDefaultSuffix(ending)
        question.selectFile(name)
        paths: list[Path] | None = await ask(question)
        return paths[0] if paths else None

    async def _run(self, job: Job, operation: Callable[[Job], object]) -> object:
        """With a line in Transfers, where it can be watched and stopped."""
        return await (self._desk.work.run if self._desk else self._background.run)(job, operation)

    # S3

    @async_slot()
    async def to_s3(self, shown: Shown, title: str) -> None:
        """Ask for a format, a folder and a name, and store it there."""
        from s3desk.data.exporting.storing import Destination, store_table  # noqa: PLC0415
        from s3desk.ui.table.save_as import SaveDialog  # noqa: PLC0415

        if self._desk is None or self._desk.navigator.place is None:
            return
        connection, at = self._desk.connection, self._desk.location
        dialog = SaveDialog(self._window, shown, _file_stem(title), at, connection.endpoint_url)
        wish: SaveWish | None = await ask(dialog)
        if wish is None:
            return
        target = Location(wish.location.bucket, wish.location.prefix + wish.name)

        def store(job: Job, *, replace: bool) -> list[Failure]:
            to = Destination(target.bucket, target.prefix, replace)
            return store_table(job, connection, shown, wish.saving, to, self._background.way)

        await self._store(self._window, connection, target, store)

    @async_slot()
    async def picture_to_s3(self, window: QWidget, content: bytes, name: str) -> None:
        """Ask for a folder and a name for a picture, and store it there."""
        from s3desk.data.exporting.storing import Destination, store_bytes  # noqa: PLC0415
        from s3desk.ui.table.save_as import PlaceDialog  # noqa: PLC0415

        if self._desk is None or self._desk.navigator.place is None:
            return
        connection, at = self._desk.connection, self._desk.location
        target: Location | None = await ask(PlaceDialog(window, name, at, connection.endpoint_url))
        if target is None:
            return
        bucket, key = target.bucket, target.prefix

        def store(job: Job, *, replace: bool) -> list[Failure]:
            return store_bytes(job, connection, content, Destination(bucket, key, replace))

        await self._store(window, connection, target, store)

    async def _store(
        self, window: QWidget, connection: Connection, target: Location, store: Callable[..., list[Failure]]
    ) -> None:
        from s3desk.ui.table.save_as import ReplaceDialog  # noqa: PLC0415

        desk, name = self._desk, target.prefix.rpartition("/")[2]
        if desk is None:
            return
        replace = await self._is_there(connection, target)
        over = next((one for one in (window, self._window) if isValid(one)), None)  # they may be closed meanwhile
        if replace and not await ask(ReplaceDialog(over, target.prefix, target.bucket)):
            return
        job = Job(f"Save {name} to {target.bucket}")
        with self._saving(name):
            failures = await desk.work.run(job, store, replace=replace)
            desk.news.changed.emit(connection, Location(target.bucket, target.prefix[: target.prefix.rfind("/") + 1]))
            if failures:
                raise failures[0].error
        self._tell(f"Saved as {name} in {target.bucket}.")

    async def _is_there(self, connection: Connection, target: Location) -> bool:
        from s3desk.s3.objects import exists  # noqa: PLC0415  # S3 is not needed to look at a table

        try:
            there: bool = await self._background.run(
                Job("Look whether it is there"), exists, connection, target.bucket, target.prefix
            )
        except AccessDeniedError:  # who may write but not look: the write itself refuses to replace
            return False
        return there

    def _tell(self, sentence: str) -> None:
        if not self._left and isValid(self._window):
            self._say(sentence)
        elif self._desk and sentence:
            self._desk.news.said.emit(sentence)


def _file_stem(title: str) -> str:
    """A title as the name of a file, without its own ending."""
    name = title.strip().translate(_UNFIT).strip(". ") or "table"
    stem, dot, ending = name.rpartition(".")
    return (stem if dot and stem and len(ending) <= 7 and ending.isalnum() else name)[:120]
