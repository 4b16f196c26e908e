"""What the last run of the program left unfinished: offered quietly, taken up again, or given up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from s3desk.models import text
from s3desk.s3.account import same_account
from s3desk.ui.slots import async_slot

if TYPE_CHECKING:
    from s3desk.models.transfer_model import Transfer
    from s3desk.s3.connection import Connection
    from s3desk.ui.desk import Desk
    from s3desk.ui.main_window import MainWindow


class Resuming(QObject):
    """Finds the connection of a gesture again by its account; where its keys were not kept, asks to connect first."""

    def __init__(self, window: MainWindow, desk: Desk, again: Callable[[Transfer, Connection], None]) -> None:
        super().__init__(window)
        self._window, self._desk, self._again = window, desk, again
        self._missing: set[str] = set()  # names of accounts whose keys are not known
        bar = desk.transfers.bar
        bar.go_on.connect(lambda: self.take_up(desk.work.unfinished))
        bar.discard.connect(lambda: self.give_up(desk.work.unfinished))
        desk.work.left_over.connect(self._tell)
        desk.navigator.moved.connect(lambda _: self._connected())

    @async_slot()
    async def offer(self) -> None:
        """At the start: list what the journal has, and show Transfers where something is unfinished."""
        work = self._desk.work
        await work.load()
        if work.unfinished:
            work.started.emit()
        if work.journal.is_second:
            self._desk.news.said.emit("S3 Desk is open twice: this window keeps a list of transfers of its own.")
        elif work.journal.trouble:
            self._desk.news.said.emit(work.journal.trouble)

    @async_slot()
    async def take_up(self, transfers: Sequence[Transfer]) -> None:
        """Go on with gestures, or do again what failed of them."""
        for transfer in list(transfers):
            connection = await self._connection_of(transfer)
            if connection is not None:
                self._again(transfer, connection)
        self._tell()

    @async_slot()
    async def give_up(self, transfers: Sequence[Transfer]) -> None:
        """Discard: what was begun is removed, here and on the server."""
        for transfer in list(transfers):
            gesture = transfer.gesture
            connection = await self._connection_of(transfer)
            if gesture is not None and (connection is not None or not gesture.outline.kind.leaves_uploads):
                await self._desk.work.discard(transfer, connection)
        self._tell()

    async def _connection_of(self, transfer: Transfer) -> Connection | None:
        if transfer.gesture is None:
            return None
        account = transfer.gesture.outline.account
        found = await self._window.verbs.connection.reach(account) or transfer.connection
        if found is None:
            self._missing.add(account.name)
            self._desk.news.said.emit(f"Connect to “{account.name}” first.")
        else:
            self._missing.discard(account.name)
        return found

    def open_connection(self, transfer: Transfer) -> Connection | None:
        """The connection of a gesture, if it is open."""
        if transfer.gesture is None:
            return None
        account = transfer.gesture.outline.account
        connections = self._desk.tree.buckets.connections
        return next((one for one in connections if same_account(one.account, account)), None)

    def _connected(self) -> None:
        """A connection that was missing may be there now."""
        names = {connection.name for connection in self._desk.tree.buckets.connections}
        if self._missing & names:
            self._missing -= names
            self._tell()

    def _tell(self) -> None:
        left = self._desk.work.unfinished
        if not left:
            self._desk.transfers.bar.tell("")
            return
        titles = ", ".join(one.job.title for one in left[:2])
        more = f" and {len(left) - 2:,} more" if len(left) > 2 else ""
        words = f"{text.count(len(left), 'transfer was', 'transfers were')} not finished: {titles}{more}."
        if self._missing:
            words += f" Connect to “{min(self._missing)}” first, then go on."
        self._desk.transfers.bar.tell(words)
