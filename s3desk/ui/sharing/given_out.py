"""Writes down what was given out, for `Links I gave out`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from s3desk.s3.job import Job
from s3desk.ui.slots import async_slot

if TYPE_CHECKING:
    import asyncio

    from s3desk.s3.connection import Connection
    from s3desk.s3.sharing.ledger import Given, Ledger
    from s3desk.ui.desk import Desk
    from s3desk.ui.sharing.share_wish import Made


class GivenOut(QObject):
    """Every set of links is written down once. It outlives the dialog until all is written, and then goes away."""

    def __init__(self, owner: QObject, desk: Desk, connection: Connection) -> None:
        super().__init__(owner)
        self._desk, self._connection = desk, connection
        self._given: list[Made] = []
        self._ids: list[int] = []
        self._note = ""
        self._in_turn: asyncio.Lock | None = None

    def give(self, made: Made, note: str = "") -> None:
        """These links left the program."""
        if not any(made is one for one in self._given):
            self._given.append(made)
            self._note = note
            self._write(made, note)

    @async_slot()
    async def end(self, note: str = "") -> None:
        """No more comes; a note that was changed meanwhile holds for all of them."""
        async with self._turn():
            if self._ids and note != self._note:
                await self._desk.background.run(Job("Note"), _set_notes, self._desk.ledger, self._ids, note)
        self.deleteLater()

    @async_slot()
    async def _write(self, made: Made, note: str) -> None:
        from s3desk.s3.sharing.ledger import given_form, givens  # noqa: PLC0415  # not before something is given out

        async with self._turn():
            connection, wish = self._connection, made.wish
            if made.form is not None:
                rows = [given_form(made.form, connection, made.lifetime, note)]
            else:
                rows = givens(made.links, connection, made.lifetime, wish.overrides, note)
            self._ids += await self._desk.background.run(Job("Note"), _add, self._desk.ledger, rows)

    def _turn(self) -> asyncio.Lock:
        import asyncio  # noqa: PLC0415  # not before the first paint

        self._in_turn = self._in_turn or asyncio.Lock()
        return self._in_turn


def _add(_job: Job, ledger: Ledger, rows: Sequence[Given]) -> list[int]:
    return ledger.add(rows)


def _set_notes(_job: Job, ledger: Ledger, ids: Sequence[int], note: str) -> None:
    for one in ids:
        ledger.set_note(one, note)
