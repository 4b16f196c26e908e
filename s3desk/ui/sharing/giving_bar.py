"""Where links can go besides the clipboard."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton

_AS_FILE = "A page is saved first, and then attached to a mail."
_TOPICS = "Send it to the subscribers of an Amazon SNS topic"


class GivingBar(QHBoxLayout):
    """`E-mail…`, `SNS…` and `Save…`, each with its signal."""

    mailed = Signal()
    published = Signal()
    saved = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._mail, self._topic, self.save = (QPushButton(name) for name in ("E-mail…", "SNS…", "Save…"))
        self._no_topics = ""
        for button, way in ((self._mail, self.mailed), (self._topic, self.published), (self.save, self.saved)):
            button.setAccessibleName(button.text())
            button.setAutoDefault(False)
            button.clicked.connect(way)
            self.addWidget(button)
        self._topic.setToolTip(_TOPICS)
        self.addStretch(1)

    def refuse_topics(self, why: str) -> None:
        """This server has none; "" where it may be tried."""
        self._no_topics = why
        if why:
            self._topic.setEnabled(False)
            self._topic.setToolTip(why)

    def allow(self, *, anything: bool, page: bool) -> None:
        """What can be done with what there is: nobody reads the source of a page in a mail."""
        self.save.setEnabled(anything)
        self._mail.setEnabled(anything and not page)
        self._topic.setEnabled(anything and not page and not self._no_topics)
        self._mail.setToolTip(_AS_FILE if page else "")
        self._topic.setToolTip(_AS_FILE if page else self._no_topics or _TOPICS)
