"""A quiet line above Transfers: what was broken off the last time, and what can be done about it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from s3desk.ui.form_dialog import set_words, words


class LeftOverBar(QFrame):
    """Says how many transfers are not finished, with `Go on` and `Discard`; hidden while there are none."""

    go_on = Signal()
    discard = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words("", "warning")
        self._words.setAccessibleName("Unfinished transfers")
        self._words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        line = QHBoxLayout(self)
        line.setContentsMargins(11, 5, 8, 5)
        line.addWidget(self._words, 1)
        for name, signal in (("Go on", self.go_on), ("Discard", self.discard)):
            button = QPushButton(name)
            button.setAccessibleName(name)
            button.setAutoDefault(False)
            button.clicked.connect(signal)
            line.addWidget(button)
        self.hide()

    def tell(self, sentence: str) -> None:
        """Show a sentence; "" hides the bar."""
        set_words(self._words, sentence, "warning")
        self.setVisible(bool(sentence))
