"""The bookmarked places, as the end of the menu Go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from s3desk.s3.location import Location

if TYPE_CHECKING:
    from s3desk.ui.connection_actions import ConnectionActions
    from s3desk.ui.desk import Desk
    from s3desk.ui.go_actions import GoActions


class Bookmarks(QObject):
    """Lists the bookmarks whenever the menu opens, and goes there, connecting first where that is needed."""

    def __init__(self, menu: QMenu, desk: Desk, connecting: ConnectionActions, going: GoActions) -> None:
        super().__init__(menu)
        self._menu, self._desk, self._connecting, self._going = menu, desk, connecting, going
        self._shown: list[QAction] = []
        menu.aboutToShow.connect(self._fill)

    def _fill(self) -> None:
        for action in self._shown:
            self._menu.removeAction(action)
            action.deleteLater()
        marks = self._desk.settings.current.bookmarks
        self._shown = [self._menu.addSeparator()] if marks else []
        for account, uri in marks:
            action = self._menu.addAction(self._desk.icons.icon("ph.star"), f"{uri}  ({account})")
            action.triggered.connect(lambda _=False, name=account, at=uri: self._open(name, at))
            self._shown.append(action)
        if marks:
            forget = self._menu.addAction("Forget bookmarks")
            forget.triggered.connect(lambda: self._desk.settings.update(bookmarks=()))
            self._shown.append(forget)

    def _open(self, name: str, uri: str) -> None:
        location = Location.parse(uri)
        connections = self._desk.tree.buckets.connections
        known = next((one for one in connections if one.name == name), None)
        account = self._desk.settings.current.account(name)
        if known is not None:
            self._going.open_location(known, location)
        elif account is not None:
            self._connecting.reopen(account, location)
        else:
            self._desk.news.said.emit(f"“{name}” is not connected: connect first, then open the bookmark.")
