"""Signing in and out."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from s3desk.s3 import keychain
from s3desk.s3.account import Account, SignIn, same_account
from s3desk.s3.activity import Activity
from s3desk.s3.connection import Connection
from s3desk.s3.errors import S3Error
from s3desk.s3.job import Job
from s3desk.s3.keychain import NoKeychainError
from s3desk.s3.location import Location
from s3desk.s3.offers import Offers
from s3desk.s3.profiles import check_connection, environment_signs_in, profiles
from s3desk.ui.connect_dialog import ConnectDialog, NewConnection
from s3desk.ui.slots import ask, async_slot, show_error
from s3desk.ui.verbs import verb

if TYPE_CHECKING:
    from s3desk.ui.desk import Desk


class ConnectionActions(QObject):
    """Connect…, Open demo, Disconnect; and the way every start of the program takes to a connection."""

    title = "Connection"
    demo_wanted = Signal()

    def __init__(self, window: QWidget, desk: Desk) -> None:
        super().__init__(window)
        self._window, self._desk = window, desk
        self._offers = Offers()  # one for all: two accounts may sit on one server
        self.activity = Activity()
        icon = desk.icons.icon
        self.connect_to = verb(self, "Connect…", self._connect, keys="Ctrl+K", icon=icon("ph.cloud-check"))
        tip = "Look around on a server with sample data on this computer, without an account"
        self.demo = verb(self, "Open demo", self.demo_wanted.emit, icon=icon("ph.flask"), tip=tip)
        self.disconnect_from = verb(self, "Disconnect", self._disconnect, icon=icon("ph.cloud-slash"))
        self.quit = verb(self, "Quit", self._quit, keys="Ctrl+Q", icon=icon("ph.sign-out"))
        self.actions: list[QAction] = [self.connect_to, self.demo, self.disconnect_from]
        desk.navigator.moved.connect(lambda _: self._update())
        self._update()

    def _update(self) -> None:
        self.disconnect_from.setEnabled(self._desk.navigator.place is not None)

    def open(self, account: Account, location: Location) -> Connection:
        """Connect and show a place; an account that is open already is used again."""
        known = next((one for one in self._desk.tree.buckets.connections if one.account == account), None)
        known = known or self._add(account)
        self._desk.navigator.go(known, location)
        return known

    def _add(self, account: Account) -> Connection:
        added = Connection(self._with_free_name(account), self._offers, self.activity)
        added.limits = self._desk.work.limits
        self._desk.tree.expand(self._desk.tree.buckets.add(added))
        return added

    async def reach(self, account: Account) -> Connection | None:
        """The connection of an account without its keys, opened if they can be had without a question."""
        for open_one in self._desk.tree.buckets.connections:
            if same_account(open_one.account, account):
                return open_one
        if account.sign_in is SignIn.KEYS:
            with suppress(NoKeychainError):
                if account.name in self._desk.settings.current.remembered:
                    account = await self._desk.background.run(Job("Open the keychain"), keychain.recall, account)
            if not account.secret_key:
                return None
        return self._add(account)

    @async_slot()
    async def reopen(self, account: Account, location: Location) -> None:
        """Connect to an account of the settings, with its keys from the keychain; ask for them if there are none."""
        if account.sign_in is SignIn.KEYS:
            if account.name in self._desk.settings.current.remembered:
                try:
                    account = await self._desk.background.run(Job("Open the keychain"), keychain.recall, account)
                except NoKeychainError as error:
                    self._desk.news.said.emit(str(error))
            if not account.secret_key:
                await self._ask_for_connection(account, location)
                return
        self.open(account, location)

    @async_slot()
    async def _connect(self) -> None:
        place, objects = self._desk.navigator.place, self._desk.objects
        if place is None or objects.standing != "not signed in" or place.connection.account.sign_in is not SignIn.KEYS:
            await self._ask_for_connection(None, Location())
        else:
            await self._ask_for_connection(place.connection.account, place.location, refused=place.connection)

    async def _ask_for_connection(
        self, start: Account | None, location: Location, refused: Connection | None = None
    ) -> None:
        dialog = ConnectDialog(self._window, environment=environment_signs_in())
        dialog.test_wanted.connect(lambda account: self._test(dialog, account))
        if start is not None:
            dialog.prefill(start)
        self._offer_profiles(dialog)
        wish: NewConnection | None = await ask(dialog)
        if wish is None:
            return
        if refused is not None:
            self._close(refused)
        connection = self.open(wish.account, location)
        await self._remember(connection.account, wish.remember)

    @async_slot()
    async def _offer_profiles(self, dialog: ConnectDialog) -> None:
        try:
            found = await self._desk.background.run(Job("Read ~/.aws"), profiles)
        except S3Error as error:
            if isValid(dialog):  # it may have been closed meanwhile
                dialog.show_result(f"{error} {error.advice}", good=False)
        else:
            if isValid(dialog):
                dialog.show_profiles(found)

    @async_slot(newest=True)
    async def _test(self, dialog: ConnectDialog, account: Account) -> None:
        tried = Connection(account, activity=self.activity)
        try:
            words = await self._desk.background.run(Job("Test"), check_connection, tried)
        except S3Error as error:
            if isValid(dialog):
                dialog.show_result(f"{error} {error.advice}", good=False)
        else:
            if isValid(dialog):
                dialog.show_result(words, good=True)

    async def _remember(self, account: Account, in_keychain: bool) -> None:
        """Keep the account without its keys; those go to the keychain or nowhere."""
        settings = self._desk.settings
        others = tuple(known for known in settings.current.accounts if known.name != account.name)
        remembered = set(settings.current.remembered)
        try:
            if in_keychain:
                await self._desk.background.run(Job("Open the keychain"), keychain.remember, account)
                remembered.add(account.name)
            elif account.name in remembered:
                remembered.discard(account.name)
                await self._desk.background.run(Job("Open the keychain"), keychain.forget, account)
        except NoKeychainError as error:
            show_error(self._window, error)
        bare = replace(account, access_key="", secret_key="", session_token="")
        settings.update(accounts=(*others, bare), remembered=tuple(sorted(remembered)))

    def _with_free_name(self, account: Account) -> Account:
        taken = {one.name for one in self._desk.tree.buckets.connections}
        name, number = account.name, 2
        while name in taken:
            name, number = f"{account.name} ({number})", number + 1
        return replace(account, name=name)

    def _quit(self) -> None:
        self._window.close()

    def _disconnect(self) -> None:
        self._close(self._desk.connection)

    def _close(self, connection: Connection) -> None:
        self._desk.tree.buckets.remove(connection)
        self._desk.navigator.forget(connection)
