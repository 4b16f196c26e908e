"""Objects dropped onto a folder or bucket, in the table or in the tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QAbstractItemView, QWidget

from s3desk.models import text
from s3desk.models.kinds import Kind
from s3desk.s3.location import Location
from s3desk.ui.copying.object_clip import MIME, ObjectClip
from s3desk.ui.drop_mark import DropMark

if TYPE_CHECKING:
    from s3desk.s3.connection import Connection
    from s3desk.ui.copying.object_drag import ObjectDrag
    from s3desk.ui.desk import Desk

_DRAGS = (QEvent.Type.DragEnter, QEvent.Type.DragMove, QEvent.Type.DragLeave, QEvent.Type.Drop)


class ObjectDrop(QObject):
    """Takes drags of objects before the view sees them, and leaves all others to it.

    `dropped` tells what, onto which place, and whether to move it.
    """

    dropped = Signal(object, object, object, bool)  # ObjectClip, Connection, Location

    def __init__(self, desk: Desk, drag: ObjectDrag, view: QAbstractItemView) -> None:
        super().__init__(view)
        self._desk, self._drag, self._view = desk, drag, view
        self._clip: ObjectClip | None = None
        self._said = ""
        self._mark = DropMark(view.viewport(), desk.theme)
        view.viewport().installEventFilter(self)

    def target_at(self, point: QPoint) -> tuple[Connection, Location, QRect] | None:
        """The place something dropped here would come to, and what stands for it on the screen."""
        raise NotImplementedError

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Drags of objects; nothing else is touched."""
        if event.type() not in _DRAGS or not isinstance(watched, QWidget):
            return False
        if event.type() is QEvent.Type.DragLeave:
            return self._leave()
        if not isinstance(event, QDropEvent) or not event.mimeData().hasFormat(MIME):
            return False
        if event.type() is QEvent.Type.DragEnter:
            self._clip = ObjectClip.read(event.mimeData())
            event.accept()  # rows that are no target are left out while it moves
            return True
        self._over(event)
        return True

    def _leave(self) -> bool:
        ours, self._clip = self._clip is not None, None
        self._mark.hide()
        self._say("")
        return ours

    def _over(self, event: QDropEvent) -> None:
        target, clip = self.target_at(event.position().toPoint()), self._clip
        if target is None or clip is None or not clip.may_go_to(target[0], target[1]):
            self._mark.hide()
            self._say("")
            event.ignore()
            return
        connection, location, rect = target
        move = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        event.setDropAction(Qt.DropAction.CopyAction)  # whoever drags need not delete anything
        event.accept()
        if isinstance(event, QDragMoveEvent):
            self._mark.setGeometry(rect)
            self._mark.show()
            how = "Move" if move else "Copy"
            self._say(f"{how} to {text.visible_path(location.uri)}" + ("" if move else " — hold Shift to move"))
            return
        self._leave()
        self._drag.taken_inside()
        self.dropped.emit(clip, connection, location, move)

    def _say(self, sentence: str) -> None:
        if sentence != self._said:
            self._said = sentence
            self._desk.news.said.emit(sentence)


class TableDrop(ObjectDrop):
    """Onto a folder's row means into it, anywhere else into the place shown."""

    def __init__(self, desk: Desk, drag: ObjectDrag) -> None:
        super().__init__(desk, drag, desk.objects.view)

    def target_at(self, point: QPoint) -> tuple[Connection, Location, QRect] | None:
        """A folder, a bucket in the list of buckets, or the place shown."""
        desk, viewport = self._desk, self._view.viewport()
        if desk.navigator.place is None:
            return None
        connection, at = desk.connection, desk.location
        index = self._view.indexAt(point)
        row = desk.objects.model.row(index) if index.isValid() else None
        if row is not None and row.is_folder:
            place = Location(row.key) if row.kind is Kind.BUCKET else Location(at.bucket, row.key)
            strip = self._view.visualRect(index.siblingAtColumn(0))
            return connection, place, QRect(0, strip.top(), viewport.width(), strip.height())
        return (connection, at, viewport.rect()) if at.bucket else None


class TreeDrop(ObjectDrop):
    """Onto a bucket or folder of any connection."""

    def __init__(self, desk: Desk, drag: ObjectDrag) -> None:
        super().__init__(desk, drag, desk.tree)
        desk.tree.setAcceptDrops(True)
        desk.tree.viewport().setAcceptDrops(True)

    def target_at(self, point: QPoint) -> tuple[Connection, Location, QRect] | None:
        """A bucket or folder."""
        tree = self._desk.tree
        index: QModelIndex = tree.indexAt(point)
        if not index.isValid():
            return None
        node, rect = tree.buckets.node(index), tree.visualRect(index)
        return node.connection, node.location, QRect(0, rect.top(), tree.viewport().width(), rect.height())
