"""A table that takes files from other programs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QModelIndex, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QTableView

from s3desk.models.kinds import Kind
from s3desk.ui.drop_mark import DropMark
from s3desk.ui.object_delegate import ObjectDelegate

if TYPE_CHECKING:
    from s3desk.models.object_model import ObjectModel
    from s3desk.s3.right_of_way import RightOfWay
    from s3desk.ui.theme import Theme


class DropTable(QTableView):
    """The objects; while files are dragged over it, it shows that they can be dropped."""

    dropped = Signal(list, str)  # list[Path], and the prefix of the folder they were dropped on, "" for none

    def __init__(self, model: ObjectModel, theme: Theme, way: RightOfWay) -> None:
        super().__init__()
        self._way = way
        self._mark = DropMark(self.viewport(), theme)
        self.setModel(model)
        self.setAcceptDrops(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DropOnly)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self._model = model

    def paintEvent(self, event: QPaintEvent) -> None:
        """All rows at once, by the delegate that can; workers let a paint go first."""
        delegate = self.itemDelegate()
        with self._way.claimed():
            if not isinstance(delegate, ObjectDelegate):
                super().paintEvent(event)
                return
            painter = QPainter(self.viewport())
            delegate.paint_rows(painter, event.rect())
            painter.end()

    def selected_between(self, first: int, last: int) -> set[int]:
        """The selected rows among some."""
        selection = self.selectionModel().selection()
        found: set[int] = set()
        for number in range(selection.count()):
            one = selection.at(number)
            if one.top() <= last and one.bottom() >= first:
                found.update(range(max(one.top(), first), min(one.bottom(), last) + 1))
        return found

    def moveCursor(self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        """Home and End go to the first and last row, as in every file manager, not to a column."""
        rows, moves = self._model.rowCount(), QAbstractItemView.CursorAction
        if rows and action in (moves.MoveHome, moves.MoveEnd):
            return self._model.index(0 if action is moves.MoveHome else rows - 1, 0)
        return super().moveCursor(action, modifiers)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files are welcome inside a bucket, nothing else."""
        if paths_in(event.mimeData()) and self._model.location.bucket:
            self.setProperty("dropTarget", True)
            self._restyle()
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Over a folder it means: into that folder. Anywhere else: into the place shown."""
        index = self._folder_at(event)
        self._mark.setVisible(index.isValid())
        if index.isValid():
            strip = self.visualRect(index)
            self._mark.setGeometry(0, strip.top(), self.viewport().width(), strip.height())
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Stop looking like a target."""
        self._end_drag()
        event.accept()

    def dropEvent(self, event: QDropEvent) -> None:
        """Hand the files on."""
        self._end_drag()
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        index = self._folder_at(event)
        row = self._model.row(index) if index.isValid() else None
        self.dropped.emit(paths_in(event.mimeData()), row.key if row is not None else "")

    def _folder_at(self, event: QDropEvent) -> QModelIndex:
        """The folder under the mouse."""
        index = self.indexAt(event.position().toPoint()).siblingAtColumn(0)
        row = self._model.row(index) if index.isValid() else None
        return index if row is not None and row.is_folder and row.kind is not Kind.BUCKET else QModelIndex()

    def _end_drag(self) -> None:
        self._mark.hide()
        self.setProperty("dropTarget", False)
        self._restyle()

    def _restyle(self) -> None:
        self.style().unpolish(self)
        self.style().polish(self)


def paths_in(data: QMimeData) -> list[Path]:
    """The local files in a drag or on the clipboard."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
