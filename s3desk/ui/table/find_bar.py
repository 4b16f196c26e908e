"""`Find in table`: a field with next and previous."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QToolButton, QWidget

if TYPE_CHECKING:
    from s3desk.ui.icons import Icons


class FindBar(QWidget):
    """It only says what is looked for, and which way."""

    wanted = Signal(str, bool)  # the text, and whether backwards
    left = Signal()  # the keyboard wants to go back to the grid

    def __init__(self, icons: Icons) -> None:
        super().__init__()
        self._text = QLineEdit()
        self._text.setAccessibleName("Find in table")
        self._text.setPlaceholderText("Find in table")
        self._text.setClearButtonEnabled(True)
        self._text.setMinimumWidth(170)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        row.addWidget(self._text)
        for name, icon, keys, back in (
            ("Find previous", "ph.arrow-up", "Shift+F3", True),
            ("Find next", "ph.arrow-down", "F3", False),
        ):
            button = QToolButton()
            button.setAccessibleName(name)
            button.setToolTip(f"{name} ({keys})")
            button.setIcon(icons.icon(icon))
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(lambda _=False, back=back: self.look(back=back))
            row.addWidget(button)

    def begin(self) -> None:
        """The keyboard comes here."""
        self._text.setFocus()
        self._text.selectAll()

    def look(self, *, back: bool) -> None:
        """Ask for the next place, or the one before."""
        if self._text.text():
            self.wanted.emit(self._text.text(), back)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return looks on, with Shift backwards; Escape leaves the field."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.look(back=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)
