"""Rows as the whole program shows them: 30 px, one hairline a row, the whole row selected, secondary columns dim."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QPainter, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QTreeView,
)

if TYPE_CHECKING:
    from s3desk.ui.theme import Theme

Index = QModelIndex | QPersistentModelIndex

ROW_HEIGHT = 30
INSET = 8  # between a cell's edge and its text, in addition to the 3 px of the style
FOCUS_BAR = 3
ICON = 16


class RowDelegate(QStyledItemDelegate):
    """Paints the cells of a view; make one per view, through `prepare_table` or `prepare_tree`.

    `dim_columns` are the secondary ones, numbers of the model's columns. Everything else comes from the model's roles.
    The row under the mouse is lit as a whole, and the current row shows a bar in the accent colour while the view has
    the keyboard.
    """

    def __init__(self, view: QAbstractItemView, theme: Theme, dim_columns: Collection[int] = ()) -> None:
        super().__init__(view)
        self._view = view
        self._theme = theme
        self._dim_columns = frozenset(dim_columns)
        self._hovered = QPersistentModelIndex()
        self._is_tree = isinstance(view, QTreeView)
        self._row_height = row_height(view)
        self._by_cell: bool | None = None  # as the view selects, which is settled when it paints
        # Python's flags are slow to combine, and this is asked for every cell.
        flags = QStyle.StateFlag
        self._selected = flags.State_Selected
        # The ground is painted by this class; with these the style would paint its own, and a dotted frame.
        self._painted_by_style = ~(flags.State_Selected | flags.State_HasFocus | flags.State_MouseOver)
        self._take_colors()
        theme.changed.connect(self._take_colors)
        view.setMouseTracking(True)
        view.entered.connect(self._hover)
        self._viewport = view.viewport()
        self._viewport.installEventFilter(self)
        if view.selectionModel() is not None:  # Qt repaints only the current cell, but the mark spans its row
            view.selectionModel().currentChanged.connect(lambda *_: view.viewport().update())

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """The row's ground over the whole cell, what the model says inset from it, the hairline and the focus."""
        rect = option.rect
        if option.state & self._selected:
            painter.fillRect(rect, self._selection)
        elif self._is_hovered(index):
            painter.fillRect(rect, self._hover_color)
        super().paint(painter, option, index)
        current = self._is_current(index)
        if not self._is_tree:
            painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, self._accent if current else self._line)
        if current and self._starts_row(index):
            left = 0 if self._is_tree else rect.left()
            painter.fillRect(left, rect.top(), FOCUS_BAR, rect.height(), self._accent)

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        """What Qt paints, edits and hit-tests: the inset goes in here so that all three agree about it."""
        super().initStyleOption(option, index)
        if index.column() in self._dim_columns and not option.state & self._selected:
            option.palette = self._dim_palette
        option.state &= self._painted_by_style
        if not self._is_tree:
            option.rect = option.rect.adjusted(INSET, 0, -INSET, -1)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """As wide as the content with its inset, always as high as every other row."""
        width = super().sizeHint(option, index).width()
        return QSize(width + 2 * INSET, self._row_height)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The mouse left the rows: nothing is under it any more. Qt's own filter is for editors, not for the rows."""
        if watched is not self._viewport:
            return super().eventFilter(watched, event)
        if event.type() == QEvent.Type.Leave:
            self._hover(QModelIndex())
        return False

    def _take_colors(self) -> None:
        colors = self._theme.colors
        self._selection, self._line, self._accent = colors.selection, colors.line, colors.accent
        self._hover_color = colors.hover
        self._dim_palette = QPalette(self._view.palette())
        self._dim_palette.setColor(QPalette.ColorRole.Text, colors.dim)
        self._dim_palette.setColor(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Text, colors.disabled)

    def _hover(self, index: QModelIndex) -> None:
        left, self._hovered = self._hovered, QPersistentModelIndex(index)
        viewport = self._view.viewport()
        for each in (left, self._hovered):
            if each.isValid():
                row = self._view.visualRect(each)
                viewport.update(0, row.top(), viewport.width(), row.height())

    def _is_hovered(self, index: Index) -> bool:
        hovered = self._hovered
        return hovered.isValid() and hovered.row() == index.row() and hovered.parent() == index.parent()

    def _is_current(self, index: Index) -> bool:
        if not self._view.hasFocus():
            return False
        current = self._view.currentIndex()
        if self._by_cell is None:
            self._by_cell = self._view.selectionBehavior() is not QAbstractItemView.SelectionBehavior.SelectRows
        if self._by_cell:
            return current == index
        return current.row() == index.row() and current.parent() == index.parent()

    def _starts_row(self, index: Index) -> bool:
        if self._by_cell or self._is_tree:
            return self._by_cell or index.column() == 0
        header = self._view.horizontalHeader() if isinstance(self._view, QTableView) else None
        return header is None or header.visualIndex(index.column()) == 0


def row_height(view: QAbstractItemView) -> int:
    """30 px, or more where the system's font is larger than ours."""
    return max(ROW_HEIGHT, view.fontMetrics().height() + 12)


def prepare_table(view: QTableView, theme: Theme, dim_columns: Collection[int] = ()) -> RowDelegate:
    """Give a table its look: rows of one height, no grid, whole rows selected; its delegate is handed back."""
    prepare_rows(view)
    header = view.horizontalHeader()
    header.setHighlightSections(False)
    header.setTextElideMode(Qt.TextElideMode.ElideRight)
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    header.setFixedHeight(row_height(view) + 2)
    header.setStretchLastSection(True)
    header.setSortIndicatorClearable(False)
    view.setShowGrid(False)
    view.setWordWrap(False)
    view.setCornerButtonEnabled(False)
    view.setTabKeyNavigation(False)
    view.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    return _prepare(view, theme, dim_columns)


def prepare_rows(view: QTableView) -> None:
    """All rows of one height. Before a model of millions is set Qt only notes it; after, it goes through all rows."""
    rows = view.verticalHeader()
    rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    rows.setMinimumSectionSize(1)
    rows.setDefaultSectionSize(row_height(view))
    rows.hide()


def prepare_tree(view: QTreeView, theme: Theme, dim_columns: Collection[int] = ()) -> RowDelegate:
    """Give a tree its look: rows of one height, so that Qt measures a single one, and no header."""
    view.setUniformRowHeights(True)
    view.setHeaderHidden(True)
    view.setIndentation(18)
    view.setExpandsOnDoubleClick(True)
    delegate = _prepare(view, theme, dim_columns)
    view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    return delegate


def _prepare(view: QAbstractItemView, theme: Theme, dim_columns: Collection[int]) -> RowDelegate:
    view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
    view.setTextElideMode(Qt.TextElideMode.ElideMiddle)
    view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    view.setIconSize(QSize(ICON, ICON))
    delegate = RowDelegate(view, theme, dim_columns)
    view.setItemDelegate(delegate)
    return delegate
