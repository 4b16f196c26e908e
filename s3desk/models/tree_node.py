"""What the tree keeps of a place that was opened: the rest of a level is only names."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import TYPE_CHECKING

from s3desk.models import text
from s3desk.models.tree_level import Level
from s3desk.s3.location import Location

if TYPE_CHECKING:
    from s3desk.s3.connection import Connection


class State(Enum):
    """What is known of a level."""

    UNKNOWN = "not asked yet, or not to the end"
    LOADING = "loading"
    LOADED = "loaded"
    FAILED = "failed"


class Node:
    """A connection (root location), a bucket or a folder; made when somebody opens it or goes there."""

    __slots__ = ("_gone", "connection", "level", "location", "opened", "parent", "state", "trouble")

    def __init__(self, connection: Connection, location: Location, parent: Node | None) -> None:
        self.connection = connection
        self.location = location
        self.parent = parent
        self.level = Level()
        self.opened: dict[str, Node] = {}  # those of the level that are nodes, by name
        self._gone: list[Node] = []  # an index of Qt's is a bare pointer, so what it may point to has to stay
        self.state = State.UNKNOWN
        self.trouble = ""

    @property
    def name(self) -> str:
        """How the level above knows it."""
        return self.location.name

    @property
    def title(self) -> str:
        """What the tree shows."""
        return text.visible(self.location.name) if self.location.bucket else self.connection.name

    @property
    def tip(self) -> str:
        """What went wrong here, or the whole place."""
        return self.trouble or (text.visible_path(self.location.uri) if self.location.bucket else self.title)

    def place_of(self, name: str) -> Location:
        """The location of a row of this level."""
        return self.location.child(name) if self.location.bucket else Location(name)

    def row(self, name: str) -> Node:
        """A row of this level to look at, kept only if it was opened."""
        return self.opened.get(name) or Node(self.connection, self.place_of(name), self)

    def child(self, name: str) -> Node:
        """The node of a row of this level, kept from now on."""
        node = self.opened[name] = self.row(name)
        return node

    def find(self, location: Location) -> Node | None:
        """The node of a place at or below this one; None while its name is not known."""
        node: Node | None = self
        while node and node.location != location:
            name = node.towards(location)
            node = node.child(name) if name is not None and node.level.has(name) else None
        return node

    def drop_vanished(self) -> None:
        """Forget the nodes whose names are no longer in the level."""
        for name in [name for name in self.opened if not self.level.has(name)]:
            self._gone.append(self.opened.pop(name))

    def towards(self, location: Location) -> str | None:
        """The name of the row that is `location` or leads to it; None when it is not below here."""
        at = self.location
        if not at.bucket:
            return location.bucket or None
        if location.bucket != at.bucket or not location.prefix.startswith(at.prefix):
            return None
        name, slash, _ = location.prefix[len(at.prefix) :].partition("/")
        return name if slash else None

    def walk(self) -> Iterator[Node]:
        """This node and all below it, inner ones first."""
        for node in list(self.opened.values()):
            yield from node.walk()
        yield self
