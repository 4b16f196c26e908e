"""Where to: the question of `Copy to…` and `Move to…`, and the one before something large or not meant."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QStringListModel, Qt, QTimer, Signal
from PySide6.QtWidgets import QComboBox, QCompleter, QLineEdit, QWidget

from s3desk.models import text
from s3desk.s3.location import Location
from s3desk.ui.form_dialog import FormDialog, words

if TYPE_CHECKING:
    from s3desk.s3.connection import Connection

Known = Callable[["Connection", Location], Sequence[str]]
ASK_AFTER_MS = 150
_SCHEME = "s3://"


@dataclass(frozen=True)
class CopyWish:
    """Where to."""

    connection: Connection
    location: Location


class CopyDialog(FormDialog):
    """Asks for a folder, with names of buckets and folders offered as one types.

    `known` tells the names directly in a place as far as they are known; `names_wanted` asks for those of another, and
    `offer` brings them.
    """

    names_wanted = Signal(object, object)  # Connection, Location

    def __init__(
        self,
        parent: QWidget | None,
        verb: str,
        what: str,
        start: CopyWish,
        connections: Sequence[Connection],
        known: Known,
    ) -> None:
        super().__init__(parent, f"{verb} to", verb, f"{verb} {what} to")
        self.setMinimumWidth(560)
        self._verb, self._what, self._start, self._known = verb, what, start, known
        self._connections = list(connections)
        self._names: dict[tuple[Connection, Location], list[str]] = {}
        self._connection = QComboBox()
        self._connection.addItems([one.name for one in self._connections])
        self._connection.setCurrentIndex(self._connections.index(start.connection))
        self._to = QLineEdit(start.location.uri)
        self._to.setPlaceholderText("s3://bucket/folder/")
        self._completions = QStringListModel(self)
        self._completer = self._make_completer()
        self.add_field("To", self._to)
        if len(self._connections) > 1:
            self.add_field("Connection", self._connection)
        self.add_cancel()
        self._ask_later = QTimer(self)
        self._ask_later.setSingleShot(True)
        self._ask_later.setInterval(ASK_AFTER_MS)
        self._ask_later.timeout.connect(self._ask)
        self._to.textChanged.connect(lambda _: self._typed())
        self._connection.currentIndexChanged.connect(lambda _: self._typed())
        self._typed()

    def _make_completer(self) -> QCompleter:
        completer = QCompleter(self._completions, self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setMaxVisibleItems(12)
        self._to.setCompleter(completer)
        return completer

    @property
    def connection(self) -> Connection:
        """The one that is chosen."""
        return self._connections[self._connection.currentIndex()]

    # names

    def offer(self, connection: Connection, location: Location, names: Sequence[str]) -> None:
        """Names directly in a place: of buckets, or of folders without their "/"."""
        self._names[connection, location] = list(names)
        self._fill()

    def _typed(self) -> None:
        self.check()
        self._fill()
        place = self._place_typed()
        if place is not None and (self.connection, place) not in self._names:
            self._ask_later.start()
        if not self.problem():
            self._say_what_happens()

    def _ask(self) -> None:
        place = self._place_typed()
        if place is not None:
            self.names_wanted.emit(self.connection, place)

    def _place_typed(self) -> Location | None:
        """The place whose names fit what is being typed: up to the last "/"."""
        typed = self._to.text()
        if not typed.startswith(_SCHEME):
            return None
        bucket, slash, prefix = typed.removeprefix(_SCHEME).partition("/")
        return Location(bucket, prefix[: prefix.rfind("/") + 1]) if slash else Location()

    def _fill(self) -> None:
        place = self._place_typed()
        if place is None:
            return
        names = dict.fromkeys([*self._known(self.connection, place), *self._names.get((self.connection, place), ())])
        base = place.uri if place.bucket else _SCHEME
        offered = [f"{base}{name}/" for name in names]
        if offered != self._completions.stringList():
            self._completions.setStringList(offered)
            if self._to.hasFocus() and self._to.text() != self._start.location.uri:
                self._completer.setCompletionPrefix(self._to.text())
                self._completer.complete()

    # the answer

    def _location(self) -> Location:
        at = Location.parse(self._to.text(), self.connection.endpoint_url)
        return at if not at.prefix or at.prefix.endswith("/") else Location(at.bucket, at.prefix + "/")

    def _say_what_happens(self) -> None:
        at = self._location()
        between = "" if self.connection is self._start.connection else " The bytes pass through this computer's memory."
        into = f"Into the folder {text.visible_path(at.uri)}." if at.prefix else f"Into the bucket {at.bucket}."
        self.say(f"{into}{between}", "dim")

    def problem(self) -> str:
        """What the text lacks to be a place."""
        typed = self._to.text().strip()
        if not typed or typed == _SCHEME:
            return " "
        try:
            at = self._location()
        except ValueError as error:
            return str(error)
        if not at.bucket:
            return " "
        is_here = CopyWish(self.connection, at) == self._start
        return "They are in this place already." if self._verb == "Move" and is_here else ""

    def answer(self) -> CopyWish:
        """Where to."""
        return CopyWish(self.connection, self._location())


class CopyQuestion(FormDialog):
    """Asks before much is copied, or before a move somebody may not have meant."""

    def __init__(self, parent: QWidget | None, verb: str, what: str, to: str, cost: str) -> None:
        super().__init__(parent, verb, verb, f"{verb} {what}?")
        self.notice.hide()
        self.column.insertWidget(1, words(f"To {to}", "dim"))
        note = words(cost, "dim")
        note.setAccessibleName("What it takes")
        note.setAccessibleDescription(cost)
        self.column.insertWidget(2, note)
        self.add_cancel()
        self.accept_button.setFocus()

    def answer(self) -> bool:
        """Yes."""
        return True
