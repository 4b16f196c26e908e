"""The rows of a sync preview, with a check box each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHeaderView, QTableView

from s3desk.models.sync_model import SyncColumn
from s3desk.s3.syncing.plan import Why
from s3desk.ui.row_delegate import prepare_table

if TYPE_CHECKING:
    from collections.abc import Collection

    from s3desk.models.sync_model import SyncModel
    from s3desk.ui.theme import Theme

_WIDEST = {
    SyncColumn.ACTION: "Copy new",
    SyncColumn.WHY: "content differs",
    SyncColumn.SIZE: "1,023.9 MB",
    SyncColumn.SOURCE: "30 Nov 2026, 23:59 ",
    SyncColumn.TARGET: "30 Nov 2026, 23:59 ",
}
_DIM = (SyncColumn.WHY, SyncColumn.SOURCE, SyncColumn.TARGET)


class PreviewTable(QTableView):
    """Space ticks what is selected, or not any more."""

    def __init__(self, model: SyncModel, theme: Theme) -> None:
        super().__init__()
        self._rows = model
        self.setModel(model)
        prepare_table(self, theme, dim_columns=_DIM)
        self.setAccessibleName("Sync preview")
        self.setSortingEnabled(True)
        self.sortByColumn(SyncColumn.NAME, Qt.SortOrder.AscendingOrder)
        header = self.horizontalHeader()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(SyncColumn.NAME, QHeaderView.ResizeMode.Stretch)
        for column, widest in _WIDEST.items():
            header.resizeSection(column, self.fontMetrics().horizontalAdvance(widest) + 32)
        space = QShortcut(QKeySequence("Space"), self)
        space.setContext(Qt.ShortcutContext.WidgetShortcut)
        space.activated.connect(self._tick_selected)

    def make_room_for(self, reasons: Collection[Why]) -> None:
        """So much as these reasons need, unless it is a quarter of the table."""
        width = max(self.fontMetrics().horizontalAdvance(why.value) for why in {*reasons, Why.CONTENT}) + 32
        self.horizontalHeader().resizeSection(SyncColumn.WHY, min(width, self.width() // 4))

    def _tick_selected(self) -> None:
        rows = [index.row() for index in self.selectionModel().selectedRows()]
        current = self.currentIndex().siblingAtColumn(SyncColumn.NAME)
        if rows and not self._rows.locked:
            self._rows.tick_rows(rows, on=current.data(Qt.ItemDataRole.CheckStateRole) is not Qt.CheckState.Checked)
