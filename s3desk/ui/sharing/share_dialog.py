"""Makes links to paste: how long they live, in which form, and when they really end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum

from PySide6.QtCore import Signal
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPlainTextEdit, QSpinBox, QWidget

from s3desk.models import text
from s3desk.s3.sharing.formats import LinkFormat, Reading, written
from s3desk.s3.sharing.links import Link, check_lifetime
from s3desk.ui.form_dialog import FormDialog, set_words, words


class LinkType(Enum):
    """What kind of link; the value is what the user reads."""

    TEMPORARY = "Temporary link"
    PUBLIC = "Public link"


@dataclass(frozen=True)
class LinkWish:
    """What the dialog wants made."""

    kind: LinkType
    lifetime: timedelta


_UNITS = {"minutes": timedelta(minutes=1), "hours": timedelta(hours=1), "days": timedelta(days=1)}


class ShareDialog(FormDialog):
    """Shows links for the objects chosen. `wish_changed` asks for them; whoever makes them calls `show_links`.

    Copying is the default button: `copied` carries the text, and the dialog stays open.
    """

    wish_changed = Signal(object)  # LinkWish
    copied = Signal(str)

    def __init__(
        self, parent: QWidget | None, names: Sequence[str], lifetime: timedelta, reading: Reading | None = None
    ) -> None:
        headline = f"Share {text.visible(names[0])}" if len(names) == 1 else f"Share {len(names):,} objects"
        super().__init__(parent, "Share", "Copy", headline)
        self.setMinimumWidth(560)
        self._links: list[Link] = []
        self._reading = reading
        self._type = _combo([kind.value for kind in LinkType])
        self._number, self._unit = QSpinBox(), _combo(list(_UNITS))
        self._number.setRange(0, 99_999)
        self._format = _combo([form.value for form in LinkFormat])
        self._link = QPlainTextEdit()
        self._link.setReadOnly(True)
        self._link.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self._link.setFixedHeight(136)
        self._link.setAccessibleName("Link")
        self._expiry = words()
        self._lay_out()
        self._set_lifetime(lifetime)
        self._connect()

    def _lay_out(self) -> None:
        self.add_field("Link type", self._type)
        self._number.setAccessibleName("Expires in")
        self._unit.setAccessibleName("Unit")
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self._number)
        line.addWidget(self._unit)
        line.addStretch(1)
        self._expires_caption = QLabel("Expires in")
        self._expires_caption.setBuddy(self._number)
        self.form.addRow(self._expires_caption, line)
        self._expiry.setAccessibleName("Expiry")
        self.form.addRow("", self._expiry)
        self.add_field("Format", self._format)
        self.column.insertWidget(self.column.indexOf(self.notice), self._link)
        self.add_cancel("Close")

    def _connect(self) -> None:
        self._type.currentTextChanged.connect(self._ask)
        self._number.valueChanged.connect(self._ask)
        self._unit.currentTextChanged.connect(self._ask)
        self._format.currentTextChanged.connect(self._write)

    @property
    def wish(self) -> LinkWish:
        """What is asked for right now."""
        lifetime = min(self._number.value() * _UNITS[self._unit.currentText()], timedelta(days=9_999))
        return LinkWish(LinkType(self._type.currentText()), lifetime)

    @property
    def expiry(self) -> str:
        """The sentence about the end."""
        return self._expiry.text()

    def ask_first(self) -> None:
        """Ask for the first links, once somebody listens."""
        self._ask()

    def show_links(self, links: Sequence[Link], wish: LinkWish) -> None:
        """Show what was made; an answer to an older wish is dropped."""
        if wish != self.wish:
            return
        self._links = list(links)
        self._write()
        self._say_end(wish)

    def show_problem(self, sentence: str) -> None:
        """Nothing could be made, and why."""
        self._links = []
        self._write()
        set_words(self._expiry, sentence, "warning")

    def _set_lifetime(self, lifetime: timedelta) -> None:
        unit = next(name for name in ("days", "hours", "minutes") if not lifetime % _UNITS[name])
        self._unit.setCurrentText(unit)
        self._number.setValue(lifetime // _UNITS[unit])

    def _ask(self) -> None:
        wish = self.wish
        temporary = wish.kind is LinkType.TEMPORARY
        for widget in (self._number, self._unit, self._expires_caption):
            widget.setEnabled(temporary)
        problem = check_lifetime(wish.lifetime) if temporary else ""
        if problem:
            self.show_problem(problem)
        else:
            set_words(self._expiry, "Making the link…", "dim")
            self.wish_changed.emit(wish)

    def _say_end(self, wish: LinkWish) -> None:
        if wish.kind is LinkType.PUBLIC:
            set_words(self._expiry, "Never ends, but opens only where the object is public.", "warning")
            return
        first = min(self._links, key=lambda link: link.ends)
        end = text.until(first.ends)
        if not first.shortened:
            set_words(self._expiry, f"Works until {end}, for anyone who has it.", "good")
        elif first.shortened.startswith("your sign-in"):
            asked = f"{self._number.value()} {self._unit.currentText()}"
            set_words(self._expiry, f"Works until {end}, not for {asked}: {first.shortened}.", "warning")
        else:
            set_words(self._expiry, f"Works until {end} at most: {first.shortened}.", "warning")

    def _write(self) -> None:
        content = written(self._links, LinkFormat(self._format.currentText()), self._reading) if self._links else ""
        self._link.setPlainText(content)
        self.accept_button.setText("Copy")
        self.accept_button.setEnabled(bool(content))

    def accept(self) -> None:
        """Copy; the dialog stays for another form."""
        self.copied.emit(self._link.toPlainText())
        self.accept_button.setText("Copied")

    def answer(self) -> None:
        """Nothing: what was copied was told by `copied`."""


def _combo(items: Sequence[str]) -> QComboBox:
    combo = QComboBox()
    combo.addItems(items)
    return combo
