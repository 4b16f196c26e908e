"""The tree of connections, their buckets and the prefixes below them, loaded level by level."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, Qt

from s3desk.models import text
from s3desk.s3.location import Location

if TYPE_CHECKING:
    from s3desk.s3.connection import Connection

Index = QModelIndex | QPersistentModelIndex
_NONE = QModelIndex()


class State(Enum):
    """What is known of a level."""

    UNKNOWN = "not asked yet"
    LOADING = "loading"
    LOADED = "loaded"
    FAILED = "failed"


class Node:
    """A connection (root location), a bucket or a folder; its children are known once it was opened."""

    __slots__ = ("children", "connection", "location", "parent", "row", "state", "trouble")

    def __init__(self, connection: Connection, location: Location, parent: Node | None, row: int) -> None:
        self.connection = connection
        self.location = location
        self.parent = parent
        self.row = row
        self.children: list[Node] = []
        self.state = State.UNKNOWN
        self.trouble = ""

    @property
    def name(self) -> str:
        """What the tree shows."""
        return self.connection.name if not self.location.bucket else text.visible(self.location.name)


class BucketModel(QAbstractItemModel):
    """One top-level row a connection. Nothing here asks a server; the view fills what its user opens."""

    def __init__(self) -> None:
        super().__init__()
        self._connections: list[Node] = []

    def add(self, connection: Connection) -> QModelIndex:
        """A new connection at the end."""
        row = len(self._connections)
        self.beginInsertRows(_NONE, row, row)
        self._connections.append(Node(connection, Location(), None, row))
        self.endInsertRows()
        return self.index(row, 0)

    def remove(self, connection: Connection) -> None:
        """Take a connection and everything below it away."""
        row = next(n for n, node in enumerate(self._connections) if node.connection is connection)
        self.beginRemoveRows(_NONE, row, row)
        del self._connections[row]
        for number, node in enumerate(self._connections):
            node.row = number
        self.endRemoveRows()

    @property
    def connections(self) -> list[Connection]:
        """Every connection, top to bottom."""
        return [node.connection for node in self._connections]

    def node(self, index: Index) -> Node:
        """The node behind a valid index."""
        node = index.internalPointer()
        if not isinstance(node, Node):
            raise TypeError("not an index of this model")
        return node

    def index_of(self, connection: Connection, location: Location) -> QModelIndex:
        """The index of a place as far as it is loaded: the deepest known level on the way to it."""
        node = next((node for node in self._connections if node.connection is connection), None)
        if node is None:
            return QModelIndex()
        while deeper := _towards(node, location):
            node = deeper
        return self._index_of(node)

    def set_children(self, index: Index, locations: Sequence[Location]) -> None:
        """Make a level show exactly these places; what was there already keeps its children."""
        node = self.node(index)
        wanted = set(locations)
        for row in range(len(node.children) - 1, -1, -1):
            if node.children[row].location not in wanted:
                self.beginRemoveRows(index, row, row)
                del node.children[row]
                self.endRemoveRows()
        there = {child.location for child in node.children}
        if not there:
            self._insert(index, 0, locations)
        else:
            for row, location in enumerate(locations):
                if location not in there:
                    self._insert(index, min(row, len(node.children)), [location])
        for row, child in enumerate(node.children):
            child.row = row
        self.set_state(index, State.LOADED)

    def _insert(self, index: Index, row: int, locations: Sequence[Location]) -> None:
        node = self.node(index)
        if locations:
            self.beginInsertRows(index, row, row + len(locations) - 1)
            node.children[row:row] = [Node(node.connection, at, node, row + n) for n, at in enumerate(locations)]
            for number, child in enumerate(node.children):
                child.row = number
            self.endInsertRows()

    def set_state(self, index: Index, state: State, trouble: str = "") -> None:
        """Note how far a level is; a failed one keeps the sentence as its tool tip."""
        node = self.node(index)
        node.state, node.trouble = state, trouble
        self.dataChanged.emit(index, index)

    # QAbstractItemModel

    def index(self, row: int, column: int, parent: Index = _NONE) -> QModelIndex:
        """The index of a child."""
        children = self.node(parent).children if parent.isValid() else self._connections
        if column == 0 and 0 <= row < len(children):
            return self.createIndex(row, 0, children[row])
        return QModelIndex()

    def parent(self, index: Index = _NONE) -> QModelIndex:  # type: ignore[override]  # QObject.parent() is the other one
        """One level up."""
        node = self.node(index).parent if index.isValid() else None
        return self._index_of(node) if node else QModelIndex()

    def rowCount(self, parent: Index = _NONE) -> int:
        """Children known so far."""
        return len(self.node(parent).children) if parent.isValid() else len(self._connections)

    def columnCount(self, parent: Index = _NONE) -> int:  # noqa: ARG002  # Qt's signature
        """One."""
        return 1

    def hasChildren(self, parent: Index = _NONE) -> bool:
        """A level never opened may have some: it shows an arrow until it is known to be empty."""
        if not parent.isValid():
            return bool(self._connections)
        node = self.node(parent)
        return bool(node.children) or node.state is not State.LOADED

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The name, and as tool tip the whole place or what went wrong there."""
        if not index.isValid():
            return None
        node = self.node(index)
        if role == Qt.ItemDataRole.DisplayRole:
            return node.name
        if role == Qt.ItemDataRole.ToolTipRole:
            return node.trouble or (text.visible_path(node.location.uri) if node.location.bucket else node.name)
        if role == Qt.ItemDataRole.UserRole:
            return node
        return None

    def _index_of(self, node: Node) -> QModelIndex:
        return self.createIndex(node.row, 0, node)


def _towards(node: Node, location: Location) -> Node | None:
    """The child of `node` that is `location` or encloses it."""
    for child in node.children:
        at = child.location
        if at.bucket == location.bucket and location.prefix.startswith(at.prefix):
            return child
    return None
