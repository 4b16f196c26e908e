"""The shape all dialogs share: fields under a title, one sentence about trouble, and named buttons."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QKeyEvent, QShowEvent, QWindow
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

_RETURN = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


def words(text: str = "", kind: str = "") -> QLabel:
    """A label of plain text that wraps; `kind` is "", "title", "dim", "good" or "warning" of the style sheet."""
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setProperty("words", kind)
    return label


def set_words(label: QLabel, text: str, kind: str) -> None:
    """Other words in another colour; the style sheet has to be asked anew for that."""
    label.setText(text)
    label.setAccessibleDescription(text)  # the accessible name says what the label is for
    label.setVisible(bool(text))
    if label.property("words") != kind:
        label.setProperty("words", kind)
        label.style().unpolish(label)
        label.style().polish(label)


def tab_in_reading_order(window: QWidget) -> None:
    """Let the Tab key walk through a window as one reads it: line by line, from left to right."""
    layout = window.layout()
    if layout is not None:
        layout.activate()
    inner = (QComboBox, QAbstractSpinBox)
    stops = [
        widget
        for widget in window.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.window() is window.window()
        and not isinstance(widget.parent(), inner)
    ]

    def place(widget: QWidget) -> tuple[int, int]:
        middle = widget.mapTo(window, widget.rect().center())
        return middle.y() // 16, middle.x()

    for before, after in pairwise(sorted(stops, key=place)):
        QWidget.setTabOrder(before, after)


class SecondReturn(QObject):
    """Keeps Return from a window, for as long as two presses are a double one."""

    def __init__(self, window: QWindow) -> None:
        super().__init__(window)
        window.installEventFilter(self)
        QTimer.singleShot(QGuiApplication.styleHints().mouseDoubleClickInterval(), self, self.deleteLater)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: ARG002  # Qt's signature
        """Only the key itself: what is done by mouse is meant."""
        return isinstance(event, QKeyEvent) and event.key() in _RETURN and not event.modifiers()


class FormDialog(QDialog):
    """A titled form. `accept_button` is the filled one; it is enabled while `problem()` is "" and says it else."""

    def __init__(self, parent: QWidget | None, title: str, accept: str, headline: str = "") -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setMinimumWidth(440)
        self._fields: list[QWidget] = []
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(20, 18, 20, 16)
        self.column.setSpacing(10)
        if headline:
            self.column.addWidget(words(headline, "title"))
        self.form = QFormLayout()
        self.form.setHorizontalSpacing(16)
        self.form.setVerticalSpacing(9)
        self.form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.form.setLabelAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.column.addLayout(self.form)
        self.notice = words("", "warning")
        self.notice.setAccessibleName("Notice")
        self.notice.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.notice.setMinimumHeight(2 * self.fontMetrics().lineSpacing() + 4)  # so that no message moves the fields
        self.column.addWidget(self.notice)
        self.buttons = QDialogButtonBox()
        self.accept_button = self.add_button(accept, QDialogButtonBox.ButtonRole.AcceptRole)
        self.accept_button.setDefault(True)
        self.accept_button.clicked.connect(self.accept)
        self.column.addSpacing(4)
        self.column.addWidget(self.buttons)

    def add_button(self, text: str, role: QDialogButtonBox.ButtonRole) -> QPushButton:
        """A button beside the default one, found by its text."""
        button = QPushButton(text)
        button.setAccessibleName(text)
        button.setAutoDefault(False)
        self.buttons.addButton(button, role)
        return button

    def add_cancel(self, text: str = "Cancel") -> QPushButton:
        """The way out without an answer."""
        button = self.add_button(text, QDialogButtonBox.ButtonRole.RejectRole)
        button.clicked.connect(self.reject)
        return button

    def add_field(self, name: str, field: QWidget, label: str | None = None) -> None:
        """A row of the form; `name` is what screen readers and tests call the field."""
        field.setAccessibleName(name)
        self._fields.append(field)
        caption = QLabel(label if label is not None else name)
        caption.setBuddy(field)
        self.form.addRow(caption, field)

    def showEvent(self, event: QShowEvent) -> None:
        """The keyboard starts in the first field and comes to the buttons last."""
        tab_in_reading_order(self)
        if self._fields:
            self._fields[0].setFocus()
        super().showEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A second Return right after the one that closed the dialog is not meant for what lies behind it."""
        super().keyPressEvent(event)
        behind = self.parentWidget()
        if event.key() in _RETURN and not self.isVisible() and behind is not None:
            handle = behind.window().windowHandle()
            if handle is not None:
                SecondReturn(handle)

    def problem(self) -> str:
        """The sentence that keeps the default button off, " " for a silent no; "" when the answer can be given."""
        return ""

    def check(self) -> None:
        """Look at the fields again: connected to whatever changes them."""
        problem = self.problem()
        self.accept_button.setEnabled(not problem)
        self.say(problem.strip(), "warning")

    def say(self, sentence: str, kind: str) -> None:
        """Show a sentence under the fields, in the room that is kept for it."""
        set_words(self.notice, sentence, kind)
        self.notice.show()
