"""The table windows that are open: one without a parent lives only as long as somebody holds it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QDialog, QWidget


class Tables(QObject):
    """Belongs to the main window, holds its tables and closes them with it."""

    def __init__(self, home: QWidget) -> None:
        super().__init__(home)
        self._opened: list[QDialog] = []
        closing = getattr(home, "closing", None)  # the main window tells before it goes
        if closing is not None:
            closing.connect(self._close_all)

    @staticmethod
    def of(home: QWidget) -> Tables:
        """The one of this window."""
        found = home.findChild(Tables, options=Qt.FindChildOption.FindDirectChildrenOnly)
        return found if found is not None else Tables(home)

    def keep(self, window: QDialog) -> None:
        """Hold a window until it is closed."""
        self._opened.append(window)
        window.finished.connect(lambda: self._opened.remove(window))

    def _close_all(self) -> None:
        for window in list(self._opened):
            window.close()
