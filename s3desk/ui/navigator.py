"""Where we are and where we were."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from s3desk.s3.connection import Connection
    from s3desk.s3.finding import Search
    from s3desk.s3.location import Location


@dataclass(frozen=True)
class Place:
    """A Location on a Connection: two connections may hold buckets of one name.

    With a `search` it is what was found below the location.
    """

    connection: Connection
    location: Location
    select: str = field(default="", compare=False)  # the key to select once it is listed
    search: Search | None = None

    def shows(self, connection: Connection, location: Location) -> bool:
        """Whether what changed directly below `location` may be seen here; a search sees everything below its own."""
        if self.connection != connection:
            return False
        if self.search is None or self.location.bucket != location.bucket:
            return self.location == location
        here, there = self.location.prefix, location.prefix
        return here.startswith(there) or there.startswith(here)


class Navigator(QObject):
    """The place shown and the history. `moved` tells a new place, `reload` the wish to see the same one anew."""

    moved = Signal(object)  # Place | None
    reload = Signal(object)  # Place

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._history: list[Place] = []
        self._at = -1

    @property
    def place(self) -> Place | None:
        """The place shown, None before anything is connected."""
        return self._history[self._at] if self._history else None

    @property
    def can_go_back(self) -> bool:
        """Whether `back` leads anywhere."""
        return self._at > 0

    @property
    def can_go_forward(self) -> bool:
        """Whether `forward` leads anywhere."""
        return self._at < len(self._history) - 1

    def go(self, connection: Connection, location: Location, select: str = "", search: Search | None = None) -> None:
        """Show a place, with one key selected, or what is found in it; what lay ahead in the history is forgotten."""
        place = Place(connection, location, select, search)
        if place == self.place:
            self.reload.emit(place)
            return
        self._history[self._at + 1 :] = [place]
        self._at = len(self._history) - 1
        self.moved.emit(place)

    def back(self) -> None:
        """One step back in the history."""
        self._step(-1)

    def forward(self) -> None:
        """One step forward again."""
        self._step(1)

    def up(self) -> None:
        """To the enclosing folder; out of what was found, to the folder it was found in."""
        if self.place and self.place.location.bucket:
            at = self.place.location
            self.go(self.place.connection, at if self.place.search else at.parent)

    def refresh(self) -> None:
        """Read the same place anew."""
        if self.place:
            self.reload.emit(replace(self.place, select=""))

    def forget(self, connection: Connection) -> None:
        """Drop everything of a connection that was closed."""
        gone = self.place is not None and self.place.connection is connection
        current = self.place
        self._history = [place for place in self._history if place.connection is not connection]
        self._at = len(self._history) - 1
        if gone or not self._history:
            self.moved.emit(self.place)
        elif current in self._history:
            self._at = self._history.index(current)

    def _step(self, way: int) -> None:
        if 0 <= self._at + way < len(self._history):
            self._at += way
            self.moved.emit(self.place)
