"""Saving a receipt of a transfer, and checking one."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QWidget
from shiboken6 import isValid

from s3desk.models import text
from s3desk.s3.errors import S3Error
from s3desk.s3.job import Job
from s3desk.ui.form_dialog import FormDialog
from s3desk.ui.slots import ask, async_slot
from s3desk.ui.verbs import verb

if TYPE_CHECKING:
    from s3desk.models.transfer_model import Transfer
    from s3desk.s3.connection import Connection
    from s3desk.s3.receipts.findings import Finding
    from s3desk.s3.receipts.reading import Receipt
    from s3desk.ui.desk import Desk
    from s3desk.ui.main_window import MainWindow
    from s3desk.ui.receipts.verify_window import VerifyWindow

_NOT_IN_NAMES = re.compile(r'[\x00-\x1f<>:"/\\|?*]+')
_LONGEST = 100  # characters of a title in a file's name


class ReceiptActions(QObject):
    """Save receipt…, Verify receipt…; `chosen` gives the lines of Transfers that are meant."""

    def __init__(
        self,
        window: MainWindow,
        desk: Desk,
        chosen: Callable[[], Sequence[Transfer]],
        connection_of: Callable[[Transfer], Connection | None],
    ) -> None:
        super().__init__(window)
        self._window, self._desk, self._chosen, self._connection_of = window, desk, chosen, connection_of
        icon = desk.icons.icon
        tip = "A CSV file that tells what became of every item, with its checksum"
        self.save = verb(self, "Save receipt…", self._save, icon=icon("ph.receipt"), tip=tip)
        tip = "See whether everything a receipt speaks of is still as it was"
        self.verify = verb(self, "Verify receipt…", self._verify, icon=icon("ph.check-circle"), tip=tip)
        self.actions: list[QAction] = [self.save, self.verify]
        self._opened: list[VerifyWindow] = []  # windows without a parent live as long as somebody holds them

    def update(self) -> None:
        """What is chosen, or how it stands, is different."""
        chosen = self._chosen()
        one = chosen[0] if len(chosen) == 1 else None
        ended = one is not None and not one.is_running and one.gesture is not None
        self.save.setEnabled(ended and one.gesture.sum.planned > 0)  # type: ignore[union-attr]  # it has ended

    # save

    @async_slot()
    async def _save(self) -> None:
        from s3desk.s3.receipts.lines import plain_endpoint  # noqa: PLC0415  # rarely needed
        from s3desk.s3.receipts.saving import save_receipt  # noqa: PLC0415

        (transfer,) = self._chosen()
        gesture = transfer.gesture
        if gesture is None:
            return
        day = (gesture.made or datetime.now(UTC)).astimezone().date()
        path = await self._ask_where(self._window, "Save receipt", f"{_file_name(gesture.outline.title)} {day}.csv")
        if path is None:
            return
        connection = transfer.connection or self._connection_of(transfer)
        endpoint = plain_endpoint(connection.endpoint_url if connection else gesture.outline.account.endpoint_url)
        job = Job(f"Save receipt {path.name}")
        count = await self._desk.work.run_soon_listed(job, save_receipt, path, gesture, endpoint)
        self._desk.news.said.emit(
            f"Saved a receipt of {text.count(count, 'item')} as {path.name} in {path.parent.name}."
        )

    async def _ask_where(self, parent: QWidget, title: str, name: str) -> Path | None:
        from s3desk.ui.transfers.transfer_actions import FileQuestion  # noqa: PLC0415  # it is made of this

        dialog = FileQuestion(parent, title, self._desk.settings.current.download_folder)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter("CSV (*.csv)")
        dialog.setDefaultSuffix("csv")
        dialog.selectFile(name)
        paths: list[Path] | None = await ask(dialog)
        return paths[0] if paths else None

    # verify

    @async_slot()
    async def _verify(self) -> None:
        from s3desk.s3.receipts.reading import read_receipt  # noqa: PLC0415  # rarely needed
        from s3desk.ui.transfers.transfer_actions import FileQuestion  # noqa: PLC0415

        dialog = FileQuestion(self._window, "Verify receipt", self._desk.settings.current.download_folder)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters(["CSV (*.csv)", "All files (*)"])
        paths: list[Path] | None = await ask(dialog)
        if not paths:
            return
        job = Job(f"Read {paths[0].name}")
        receipt = await self._desk.work.run_soon_listed(job, read_receipt, paths[0])
        connection = self._fitting(receipt)
        if connection is None and receipt.needs_server:
            connection = self._current
            if not await ask(OtherServerQuestion(self._window, receipt, connection)):
                return
        self._show(receipt, connection)

    @property
    def _current(self) -> Connection | None:
        place = self._desk.navigator.place
        return place.connection if place is not None else None

    def _fitting(self, receipt: Receipt) -> Connection | None:
        """The connection of the place shown, or another open one, if it leads to the receipt's server."""
        from s3desk.s3.receipts.lines import plain_endpoint  # noqa: PLC0415

        every = [self._current, *self._desk.tree.buckets.connections]
        fitting = (one for one in every if one is not None and plain_endpoint(one.endpoint_url) in receipt.endpoints)
        return next(fitting, None)

    def _show(self, receipt: Receipt, connection: Connection | None) -> None:
        from s3desk.ui.receipts.verify_window import VerifyWindow  # noqa: PLC0415  # rarely needed

        window = VerifyWindow(self._desk.theme, self._desk.icons, receipt)
        window.again_wanted.connect(lambda: self._check(window, receipt, connection))
        window.export_wanted.connect(lambda findings: self._export(window, receipt, findings))
        self._window.closing.connect(window.close)
        self._opened = [*filter(isValid, self._opened), window]
        window.show()
        self._check(window, receipt, connection)

    @async_slot()
    async def _check(self, window: VerifyWindow, receipt: Receipt, connection: Connection | None) -> None:
        import asyncio  # noqa: PLC0415  # not before the first paint

        from s3desk.s3.receipts.findings import Findings  # noqa: PLC0415  # rarely needed
        from s3desk.s3.receipts.verifying import verify  # noqa: PLC0415

        job, findings, trouble = Job(f"Verify receipt {receipt.path.name}"), Findings(), None
        window.stop_wanted.connect(job.cancel)
        window.finished.connect(lambda _: job.cancel())
        window.show_check(findings)
        try:
            await self._desk.work.run(job, verify, connection, receipt, findings)
        except S3Error as error:
            trouble = error
        except asyncio.CancelledError:  # by Stop, in Transfers, or because the window is gone
            pass
        if isValid(window):
            window.show_end(stopped=job.cancelled, error=trouble)

    @async_slot()
    async def _export(self, window: VerifyWindow, receipt: Receipt, findings: list[Finding]) -> None:
        from s3desk.s3.receipts.findings_csv import write_findings  # noqa: PLC0415  # rarely needed

        path = await self._ask_where(window, "Export as CSV", f"{receipt.path.stem} verified.csv")
        if path is None:
            return
        await self._desk.background.run(Job("Export"), write_findings, path, findings)
        sentence = f"Exported {text.count(len(findings), 'line')} to {path.name} in {path.parent.name}."
        self._desk.news.said.emit(sentence)
        if isValid(window):
            window.say(sentence, "dim")


