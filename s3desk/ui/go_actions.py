"""Going from place to place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from s3desk.s3.errors import BadNameError
from s3desk.s3.job import Job
from s3desk.s3.location import Location
from s3desk.s3.places import find_place
from s3desk.ui.name_dialogs import GoToDialog
from s3desk.ui.slots import ask, async_slot
from s3desk.ui.verbs import separator, verb

if TYPE_CHECKING:
    from s3desk.s3.connection import Connection
    from s3desk.ui.desk import Desk


class GoActions(QObject):
    """Back, Forward, Up, Refresh, Go to location…, Bookmark this place."""

    title = "Go"

    def __init__(self, window: QWidget, desk: Desk) -> None:
        super().__init__(window)
        self._window, self._desk = window, desk
        icon, navigator = desk.icons.icon, desk.navigator
        self.back = verb(self, "Back", navigator.back, keys="Alt+Left", icon=icon("ph.arrow-left"))
        self.forward = verb(self, "Forward", navigator.forward, keys="Alt+Right", icon=icon("ph.arrow-right"))
        self.up = verb(self, "Up", navigator.up, keys="Alt+Up", icon=icon("ph.arrow-up"), tip="Up one folder")
        self.refresh = verb(
            self,
            "Refresh",
            navigator.refresh,
            keys="F5|Ctrl+R",
            icon=icon("ph.arrow-clockwise"),
            tip="Read this place anew",
        )
        self.stop = verb(
            self,
            "Stop loading",
            desk.objects.stop,
            keys="Ctrl+.",
            icon=icon("ph.hand-palm"),
            tip="Keep what has arrived and read no further",
        )
        self.go_to = verb(self, "Go to location…", self._go_to, keys="Ctrl+L", icon=icon("ph.map-pin"))
        self.bookmark = verb(self, "Bookmark this place", self._bookmark, keys="Ctrl+B", icon=icon("ph.star"))
        self.actions: list[QAction] = [
            self.back,
            self.forward,
            self.up,
            self.refresh,
            self.stop,
            separator(self),
            self.go_to,
            self.bookmark,
        ]
        navigator.moved.connect(lambda _: self._update())
        desk.objects.counted.connect(lambda: self.stop.setEnabled(desk.objects.loading))
        self._update()

    def _update(self) -> None:
        navigator = self._desk.navigator
        self.back.setEnabled(navigator.can_go_back)
        self.forward.setEnabled(navigator.can_go_forward)
        self.up.setEnabled(bool(self._desk.location.bucket))
        for action in (self.refresh, self.go_to, self.bookmark):
            action.setEnabled(navigator.place is not None)

    @async_slot()
    async def _go_to(self) -> None:
        connection = self._desk.connection
        start = self._desk.location.uri if self._desk.location.bucket else ""
        location: Location | None = await ask(GoToDialog(self._window, connection.endpoint_url, start))
        if location is not None:
            await self._find(connection, location)

    @async_slot(newest=True)
    async def open_text(self, typed: str) -> None:
        """Go where a typed or pasted address leads."""
        connection = self._desk.connection
        try:
            location = Location.parse(typed, connection.endpoint_url)
        except ValueError as error:
            raise BadNameError(str(error), "Nothing was changed.") from error
        await self._find(connection, location)

    @async_slot(newest=True)
    async def open_location(self, connection: Connection, location: Location) -> None:
        """Go to a place that may be the address of an object."""
        await self._find(connection, location)

    async def _find(self, connection: Connection, location: Location) -> None:
        found = await self._desk.background.run(Job("Find the place"), find_place, connection, location)
        self._desk.navigator.go(connection, found.location, found.key)
        self._desk.objects.view.setFocus()

    def _bookmark(self) -> None:
        place, settings = self._desk.navigator.place, self._desk.settings
        if place is None:
            return
        mark = (place.connection.name, place.location.uri)
        others = tuple(known for known in settings.current.bookmarks if known != mark)
        settings.update(bookmarks=(*others, mark))
        self._desk.news.said.emit(f"Bookmarked {place.location.uri}: see the menu Go.")
