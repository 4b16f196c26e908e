"""The text of the preview: its beginning, or a part of a file that has no end in sight."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFontDatabase, QGuiApplication, QTextCursor
from PySide6.QtWidgets import QTextBrowser

from s3desk.data.looking.readable import clipped
from s3desk.ui.preview_colors import CodeColors
from s3desk.ui.preview_scroll import NearEnds
from s3desk.ui.preview_views import SafeBrowser

if TYPE_CHECKING:
    from s3desk.background import Background
    from s3desk.data.looking.shown import TextPreview
    from s3desk.data.windows.kept import Kept
    from s3desk.ui.theme import Theme


class PreviewText(SafeBrowser):
    """Lines of a stranger's text, long ones cut; Markdown formatted where it is short."""

    def __init__(self, background: Background, theme: Theme) -> None:
        super().__init__()
        self._colors = CodeColors(self.document(), background, theme)
        self._language = ""
        self.setAccessibleName("Preview text")
        self.setFrameShape(QTextBrowser.Shape.NoFrame)
        self.ends = NearEnds(self)
        self._first = 0  # the number in the file of the first line here, from 0

    def show_beginning(self, found: TextPreview) -> tuple[str, ...]:
        """Another file's first lines; sentences about what was left out of them."""
        self._first = 0
        with self.ends.held():
            return self._show(found)

    def _show(self, found: TextPreview) -> tuple[str, ...]:
        self._colors.forget()
        self._language = found.language
        if found.is_markdown:
            self.setMarkdown(found.text)
            self.setFont(QGuiApplication.font())
            return ()
        self._use_fixed_font()
        shown, notes = clipped(found.text)
        self.setPlainText(shown)
        self._colors.color(shown, self._language)
        return notes

    def show_rows(self, kept: Kept) -> None:
        """Other lines of the same file; the line at the top stays there if it is still here."""
        top = self._first + self.top_row
        shown, _ = clipped("\n".join(row[0] or "" for block in kept.blocks for row in block.rows))
        with self.ends.held():
            self._use_fixed_font()
            self._colors.forget()
            self.setPlainText(shown)
            self._colors.color(shown, self._language)
            self._first = kept.number
            self._scroll_to(top - kept.number)

    def place(self, row: int, text: str = "") -> None:
        """Put a line at the top, with this text selected."""
        with self.ends.held():
            if text:
                start = QTextCursor(self.document().findBlockByNumber(row))
                found = self.document().find(text, start)
                self.setTextCursor(start if found.isNull() else found)
            self._scroll_to(row)

    @property
    def top_row(self) -> int:
        """The first line that is seen."""
        layout = self.document().documentLayout()
        lowest = max(layout.documentSize().height() - self.viewport().height(), 0)
        at = min(float(self.verticalScrollBar().value()), lowest)  # the bar learns of a new text later
        return self.document().findBlock(layout.hitTest(QPointF(4, at + 4), Qt.HitTestAccuracy.FuzzyHit)).blockNumber()

    def _scroll_to(self, row: int) -> None:
        block = self.document().findBlockByNumber(max(row, 0))
        if not block.isValid():
            block = self.document().lastBlock()
        layout = self.document().documentLayout()
        layout.documentSize()  # lines are laid out later otherwise, and the scroll bar would not know its end
        top = layout.blockBoundingRect(block).top()
        self.verticalScrollBar().setValue(round(top))

    def _use_fixed_font(self) -> None:
        fixed = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        fixed.setPointSizeF(QGuiApplication.font().pointSizeF())
        self.setFont(fixed)
