"""What is done with running, waiting and finished work."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction

from s3desk.models import text
from s3desk.models.transfer_model import Outcome, Transfer
from s3desk.s3.job import Job
from s3desk.s3.journal.gestures import Kind
from s3desk.s3.location import Location
from s3desk.ui.error_dialog import ErrorDialog
from s3desk.ui.receipts.receipt_actions import ReceiptActions
from s3desk.ui.slots import ask, async_slot
from s3desk.ui.transfers.resuming import Resuming
from s3desk.ui.verbs import separator, verb

if TYPE_CHECKING:
    from s3desk.s3.connection import Connection
    from s3desk.s3.errors import Failure
    from s3desk.s3.journal.gesture import Gesture
    from s3desk.s3.journal.gestures import Outline
    from s3desk.settings import Settings
    from s3desk.ui.desk import Desk
    from s3desk.ui.main_window import MainWindow

_NOT_MOVED = {
    Kind.UPLOAD: ("file", "was not uploaded", "were not uploaded"),
    Kind.DOWNLOAD: ("file", "was not downloaded", "were not downloaded"),
}
_NOT_DONE = ("object", "was left as it was", "were left as they were")
_FAILED_SHOWN = 20


class QueueActions(QObject):
    """Pause, Resume, Cancel, Retry failed, Show what failed; Move up, Move down; receipts; Clear finished; settings."""

    def __init__(self, window: MainWindow, desk: Desk) -> None:
        super().__init__(window)
        self._window, self._desk, self._work = window, desk, desk.work
        self.resuming = Resuming(window, desk, self.again)
        icon, view = desk.icons.icon, desk.transfers.view
        self.pause = verb(self, "Pause", self._pause, icon=icon("ph.pause"))
        self.resume = verb(self, "Resume", self._resume, icon=icon("ph.play"))
        self.cancel = verb(self, "Cancel", self._cancel, keys="Del", icon=icon("ph.x"), within=view)
        self.retry = verb(self, "Retry failed", self._retry, icon=icon("ph.arrow-clockwise"))
        self.up = verb(self, "Move up", lambda: self._shift(-1), keys="Alt+Shift+Up", within=view)
        self.down = verb(self, "Move down", lambda: self._shift(1), keys="Alt+Shift+Down", within=view)
        self.clear = verb(self, "Clear finished", self._clear, icon=icon("ph.eraser"))
        self.why = verb(self, "Show what failed", self._show_trouble, icon=icon("ph.warning-circle"))
        self.receipts = ReceiptActions(window, desk, self._meant, self.resuming.open_connection)
        self.limits = verb(self, "Transfer settings…", self._set_limits, icon=icon("ph.gauge"))
        lines = [separator(self) for _ in range(4)]
        first = [self.pause, self.resume, self.cancel, self.retry, self.why, lines[0]]
        self.actions: list[QAction] = [*first, self.up, self.down, lines[1], *self.receipts.actions]
        self.actions += [lines[2], self.clear, lines[3], self.limits]
        view.selectionModel().selectionChanged.connect(lambda *_: self._update())
        for signal in (view.transfers.dataChanged, view.transfers.modelReset, view.transfers.rowsInserted):
            signal.connect(lambda *_: self._update())
        self._apply(desk.settings.current)
        self._update()

    # what can be done now

    def _update(self) -> None:
        every, chosen = self._work.model.transfers, self._meant()
        waiting = self._work.turns.waiting
        one = chosen[0] if len(chosen) == 1 and chosen[0] in waiting else None
        self.pause.setEnabled(any(line.is_running and not line.job.paused for line in chosen or every))
        self.resume.setEnabled(any(_can_resume(line) for line in chosen or self._work.model.running))
        self.cancel.setEnabled(any(line.is_running or line.outcome is Outcome.BROKEN_OFF for line in chosen))
        self.retry.setEnabled(any(_can_retry(line) for line in chosen))
        self.up.setEnabled(one is not None and one is not waiting[0])
        self.down.setEnabled(one is not None and one is not waiting[-1])
        self.clear.setEnabled(any(_is_over(line) for line in every))
        self.receipts.update()
        self.why.setEnabled(any(line.trouble or _has_failed(line) for line in chosen))

    def _meant(self) -> list[Transfer]:
        """What is selected; the only thing there is where nothing is. Pause and Resume then mean all that runs."""
        chosen, every = self._desk.transfers.selected(), self._work.model.transfers
        if chosen:
            return chosen
        running = self._work.model.running
        return running if len(running) == 1 else every if len(every) == 1 else []

    # running

    def _pause(self) -> None:
        for transfer in self._meant() or self._work.model.running:
            if transfer.is_running:
                self._work.turns.pause(transfer)
        self._update()

    def _resume(self) -> None:
        for transfer in self._meant() or self._work.model.running:
            if transfer.is_running and transfer.job.paused:
                self._work.turns.resume(transfer)
            elif _can_resume(transfer):
                self.resuming.take_up([transfer])
        self._update()

    def _cancel(self) -> None:
        for transfer in self._meant():
            if transfer.is_running:
                transfer.job.cancel()
            elif transfer.outcome is Outcome.BROKEN_OFF:
                self.resuming.give_up([transfer])

    def _retry(self) -> None:
        self.resuming.take_up([transfer for transfer in self._meant() if _can_retry(transfer)])

    def _shift(self, by: int) -> None:
        (transfer,), waiting = self._meant(), self._work.turns.waiting
        self._work.model.swap(transfer, waiting[waiting.index(transfer) + by])
        self._desk.transfers.view.selectRow(self._work.model.row_of(transfer))

    # gestures

    async def move(self, transfer: Transfer, left_out: Sequence[Failure] = ()) -> None:
        """Run a gesture that was begun to its end and tell what failed."""
        if transfer.gesture is None or transfer.connection is None:
            raise LookupError("a gesture runs over a connection")
        connection, outline = transfer.connection, transfer.gesture.outline
        try:
            self._summarise(await self._work.move(transfer, left_out), outline.kind)
        finally:
            self._changed(connection, outline)
        if trouble := self._work.journal.trouble:
            self._desk.news.said.emit(trouble)

    @async_slot()
    async def again(self, transfer: Transfer, connection: Connection) -> None:
        """Run what is left of a gesture, or what failed of it."""
        if transfer.gesture is None or transfer.is_running:
            return
        outline = transfer.gesture.outline
        try:
            self._summarise(await self._work.go_on(transfer, connection), outline.kind)
        finally:
            self._changed(connection, outline)

    def _changed(self, connection: Connection, outline: Outline) -> None:
        if outline.kind is not Kind.DOWNLOAD:
            self._desk.news.changed.emit(connection, Location(outline.bucket, outline.prefix))

    def _summarise(self, failures: Sequence[Failure], kind: Kind) -> None:
        if failures:
            what, one, many = _NOT_MOVED.get(kind, _NOT_DONE)
            words = f"{text.count(len(failures), what)} {one if len(failures) == 1 else many}."
            ErrorDialog.for_failures(self._window, words, failures).show()

    # finished

    def _clear(self) -> None:
        gone = [line for line in self._work.model.transfers if _is_over(line)]
        self._work.model.remove(gone)
        self._forget(gone)

    @async_slot()
    async def _forget(self, gone: Sequence[Transfer]) -> None:
        for transfer in gone:
            transfer.connection = transfer.connection or self.resuming.open_connection(transfer)
        await self._work.forget(gone)

    @async_slot()
    async def _show_trouble(self) -> None:
        for transfer in self._meant():
            trouble = transfer.trouble
            if not trouble and transfer.gesture is not None:
                trouble = await self._failures(transfer.gesture)
            if trouble:
                ErrorDialog(self._window, transfer.job.title, trouble).show()

    async def _failures(self, gesture: Gesture) -> str:
        failed = await self._desk.background.run(Job("Read what failed"), lambda _job: gesture.failed(_FAILED_SHOWN))
        return "\n".join(f"{item.key}: {item.error}" for item in failed)

    # limits

    @async_slot()
    async def _set_limits(self) -> None:
        from s3desk.ui.transfers.transfer_settings_dialog import TransferSettingsDialog  # noqa: PLC0415  # rarely needed

        changes = await ask(TransferSettingsDialog(self._window, self._desk.settings.current))
        if changes is not None:
            self._desk.settings.update(**changes)
            self._apply(self._desk.settings.current)

    def _apply(self, settings: Settings) -> None:
        limits = self._work.limits
        limits.files, limits.parts = settings.files_at_once, settings.parts_at_once
        limits.bytes_per_second = settings.kilobytes_per_second * 1024 or None
        self._work.turns.set_limit(settings.transfers_at_once)


def _is_over(transfer: Transfer) -> bool:
    return not transfer.is_running and transfer.outcome is not Outcome.BROKEN_OFF


def _has_failed(transfer: Transfer) -> bool:
    return not transfer.is_running and transfer.gesture is not None and transfer.gesture.sum.failed > 0


def _can_resume(transfer: Transfer) -> bool:
    """Paused, broken off, cancelled, or ended before its end by an error."""
    if transfer.is_running:
        return transfer.job.paused
    return transfer.can_go_on and transfer.gesture is not None and transfer.gesture.sum.open > 0


def _can_retry(transfer: Transfer) -> bool:
    return transfer.can_go_on and _has_failed(transfer)
