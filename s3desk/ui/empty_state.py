"""What stands in a view that has nothing to show: why, and what to do next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from s3desk.ui.icons import IconRole

if TYPE_CHECKING:
    from PySide6.QtGui import QAction, QIcon, QPaintEvent, QResizeEvent
    from PySide6.QtWidgets import QAbstractScrollArea

    from s3desk.ui.icons import Icons

WIDEST = 420  # of the text: longer lines are hard to read
MARGIN = 24
ICON = QSize(48, 48)


@dataclass(frozen=True)
class Message:
    """An icon's name, a headline, a sentence of advice, and the action that helps, shown as a button."""

    icon: str
    headline: str
    advice: str = ""
    action: QAction | None = None
    role: IconRole = IconRole.DIM
    other: QAction | None = None  # a second way on, less prominent by its place only


class EmptyState(QWidget):
    """Lies over the viewport of a view while `show_message` has something to say, and lets drops through to it."""

    def __init__(self, view: QAbstractScrollArea, icons: Icons) -> None:
        super().__init__(view.viewport())
        self._viewport = view.viewport()
        self._icons = icons
        self._icon = Picture(self)
        self._headline = _label("title", self)
        self._advice = _label("dim", self)
        self._buttons = (Offer(self), Offer(self))
        self._column = QVBoxLayout(self)
        self._lay_out()
        self._viewport.installEventFilter(self)
        self.hide()

    def show_message(self, message: Message) -> None:
        """Show this instead of what was shown before."""
        self._icon.set_icon(self._icons.icon(message.icon, message.role))
        self._headline.setText(message.headline)
        self._advice.setText(message.advice)
        self._advice.setVisible(bool(message.advice))
        for button, action in zip(self._buttons, (message.action, message.other), strict=True):
            button.offer(action)
        self.setAccessibleName(". ".join(filter(None, (message.headline, message.advice))))
        self.resize(self._viewport.size())
        self.show()
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay as large as the viewport."""
        if event.type() == QEvent.Type.Resize:
            self.resize(self._viewport.size())
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the text in a column of its own in the middle of a wide view."""
        side = max(MARGIN, (self.width() - WIDEST) // 2)
        self._column.setContentsMargins(side, MARGIN, side, MARGIN)
        super().resizeEvent(event)

    def _lay_out(self) -> None:
        centre = Qt.AlignmentFlag.AlignHCenter
        column = self._column
        column.setSpacing(8)
        column.addStretch(2)
        column.addWidget(self._icon, 0, centre)
        column.addSpacing(4)
        column.addWidget(self._headline)
        column.addWidget(self._advice)
        column.addSpacing(8)
        for button in self._buttons:
            column.addWidget(button, 0, centre)
        column.addStretch(3)


class Offer(QPushButton):
    """A button that does what an action does, and looks as enabled."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._action: QAction | None = None
        self.setAutoDefault(False)
        self.clicked.connect(self._act)

    def offer(self, action: QAction | None) -> None:
        """Stand for this action from now on; None hides the button."""
        if self._action is not None:
            self._action.changed.disconnect(self._follow)
        self._action = action
        if action is not None:
            action.changed.connect(self._follow)
        self._follow()

    def _follow(self) -> None:
        self.setVisible(self._action is not None)
        if self._action is not None:
            self.setText(self._action.text())
            self.setAccessibleName(self._action.text())
            self.setEnabled(self._action.isEnabled())

    def _act(self) -> None:
        if self._action is not None:
            self._action.trigger()


class Picture(QWidget):
    """Paints an icon each time anew, so that it follows the theme, which a pixmap in a label would not."""

    def __init__(self, parent: QWidget, size: QSize = ICON) -> None:
        super().__init__(parent)
        self._icon: QIcon | None = None
        self.setFixedSize(size)

    def set_icon(self, icon: QIcon) -> None:
        """Show this icon from now on."""
        self._icon = icon
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the icon at the size of the widget."""
        if self._icon is not None:
            painter = QPainter(self)
            self._icon.paint(painter, self.rect())
            painter.end()


def _label(words: str, parent: QWidget) -> QLabel:
    label = QLabel(parent)
    label.setProperty("words", words)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)  # names of objects come from strangers
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    return label
