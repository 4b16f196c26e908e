"""The small views of the preview: strangers' text, a picture, and the guesses one can correct."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize, Qt, QUrl, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QTextBrowser, QWidget

from s3desk.data.delimited import delimiter_words
from s3desk.data.encoding import encoding_words

if TYPE_CHECKING:
    from s3desk.data.facts import Facts

_ENCODINGS = {"": None, "UTF-8": "utf-8", "Windows-1252": "cp1252", "ISO 8859-15": "iso8859-15", "UTF-16": "utf-16"}
_DELIMITERS = {"": None, "comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|"}
_HEADERS = {"": None, "header": True, "no header": False}


class GuessBar(QWidget):
    """How a text is read: encoding, delimiter, header; the first choice of each is what was guessed."""

    corrected = Signal()

    def __init__(self) -> None:
        super().__init__()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        self._combos = [
            _combo("Encoding", _ENCODINGS),
            _combo("Delimiter", _DELIMITERS),
            _combo("Header", _HEADERS),
        ]
        for combo in self._combos:
            combo.activated.connect(lambda _: self.corrected.emit())
            layout.addWidget(combo)
        layout.addStretch(1)

    def forget(self) -> None:
        """Guess everything again: another file."""
        for combo in self._combos:
            combo.setCurrentIndex(0)

    def choices(self) -> dict[str, Any]:
        """What the user corrected, as keywords of `preview`; None is left to be guessed."""
        names = ("encoding", "delimiter", "header")
        chosen = (combo.currentData() for combo in self._combos)
        return dict(zip(names, chosen, strict=True))

    def show_facts(self, facts: Facts) -> None:
        """Write what was guessed into the first choices; hide what does not apply."""
        header = "" if facts.header is None else "header" if facts.header else "no header"
        delimiter = delimiter_words(facts.delimiter) if facts.delimiter else ""
        guesses = (encoding_words(facts.encoding) if facts.encoding else "", delimiter, header)
        for combo, guess in zip(self._combos, guesses, strict=True):
            if combo.currentIndex() == 0:
                combo.setItemText(0, guess)
            combo.setVisible(bool(guess))


def _combo(name: str, choices: Mapping[str, Any]) -> QComboBox:
    combo = QComboBox()
    for label, choice in choices.items():
        combo.addItem(label, choice)
    combo.insertSeparator(1)  # above it stands what was guessed
    combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
    combo.setAccessibleName(name)
    combo.setToolTip(f"{name}: guessed from the content; choose another if it looks wrong")
    return combo


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
