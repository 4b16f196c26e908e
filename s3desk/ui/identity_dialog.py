"""`Who am I`: whose keys these are, to whom they belong and until when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialogButtonBox, QLabel, QWidget

from s3desk.models.identity_words import FACTS, facts, told
from s3desk.models.text import visible
from s3desk.ui.form_dialog import FormDialog, set_words, words

if TYPE_CHECKING:
    from s3desk.s3.identity import Me


class IdentityDialog(FormDialog):
    """Not modal; it is shown at once and filled by `show_me` when the answers are there."""

    def __init__(self, parent: QWidget, connection: str) -> None:
        super().__init__(parent, "Who am I", "Close", f"You at {visible(connection)}")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(580)
        self._told = ""
        self.form.setLabelAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        self._lines = {name: self._add_line(name) for name in FACTS}
        self.notice.setMinimumHeight(0)
        self.notice.hide()
        self._copy = self.add_button("Copy", QDialogButtonBox.ButtonRole.ActionRole)
        self._copy.setToolTip("Copy these lines, for instance for an administrator; no key is among them")
        self._copy.setEnabled(False)
        self._copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self._told))
        self.accept_button.setFocus()

    def show_me(self, me: Me) -> None:
        """Fill the lines; what is not known is dim and says why."""
        for fact in facts(me):
            set_words(self._lines[fact.name], fact.words, "" if fact.known else "dim")
        self._told = told(me)
        self._copy.setEnabled(bool(self._told))
        if me.warnings:
            self.say("\n".join(me.warnings), "warning")
        self.adjustSize()

    def answer(self) -> None:
        """Nothing: it only shows."""

    def _add_line(self, name: str) -> QLabel:
        line, caption = words("Asking…", "dim"), words(name, "dim")
        caption.setWordWrap(False)
        caption.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        line.setAlignment(Qt.AlignmentFlag.AlignTop)
        caption.setAccessibleName(f"{name}:")  # two things of one name could not be told apart
        line.setAccessibleName(name)
        flags = Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        line.setTextInteractionFlags(flags)
        line.setMinimumWidth(400)
        self.form.addRow(caption, line)
        return line
