"""The small views of the preview: strangers' text, and a picture."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QUrl
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QLabel, QTextBrowser


class SafeBrowser(QTextBrowser):
    """Shows text that strangers wrote: loads nothing and follows nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.setOpenLinks(False)
        self.setReadOnly(True)

    def loadResource(self, type_: int, name: QUrl | str) -> object:  # noqa: ARG002
        """Pictures and styles that a text points to would tell a stranger that it was opened."""
        return None


class ScaledPicture(QLabel):
    """A picture drawn as large as fits, never larger than it is."""

    def __init__(self) -> None:
        super().__init__()
        self._whole = QPixmap()
        self.setMinimumSize(QSize(1, 1))

    def set_picture(self, picture: QPixmap) -> None:
        """Show this picture."""
        self._whole = picture
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Scale at the moment of painting, so that a wider panel shows more."""
        if self._whole.isNull():
            return
        room = self.contentsRect().adjusted(14, 6, -14, -14)
        size = self._whole.size()
        if size.width() > room.width() or size.height() > room.height():
            size = size.scaled(room.size(), Qt.AspectRatioMode.KeepAspectRatio)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        x, y = room.x() + (room.width() - size.width()) // 2, room.y()
        painter.drawPixmap(x, y, size.width(), size.height(), self._whole)
