"""One setting of a bucket: its fields, why it cannot be seen or changed, and its own Save and Undo."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QGroupBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from s3desk.s3.access.seen import Seen, Standing
from s3desk.ui.form_dialog import set_words, tab_in_reading_order, words

Setting = TypeVar("Setting")


class SettingSection(QGroupBox, Generic[Setting]):
    """The frame of a setting: who makes one fills `fields` and says what stands in them."""

    save_wanted = Signal(object)  # the setting, None to remove it
    undo_wanted = Signal()

    def __init__(self, title: str, explanation: str) -> None:
        super().__init__(title)
        self.setAccessibleName(title)
        self._open = self._busy = self._can_undo = False
        self._saved: Setting | None = None
        self._reason = words("", "warning")
        self._reason.setAccessibleName(f"{title} notice")
        self.fields = QWidget()
        self._undo, self._save = named_button("Undo", title), named_button("Save", title)
        self._save.clicked.connect(lambda: self.save_wanted.emit(self.setting()))
        self._undo.clicked.connect(self.undo_wanted)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addStretch(1)
        line.addWidget(self._undo)
        line.addWidget(self._save)
        column = QVBoxLayout(self)
        column.setSpacing(8)
        for widget in (words(explanation, "dim"), self._reason, self.fields):
            column.addWidget(widget)
        column.addLayout(line)

    def setting(self) -> Setting | None:
        """What the fields say; None is "not set"."""
        raise NotImplementedError

    def fill(self, setting: Setting | None) -> None:
        """Let the fields say this."""
        raise NotImplementedError

    @property
    def changed(self) -> bool:
        """Whether there is something to save."""
        return self._open and self.setting() != self._saved

    def show_setting(self, seen: Seen[Any]) -> None:
        """Show what was read, greyed with the reason where it could not be."""
        self._open = seen.standing in (Standing.FOUND, Standing.NOT_SET)
        self._saved = seen.value
        self.fill(seen.value)
        set_words(self._reason, reason_words(seen), "warning")
        self.refresh()

    def set_undo(self, tip: str) -> None:
        """What Undo would do; "" when there is nothing to put back."""
        self._can_undo = bool(tip)
        self._undo.setToolTip(tip)
        self.refresh()

    def set_busy(self, *, busy: bool) -> None:
        """Nothing can be edited while it is read or saved."""
        self._busy = busy
        self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        """The keyboard comes to the fields before the buttons."""
        tab_in_reading_order(self)
        super().showEvent(event)

    def refresh(self) -> None:
        """Look at the fields again: connected to whatever changes them."""
        ready = self._open and not self._busy
        self.fields.setEnabled(ready)
        self._save.setEnabled(ready and self.changed)
        self._undo.setEnabled(ready and self._can_undo)


def named_button(text: str, of: str = "") -> QPushButton:
    """A button found by its text, and by what it belongs to where there are several of it."""
    button = QPushButton(text)
    button.setAccessibleName(f"{text} {of[:1].lower()}{of[1:]}" if of else text)
    button.setAutoDefault(False)
    return button


def reason_words(seen: Seen[Any]) -> str:
    """Why something is greyed; "" where it is there, or might be set."""
    match seen.standing:
        case Standing.UNSUPPORTED:
            return f"{seen.error}" if seen.error else "This server does not have it."
        case Standing.NOT_ALLOWED:
            return "Your keys are not allowed to see this, so it cannot be changed here either."
        case Standing.FAILED:
            return f"This could not be read: {seen.error} {seen.error.advice}" if seen.error else seen.words
    return ""
