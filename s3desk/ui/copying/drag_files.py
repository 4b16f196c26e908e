"""Files for other programs: fetched into a temporary folder while they are dragged, or before, where they are large."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEventLoop, QMimeData, QObject, Qt, QTimer, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QProgressDialog, QWidget

from s3desk.models import text
from s3desk.s3.errors import S3Error
from s3desk.s3.job import Job, Unit
from s3desk.s3.names import local_path
from s3desk.ui.error_dialog import ErrorDialog
from s3desk.ui.form_dialog import FormDialog, words
from s3desk.ui.slots import ask, async_slot, show_error

if TYPE_CHECKING:
    from s3desk.s3.connection import Connection
    from s3desk.s3.errors import Failure
    from s3desk.ui.copying.object_clip import ObjectClip
    from s3desk.ui.desk import Desk
    from s3desk.ui.main_window import MainWindow

MOST_AT_ONCE = 100 << 20  # bytes that are fetched while they are dragged; of more it is asked before
MOST_FILES = 200
KEPT_S = 600  # what was fetched before stays good for a drag
_FILES = "text/uri-list"


class FilesOnTheirWay(QMimeData):
    """Says at once what the files will be called; whoever takes them after the drop waits until they are there.

    While the mouse is still down others only look what is coming: that must not take time.
    """

    def __init__(
        self,
        paths: list[Path],
        start: Callable[[], object] = lambda: None,
        wait: Callable[[], bool] = lambda: True,
        forget: Callable[[], object] = lambda: None,
    ) -> None:
        super().__init__()
        self._start, self._wait, self.forget = start, wait, forget
        self.has_files = bool(paths)
        self.started = False
        if paths:
            self.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])

    def start(self) -> None:
        """Fetch them, now that they may be wanted."""
        if self.has_files and not self.started:
            self.started = True
            self._start()

    def retrieveData(self, mime_type: str, preferred: Any) -> Any:
        """The files' addresses; after the drop, when they are whole."""
        if mime_type == _FILES and self.has_files and QGuiApplication.mouseButtons() == Qt.MouseButton.NoButton:
            self.start()
            if not self._wait():
                return None
        return super().retrieveData(mime_type, preferred)


