"""More rows of a large level as its end comes into view, and a view that stays still while rows change above it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPoint, QTimer

if TYPE_CHECKING:
    from PySide6.QtWidgets import QTreeView

    from s3desk.models.bucket_model import BucketModel

AHEAD = 80  # rows that are there before they come into view


class EndlessScroll(QObject):
    """Asks the model for rows around those in view. Qt would fetch all rows of every open level at once."""

    def __init__(self, tree: QTreeView, model: BucketModel) -> None:
        super().__init__(tree)
        self._tree, self._model = tree, model
        self._anchors: list[tuple[QPersistentModelIndex, int]] = []
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._look)
        bar = tree.verticalScrollBar()
        bar.valueChanged.connect(self.look)
        bar.rangeChanged.connect(self.look)
        tree.expanded.connect(self.look)
        model.layoutAboutToBeChanged.connect(self._drop_anchors)
        model.layoutChanged.connect(self._hold)

    def look(self) -> None:
        """Look soon whether the rows in view come near an end; once, however often it is asked for."""
        self._soon.start()

    def _look(self) -> None:
        for index in self._in_view():
            node = self._model.above(index)
            if node is None:
                continue
            if index.row() < AHEAD and node.level.starts_late:
                self._model.show_earlier(node)
                return
            if index.row() >= node.level.shown - AHEAD and node.level.ends_early:
                self._model.show_more(node)
                return

    def _in_view(self) -> Iterator[QModelIndex]:
        tree = self._tree
        index, bottom = tree.indexAt(QPoint(1, 1)), tree.viewport().height()
        while index.isValid() and tree.visualRect(index).top() < bottom:
            yield index
            index = tree.indexBelow(index)

    def _drop_anchors(self) -> None:
        self._anchors = [(QPersistentModelIndex(at), self._tree.visualRect(at).top()) for at in self._in_view()]

    def _hold(self) -> None:
        """Bring the first row that is still there back to where it stood."""
        for index, top in self._anchors:
            if index.isValid():
                bar = self._tree.verticalScrollBar()
                bar.setValue(bar.value() + self._tree.visualRect(index).top() - top)
                break
        self._anchors = []
        self.look()
