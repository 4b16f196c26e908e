"""The bar over what was found: what was looked for and where, and how to change, stop and leave it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from s3desk.models import text
from s3desk.models.search_words import search_words

if TYPE_CHECKING:
    from s3desk.ui.navigator import Place


class SearchBar(QWidget):
    """Hidden until `show_search` is given a place with a search. It only says so when its buttons are pressed."""

    change_wanted = Signal()
    stop_wanted = Signal()
    close_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Search")
        self.setProperty("side", True)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._sentence = ""
        self._words = QLabel()
        self._words.setAccessibleName("What is searched")
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._stop, self._change, self._close = _button("Stop"), _button("Change…"), _button("Close")
        self._close.setToolTip("Back to the folder (Esc)")
        self._stop.setToolTip("Keep what was found and look no further")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 4, 8, 4)
        layout.setSpacing(4)
        layout.addWidget(self._words, 1)
        buttons = (self._stop, self._change, self._close)
        for button, wanted in zip(buttons, (self.stop_wanted, self.change_wanted, self.close_wanted), strict=True):
            button.clicked.connect(wanted)
            layout.addWidget(button)
        self.hide()

    def show_search(self, place: Place | None, *, running: bool, stopped: bool = False) -> None:
        """Say what is searched in `place`; a place without a search hides the bar. `stopped` before its end."""
        if place is None or place.search is None:
            self.hide()
            return
        start = "Searching" if running else "Search stopped early in" if stopped else "Searched"
        sentence = f"{start} {text.visible_path(place.location.uri)} for {search_words(place.search)}"
        if sentence == self._sentence and not self.isHidden():  # told with every page that arrives
            return
        self._sentence = sentence
        self._words.setAccessibleDescription(self._sentence)
        self._words.setToolTip(self._sentence)
        self.setAccessibleDescription(self._sentence)
        self._stop.setVisible(running)
        self.show()
        self._elide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as many words as there is room for."""
        super().resizeEvent(event)
        self._elide()

    def _elide(self) -> None:
        layout = self.layout()
        if layout is not None:
            layout.activate()
        metrics, middle = QFontMetrics(self._words.font()), Qt.TextElideMode.ElideMiddle
        self._words.setText(metrics.elidedText(self._sentence, middle, self._words.width()))


def _button(text: str) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setAccessibleName(text)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button
