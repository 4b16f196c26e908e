"""Who may do what with an object or a bucket."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from shiboken6 import isValid

from s3desk.s3.location import Location
from s3desk.ui.verbs import verb

if TYPE_CHECKING:
    from s3desk.s3.connection import Connection
    from s3desk.ui.access.permissions_window import PermissionsWindow
    from s3desk.ui.desk import Desk
    from s3desk.ui.main_window import MainWindow


class PermissionActions(QObject):
    """Permissions…, Who can read this?"""

    title = "Share"
    access_changed = Signal(object, object)  # Connection, Location of the bucket or the object

    def __init__(self, window: MainWindow, desk: Desk) -> None:
        super().__init__(window)
        self._window, self._desk = window, desk
        icon = desk.icons.icon
        self.permissions = verb(
            self,
            "Permissions…",
            self.show_permissions,
            icon=icon("ph.shield-check"),
            tip="See and change who may do what: access list, bucket policy, public access block, ownership",
        )
        self.who_can_read = verb(
            self,
            "Who can read this?",
            self._show_readers,
            icon=icon("ph.users"),
            tip="See step by step who can read this file, or list this bucket, and try it",
        )
        self.actions: list[QAction] = [self.who_can_read, self.permissions]
        self._opened: list[PermissionsWindow] = []  # windows without a parent live as long as somebody holds them
        desk.objects.selection_changed.connect(self._update)
        desk.navigator.moved.connect(lambda _: self._update())
        self._update()

    def _update(self) -> None:
        for action in self.actions:
            action.setEnabled(self._subject() is not None)

    def _subject(self) -> Location | None:
        """The one object or folder selected, its key as the prefix; else what is shown; None at the root."""
        if self._desk.navigator.place is None:
            return None
        chosen, at = self._desk.objects.chosen, self._desk.location
        if chosen.count == 1 and at.bucket:
            selection = chosen.selection()
            return Location(at.bucket, (*selection.keys, *selection.folders)[0])
        if not at.bucket and chosen.is_bucket:
            return Location(chosen.selection().folders[0])
        return at if at.bucket else None

    def _is_folder(self, at: Location) -> bool:
        """Whether a subject is a folder: an object may end in a slash too, when it was selected as one."""
        chosen = self._desk.objects.chosen
        return bool(at.prefix) and not (chosen.count == chosen.objects == 1)

    def show_permissions(self, tab: str = "") -> None:
        """Open the window, at a tab of this title."""
        at = self._subject()
        if at is not None:
            window = self._window_for(self._desk.connection, at)
            if tab:
                window.show_tab(tab)
            window.show()
            window.raise_()
            window.activateWindow()

    def _show_readers(self) -> None:
        from s3desk.ui.access.permissions_window import WHO  # noqa: PLC0415  # rarely needed

        self.show_permissions(WHO)

    def _window_for(self, connection: Connection, at: Location) -> PermissionsWindow:
        from s3desk.ui.access.permissions_window import PermissionsWindow  # noqa: PLC0415

        self._opened = [*filter(isValid, self._opened)]
        key, folder = ("", at.prefix) if self._is_folder(at) else (at.prefix, "")
        for window in self._opened:
            if (window.connection, window.bucket, window.key, window.folder) == (connection, at.bucket, key, folder):
                return window
        desk, explain = self._desk, self._window.verbs.why.explain
        parts = (desk.background, desk.theme, desk.former)
        window = PermissionsWindow(*parts, connection, at.bucket, key, explain, folder)
        window.changed.connect(desk.news.said)
        window.changed.connect(lambda _: self.access_changed.emit(connection, at))
        self._window.closing.connect(window.leave)
        self._opened.append(window)
        return window
