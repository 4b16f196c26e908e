"""The link as text and as a picture, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize
from PySide6.QtGui import QFontDatabase, QIcon
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QToolButton

from s3desk.models import text

if TYPE_CHECKING:
    from s3desk.ui.icons import Icons

MOST_SHOWN = 500  # lines
QR_SIDE = 132


class LinkBox(QHBoxLayout):
    """`Link` and `QR code`."""

    def __init__(self, icons: Icons) -> None:
        super().__init__()
        self._text, self.qr = QPlainTextEdit(), QToolButton()
        self._text.setReadOnly(True)
        self._text.setTabChangesFocus(True)
        self._text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self._text.setFixedHeight(QR_SIDE + 8)
        self._text.setAccessibleName("Link")
        self._none = icons.icon("ph.qr-code")
        self.qr.setAccessibleName("QR code")
        self.qr.setFixedSize(QR_SIDE + 8, QR_SIDE + 8)
        self.setSpacing(8)
        self.addWidget(self._text, 1)
        self.addWidget(self.qr)
        self.show_qr(None)

    def show_text(self, content: str) -> None:
        """The beginning of a long text is enough to see: all of it is copied."""
        lines = content.split("\n", MOST_SHOWN)
        if len(lines) > MOST_SHOWN:
            more = lines.pop().count("\n") + 1
            lines.append(f"… and {text.count(more, 'more line')}, which are copied too")
        self._text.setPlainText("\n".join(lines))

    def show_qr(self, icon: QIcon | None) -> None:
        """The QR code of the link, or that there is none."""
        side = QR_SIDE if icon else 32
        self.qr.setIcon(icon or self._none)
        self.qr.setIconSize(QSize(side, side))
        self.qr.setEnabled(icon is not None)
        self.qr.setToolTip("Show it larger, or save it" if icon else "")
