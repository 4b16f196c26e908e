"""Looking at what the program did to S3, as the boto3 calls it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QFileDialog
from shiboken6 import isValid

from s3desk.models import text
from s3desk.s3.errors import S3Error
from s3desk.s3.job import Job
from s3desk.ui.slots import ask, async_slot
from s3desk.ui.verbs import verb

if TYPE_CHECKING:
    from pathlib import Path

    from s3desk.s3.activity import Activity, Call
    from s3desk.ui.activity_window import ActivityWindow
    from s3desk.ui.desk import Desk
    from s3desk.ui.main_window import MainWindow


class ActivityActions(QObject):
    """Activity…."""

    title = "View"

    def __init__(self, window: MainWindow, desk: Desk, activity: Activity) -> None:
        super().__init__(window)
        self._window, self._desk, self._activity = window, desk, activity
        tip = "See what was asked of S3, and copy it as a boto3 script"
        self.show_activity = verb(self, "Activity…", self._show, icon=desk.icons.icon("ph.list-bullets"), tip=tip)
        self.actions: list[QAction] = [self.show_activity]
        self._opened: ActivityWindow | None = None  # a window without a parent lives as long as somebody holds it

    def _show(self) -> None:
        from s3desk.ui.activity_window import ActivityWindow  # noqa: PLC0415  # rarely needed

        window = self._opened
        if window is None or not isValid(window):
            window = self._opened = ActivityWindow(self._desk.theme, self._activity)
            window.copy_wanted.connect(lambda calls: self._copy(window, calls))
            window.save_wanted.connect(lambda calls: self._save(window, calls))
            self._window.closing.connect(window.close)
        window.show()
        window.raise_()
        window.activateWindow()

    @async_slot(newest=True)
    async def _copy(self, window: ActivityWindow, calls: list[Call]) -> None:
        def write(_: Job) -> str:
            from s3desk.s3.activity_code import as_script  # noqa: PLC0415  # rarely needed

            return as_script(calls)

        script = await self._desk.background.run(Job("Write a script"), write)
        QGuiApplication.clipboard().setText(script)
        if isValid(window):
            window.say(f"Copied {text.count(len(calls), 'line')}. {_what_runs(calls)}", "good")

    @async_slot()
    async def _save(self, window: ActivityWindow, calls: list[Call]) -> None:
        from s3desk.ui.transfers.transfer_actions import FileQuestion  # noqa: PLC0415  # its file dialog is only needed here

        dialog = FileQuestion(window, "Save as notebook", self._desk.settings.current.download_folder)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter("Jupyter notebook (*.ipynb)")
        dialog.setDefaultSuffix("ipynb")
        dialog.selectFile("activity.ipynb")
        paths: list[Path] | None = await ask(dialog)
        if not paths:
            return
        await self._desk.background.run(Job("Save a notebook"), _write_notebook, paths[0], calls)
        if isValid(window):
            window.say(f"Saved {text.count(len(calls), 'line')} as {paths[0].name}. {_what_runs(calls)}", "good")


def _write_notebook(_job: Job, path: Path, calls: list[Call]) -> None:
    from s3desk.s3.activity_code import as_notebook  # noqa: PLC0415  # rarely needed

    try:
        path.write_text(as_notebook(calls), encoding="utf-8")
    except OSError as error:
        raise S3Error(f"Cannot save {path.name}: {error.strerror}.", "Choose another folder or name.") from error


def _what_runs(calls: list[Call]) -> str:
    keys = "It has no keys: boto3 finds yours."
    return f"{keys} What changes something is commented out." if any(call.changes for call in calls) else keys
