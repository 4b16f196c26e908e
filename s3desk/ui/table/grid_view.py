"""The grid: numbers on the right, nulls dim, columns that can be hidden, and the first ones kept in view."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from s3desk.ui.grid_delegate import GridDelegate
from s3desk.ui.row_delegate import prepare_rows, prepare_table
from s3desk.ui.row_numbers import RowNumbers
from s3desk.ui.table.frozen_columns import FrozenColumns

if TYPE_CHECKING:
    from s3desk.models.grid_model import GridModel
    from s3desk.s3.right_of_way import RightOfWay
    from s3desk.ui.theme import Theme

Index = QModelIndex | QPersistentModelIndex
_MEASURED_ROWS, _MEASURED_COLUMNS = 30, 300
_NARROWEST, _WIDEST, _ROOM = 56, 340, 34


def prepare_grid(view: QTableView, theme: Theme, model: GridModel) -> None:
    """The look both halves of a grid share."""
    prepare_table(view, theme)
    plain = view.itemDelegate()
    view.viewport().removeEventFilter(plain)
    view.setItemDelegate(GridDelegate(view, theme, model))
    plain.deleteLater()
    view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
    view.setTextElideMode(Qt.TextElideMode.ElideRight)
    header = view.horizontalHeader()
    header.setStretchLastSection(False)
    header.setSectionsClickable(True)
    header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)


class GridView(QTableView):
    """Sorting is asked for, not done: a table of millions of rows is sorted elsewhere."""

    sort_wanted = Signal(int)  # column
    header_menu_wanted = Signal(int, QPoint)  # column, and where on the screen
    columns_changed = Signal()  # hidden or shown

    def __init__(self, model: GridModel, theme: Theme, way: RightOfWay) -> None:
        super().__init__()
        self._way = way
        self._frozen: FrozenColumns | None = None  # Qt calls what is overridden while this is being made
        digits = "8" * len(str(model.table.num_rows))
        self.setVerticalHeader(RowNumbers(self, lambda: digits))
        prepare_rows(self)
        self.setModel(model)
        self._columns = model.columnCount()
        prepare_grid(self, theme, model)
        self.setAccessibleName("Table rows")
        self.verticalHeader().show()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._fit_columns(model)
        frozen = FrozenColumns(self)
        prepare_grid(frozen, theme, model)
        frozen.follow()
        self._frozen = frozen
        for view in self._halves():
            header = view.horizontalHeader()
            header.sectionClicked.connect(self.sort_wanted)
            header.customContextMenuRequested.connect(lambda at, header=header: self._ask_header_menu(header, at))

    def _fit_columns(self, model: GridModel) -> None:
        """As wide as names and the first rows want, within reason; only of columns somebody may see soon."""
        metrics, rows = self.fontMetrics(), min(model.rowCount(), _MEASURED_ROWS)
        for column in range(min(self._columns, _MEASURED_COLUMNS)):
            cells = [str(model.headerData(column, Qt.Orientation.Horizontal)) + "  "]
            cells += [str(model.index(row, column).data()) for row in range(rows)]
            widest = max(metrics.horizontalAdvance(cell[:80]) for cell in cells)
            self.setColumnWidth(column, min(max(widest + _ROOM, _NARROWEST), _WIDEST))

    # columns

    def shown_columns(self) -> tuple[int, ...]:
        """The columns that are not hidden, from left to right."""
        return tuple(column for column in range(self._columns) if not self.isColumnHidden(column))

    def hide_column(self, column: int) -> None:
        """Hide one; the last one stays."""
        if len(self.shown_columns()) > 1:
            self.setColumnHidden(column, True)
            self.freeze(self.frozen)
            self.columns_changed.emit()

    def show_column(self, column: int) -> None:
        """Show one again."""
        self.setColumnHidden(column, False)
        self.freeze(self.frozen)
        self.columns_changed.emit()

    def freeze(self, columns: int) -> None:
        """Keep the first so many columns in view; 0 for none."""
        if self._frozen is not None:
            self._frozen.freeze(columns)

    @property
    def frozen(self) -> int:
        """How many columns stay in view, hidden ones included."""
        return self._frozen.columns if self._frozen is not None else 0

    def _halves(self) -> list[QTableView]:
        return [self, self._frozen] if self._frozen is not None else [self]

    def show_sorted(self, column: int | None, *, descending: bool) -> None:
        """Mark the column by which the rows are sorted."""
        order = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
        for view in self._halves():
            header = view.horizontalHeader()
            header.setSortIndicatorShown(column is not None)
            if column is not None:
                header.setSortIndicator(column, order)

    def _ask_header_menu(self, header: QHeaderView, at: QPoint) -> None:
        column = header.logicalIndexAt(at)
        if column >= 0:
            self.header_menu_wanted.emit(column, header.viewport().mapToGlobal(at))

    # rows

    def go_to(self, row: int, column: int) -> None:
        """Make a cell the current one, in view."""
        index = self.model().index(row, column)
        self.setCurrentIndex(index)
        self.scrollTo(index)

    def scrollTo(
        self, index: Index, hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible
    ) -> None:
        """Into view, which a cell below the frozen columns is not."""
        super().scrollTo(index, hint)
        covered = self._frozen.width() if self._frozen is not None and self._frozen.isVisible() else 0
        if covered and index.column() >= self.frozen:
            left = self.columnViewportPosition(index.column())
            if left < covered:
                bar = self.horizontalScrollBar()
                bar.setValue(bar.value() - (covered - left))

    def selected_block(self) -> tuple[list[tuple[int, int]], tuple[int, ...]]:
        """The selected rows as ranges (first, one past the last), and the columns that are selected and shown."""
        selection = self.selectionModel().selection()
        chosen = [selection.at(number) for number in range(selection.size())]
        spans = sorted((part.top(), part.bottom() + 1) for part in chosen)
        rows: list[tuple[int, int]] = []
        for first, end in spans:
            if rows and first <= rows[-1][1]:
                rows[-1] = (rows[-1][0], max(rows[-1][1], end))
            else:
                rows.append((first, end))
        lefts = [(part.left(), part.right()) for part in chosen]
        columns = [one for one in self.shown_columns() if any(left <= one <= right for left, right in lefts)]
        return rows, tuple(columns)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Workers let a paint go first."""
        with self._way.claimed():
            super().paintEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The frozen columns are as high as the grid."""
        super().resizeEvent(event)
        if self._frozen is not None:
            self._frozen.place()

    def updateGeometries(self) -> None:
        """Qt calls this when bars come and go and when headers change."""
        super().updateGeometries()
        if self._frozen is not None:
            self._frozen.place()
