"""How a preview was read, and the choices that read it otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from s3desk.data.delimited import delimiter_words
from s3desk.data.encoding import encoding_words
from s3desk.data.looking.shown import TablePreview, TextPreview
from s3desk.data.signature import Kind

if TYPE_CHECKING:
    from s3desk.data.looking.facts import Facts
    from s3desk.data.looking.shown import Preview

_ENCODINGS = {"": None, "UTF-8": "utf-8", "Windows-1252": "cp1252", "ISO 8859-15": "iso8859-15", "UTF-16": "utf-16"}
_DELIMITERS = {"": None, "comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|"}
_NARROWEST = 40  # pixels of a choice; a bar wider than the preview would cut the words above it
_VIEWS = {"as table": False, "as text": True}
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
        self._part = _plain_combo("Part", (), "Sheet, member or page of this file")
        self._view = _plain_combo("View", tuple(_VIEWS), "JSON records as a table, or as they are written")
        for combo in (*self._combos, self._view, self._part):
            combo.activated.connect(lambda _: self.corrected.emit())
            combo.setMinimumWidth(_NARROWEST)
            layout.addWidget(combo)
        layout.addStretch(1)

    def forget(self) -> None:
        """Guess everything again: another file."""
        for combo in self._combos:
            combo.setCurrentIndex(0)
        self._view.setCurrentIndex(0)
        self._part.clear()

    def choices(self) -> dict[str, Any]:
        """What the user corrected, as keywords of `preview`; None is left to be guessed."""
        names = ("encoding", "delimiter", "header")
        chosen = (combo.currentData() for combo in self._combos)
        as_text = _VIEWS[self._view.currentText()]
        return dict(zip(names, chosen, strict=True)) | {"part": self._part.currentText(), "as_text": as_text}

    def show_found(self, found: Preview) -> None:
        """Write what was guessed into the first choices; hide what does not apply, all of it where nothing does."""
        kind = found.guess.kind if isinstance(found, (TablePreview, TextPreview)) else None
        self._show_guesses(found.facts)
        choosable = isinstance(found, TablePreview) or self._view.currentIndex() > 0  # where it can be a table at all
        self._view.setVisible(kind in (Kind.JSON, Kind.JSON_LINES) and choosable)
        self._show_parts(found.facts)
        self.setVisible(kind is not None or bool(found.facts.parts))

    def _show_parts(self, facts: Facts) -> None:
        if [self._part.itemText(at) for at in range(self._part.count())] != list(facts.parts):
            self._part.clear()
            self._part.addItems(facts.parts)
        self._part.setCurrentText(facts.part)
        self._part.setVisible(len(facts.parts) > 1)

    def _show_guesses(self, facts: Facts) -> None:
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


def _plain_combo(name: str, labels: Sequence[str], tip: str) -> QComboBox:
    combo = QComboBox()
    combo.addItems(list(labels))
    combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    combo.setMinimumContentsLength(8)
    combo.setAccessibleName(name)
    combo.setToolTip(tip)
    return combo
