"""How the rows of the table of objects look, and how they are drawn all at once."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPixmap, QStaticText
from PySide6.QtWidgets import QStyleOptionViewItem

from s3desk.models.object_model import Column
from s3desk.s3.access.reach import Reach
from s3desk.ui.row_delegate import FOCUS_BAR, ICON, INSET, RowDelegate

if TYPE_CHECKING:
    from s3desk.models.kinds import Kind
    from s3desk.models.object_model import ObjectModel
    from s3desk.ui.drop_table import DropTable
    from s3desk.ui.icons import Icons
    from s3desk.ui.theme import Theme

Index = QModelIndex | QPersistentModelIndex
DIM = frozenset({2, 3, 4, 5, 6, 7})  # Type and what comes after it
_MARGIN = INSET + 3
_GAP = 7  # between icon and name
_KEPT = 4000  # texts
_NAME, _SIZE, _ACCESS = int(Column.NAME), int(Column.SIZE), int(Column.ACCESS)
_PUBLIC = Reach.PUBLIC.value
_MIDDLE, _END = Qt.TextElideMode.ElideMiddle, Qt.TextElideMode.ElideRight


class ObjectDelegate(RowDelegate):
    """Rows with the icon of their kind, which the model leaves to the window.

    The table lets it paint all rows in sight with one call: cell by cell Qt would ask Python a thousand times for a
    window full of rows, and while a long list arrives each time wait for the workers that parse it.
    """

    def __init__(self, view: DropTable, model: ObjectModel, theme: Theme, icons: Icons) -> None:
        super().__init__(view, theme, dim_columns=DIM)
        self._table, self._model, self._icons = view, model, icons
        self._laid_out: dict[tuple[str, int, bool], QStaticText] = {}
        self._pixmaps: dict[tuple[Kind, float], QPixmap] = {}
        theme.changed.connect(self._forget)  # the font may be another, too

    def paint_rows(self, painter: QPainter, exposed: QRect) -> None:
        """All rows within a rectangle of the viewport."""
        view, columns = self._table, self._columns()
        height, offset = view.rowHeight(0), view.verticalScrollBar().value()
        if not height or not columns:
            return
        first = max((offset + exposed.top()) // height, 0)
        last = min((offset + exposed.bottom()) // height, self._model.rows.shown - 1)
        selected = view.selected_between(first, last)
        current = view.currentIndex().row() if view.hasFocus() else -1
        hovered = self._hovered.row() if self._hovered.isValid() else -1
        left, width = columns[0][1], columns[-1][1] + columns[-1][2] - columns[0][1]
        for row in range(first, last + 1):
            top = row * height - offset
            if row in selected or row == hovered:
                ground = self._selection if row in selected else self._hover_color
                painter.fillRect(left, top, width, height, ground)
            self._paint_texts(painter, row, top, height, columns, dim=row not in selected)
            painter.fillRect(left, top + height - 1, width, 1, self._accent if row == current else self._line)
            if row == current:
                painter.fillRect(left, top, FOCUS_BAR, height, self._accent)

    def _columns(self) -> list[tuple[int, int, int]]:
        """Number, left edge and width of each column, as they stand from left to right."""
        header = self._table.horizontalHeader()
        order = [header.logicalIndex(place) for place in range(header.count())]
        shown = [number for number in order if not header.isSectionHidden(number)]
        return [(number, header.sectionViewportPosition(number), header.sectionSize(number)) for number in shown]

    def _paint_texts(
        self, painter: QPainter, row: int, top: int, height: int, columns: list[tuple[int, int, int]], *, dim: bool
    ) -> None:
        """Icon and texts; a long name gives up its middle first, since names differ at their ends."""
        kind, texts = self._model.cells(row)
        colors = self._theme.colors
        line = top + (height - self._table.fontMetrics().height()) // 2
        for column, left, whole in columns:
            x, width = left + _MARGIN, whole - 2 * _MARGIN
            if column == _NAME:
                painter.drawPixmap(x, top + (height - ICON) // 2, self._pixmap(kind))
                x, width = x + ICON + _GAP, width - ICON - _GAP
            words = self._words(texts[column], width, middle=column == _NAME)
            if column == _SIZE:
                x += width - math.ceil(words.size().width())
            if column == _ACCESS and texts[column] == _PUBLIC:
                painter.setPen(self._warning)
            else:
                painter.setPen(colors.dim if dim and column in DIM else colors.text)
            painter.drawStaticText(x, line, words)

    def _pixmap(self, kind: Kind) -> QPixmap:
        ratio = self._table.devicePixelRatioF()
        found = self._pixmaps.get((kind, ratio))
        if found is None:
            found = self._icons.icon_for(kind).pixmap(QSize(ICON, ICON), ratio)
            if self._icons.can_paint:
                self._pixmaps[kind, ratio] = found
        return found

    def _take_colors(self) -> None:
        super()._take_colors()
        self._warning = self._theme.colors.readable(self._theme.colors.warning)

    def _forget(self) -> None:
        self._laid_out.clear()
        self._pixmaps.clear()

    def _words(self, text: str, width: int, *, middle: bool) -> QStaticText:
        """A text laid out once for its width: rows are painted again and again while a list grows."""
        found = self._laid_out.get((text, width, middle))
        if found is None:
            if len(self._laid_out) >= _KEPT:
                self._laid_out.clear()
            metrics = self._table.fontMetrics()
            found = QStaticText(metrics.elidedText(text, _MIDDLE if middle else _END, width))
            found.setTextFormat(Qt.TextFormat.PlainText)
            found.prepare(font=self._table.font())
            self._laid_out[text, width, middle] = found
        return found

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        """What Qt measures: the icon belongs to the name."""
        super().initStyleOption(option, index)
        if index.column() == _NAME:
            option.icon = self._icons.icon_for(self._model.row(index).kind)
            option.features |= QStyleOptionViewItem.ViewItemFeature.HasDecoration
            option.textElideMode = _MIDDLE
