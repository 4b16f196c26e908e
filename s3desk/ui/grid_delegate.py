"""The cells of grids of data, drawn fast."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont, QPainter, QPen
from PySide6.QtWidgets import QAbstractItemView, QStyleOptionViewItem

from s3desk.models.grid_text import NULL
from s3desk.ui.row_delegate import FOCUS_BAR, INSET, RowDelegate

if TYPE_CHECKING:
    from s3desk.ui.theme import Theme

Index = QModelIndex | QPersistentModelIndex
_INSIDE = INSET + 3  # where the style puts the text of all other tables


class GridCells(Protocol):
    """What a grid is asked for when it paints."""

    @property
    def alignments(self) -> Sequence[Qt.AlignmentFlag]:
        """A column each."""

    def shown(self, row: int, column: int) -> str | None:
        """The words of a cell, None for null."""


class GridDelegate(RowDelegate):
    """Cells as everywhere, and a null as what it is: nothing.

    It draws by itself: a screen has more cells than Qt can ask Python for one role after the other in one frame.
    """

    def __init__(self, view: QAbstractItemView, theme: Theme, model: GridCells) -> None:
        self.model = model  # of the view, which may get another one
        self._text, self._dim = QPen(), QPen()
        super().__init__(view, theme)
        self._font, self._italic = view.font(), QFont(view.font())
        self._italic.setItalic(True)
        self._metrics = view.fontMetrics()

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """A null is dim and in italics, so that nobody takes it for the word."""
        rect, row, column = option.rect, index.row(), index.column()
        selected = bool(option.state & self._selected)
        if selected:
            painter.fillRect(rect, self._selection)
        elif self._is_hovered(index):
            painter.fillRect(rect, self._hover_color)
        cell = self.model.shown(row, column)
        painter.setFont(self._italic if cell is None else self._font)
        painter.setPen(self._dim if cell is None and not selected else self._text)
        room = rect.adjusted(_INSIDE, 0, -_INSIDE, -1)
        text = self._metrics.elidedText(NULL if cell is None else cell, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, self.model.alignments[column], text)
        current = self._is_current(index)
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, self._accent if current else self._line)
        if current:
            painter.fillRect(rect.left(), rect.top(), FOCUS_BAR, rect.height(), self._accent)

    def _take_colors(self) -> None:
        super()._take_colors()
        colors = self._theme.colors
        self._text, self._dim = QPen(colors.text), QPen(colors.dim)
