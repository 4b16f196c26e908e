"""The first columns of a grid once more, over the grid, where they stay while the others are scrolled."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QTableView

from s3desk.ui.row_delegate import prepare_rows

_MOST = 0.8  # of the grid's width: something must be left to scroll


class FrozenColumns(QTableView):
    """Shares model, selection, widths and the vertical place with its grid; the keyboard stays in the grid."""

    def __init__(self, grid: QTableView) -> None:
        super().__init__(grid)
        self._grid = grid
        self._placing = False
        self.columns = 0
        prepare_rows(self)
        self.setModel(grid.model())
        self.setSelectionModel(grid.selectionModel())

    def follow(self) -> None:
        """Begin to do what the grid does; after the look of both was settled."""
        grid = self._grid
        self.setAccessibleName("Frozen columns")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.verticalHeader().hide()
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(grid.customContextMenuRequested)
        grid.verticalScrollBar().valueChanged.connect(self.verticalScrollBar().setValue)
        self.verticalScrollBar().valueChanged.connect(grid.verticalScrollBar().setValue)
        grid.horizontalHeader().sectionResized.connect(self._take_width)
        self.horizontalHeader().sectionResized.connect(self._give_width)
        self.freeze(0)

    def freeze(self, columns: int) -> None:
        """Show the first so many columns, but for hidden ones."""
        self.columns = columns
        if columns:
            for column in range(self.model().columnCount()):
                self.setColumnHidden(column, column >= columns or self._grid.isColumnHidden(column))
                self.setColumnWidth(column, self._grid.columnWidth(column))
        self.place()
        if columns:
            self.verticalScrollBar().setValue(self._grid.verticalScrollBar().value())

    def place(self) -> None:
        """Over the left of the grid."""
        if self._placing:
            return
        self._placing = True
        grid, rows = self._grid, self._grid.verticalHeader()
        width = sum(grid.columnWidth(column) for column in range(self.columns)) if self.columns else 0
        width = min(width, int(grid.viewport().width() * _MOST))
        height = grid.viewport().height() + grid.horizontalHeader().height()
        left = grid.frameWidth() + (rows.width() if rows.isVisible() else 0)
        self.setGeometry(left, grid.frameWidth(), width, height)
        self.setVisible(width > 0 and self.model().rowCount() > 0)  # what is said of an empty table is not covered
        self._placing = False

    def paintEvent(self, event: QPaintEvent) -> None:
        """With a line where the scrolled columns begin."""
        super().paintEvent(event)
        viewport = self.viewport()
        QPainter(viewport).fillRect(viewport.width() - 1, 0, 1, viewport.height(), self.palette().dark())

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The grid scrolls, and this follows."""
        self._grid.wheelEvent(event)

    def _take_width(self, column: int, _before: int, width: int) -> None:
        if column < self.columns:
            if width:
                self.setColumnWidth(column, width)
            self.place()

    def _give_width(self, column: int, _before: int, width: int) -> None:
        if width and column < self.columns and not self.isColumnHidden(column):
            self._grid.setColumnWidth(column, width)
