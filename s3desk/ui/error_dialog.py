"""Says what went wrong: one sentence, what to do, and the rest folded away."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from s3desk.s3.redact import redact

if TYPE_CHECKING:
    from s3desk.s3.errors import Failure, S3Error


class ErrorDialog(QDialog):
    """Not modal: the window goes on. `details` are redacted once more, so that nothing secret can be copied."""

    def __init__(
        self,
        parent: QWidget | None,
        message: str,
        advice: str = "",
        details: str = "",
        why: Callable[[], None] | None = None,
    ) -> None:
        super().__init__(parent)
        self._why = why
        self.setWindowTitle("Error")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(460)
        headline = _words(message, "title")
        headline.setAccessibleName("What happened")
        headline.setAccessibleDescription(message)
        self._advice = _words(advice, "")
        self._advice.setVisible(bool(advice))
        self._details = QPlainTextEdit(redact(details))
        self._details.setReadOnly(True)
        self._details.setAccessibleName("Error details")
        self._details.setMinimumHeight(180)
        self._details.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 20, 20, 16)
        layout.setSpacing(10)
        for widget in (headline, self._advice, self._details):
            layout.addWidget(widget)
        layout.addSpacing(6)
        layout.addWidget(self._make_buttons(bool(details)))

    def _make_buttons(self, with_details: bool) -> QDialogButtonBox:
        box = QDialogButtonBox()
        fold = QPushButton("Details")
        fold.setCheckable(True)
        fold.toggled.connect(self._fold)
        copy = QPushButton("Copy details")
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self._details.toPlainText()))
        for button in (fold, copy):
            button.setVisible(with_details)
            button.setAutoDefault(False)
            box.addButton(button, QDialogButtonBox.ButtonRole.ActionRole)
        if self._why is not None:
            why = QPushButton("Why?")
            why.setToolTip("Find out what refused this, and what to ask for")
            why.setAutoDefault(False)
            why.clicked.connect(self._why)
            box.addButton(why, QDialogButtonBox.ButtonRole.HelpRole)
        close = QPushButton("Close")
        box.addButton(close, QDialogButtonBox.ButtonRole.RejectRole)
        close.setDefault(True)
        close.clicked.connect(self.close)
        for named in box.buttons():
            named.setAccessibleName(named.text())
        return box

    def _fold(self, shown: bool) -> None:
        self._details.setVisible(shown)
        self.adjustSize()

    @staticmethod
    def for_failures(parent: QWidget | None, message: str, failures: Sequence[Failure]) -> ErrorDialog:
        """One summary for a whole batch: the reasons with their count, every item in the details."""
        reasons: dict[str, int] = {}
        for failure in failures:
            reasons[str(failure.error)] = reasons.get(str(failure.error), 0) + 1
        shown = [f"{reason} ({number}×)" if number > 1 else reason for reason, number in list(reasons.items())[:3]]
        if len(reasons) > 3:
            shown.append(f"… and {len(reasons) - 3} more reasons, see Details.")
        lines = [f"{failure.key}\n    {failure.error.details}" for failure in failures[:1000]]
        denied = next((failure.error for failure in failures if failure.error.is_denial), None)
        why = explanation_of(parent, denied) if denied is not None else None
        return ErrorDialog(parent, message, "\n".join(shown), "\n\n".join(lines), why)

    @staticmethod
    def for_error(parent: QWidget | None, error: S3Error) -> ErrorDialog:
        """What one error says; of a denial one can ask why."""
        return ErrorDialog(parent, str(error), error.advice, error.details, explanation_of(parent, error))


def explanation_of(window: QWidget | None, error: S3Error) -> Callable[[], None] | None:
    """What `Why?` does for an error, None where there is nothing to explain or nobody who could."""
    from s3desk.ui.main_window import MainWindow  # noqa: PLC0415  # which shows these dialogs

    if not error.is_denial or not isinstance(window, MainWindow):
        return None
    return partial(window.verbs.why.explain, error)


def _words(text: str, role: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setProperty("words", role)
    return label
