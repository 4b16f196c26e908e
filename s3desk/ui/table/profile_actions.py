"""What is in the columns of a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from s3desk.models.kinds import Kind, kind_of
from s3desk.ui.verbs import verb

if TYPE_CHECKING:
    from s3desk.ui.desk import Desk

_MAY_BE_TABLES = frozenset({Kind.TABLE, Kind.COLUMNAR, Kind.JSON, Kind.TEXT, Kind.UNKNOWN})  # the content tells


class ProfileActions(QObject):
    """Profile columns…."""

    title = "Data"

    def __init__(self, window: QWidget, desk: Desk) -> None:
        super().__init__(window)
        self._window, self._desk = window, desk
        self.profile = verb(
            self,
            "Profile columns…",
            self._profile,
            icon=desk.icons.icon("ph.chart-bar"),
            tip="See the types, gaps, extremes and frequent values of each column of a table",
        )
        self.actions: list[QAction] = [self.profile]
        desk.objects.selection_changed.connect(self._update)
        self._update()

    def _update(self) -> None:
        self.profile.setEnabled(self._size_of_table() is not None)

    def _size_of_table(self) -> int | None:
        """The bytes of the one file selected, None where it is none that may hold a table."""
        chosen = self._desk.objects.chosen
        if chosen.count != 1 or chosen.objects != 1:
            return None
        (key,) = chosen.selection().keys
        return chosen.bytes if kind_of(key)[0] in _MAY_BE_TABLES else None

    def _profile(self) -> None:
        from s3desk.ui.table.opened import Tables  # noqa: PLC0415  # rarely needed, and the first paint waits for none
        from s3desk.ui.table.profile_window import ProfileWindow  # noqa: PLC0415

        size = self._size_of_table()
        if size is None:
            return
        desk, selection = self._desk, self._desk.objects.chosen.selection()
        (key,) = selection.keys
        opened = ProfileWindow(
            desk.background,
            desk.theme,
            desk.connection,
            selection.bucket,
            key,
            size=size,
            reading=desk.preview.reading(key),
        )
        Tables.of(self._window.window()).keep(opened)
        opened.show()
