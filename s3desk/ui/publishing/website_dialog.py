"""Turns a bucket into a static website, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialogButtonBox, QLineEdit, QWidget

from s3desk.models import text
from s3desk.s3.website import Website
from s3desk.ui.form_dialog import FormDialog, set_words, words

if TYPE_CHECKING:
    from collections.abc import Mapping

_WHAT = (
    "A website shows the index page of each folder at an address of its own. Visitors see only files that are public."
)
_UNPROVEN = (
    "This server does not say for sure that it has websites. To find out, an empty bucket is made and deleted again "
    "when you turn this one on."
)
_ASK = "Ask who runs the server, such as http://bucket.example.org/"


class WebsiteDialog(FormDialog):
    """Shows how things stand; `save_wanted`, `off_wanted` and `try_wanted` ask for changes. It stays open."""

    save_wanted = Signal(object)  # Website
    off_wanted = Signal()
    try_wanted = Signal(str)

    def __init__(self, parent: QWidget | None, bucket: str) -> None:
        super().__init__(parent, "Website", "Turn on", f"Website of {text.visible(bucket)}")
        self.setMinimumWidth(560)
        self._was: Website | None = None
        self._busy, self._refused = True, ""
        self.column.insertWidget(1, words(_WHAT, "dim"))
        self._state = words("", "dim")
        self._state.setAccessibleName("State")
        self.column.insertWidget(2, self._state)
        self._index, self._error, self._address = QLineEdit("index.html"), QLineEdit(), QLineEdit()
        self._error.setPlaceholderText("error.html, or nothing")
        self.add_field("Index page", self._index)
        self.add_field("Error page", self._error)
        self.add_field("Website address", self._address)
        self._lay_out_buttons()
        for field in (self._index, self._error, self._address):
            field.textChanged.connect(self.check)
        self.show_busy("Reading the website's settings…")

    def _lay_out_buttons(self) -> None:
        action = QDialogButtonBox.ButtonRole.ActionRole
        self._off = self.add_button("Turn off", action)
        self._off.clicked.connect(self.off_wanted)
        self._try = self.add_button("Try address", action)
        self._try.clicked.connect(lambda: self.try_wanted.emit(self._address.text().strip()))
        self.add_cancel("Close")

    # what the flow behind the dialog tells it

    def show_website(self, website: Website | None, *, proven: bool) -> None:
        """How things stand; `proven` says whether the server is known to have websites."""
        self._was, self._busy = website, False
        if website is not None:
            self._index.setText(website.index or "index.html")
            self._error.setText(website.error)
        set_words(self._state, *_state(website, proven=proven))
        name = "Turn on" if website is None else "Save"
        self.accept_button.setText(name)
        self.accept_button.setAccessibleName(name)
        self.check()

    def show_address(self, address: str) -> None:
        """Where it is to be seen; "" where only who runs the server knows."""
        self._address.setReadOnly(bool(address))
        self._address.setPlaceholderText("" if address else _ASK)
        if address:
            self._address.setText(address)
            self._address.setCursorPosition(0)

    def show_refused(self, sentence: str) -> None:
        """Why there can be no website here, whatever is typed."""
        self._busy, self._refused = False, sentence
        set_words(self._state, "", "dim")
        self.accept_button.setToolTip(sentence)
        self.check()

    def show_busy(self, sentence: str) -> None:
        """Something is being done."""
        self._busy = True
        self._enable()
        self.say(sentence, "dim")

    def show_said(self, sentence: str, kind: str) -> None:
        """How it went."""
        self._busy = False
        self._enable()
        self.say(sentence, kind)

    # inside

    def problem(self) -> str:
        """Why this cannot be saved."""
        return self._refused or self.website.problem

    @property
    def website(self) -> Website:
        """What is asked for; redirects that were there stay."""
        rules: tuple[Mapping[str, object], ...] = self._was.rules if self._was is not None else ()
        return Website(self._index.text().strip(), self._error.text().strip(), rules=rules)

    @property
    def address(self) -> str:
        """What stands in the field."""
        return self._address.text().strip()

    def check(self) -> None:
        """Only what can be done can be clicked."""
        if not self._busy:
            super().check()
        self._enable()

    def _enable(self) -> None:
        self.accept_button.setEnabled(not self._busy and not self.problem())
        self._off.setVisible(self._was is not None)
        self._off.setEnabled(not self._busy)
        self._try.setEnabled(not self._busy and bool(self.address))

    def accept(self) -> None:
        """Save; the dialog stays."""
        if self.accept_button.isEnabled():
            self.save_wanted.emit(self.website)

    def answer(self) -> None:
        """Nothing: what was wanted was told by signals."""


def _state(website: Website | None, *, proven: bool) -> tuple[str, str]:
    if website is None:
        return ("The website is off.", "dim") if proven else (f"The website is off. {_UNPROVEN}", "dim")
    if website.redirects_to:
        return f"Everything is sent on to {website.redirects_to}. Saving puts pages in place of that.", "warning"
    kept = f" {text.count(len(website.rules), 'redirect')} stay as they are." if website.rules else ""
    return f"The website is on.{kept}", "good"
