"""The cells of the table of objects, drawn without the style: a window full of them in three milliseconds."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QPainter, QPixmap, QStaticText
from PySide6.QtWidgets import QStyleOptionViewItem

from s3desk.models.object_model import Column
from s3desk.ui.row_delegate import ICON, INSET, RowDelegate

if TYPE_CHECKING:
    from s3desk.models.kinds import Kind
    from s3desk.models.object_model import ObjectModel
    from s3desk.ui.drop_table import DropTable
    from s3desk.ui.icons import Icons
    from s3desk.ui.theme import Theme

Index = QModelIndex | QPersistentModelIndex
DIM = frozenset({2, 3, 4, 5, 6})  # Type and what comes after it
_MARGIN = INSET + 3
_GAP = 7  # between icon and name
_KEPT = 4000  # texts
_NAME, _SIZE = int(Column.NAME), int(Column.SIZE)
_MIDDLE, _END = Qt.TextElideMode.ElideMiddle, Qt.TextElideMode.ElideRight


class ObjectDelegate(RowDelegate):
    """Rows with the icon of their kind, which the model leaves to the window."""

    def __init__(self, view: DropTable, model: ObjectModel, theme: Theme, icons: Icons) -> None:
        super().__init__(view, theme, dim_columns=DIM)
        self._table, self._model, self._icons, self._theme_colors = view, model, icons, theme
        self._line_height = view.fontMetrics().height()
        self._laid_out: dict[tuple[str, int, bool], QStaticText] = {}
        self._pixmaps: dict[tuple[Kind, float], QPixmap] = {}
        theme.changed.connect(self._forget)  # the font may be another, too

    def paint_content(self, painter: QPainter, option: QStyleOptionViewItem, index: Index, *, selected: bool) -> None:
        """Icon and text; a long name gives up its middle first, since names differ at their ends."""
        column, (kind, texts) = index.column(), self._model.cells(index.row())
        rect = option.rect
        x, y, width, height = rect.x() + _MARGIN, rect.y(), rect.width() - 2 * _MARGIN, rect.height()
        if column == _NAME:
            painter.drawPixmap(x, y + (height - ICON) // 2, self._pixmap(kind))
            x, width = x + ICON + _GAP, width - ICON - _GAP
        words = self._words(option, texts[column], width, middle=column == _NAME)
        if column == _SIZE:
            x += width - math.ceil(words.size().width())
        colors = self._theme_colors.colors
        painter.setPen(colors.dim if column in DIM and not selected else colors.text)
        painter.drawStaticText(x, y + (height - self._line_height) // 2, words)

    def _pixmap(self, kind: Kind) -> QPixmap:
        ratio = self._table.devicePixelRatioF()
        found = self._pixmaps.get((kind, ratio))
        if found is None:
            found = self._icons.icon_for(kind).pixmap(QSize(ICON, ICON), ratio)
            if self._icons.can_paint:
                self._pixmaps[kind, ratio] = found
        return found

    def _forget(self) -> None:
        self._laid_out.clear()
        self._pixmaps.clear()

    def _words(self, option: QStyleOptionViewItem, text: str, width: int, *, middle: bool) -> QStaticText:
        """A text laid out once for its width: rows are painted again and again while a list grows."""
        found = self._laid_out.get((text, width, middle))
        if found is None:
            if len(self._laid_out) >= _KEPT:
                self._laid_out.clear()
            metrics = option.fontMetrics
            self._line_height = metrics.height()
            found = QStaticText(metrics.elidedText(text, _MIDDLE if middle else _END, width))
            found.setTextFormat(Qt.TextFormat.PlainText)
            found.prepare(font=option.font)
            self._laid_out[text, width, middle] = found
        return found

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        """What Qt measures: the icon belongs to the name."""
        super().initStyleOption(option, index)
        if index.column() == _NAME:
            option.icon = self._icons.icon_for(self._model.row(index).kind)
            option.features |= QStyleOptionViewItem.ViewItemFeature.HasDecoration
            option.textElideMode = _MIDDLE
