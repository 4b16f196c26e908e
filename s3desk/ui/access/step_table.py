"""A table whose rows are as high as what is written in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QStyleOptionViewItem, QTableView

from s3desk.models.decision_model import DecisionModel, StepColumn
from s3desk.ui.row_delegate import INSET, RowDelegate, prepare_table, row_height

if TYPE_CHECKING:
    from s3desk.ui.theme import Theme

Index = QModelIndex | QPersistentModelIndex

_ABOVE = 7  # px between the line of a row and its words
_STYLE_MARGIN = 3


class StepTable(QTableView):
    """Shows a DecisionModel; nothing is cut off, however narrow it gets."""

    def __init__(self, model: DecisionModel, theme: Theme) -> None:
        super().__init__()
        self.setModel(model)
        prepare_table(self, theme)
        self.setItemDelegate(_WrappingDelegate(self, theme, (StepColumn.FOUND,)))
        self.setWordWrap(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        header = self.horizontalHeader()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(StepColumn.TITLE, QHeaderView.ResizeMode.Fixed)
        for column in (StepColumn.FOUND, StepColumn.EFFECT):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self.resizeRowsToContents)
        header.sectionResized.connect(lambda *_: self._later.start())
        model.modelReset.connect(self._later.start)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The first column has room for its words, but never more than a third."""
        widest = self.fontMetrics().horizontalAdvance("Does the access list (ACL) allow it?") + 2 * INSET + 12
        self.horizontalHeader().resizeSection(StepColumn.TITLE, min(widest, event.size().width() // 3))
        super().resizeEvent(event)


class _WrappingDelegate(RowDelegate):
    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        super().initStyleOption(option, index)
        option.rect = option.rect.adjusted(0, _ABOVE, 0, 0)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        table = self.parent()
        if not isinstance(table, StepTable):
            return super().sizeHint(option, index)
        width = table.columnWidth(index.column()) - 2 * (INSET + _STYLE_MARGIN)
        room = QRect(0, 0, max(width, 1), 100_000)
        words = table.fontMetrics().boundingRect(room, Qt.TextFlag.TextWordWrap, str(index.data()))
        return QSize(words.width(), max(words.height() + 2 * _ABOVE + 2, row_height(table)))
