"""The tree of connections, buckets and folders; a level is asked for when it is opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSignalBlocker, Qt
from PySide6.QtWidgets import QAbstractItemView, QStyleOptionViewItem, QTreeView

from s3desk.models.bucket_model import BucketModel, Node, State
from s3desk.models.kinds import Kind
from s3desk.s3 import buckets, listing
from s3desk.s3.errors import S3Error
from s3desk.s3.job import Job
from s3desk.s3.location import Location
from s3desk.ui.navigator import Navigator, Place
from s3desk.ui.row_delegate import RowDelegate, prepare_tree
from s3desk.ui.slots import async_slot

if TYPE_CHECKING:
    from s3desk.background import Background
    from s3desk.s3.connection import Connection
    from s3desk.ui.icons import Icons
    from s3desk.ui.theme import Theme

Index = QModelIndex | QPersistentModelIndex
MOST_PAGES = 10  # of one level; the table shows what the tree leaves out


class BucketPane(QTreeView):
    """Follows the navigator and leads it; the table's listings fill it too, so that nothing is asked twice."""

    def __init__(self, background: Background, navigator: Navigator, theme: Theme, icons: Icons) -> None:
        super().__init__()
        self._background, self._navigator = background, navigator
        self.buckets = BucketModel()
        self._reading = 0
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
        self.expanded.connect(self._open)
        self.selectionModel().currentChanged.connect(self._go)
        self.clicked.connect(self._go)

    def follow(self, place: Place | None) -> None:
        """Show where we are, opening the way there as far as it is known."""
        if place is None:
            self.setCurrentIndex(QModelIndex())
            return
        index = self.buckets.index_of(place.connection, place.location)
        if not index.isValid():
            return
        with QSignalBlocker(self.selectionModel()):
            self.setCurrentIndex(index)
        self.viewport().update()
        self.scrollTo(index)
        if self.buckets.node(index).location != place.location:
            self.expand(index)  # reads the next level of the way; follows on from there

    def take_folders(self, place: Place, locations: list[Location]) -> None:
        """Put what the table has just listed into the tree."""
        index = self.buckets.index_of(place.connection, place.location)
        if not index.isValid():
            return
        node = self.buckets.node(index)
        if node.location == place.location:
            self.buckets.set_children(index, self._with_ours(node, locations))
            if not node.location.bucket or self.currentIndex() == index:
                self.expand(index)
        elif not node.location.bucket and node.state in (State.LOADED, State.FAILED):  # a bucket that is in no list
            self.buckets.set_children(index, self._with_ours(node, [child.location for child in node.children]))
        else:
            return
        self.follow(self._navigator.place)

    @property
    def loading(self) -> bool:
        """Whether a level is being read."""
        return self._reading > 0

    def load_again(self, connection: Connection, location: Location) -> None:
        """Read a level anew that changed while another place is shown."""
        index = self.buckets.index_of(connection, location)
        if index.isValid() and self.buckets.node(index).location == location:
            self.buckets.set_state(index, State.UNKNOWN)
            self._open(index)

    def _go(self, index: QModelIndex) -> None:
        if index.isValid():
            node = self.buckets.node(index)
            if Place(node.connection, node.location) != self._navigator.place:
                self._navigator.go(node.connection, node.location)

    @async_slot()
    async def _open(self, index: QModelIndex) -> None:
        node = self.buckets.node(index)
        if node.state in (State.LOADING, State.LOADED):
            return
        kept = QPersistentModelIndex(index)
        self.buckets.set_state(index, State.LOADING)
        self._reading += 1
        job = Job(f"List {node.location.uri}")
        try:
            if node.location.bucket:
                found = await self._folders(job, Place(node.connection, node.location))
            else:
                names = await self._background.run(job, buckets.list_buckets, node.connection)
                found = [Location(bucket.name) for bucket in names]
        except S3Error as error:
            if kept.isValid():
                self.buckets.set_state(kept, State.FAILED, f"{error} {error.advice}")
            return
        finally:
            self._reading -= 1
        if kept.isValid():
            self.buckets.set_children(kept, self._with_ours(node, found))
            self.expand(self.buckets.index_of(node.connection, node.location))
            if (place := self._navigator.place) and place.connection is node.connection:
                self.follow(place)

    def _with_ours(self, node: Node, found: list[Location]) -> list[Location]:
        """A bucket we are in belongs into the tree even when no list shows it."""
        place = self._navigator.place
        if node.location.bucket or place is None or place.connection is not node.connection:
            return found
        ours = Location(place.location.bucket)
        return found if not ours.bucket or ours in found else sorted([*found, ours], key=lambda at: at.bucket)

    async def _folders(self, job: Job, place: Place) -> list[Location]:
        found: list[Location] = []
        token: str | None = None
        for _ in range(MOST_PAGES):
            page = await self._background.run(job, listing.list_page, place.connection, place.location, token)
            found += [Location(place.location.bucket, folder) for folder in page.folders]
            token = page.next
            if token is None:
                break
        return found


class BucketDelegate(RowDelegate):
    """Rows with the icon of a connection, a bucket or a folder."""

    def __init__(self, view: QAbstractItemView, theme: Theme, icons: Icons) -> None:
        super().__init__(view, theme)
        self._icons = icons

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        """Add the icon; what could not be opened is greyed and says why in its tool tip."""
        super().initStyleOption(option, index)
        node = index.data(Qt.ItemDataRole.UserRole)
        at = node.location
        kind = Kind.FOLDER if at.prefix else Kind.BUCKET if at.bucket else Kind.CONNECTION
        option.icon = self._icons.icon_for(kind)
        option.features |= QStyleOptionViewItem.ViewItemFeature.HasDecoration
