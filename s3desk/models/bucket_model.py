"""The tree of connections, their buckets and the prefixes below them, loaded level by level."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from s3desk.models.tree_level import FIRST, MOST, NamePattern
from s3desk.models.tree_node import Node, State
from s3desk.s3.location import Location

if TYPE_CHECKING:
    from s3desk.s3.connection import Connection

Index = QModelIndex | QPersistentModelIndex
_NONE = QModelIndex()


class BucketModel(QAbstractItemModel):
    """One top-level row a connection. Nothing here asks a server; the view fills what its user opens.

    Of a level only a window of rows is told to Qt, however many names there are: who shows the model asks for the
    rows before or after it by `show_earlier` and `show_more`. An index points to the node of the level it stands in.
    """

    removed = Signal(object)  # Connection

    def __init__(self) -> None:
        super().__init__()
        self._connections: list[Node] = []
        self._top: list[Node] = []  # those of them that the filter lets through
        self._pattern: NamePattern | None = None
        self._gone: list[Node] = []  # an index of Qt's is a bare pointer, so what it may point to has to stay

    def add(self, connection: Connection) -> QModelIndex:
        """A new connection at the end."""
        row, node = len(self._top), Node(connection, Location(), None)
        self.beginInsertRows(_NONE, row, row)
        self._connections.append(node)
        self._top.append(node)
        self.endInsertRows()
        return self.index(row, 0)

    def remove(self, connection: Connection) -> None:
        """Take a connection and everything below it away."""
        gone = next(node for node in self._connections if node.connection is connection)
        self._connections.remove(gone)
        self._gone.append(gone)
        if gone in self._top:
            row = self._top.index(gone)
            self.beginRemoveRows(_NONE, row, row)
            del self._top[row]
            self.endRemoveRows()
        self.removed.emit(connection)

    @property
    def connections(self) -> list[Connection]:
        """Every connection, top to bottom."""
        return [node.connection for node in self._connections]

    @property
    def nodes(self) -> Iterator[Node]:
        """Every place that was opened, inner ones first."""
        for root in self._connections:
            yield from root.walk()

    # places

    def node(self, index: Index) -> Node:
        """The node of a valid index."""
        above = self.above(index)
        return above.child(above.level.name(index.row())) if above else self._top[index.row()]

    def above(self, index: Index) -> Node | None:
        """The node of the level that a row stands in, None for a connection."""
        above = index.internalPointer()
        return above if isinstance(above, Node) else None

    def location(self, index: Index) -> Location:
        """The place of a row."""
        above = self.above(index)
        return above.place_of(above.level.name(index.row())) if above else Location()

    def find(self, connection: Connection, location: Location) -> Node | None:
        """The node of a place, shown or not; None while nothing is known of it."""
        root = self._root(connection)
        return root.find(location) if root else None

    def index_of(self, connection: Connection, location: Location, *, reveal: bool = False) -> QModelIndex:
        """The index of a place as far as it is shown: the deepest row on the way to it.

        With `reveal` as far as it is known: where a row on the way is not shown yet, its level is moved there.
        """
        node = self._root(connection)
        index = self.index_at(node) if node else QModelIndex()
        while node and index.isValid() and (name := node.towards(location)) is not None:
            place = node.level.place_of(name)
            if reveal and place is not None and node.level.row_of(name) is None:
                with self._rearranging():
                    node.level.show_around(place)
            deeper = self._index(node, name)
            if not deeper.isValid():
                break
            node, index = node.opened.get(name), deeper
        return index

    def index_at(self, node: Node) -> QModelIndex:
        """The index of a node, invalid while it is not shown."""
        if node.parent is None:
            return self._index(None, node)
        return self._index(node.parent, node.name) if node.parent.opened.get(node.name) is node else QModelIndex()

    def _root(self, connection: Connection) -> Node | None:
        return next((node for node in self._connections if node.connection is connection), None)

    def _index(self, above: Node | None, key: str | Node) -> QModelIndex:
        """The index of a name in a level, or of a connection; invalid while it is not shown."""
        if isinstance(key, Node):
            return self.createIndex(self._top.index(key), 0) if key in self._top else QModelIndex()
        row = above.level.row_of(key) if above and self.index_at(above).isValid() else None
        return QModelIndex() if row is None else self.createIndex(row, 0, above)

    # what is known

    def set_children(self, node: Node, names: Sequence[str]) -> None:
        """Let a level have exactly these names, in their order; what was there already keeps its children."""
        wanted = list(names)
        if wanted != node.level.names:
            with self._rearranging():
                node.level.replace(wanted)
                node.drop_vanished()
        self.set_state(node, State.LOADED)

    def add_children(self, node: Node, names: Sequence[str]) -> None:
        """Add names to a level that is being read."""
        level = node.level
        new = self._pattern.fitting(names) if self._pattern and level.matches is not None else names
        first = level.place_for(min(new)) if new else level.stop
        if first >= level.stop:
            level.add(names, new)
            self._grow(node, FIRST - level.shown)
        else:
            with self._rearranging():
                level.add(names, new)
                level.stop = max(level.stop, min(len(level.rows), FIRST))

    def set_state(self, node: Node, state: State, trouble: str = "") -> None:
        """Note how far a level is; a failed one keeps the sentence as its tool tip."""
        node.state, node.trouble = state, trouble
        if (index := self.index_at(node)).isValid():
            self.dataChanged.emit(index, index)

    # what is shown

    def show_more(self, node: Node) -> None:
        """Show the rows behind the last one of a level; far down the first ones give way to them."""
        level = node.level
        if min(2 * level.shown, len(level.rows) - level.start) <= MOST:
            self._grow(node, max(level.shown, FIRST))
        elif level.ends_early:
            with self._rearranging():
                level.show_later()

    def show_earlier(self, node: Node) -> None:
        """Show the rows before the first one of a level again."""
        with self._rearranging():
            node.level.show_earlier()

    def narrow(self, pattern: NamePattern | None, matches: Mapping[Node, list[str] | None]) -> None:
        """Show of each level only these names, everything where there is no list; None ends the filter."""
        with self._rearranging():
            self._pattern = pattern
            for node in self.nodes:
                node.level.narrow(matches.get(node))
            self._top = [node for node in self._connections if pattern is None or node.level.rows]

    def _grow(self, node: Node, most: int) -> None:
        level, index = node.level, self.index_at(node)  # invalid where nobody sees it
        count = min(most, len(level.rows) - level.stop)
        if is_seen := count > 0 and index.isValid():
            self.beginInsertRows(index, level.shown, level.shown + count - 1)
        level.stop += max(count, 0)
        if is_seen:
            self.endInsertRows()

    @contextmanager
    def _rearranging(self) -> Iterator[None]:
        """What is selected or open stays so where it is still shown; Qt is told to lay out anew."""
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        levels = [self.above(index) for index in before]
        rows = zip(levels, [index.row() for index in before], strict=True)
        keys = [above.level.name(row) if above else self._top[row] for above, row in rows]
        yield
        self.changePersistentIndexList(before, [self._index(*where) for where in zip(levels, keys, strict=True)])
        self.layoutChanged.emit()

    # QAbstractItemModel

    def index(self, row: int, column: int, parent: Index = _NONE) -> QModelIndex:
        """The index of a child."""
        if not parent.isValid():
            return self.createIndex(row, 0) if column == 0 and 0 <= row < len(self._top) else QModelIndex()
        node = self._known(parent)
        if node is not None and column == 0 and 0 <= row < node.level.shown:
            return self.createIndex(row, 0, node)
        return QModelIndex()

    def parent(self, index: Index = _NONE) -> QModelIndex:  # type: ignore[override]  # QObject.parent() is the other one
        """One level up."""
        above = self.above(index) if index.isValid() else None
        return self.index_at(above) if above else QModelIndex()

    def rowCount(self, parent: Index = _NONE) -> int:
        """Children shown so far."""
        if not parent.isValid():
            return len(self._top)
        node = self._known(parent)
        return node.level.shown if node else 0

    def columnCount(self, parent: Index = _NONE) -> int:  # noqa: ARG002  # Qt's signature
        """One."""
        return 1

    def hasChildren(self, parent: Index = _NONE) -> bool:
        """A level never opened may have some: it shows an arrow until it is known to be empty."""
        if not parent.isValid():
            return bool(self._top)
        node = self._known(parent)
        return node is None or bool(node.level.shown) or node.state is not State.LOADED

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The name, and as tool tip the whole place or what went wrong there."""
        if not index.isValid():
            return None
        if role == Qt.ItemDataRole.UserRole:
            return self.location(index)
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        above = self.above(index)
        node = above.row(above.level.name(index.row())) if above else self._top[index.row()]
        return node.title if role == Qt.ItemDataRole.DisplayRole else node.tip

    def _known(self, index: Index) -> Node | None:
        above = index.internalPointer()
        if above is None:
            return self._top[index.row()]
        opened: dict[str, Node] = above.opened
        return opened.get(above.level.name(index.row())) if opened else None
