"""Looking for objects below a place, and going from what was found to where it lies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from s3desk.s3.finding import Search
from s3desk.s3.location import Location
from s3desk.ui.find_dialog import FindDialog
from s3desk.ui.slots import ask, async_slot
from s3desk.ui.verbs import verb

if TYPE_CHECKING:
    from s3desk.ui.desk import Desk
    from s3desk.ui.search_bar import SearchBar


class FindActions(QObject):
    """Find…, Show in folder, Close search."""

    def __init__(self, window: QWidget, desk: Desk) -> None:
        super().__init__(window)
        self._window, self._desk = window, desk
        self._last = Search()  # of this session; the next one starts with it
        icon, pane = desk.icons.icon, desk.objects
        self.find = verb(
            self,
            "Find…",
            self._find,
            keys="Ctrl+Shift+F",
            icon=icon("ph.magnifying-glass"),
            tip="Find objects in this place and all its folders",
        )
        self.show_in_folder = verb(
            self,
            "Show in folder",
            self._show_in_folder,
            keys="Ctrl+Shift+O",
            icon=icon("ph.folder-notch-open"),
            tip="Go to the folder this object is in",
        )
        self.close = verb(self, "Close search", self._close, keys="Esc", icon=icon("ph.x"), within=pane)
        self.actions: list[QAction] = [self.find, self.show_in_folder, self.close]
        pane.selection_changed.connect(self._update)
        desk.navigator.moved.connect(lambda _: self._update())
        self._update()

    def join(self, bar: SearchBar) -> None:
        """Let the buttons of the bar do what the verbs do; its Stop is for whoever lists."""
        bar.change_wanted.connect(self.find.trigger)
        bar.close_wanted.connect(self.close.trigger)

    def _update(self) -> None:
        place, chosen = self._desk.navigator.place, self._desk.objects.chosen
        found = place is not None and place.search is not None
        self.find.setEnabled(bool(self._desk.location.bucket))
        self.show_in_folder.setEnabled(found and chosen.count == 1)
        self.close.setEnabled(found)
        for action in (self.show_in_folder, self.close):
            action.setVisible(found)

    @async_slot()
    async def _find(self) -> None:
        place = self._desk.navigator.place
        if place is None:
            return
        start = place.search or self._last
        search: Search | None = await ask(FindDialog(self._window, place.location, start))
        if search is not None:
            self._last = search
            self._desk.navigator.go(place.connection, place.location, search=search)
            self._desk.objects.view.setFocus()

    def _show_in_folder(self) -> None:
        row, at = self._desk.objects.chosen.single, self._desk.location
        if row is not None:
            self._desk.navigator.go(self._desk.connection, Location(at.bucket, row.key).parent, row.key)
            self._desk.objects.view.setFocus()

    def _close(self) -> None:
        self._desk.navigator.go(self._desk.connection, self._desk.location)
        self._desk.objects.view.setFocus()