class DragFiles(QObject):
    """Where dragged files come to lie: a temporary folder that goes with the window."""

    def __init__(self, window: MainWindow, desk: Desk) -> None:
        super().__init__(window)
        self._window, self._desk = window, desk
        self._folder: Path | None = None
        self._running: set[Job] = set()
        self._ready: tuple[Connection, ObjectClip, list[Path], float] | None = None
        window.closing.connect(self._clean)

    def offer(self, connection: Connection, clip: ObjectClip, size: int) -> FilesOnTheirWay:
        """What another program gets of a drag: files where they are few and small, or were fetched before."""
        if (paths := self._fetched(connection, clip)) is not None:
            return FilesOnTheirWay(paths)
        if clip.selection.folders or size > MOST_AT_ONCE or clip.count > MOST_FILES:
            return FilesOnTheirWay([])
        folder = self._new_folder()
        paths = [local_path(folder, key.removeprefix(clip.root)).path for key in clip.selection.keys]
        job = Job("Fetch what is dragged", unit=Unit.BYTES)
        return FilesOnTheirWay(
            paths, partial(self._fetch, job, connection, clip, folder), partial(self._wait, job), job.cancel
        )

    def take_leave(self, connection: Connection, clip: ObjectClip, data: FilesOnTheirWay) -> None:
        """It was dropped outside: what could not be given is offered to be fetched first."""
        if not data.has_files:
            self._offer_to_fetch(connection, clip)

    # while it is dragged

    @async_slot()
    async def _fetch(self, job: Job, connection: Connection, clip: ObjectClip, folder: Path) -> None:
        self._running.add(job)
        try:
            failures = await self._desk.background.run(job, _download, connection, clip, folder)
        except S3Error as error:
            show_error(self._window, error)
        else:
            self._tell(failures)
        finally:
            self._running.discard(job)

    def _wait(self, job: Job) -> bool:
        """Wait for the files while the window goes on; whether they are there."""
        if job.ended is not None:
            return not job.cancelled
        dialog = _progress(self._window, job)
        loop, timer = QEventLoop(), QTimer()
        timer.setInterval(50)

        def look() -> None:
            _sample(dialog, job)
            if job.ended is not None:
                loop.quit()

        timer.timeout.connect(look)
        dialog.canceled.connect(job.cancel)
        timer.start()
        loop.exec()
        timer.stop()
        dialog.deleteLater()
        return not job.cancelled

    # before it is dragged

    def _fetched(self, connection: Connection, clip: ObjectClip) -> list[Path] | None:
        if self._ready is None:
            return None
        known, of, paths, until = self._ready
        fits = known is connection and of == clip and time.monotonic() < until and all(path.exists() for path in paths)
        return paths if fits else None

    @async_slot()
    async def _offer_to_fetch(self, connection: Connection, clip: ObjectClip) -> None:
        if not await ask(FetchQuestion(self._window, clip)):
            return
        folder = self._new_folder()
        job = Job(f"Fetch {text.count(clip.count, 'name')} to drag", unit=Unit.BYTES)
        failures = await self._desk.work.run(job, _download, connection, clip, folder)
        self._tell(failures)
        tops = [*clip.selection.folders, *clip.selection.keys]
        paths = [local_path(folder, key.removeprefix(clip.root)).path for key in tops]
        there = [path for path in paths if path.exists()]
        self._ready = connection, clip, there, time.monotonic() + KEPT_S
        self._desk.news.said.emit("They are here now: drag them again, and drop them where you want them.")

    def _tell(self, failures: list[Failure]) -> None:
        if failures:
            words = f"{text.count(len(failures), 'file')} could not be fetched."
            ErrorDialog.for_failures(self._window, words, failures).show()

    # folders

    def _new_folder(self) -> Path:
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="s3desk-drag-"))
        return Path(tempfile.mkdtemp(dir=self._folder))

    def _clean(self) -> None:
        """At the end of the window: other programs have long read what they took."""
        for job in list(self._running):
            job.cancel()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)


class FetchQuestion(FormDialog):
    """Asks whether to download what is too much to be fetched while it is dragged."""

    def __init__(self, parent: QWidget, clip: ObjectClip) -> None:
        super().__init__(parent, "Drag to another program", "Download", "Download them first?")
        self.notice.hide()
        what = text.count(clip.count, "name")
        limit = f"Files of up to {text.size(MOST_AT_ONCE)} in all can be dropped on other programs at once."
        self.column.insertWidget(
            1,
            words(
                f"{limit} These ({what}) are folders or more than that: they are downloaded to this computer first.",
                "dim",
            ),
        )
        self.column.insertWidget(2, words("Then drag them again. Or use Download… and choose the folder.", "dim"))
        self.add_cancel()
        self.accept_button.setFocus()

    def answer(self) -> bool:
        """Yes."""
        return True


def _download(job: Job, connection: Connection, clip: ObjectClip, folder: Path) -> list[Failure]:
    from s3desk.s3.transfer.downloads import plan_download  # noqa: PLC0415  # not before somebody drags
    from s3desk.s3.transfer.fetching import download  # noqa: PLC0415

    plan = plan_download(job, connection, clip.selection, clip.root, folder)
    return [*plan.skipped, *download(job, connection, plan)]


def _progress(window: QWidget, job: Job) -> QProgressDialog:
    dialog = QProgressDialog("Fetching what you dropped…", "Cancel", 0, 0, window)
    dialog.setWindowTitle(job.title)
    dialog.setMinimumDuration(500)
    dialog.setAutoClose(False)
    dialog.setAutoReset(False)
    return dialog


def _sample(dialog: QProgressDialog, job: Job) -> None:
    dialog.setMaximum(100)
    dialog.setValue(min(99, 100 * job.done // job.total) if job.total else 0)
