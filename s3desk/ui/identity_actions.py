"""Who one is: shown when asked, and in the status bar where that costs nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from shiboken6 import isValid

from s3desk.s3.account import SignIn
from s3desk.s3.job import Job
from s3desk.ui.slots import async_slot
from s3desk.ui.verbs import verb

if TYPE_CHECKING:
    from s3desk.background import Background
    from s3desk.s3.connection import Connection
    from s3desk.s3.identity import Identity
    from s3desk.ui.desk import Desk
    from s3desk.ui.main_window import MainWindow


class Identities(QObject):
    """What is known of the identity behind each connection. `known` is emitted when more is."""

    known = Signal(object)  # Connection

    def __init__(self, background: Background, parent: QObject) -> None:
        super().__init__(parent)
        self._background = background
        self._found: WeakKeyDictionary[Connection, Identity | None] = WeakKeyDictionary()

    def short(self, connection: Connection) -> str:
        """The name for the status bar, "" while it is not known."""
        found = self._found.get(connection)
        return found.short if found is not None else ""

    def meet(self, connection: Connection) -> None:
        """Ask once about a connection to AWS; elsewhere most servers could not tell, so nobody is asked unasked."""
        anonymous = connection.account.sign_in is SignIn.ANONYMOUS
        if connection in self._found or connection.endpoint_url or anonymous:
            return
        self._found[connection] = None
        self._ask(connection)

    def note(self, connection: Connection, found: Identity) -> None:
        """What was learned in another way."""
        self._found[connection] = found
        self.known.emit(connection)

    @async_slot()
    async def _ask(self, connection: Connection) -> None:
        from s3desk.s3.identity import quick_identity  # noqa: PLC0415  # after the first listing

        found = await self._background.run(Job("Who am I"), quick_identity, connection)
        if found is not None:
            self.note(connection, found)


class IdentityActions(QObject):
    """Who am I…."""

    title = "Connection"

    def __init__(self, window: MainWindow, desk: Desk) -> None:
        super().__init__(window)
        self._window, self._desk = window, desk
        self.identities = Identities(desk.background, self)
        tip = "See the account, the name and the end of the session behind these keys"
        self.who_am_i = verb(self, "Who am I…", self._show, icon=desk.icons.icon("ph.identification-card"), tip=tip)
        self.actions: list[QAction] = [self.who_am_i]
        desk.navigator.moved.connect(lambda _: self._update())
        desk.objects.counted.connect(self._meet)
        self._update()

    def _update(self) -> None:
        self.who_am_i.setEnabled(self._desk.navigator.place is not None)

    def _meet(self) -> None:
        """Only after the first listing: what the user waits for comes first."""
        place, objects = self._desk.navigator.place, self._desk.objects
        if place is not None and not objects.loading and objects.standing == "signed in":
            self.identities.meet(place.connection)

    @async_slot()
    async def _show(self) -> None:
        from s3desk.s3.identity import who_am_i  # noqa: PLC0415  # rarely needed
        from s3desk.ui.identity_dialog import IdentityDialog  # noqa: PLC0415

        connection = self._desk.connection
        dialog, job = IdentityDialog(self._window, connection.name), Job("Who am I")
        dialog.finished.connect(lambda _: job.cancel())
        self._window.closing.connect(dialog.close)
        dialog.show()
        me = await self._desk.background.run(job, who_am_i, connection)
        if isValid(dialog):
            dialog.show_me(me)
        if me.identity.value is not None:
            self.identities.note(connection, me.identity.value)
