"""`Why was I denied?`: what said no, the facts it rests on, and what to ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QDialogButtonBox, QLabel, QPlainTextEdit, QWidget
from shiboken6 import isValid

from s3desk.models import text
from s3desk.s3.job import Job
from s3desk.ui.form_dialog import FormDialog, set_words, words

if TYPE_CHECKING:
    from s3desk.s3.access.denial import Denial
    from s3desk.s3.connection import Connection
    from s3desk.s3.errors import S3Error
    from s3desk.ui.desk import Desk

_COPY_MESSAGE = "Copy message to an administrator"


class DenialDialog(FormDialog):
    """Not modal. Says that it is looking until `show_denial`; closing it ends the search (`finished`)."""

    copied = Signal(str)  # what is in the clipboard, as a sentence for the status bar

    def __init__(self, parent: QWidget | None, what: str) -> None:
        super().__init__(parent, "Why was I denied?", "Close")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(620)
        self._denial: Denial | None = None
        self._what, self._why, self._advice = words(what, "dim"), words("Finding out why…", "title"), words()
        self._layer, self._action, self._resource, self._facts = words(), words(), words(), words()
        self._permission = QPlainTextEdit()
        self._caption = words("What to ask for", "dim")
        self._lay_out()
        action = QDialogButtonBox.ButtonRole.ActionRole
        self._copy_permission = self.add_button("Copy permission", action)
        self._copy_message = self.add_button(_COPY_MESSAGE, action)
        self._copy_permission.clicked.connect(self._take_permission)
        self._copy_message.clicked.connect(self._take_message)
        self._copy_permission.setEnabled(False)
        self._copy_message.setEnabled(False)
        self.accept_button.setFocus()

    def _lay_out(self) -> None:
        for place, (label, name) in enumerate(
            ((self._what, "What was refused"), (self._why, "Why"), (self._advice, "What to do"))
        ):
            label.setAccessibleName(name)
            self.column.insertWidget(place, label)
        self._advice.hide()
        self._add_line("Stopped by", "Layer", self._layer)
        self._add_line("Action", "S3 action", self._action)
        self._add_line("On", "Resource", self._resource)
        self._add_line("Because", "Facts", self._facts)
        self._permission.setReadOnly(True)
        self._permission.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self._permission.setAccessibleName("Permission to ask for")
        self._permission.setFixedHeight(9 * self._permission.fontMetrics().lineSpacing() + 16)
        self.notice.setMinimumHeight(0)
        self.notice.hide()
        for widget in (self._caption, self._permission):
            self.column.insertWidget(self.column.indexOf(self.notice), widget)
            widget.hide()

    def _add_line(self, title: str, name: str, label: QLabel) -> None:
        """A line that is shown once there is something in it; `name` is what screen readers call it."""
        label.setAccessibleName(name)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        caption = words(title, "dim")
        caption.setWordWrap(False)
        caption.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignRight)
        self.form.addRow(caption, label)
        self.form.setRowVisible(label, False)

    def show_denial(self, denial: Denial) -> None:
        """Show what was found out."""
        self._denial = denial
        set_words(self._why, denial.sentence, "title")
        set_words(self._advice, denial.advice, "")
        sure = "known" if denial.certain else "most likely, not certain"
        layer = denial.layer.value if denial.layer.name == "UNKNOWN" else f"{denial.layer.value} ({sure})"
        lines = {
            self._layer: layer[:1].upper() + layer[1:],
            self._action: denial.action,
            self._resource: text.visible_path(denial.resource),
            self._facts: "\n".join(denial.facts),
        }
        for label, line in lines.items():
            set_words(label, line, "")
            self.form.setRowVisible(label, bool(line))
        self._permission.setPlainText(denial.permission)
        for widget in (self._caption, self._permission, self._copy_permission):
            widget.setVisible(bool(denial.permission))
        self._copy_permission.setEnabled(bool(denial.permission))
        self._copy_message.setEnabled(True)
        self.adjustSize()

    def answer(self) -> None:
        """Nothing: it only shows."""

    def _take_permission(self) -> None:
        if self._denial:
            QGuiApplication.clipboard().setText(self._denial.permission)
            self.copied.emit("Copied the permission to ask for.")

    def _take_message(self) -> None:
        if self._denial:
            QGuiApplication.clipboard().setText(self._denial.message)
            self.copied.emit("Copied a message to an administrator; it holds no keys.")


async def explain_denial(window: QWidget | None, desk: Desk, connection: Connection, error: S3Error) -> None:
    """Open the dialog at once, find out why off the window's thread, and show it there."""
    from s3desk.s3.access.denial import why_denied  # noqa: PLC0415  # brings json and email: not at the start

    job = Job("Why was I denied?")
    dialog = DenialDialog(window, str(error))
    dialog.copied.connect(desk.news.said)
    dialog.finished.connect(lambda _: job.cancel())
    dialog.show()
    denial = await desk.background.run(job, why_denied, connection, error)
    if isValid(dialog):
        dialog.show_denial(denial)
