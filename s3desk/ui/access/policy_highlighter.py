"""The colours of JSON, so that a quote too many is seen while it is typed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtGui import QColor, QSyntaxHighlighter, QTextCharFormat

if TYPE_CHECKING:
    from PySide6.QtGui import QTextDocument

    from s3desk.ui.theme import Theme

_PARTS = re.compile(r'(?P<name>"(?:[^"\\]|\\.)*"(?=\s*:))|(?P<text>"(?:[^"\\]|\\.)*"?)|(?P<word>[-+.\w]+)')
_EFFECT = {'"Allow"': "good", '"Deny"': "warning"}


class PolicyHighlighter(QSyntaxHighlighter):
    """Names in the accent colour, texts plain, numbers and true dim; Allow and Deny as what they mean."""

    def __init__(self, document: QTextDocument, theme: Theme) -> None:
        super().__init__(document)
        self._theme = theme
        theme.changed.connect(self.rehighlight)

    def highlightBlock(self, line: str) -> None:
        """Colour one line: no text of JSON goes over more than one."""
        for found in _PARTS.finditer(line):
            # Qt counts a letter outside the basic plane as two
            start, length = _units(line[: found.start()]), _units(found[0])
            self.setFormat(start, length, self._format(found.lastgroup or "", found[0]))

    def _format(self, part: str, words: str) -> QTextCharFormat:
        colors = self._theme.colors
        color = {"name": colors.accent, "text": colors.text}.get(part, colors.dim)
        if words in _EFFECT:
            color = getattr(colors, _EFFECT[words])
        made = QTextCharFormat()
        made.setForeground(colors.readable(QColor(color)))
        return made


def _units(letters: str) -> int:
    return len(letters.encode("utf-16-le", "surrogatepass")) // 2
