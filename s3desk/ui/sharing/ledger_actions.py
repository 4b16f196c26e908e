"""Looking at the links one gave out, and what can be done with them."""

from __future__ import annotations

from datetime import UTC, datetime
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
    from collections.abc import Callable
    from pathlib import Path
    from typing import TypeVar

    from s3desk.s3.connection import Connection
    from s3desk.s3.sharing.again import Again
    from s3desk.s3.sharing.ledger import Given, Ledger
    from s3desk.ui.desk import Desk
    from s3desk.ui.main_window import MainWindow
    from s3desk.ui.sharing.ledger_window import LedgerWindow

    T = TypeVar("T")


class LedgerActions(QObject):
    """Links I gave out…."""

    title = "Share"

    def __init__(self, window: MainWindow, desk: Desk, ledger: Ledger) -> None:
        super().__init__(window)
        self._window, self._desk, self._ledger = window, desk, ledger
        tip = "See what you shared, until when it works and for whom it was"
        icon = desk.icons.icon("ph.clock-counter-clockwise")
        self.show_ledger = verb(self, "Links I gave out…", self._show, icon=icon, tip=tip)
        self.actions: list[QAction] = [self.show_ledger]
        self._opened: LedgerWindow | None = None  # a window without a parent lives as long as somebody holds it

    def _show(self) -> None:
        from s3desk.ui.sharing.ledger_window import LedgerWindow  # noqa: PLC0415  # rarely needed

        window = self._opened
        if window is None or not isValid(window):
            window = self._opened = LedgerWindow(self._desk.theme)
            window.refresh_wanted.connect(lambda: self._refresh(window))
            window.copy_wanted.connect(lambda givens: self._copy_again(window, givens))
            window.export_wanted.connect(lambda givens: self._export(window, givens))
            window.forget_wanted.connect(lambda givens: self._forget(window, givens))
            window.note_written.connect(lambda number, note: self._write_note(window, number, note))
            self._window.closing.connect(window.close)
        window.show()
        window.raise_()
        window.activateWindow()
        self._refresh(window)

    async def _do(self, name: str, work: Callable[[], T]) -> T:
        """The ledger is a file, so it is asked on a worker."""

        def operation(_: Job) -> T:
            return work()

        return await self._desk.background.run(Job(name), operation)

    @async_slot(newest=True)
    async def _refresh(self, window: LedgerWindow) -> None:
        await self._fill(window)

    async def _fill(self, window: LedgerWindow) -> None:
        givens = await self._do("Read the links given out", self._ledger.all)
        if isValid(window):
            window.show_givens(givens)

    # copy again

    @async_slot(newest=True)
    async def _copy_again(self, window: LedgerWindow, givens: list[Given]) -> None:
        try:
            made = await self._make(givens)
            if made:
                QGuiApplication.clipboard().setText("\n".join(again.text for again in made))
                await self._do("Note", lambda: self._ledger.add([again.given for again in made]))
                words, kind = _copied(made), "good"
                self._desk.news.said.emit(words)
            else:
                words, kind = _to_connect(next(given for given in givens if not self._connection_of(given))), "warning"
        except S3Error as error:
            words, kind = f"{error} {error.advice}", "warning"
        await self._fill(window)
        if isValid(window):
            window.say(words, kind)

    async def _make(self, givens: list[Given]) -> list[Again]:
        """Each anew through the connection it came from; nothing where one of these is not open."""
        from s3desk.s3.sharing.again import make_again  # noqa: PLC0415  # not before somebody copies

        pairs = [(connection, given) for given in givens if (connection := self._connection_of(given))]
        if len(pairs) < len(givens):
            return []

        def operation(job: Job) -> list[Again]:
            return [make_again(job, connection, given) for connection, given in pairs]

        return await self._desk.background.run(Job("Make links"), operation)

    def _connection_of(self, given: Given) -> Connection | None:
        """The open connection a line came from; one of the same name on another server is another."""
        opened = self._desk.tree.buckets.connections
        same = (one for one in opened if (one.name, one.endpoint_url) == (given.account, given.endpoint_url))
        return next(same, None)

    # notes, export, forget

    @async_slot()
    async def _write_note(self, window: LedgerWindow, number: int, note: str) -> None:
        await self._do("Note", lambda: self._ledger.set_note(number, note))
        await self._fill(window)  # a secret in it was hidden

    @async_slot()
    async def _export(self, window: LedgerWindow, givens: list[Given]) -> None:
        from s3desk.ui.transfers.transfer_actions import FileQuestion  # noqa: PLC0415  # its file dialog is only needed here

        dialog = FileQuestion(window, "Export as CSV", self._desk.settings.current.download_folder)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter("CSV (*.csv)")
        dialog.setDefaultSuffix("csv")
        dialog.selectFile("links I gave out.csv")
        paths: list[Path] | None = await ask(dialog)
        if not paths:
            return
        await self._do("Export", lambda: self._ledger.write_csv(paths[0], givens))
        words = f"Exported {text.count(len(givens), 'line')} to {paths[0].name} in {paths[0].parent.name}."
        self._desk.news.said.emit(words)
        if isValid(window):
            window.say(words)

    @async_slot()
    async def _forget(self, window: LedgerWindow, givens: list[Given]) -> None:
        from s3desk.ui.sharing.ledger_window import ForgetDialog  # noqa: PLC0415

        now = datetime.now(UTC)
        still_work = sum(given.ends is None or given.ends > now for given in givens)
        if await ask(ForgetDialog(window, givens, still_work)):
            await self._do("Forget", lambda: self._ledger.remove([given.id for given in givens]))
            await self._fill(window)


def _copied(made: list[Again]) -> str:
    if made[0].given.most_bytes:
        return "Copied a web page to upload with: paste it into a file whose name ends in .html."
    ends = [again.given.ends for again in made if again.given.ends]
    what = "The link works" if len(made) == 1 else f"The {len(made):,} links work"
    if not ends:
        return f"Copied. {what} as long as the {'file is' if len(made) == 1 else 'files are'} public."
    return f"Copied. {what} until {text.until(min(ends))}."


def _to_connect(given: Given) -> str:
    where = given.endpoint_url or "Amazon S3"
    return f"Connect to “{given.account}” ({where}) first: this link was given out by that account."
