"""A field for code: a fixed font, numbered lines, and one line that can be marked as wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontDatabase, QKeyEvent, QPainter, QPaintEvent, QResizeEvent, QTextCursor, QTextFormat
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QWidget

from s3desk.ui.access.policy_highlighter import PolicyHighlighter
from s3desk.ui.theme import mix

if TYPE_CHECKING:
    from s3desk.ui.theme import Theme

MARGIN = 10
INDENT = "  "


class PolicyText(QPlainTextEdit):
    """The text of a policy. Tab leaves the field, as in every other; Enter keeps the indent."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._wrong = 0
        self.setAccessibleName("Policy")
        self.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setTabChangesFocus(True)
        self._numbers = _LineNumbers(self)
        self._colours = PolicyHighlighter(self.document(), theme)
        self.blockCountChanged.connect(self._make_room)
        self.updateRequest.connect(self._scroll_numbers)
        theme.changed.connect(self._show_mark)
        self._make_room()

    def mark(self, line: int) -> None:
        """Mark a line (from 1) as wrong; 0 takes the mark away."""
        self._wrong = line
        self._show_mark()

    def replace_all(self, words: str) -> None:
        """Another text that Ctrl+Z takes back."""
        cursor = QTextCursor(self.document())
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.insertText(words)

    def numbers_width(self) -> int:
        """Pixels the line numbers need."""
        digits = len(str(max(self.blockCount(), 99)))
        return 2 * MARGIN + digits * self.fontMetrics().horizontalAdvance("9")

    def paint_numbers(self, event: QPaintEvent) -> None:
        """The number of every line that is seen, the wrong one in the colour of a warning."""
        painter, colors = QPainter(self._numbers), self._theme.colors
        painter.fillRect(event.rect(), colors.side)
        painter.setFont(self.font())
        block = self.firstVisibleBlock()
        place = self.blockBoundingGeometry(block).translated(self.contentOffset())
        while block.isValid() and place.top() <= event.rect().bottom():
            wrong = block.blockNumber() + 1 == self._wrong
            painter.setPen(colors.readable(colors.warning) if wrong else colors.dim)
            line = QRect(0, round(place.top()), self._numbers.width() - MARGIN, self.fontMetrics().height())
            painter.drawText(line, Qt.AlignmentFlag.AlignRight, str(block.blockNumber() + 1))
            block = block.next()
            place = self.blockBoundingGeometry(block).translated(self.contentOffset())
        painter.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A new line begins where the one before did, one step further after an opening bracket."""
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter) or self.isReadOnly():
            super().keyPressEvent(event)
            return
        before = self.textCursor().block().text()[: self.textCursor().positionInBlock()]
        indent = before[: len(before) - len(before.lstrip(" "))]
        self.insertPlainText("\n" + indent + (INDENT if before.rstrip().endswith(("{", "[")) else ""))
        self.ensureCursorVisible()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The numbers stand along the left edge."""
        super().resizeEvent(event)
        inside = self.contentsRect()
        self._numbers.setGeometry(inside.left(), inside.top(), self.numbers_width(), inside.height())

    def _make_room(self, _blocks: int = 0) -> None:
        self.setViewportMargins(self.numbers_width(), 0, 0, 0)

    def _scroll_numbers(self, changed: QRect, down: int) -> None:
        if down:
            self._numbers.scroll(0, down)
        else:
            self._numbers.update(0, changed.y(), self._numbers.width(), changed.height())

    def _show_mark(self) -> None:
        marks = []
        block = self.document().findBlockByNumber(self._wrong - 1) if self._wrong else None
        if block is not None and block.isValid():
            selection = QTextEdit.ExtraSelection()
            colors = self._theme.colors
            selection.format.setBackground(mix(colors.window, colors.warning, 0.25))
            selection.format.setProperty(QTextFormat.Property.FullWidthSelection, True)
            selection.cursor = QTextCursor(block)
            marks.append(selection)
        self.setExtraSelections(marks)
        self._numbers.update()


class _LineNumbers(QWidget):
    """The strip left of the text; the text knows where its lines are and paints it."""

    def __init__(self, text: PolicyText) -> None:
        super().__init__(text)
        self._text = text

    def sizeHint(self) -> QSize:
        return QSize(self._text.numbers_width(), 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        self._text.paint_numbers(event)
