"""The rows of `What takes the space`: the icon of their kind, and the share as a bar beside its percentage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHeaderView, QStyleOptionViewItem, QTableView

from s3desk.models.usage_model import UsageColumn, UsageModel
from s3desk.ui.row_delegate import INSET, Index, RowDelegate, prepare_table

if TYPE_CHECKING:
    from s3desk.ui.icons import Icons
    from s3desk.ui.theme import Theme

_HEIGHT = 5.0
_WIDEST = {
    UsageColumn.OBJECTS: "1,204,000",
    UsageColumn.SIZE: "1,023.9 MB",
    UsageColumn.SHARE: "100.0%" + 16 * "0",
    UsageColumn.MODIFIED: "30 Nov 2026, 23:59",
    UsageColumn.STORAGE_CLASS: "Glacier instant",
}
_DIM = (UsageColumn.OBJECTS, UsageColumn.MODIFIED, UsageColumn.STORAGE_CLASS)


class UsageDelegate(RowDelegate):
    """Paints all columns of a table of shares."""

    def __init__(self, view: QTableView, model: UsageModel, theme: Theme, icons: Icons) -> None:
        super().__init__(view, theme, dim_columns=_DIM)
        self._model, self._icons, self._colors = model, icons, theme
        self._words = view.fontMetrics().horizontalAdvance("100.0%") + 12

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        """Add the icon to the name."""
        super().initStyleOption(option, index)
        if index.column() == UsageColumn.NAME:
            option.icon = self._icons.icon_for(self._model.kind(index))
            option.features |= QStyleOptionViewItem.ViewItemFeature.HasDecoration

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """The row as ever; beside the percentage its bar."""
        super().paint(painter, option, index)
        if index.column() != UsageColumn.SHARE:
            return
        cell = QRectF(option.rect).adjusted(INSET + self._words, 0, -INSET, -1)
        groove = QRectF(cell.left(), cell.center().y() - _HEIGHT / 2, cell.width(), _HEIGHT)
        if groove.width() < 2 * _HEIGHT:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        filled = QRectF(groove)
        filled.setWidth(groove.width() * min(max(self._model.share(index), 0.0), 1.0))
        for rect, color in ((groove, self._colors.colors.line), (filled, self._colors.colors.accent)):
            if rect.width() > 0:
                painter.setBrush(color)
                radius = min(_HEIGHT, rect.width()) / 2
                painter.drawRoundedRect(rect, radius, radius)
        painter.restore()


def usage_table(model: UsageModel, theme: Theme, icons: Icons) -> QTableView:
    """The table of a count."""
    table = QTableView()
    table.setModel(model)
    prepare_table(table, theme)
    table.setItemDelegate(UsageDelegate(table, model, theme, icons))
    table.setSelectionMode(QTableView.SelectionMode.SingleSelection)
    table.setAccessibleName("Space table")
    table.setSortingEnabled(True)
    header = table.horizontalHeader()
    header.setStretchLastSection(False)
    header.setSectionResizeMode(UsageColumn.NAME, QHeaderView.ResizeMode.Stretch)
    for column, widest in _WIDEST.items():
        header.resizeSection(column, table.fontMetrics().horizontalAdvance(widest) + 32)
    return table
