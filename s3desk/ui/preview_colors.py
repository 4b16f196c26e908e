"""Source code in colours: found on a worker, painted in those of the theme."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QColor, QFont, QSyntaxHighlighter, QTextCharFormat, QTextDocument

from s3desk.data.looking.colored import Role
from s3desk.data.looking.colored_lines import Part, colored_lines
from s3desk.s3.job import Job
from s3desk.ui.slots import async_slot

if TYPE_CHECKING:
    from s3desk.background import Background
    from s3desk.ui.theme import Colors, Theme


class CodeColors(QSyntaxHighlighter):
    """Colours a document some moments after its text came; the text can be read meanwhile."""

    def __init__(self, document: QTextDocument, background: Background, theme: Theme) -> None:
        super().__init__(document)
        self._background = background
        self._theme = theme
        self._lines: dict[int, list[Part]] = {}
        self._wanted: object = None
        self._formats = _formats(theme.colors)
        theme.changed.connect(self._recolor)

    def forget(self) -> None:
        """Another text comes: the colours of this one are wrong there."""
        self._lines, self._wanted = {}, None

    def color(self, text: str, language: str) -> None:
        """Find the colours of the text that the document holds now; without a language there are none."""
        self.forget()
        if language:
            self._find(text, language)

    @async_slot(newest=True)
    async def _find(self, text: str, language: str) -> None:
        self._wanted = wanted = object()
        lines = await self._background.run(Job("Colours"), colored_lines, text, language)
        if self._wanted is wanted and lines:
            self._lines = lines
            self.rehighlight()

    def highlightBlock(self, _text: str) -> None:
        """Called by Qt for each line that it lays out."""
        for start, length, role in self._lines.get(self.currentBlock().blockNumber(), ()):
            self.setFormat(start, length, self._formats[role])

    def _recolor(self) -> None:
        self._formats = _formats(self._theme.colors)
        if self._lines:
            self.rehighlight()


def _formats(colors: Colors) -> dict[Role, QTextCharFormat]:
    return {
        Role.KEYWORD: _format(colors.accent, bold=True),
        Role.NAME: _format(colors.accent),
        Role.STRING: _format(colors.readable(colors.good)),
        Role.NUMBER: _format(colors.readable(colors.warning)),
        Role.COMMENT: _format(colors.dim),
        Role.ADDED: _format(colors.readable(colors.good)),
        Role.REMOVED: _format(colors.readable(colors.warning)),
    }


def _format(color: QColor, *, bold: bool = False) -> QTextCharFormat:
    made = QTextCharFormat()
    made.setForeground(color)
    if bold:
        made.setFontWeight(QFont.Weight.DemiBold)
    return made
