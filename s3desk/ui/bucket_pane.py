"""The tree of connections, buckets and folders; a level is asked for when it is opened."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from contextlib import aclosing
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtWidgets import QAbstractItemView, QTreeView

from s3desk.models.bucket_model import BucketModel
from s3desk.models.tree_fill import TreeFill
from s3desk.models.tree_node import Node, State
from s3desk.s3.errors import S3Error
from s3desk.s3.job import Job
from s3desk.s3.location import Location
from s3desk.ui.bucket_delegate import BucketDelegate
from s3desk.ui.endless_scroll import EndlessScroll
from s3desk.ui.navigator import Navigator, Place
from s3desk.ui.row_delegate import prepare_tree
from s3desk.ui.slots import async_slot
from s3desk.ui.tree_reading import names_in

if TYPE_CHECKING:
    from s3desk.background import Background
    from s3desk.s3.connection import Connection
    from s3desk.ui.icons import Icons
    from s3desk.ui.theme import Theme

SLICE = 10_000  # names put into the tree at once: 5 ms


class BucketPane(QTreeView):
    """Follows the navigator and leads it; the table's listings fill it too, so that nothing is asked twice."""

    filled = Signal()  # names came that a filter has not seen
    lists_elsewhere: Callable[[Place], bool] = staticmethod(lambda _: False)  # whether the table reads a place now

    def __init__(self, background: Background, navigator: Navigator, theme: Theme, icons: Icons) -> None:
        super().__init__()
        self._background, self._navigator = background, navigator
        self.buckets = BucketModel()
        self._jobs: dict[Node, Job] = {}
        self._taken: TreeFill | None = None  # from the table
        self._waiting: deque[Callable[[], None]] = deque()  # slices of what the table has listed
        self._next_slice = QTimer(self)
        self._next_slice.timeout.connect(self._take_slice)
        self.setModel(self.buckets)
        prepare_tree(self, theme)
        self.setItemDelegate(BucketDelegate(self, theme, icons))
        self.setHeaderHidden(True)
        self.setAccessibleName("Buckets")
        self.setAccessibleDescription("Connections, their buckets and folders")
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setIndentation(16)
        self._scroll = EndlessScroll(self, self.buckets)
        self.expanded.connect(lambda index: self._read(self.buckets.node(index)))
        self.selectionModel().currentChanged.connect(self._go)
        self.clicked.connect(self._go)
        self.buckets.removed.connect(self._cancel)

    # going

    def follow(self, place: Place | None) -> None:
        """Show where we are, opening the way there as far as it is known."""
        if place is None:
            self.setCurrentIndex(QModelIndex())
            return
        index = self.buckets.index_of(place.connection, place.location, reveal=True)
        if not index.isValid():
            return
        known = self.buckets.find(place.connection, place.location)
        if known is not None and self.buckets.location(index) != place.location:
            index = QModelIndex()  # the filter hides it
        with QSignalBlocker(self.selectionModel()):
            self.setCurrentIndex(index)
        self.viewport().update()
        self.scrollTo(index)
        if known is None:
            self._read(self.buckets.node(index))  # the next level of the way; follows on from there
            self.expand(index)

    def follow_navigator(self) -> None:
        """Show where we are, after a filter hid it perhaps."""
        self.follow(self._navigator.place)

    def _go(self, index: QModelIndex) -> None:
        if index.isValid():
            node = self.buckets.node(index)
            if Place(node.connection, node.location) != self._navigator.place:
                self._navigator.go(node.connection, node.location)

    def open_nodes(self) -> list[Node]:
        """Every level that is open, inner ones first."""
        return [node for node in self.buckets.nodes if self.isExpanded(self.buckets.index_at(node))]

    def open_only(self, nodes: Sequence[Node], *, collapse: bool) -> None:
        """Open these levels, and with `collapse` close all others."""
        wanted = {*nodes}
        for node in list(self.buckets.nodes):
            index = self.buckets.index_at(node)
            if index.isValid() and (node in wanted or collapse):
                self.setExpanded(index, node in wanted)

    # what the table has listed

    def take_folders(self, place: Place, names: Sequence[str], *, first: bool = True, last: bool = True) -> None:
        """Put what the table has just listed into the tree, any number of names, whole or in batches.

        A name is a bucket's or the last segment of a prefix without its "/". The `first` batch of a listing starts
        over, the `last` one ends it; a listing that never ends is read on when somebody opens the level.
        """
        if first:
            self._take_slices()
            self._taken = self._fill_for(place)
        if self._taken is None:
            return
        fill = self._taken
        self._waiting.extend(
            lambda slice_=names[at : at + SLICE]: self._take(fill, slice_)  # type: ignore[misc]  # each its own
            for at in range(0, len(names), SLICE)
        )
        if last:
            self._taken = None
            self._waiting.append(lambda: self._took(place, fill))
        if len(names) <= SLICE and len(self._waiting) <= 2:
            self._take_slices()
        else:
            self._next_slice.start()

    def _fill_for(self, place: Place) -> TreeFill | None:
        root = self.buckets.find(place.connection, Location())
        if place.location.bucket and root:
            self.buckets.add_children(root, [name for name in self._ours(root) if not root.level.has(name)])
        node = self.buckets.find(place.connection, place.location)
        if node is None:
            return None
        self._stop(node)
        return TreeFill(self.buckets, node)

    def _take(self, fill: TreeFill, names: Sequence[str]) -> None:
        is_new = not fill.node.level.names
        self._add(fill, names)
        if is_new:
            self._open_if_shown(fill.node)

    def _took(self, place: Place, fill: TreeFill) -> None:
        self._finish(fill)
        self._open_if_shown(fill.node)
        if self._navigator.place == place or not place.location.bucket:
            self.follow(self._navigator.place)

    def _open_if_shown(self, node: Node) -> None:
        index = self.buckets.index_at(node)
        if index.isValid() and (not node.location.bucket or self.currentIndex() == index):
            self.expand(index)

    def _take_slice(self) -> None:
        if self._waiting:
            self._waiting.popleft()()
        if not self._waiting:
            self._next_slice.stop()

    def _take_slices(self) -> None:
        while self._waiting:
            self._take_slice()

    # reading

    @property
    def loading(self) -> bool:
        """Whether a level is being read."""
        return bool(self._jobs or self._waiting)

    def load_again(self, connection: Connection, location: Location) -> None:
        """Read a level anew that changed while another place is shown."""
        node = self.buckets.find(connection, location)
        if node is not None:
            node.state = State.UNKNOWN
            self._stop(node)
            self._read(node)

    @async_slot()
    async def _read(self, node: Node) -> None:
        import asyncio  # noqa: PLC0415  # not before the first paint

        place = Place(node.connection, node.location)
        if node.state is State.LOADED or node in self._jobs or self.lists_elsewhere(place):
            return
        job = self._jobs[node] = Job(f"List {node.location.uri}")
        fill = TreeFill(self.buckets, node)
        try:
            async with aclosing(names_in(self._background, job, place)) as batches:
                async for names in batches:
                    for at in range(0, len(names), SLICE):
                        self._add(fill, names[at : at + SLICE])
                        await asyncio.sleep(0)
                    self._follow_into(node, names)
        except S3Error as error:
            fill.fail(f"{error} {error.advice}")
            return
        finally:
            if self._jobs.get(node) is job:
                del self._jobs[node]
        self._finish(fill)
        self.expand(self.buckets.index_at(node))
        if (ours := self._navigator.place) and ours.connection is node.connection:
            self.follow(ours)

    def _add(self, fill: TreeFill, names: Sequence[str]) -> None:
        fill.add(names)
        self._scroll.look()
        if not self.buckets.index_at(fill.node).isValid():
            self.filled.emit()

    def _finish(self, fill: TreeFill) -> None:
        """A bucket we are in belongs into the tree even when no list shows it."""
        fill.add(self._ours(fill.node))
        fill.finish()
        self._scroll.look()
        self.filled.emit()

    def _ours(self, node: Node) -> list[str]:
        place = self._navigator.place
        is_here = place is not None and place.connection is node.connection and not node.location.bucket
        return [place.location.bucket] if place and is_here and place.location.bucket else []

    def _follow_into(self, node: Node, names: Sequence[str]) -> None:
        """Where we are may have just become known."""
        place = self._navigator.place
        if place and place.connection is node.connection and node.towards(place.location) in names:
            self.follow(place)

    def _cancel(self, connection: Connection) -> None:
        for node in [node for node in self._jobs if node.connection is connection]:
            self._stop(node)

    def _stop(self, node: Node) -> None:
        if job := self._jobs.pop(node, None):
            job.cancel()