class OtherServerQuestion(FormDialog):
    """A receipt that speaks of a server nobody is connected to: it may be the same one under another name."""

    def __init__(self, parent: QWidget, receipt: Receipt, connection: Connection | None) -> None:
        from s3desk.s3.receipts.lines import plain_endpoint  # noqa: PLC0415

        headline = f"This receipt is of {receipt.endpoints[0]}."
        super().__init__(parent, "Verify receipt", "Check here anyway", headline)
        self.notice.setMinimumHeight(0)
        if connection is None:
            self.say("Nothing is connected. Connect to that server, then verify the receipt again.", "warning")
            self.accept_button.setEnabled(False)
        else:
            here = plain_endpoint(connection.endpoint_url)
            words = f"You are connected to “{connection.name}” at {here}. Connect to the server of the receipt, or"
            self.say(f"{words} check here if it is the same one under another name.", "warning")
        self.accept_button.setDefault(False)
        cancel = self.add_cancel()
        cancel.setDefault(True)
        cancel.setFocus()

    def answer(self) -> bool:
        """Yes."""
        return True


def _file_name(title: str) -> str:
    """A title as a file may be called."""
    return f"Receipt {_NOT_IN_NAMES.sub(' ', title)[:_LONGEST]}".replace("  ", " ").strip(" .")
