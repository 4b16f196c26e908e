"""The grid of the preview: some rows of a table, which may be a part of a file that has no end in sight."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtWidgets import QTableView

from s3desk.models.preview_model import PreviewModel
from s3desk.ui.grid_delegate import GridDelegate
from s3desk.ui.preview_scroll import NearEnds
from s3desk.ui.row_delegate import prepare_table
from s3desk.ui.row_numbers import RowNumbers

if TYPE_CHECKING:
    from s3desk.data.looking.shown import TablePreview
    from s3desk.data.windows.kept import Kept
    from s3desk.ui.theme import Theme

_WIDEST, _NARROWEST = 260, 60
_MEASURED_ROWS, _MEASURED_COLUMNS = 30, 100


class PreviewGrid(QTableView):
    """Rows with their numbers; the rows shown stay where they are when others come or go above them."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setVerticalHeader(RowNumbers(self, self._longest_number))
        prepare_table(self, theme)
        self._theme = theme
        self._delegate: GridDelegate | None = None
        self.setAccessibleName("Preview table")
        self.setSelectionBehavior(QTableView.SelectionBehavior.SelectItems)
        self.setTabKeyNavigation(False)
        self.verticalHeader().show()
        self.setWordWrap(False)
        self.ends = NearEnds(self)

    def show_table(self, found: TablePreview) -> None:
        """The first rows of another file."""
        before = self.model()
        model = PreviewModel(found.table, found.types)
        self.setModel(model)
        self._draw(model)
        if before is not None:
            before.deleteLater()
        for column in range(min(model.columnCount(), _MEASURED_COLUMNS)):
            self.setColumnWidth(column, _NARROWEST)
        self._widen(0)
        with self.ends.held():
            self._make_current(0, 0)
            self.scrollToTop()

    def _draw(self, model: PreviewModel) -> None:
        """Let the cells be drawn fast: a screen full through Qt's own way takes longer than a frame."""
        if self._delegate is not None:
            self._delegate.model = model
            return
        plain = self.itemDelegate()
        self.viewport().removeEventFilter(plain)
        self._delegate = GridDelegate(self, self._theme, model)
        self.setItemDelegate(self._delegate)
        plain.deleteLater()

    def show_rows(self, kept: Kept) -> None:
        """Other rows of the same file."""
        model = self._rows()
        bar, height = self.verticalScrollBar(), self.verticalHeader().defaultSectionSize()
        value = bar.value() + (model.first_number - kept.number) * height
        with self.ends.held():
            model.show_rows(kept)
            self.doItemsLayout()
            bar.setValue(max(value, 0))
        self._widen(self.top_row)

    def place(self, row: int, text: str = "") -> None:
        """Put a row at the top and make it current, at the cell with this text."""
        model = self._rows()
        row = min(max(row, 0), model.rowCount() - 1)
        cells = (
            [model.index(row, column).data(Qt.ItemDataRole.EditRole) for column in range(model.columnCount())]
            if text
            else []
        )
        column = next((at for at, cell in enumerate(cells) if text.casefold() in cell.casefold()), 0)
        with self.ends.held():
            self._make_current(row, column)
            self.scrollTo(model.index(row, column))
            self.verticalScrollBar().setValue(row * self.verticalHeader().defaultSectionSize())
        self._widen(self.top_row)
        if text:
            self.selectionModel().select(model.index(row, column), QItemSelectionModel.SelectionFlag.ClearAndSelect)

    @property
    def top_row(self) -> int:
        """The first row that is seen."""
        return max(self.rowAt(0), 0)

    def _widen(self, first: int) -> None:
        """Make room for what stands in some rows; columns never become narrower under the reader's eyes."""
        model, metrics = self._rows(), self.fontMetrics()
        rows = range(first, min(first + _MEASURED_ROWS, model.rowCount()))
        for column in range(min(model.columnCount(), _MEASURED_COLUMNS)):
            cells = [str(model.headerData(column, Qt.Orientation.Horizontal))]
            cells += [model.index(row, column).data() for row in rows]
            widest = min(max(metrics.horizontalAdvance(cell[:40]) for cell in cells) + 28, _WIDEST)
            if widest > self.columnWidth(column):
                self.setColumnWidth(column, widest)

    def _longest_number(self) -> str:
        model = self.model()
        last = model.rowCount() - 1 if model is not None else -1
        return str(model.headerData(last, Qt.Orientation.Vertical)) if last >= 0 else ""

    def _make_current(self, row: int, column: int) -> None:
        index = self.model().index(row, column)
        self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)

    def _rows(self) -> PreviewModel:
        model = self.model()
        if not isinstance(model, PreviewModel):
            raise TypeError("no table is shown yet")
        return model
