"""The header of the table: how wide its columns are, and which of them are shown."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QItemSelectionModel, QObject, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QAction, QHoverEvent
from PySide6.QtWidgets import QApplication, QHeaderView, QMenu, QTableView

from s3desk.models.object_model import Column

# What a column has to show without a gap; the name takes what is left.
_WIDEST = {
    Column.SIZE: "1,023.9 MB",
    Column.TYPE: "Excel workbook",
    Column.MODIFIED: "30 Nov 2026, 23:59",
    Column.STORAGE_CLASS: "Storage class",
    Column.ETAG: "0123456789abcdef0123",
    Column.OWNER: "somebody else",
    Column.ACCESS: "Another account too",
}
_OF_LISTING = (Column.ETAG, Column.OWNER)
_BY_CHOICE = (*_OF_LISTING, Column.ACCESS)
_LEAST_NAME = 240  # px


class ObjectHeader(QObject):
    """Lets the user choose the columns, by the header's context menu."""

    more_wanted = Signal()  # ETags and owners are kept only of a listing that asks for them
    access_wanted = Signal()  # while it is hidden nobody asks who can read an object

    def __init__(self, view: QTableView) -> None:
        super().__init__(view)
        self._view, self._header = view, view.horizontalHeader()
        header = self._header
        # With the table's own one Qt asks, whenever it paints a title, whether each of a million rows is selected.
        header.setSelectionModel(QItemSelectionModel(view.model(), header))
        header.setStretchLastSection(False)
        header.setMinimumSectionSize(56)
        header.setSectionResizeMode(Column.NAME, QHeaderView.ResizeMode.Stretch)
        metrics = view.fontMetrics()
        for column, widest in _WIDEST.items():
            header.resizeSection(column, metrics.horizontalAdvance(widest) + 32)
        for column in _BY_CHOICE:
            header.hideSection(column)
        header.moveSection(Column.ACCESS, Column.TYPE)  # in a narrow window the last columns are out of sight
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._ask)
        self.actions = [self._action(column) for column in Column if column is not Column.NAME]

    def shows(self, column: Column) -> bool:
        """Whether a column is shown."""
        return not self._header.isSectionHidden(column)

    def _action(self, column: Column) -> QAction:
        title = self._view.model().headerData(column, Qt.Orientation.Horizontal)
        action = QAction(str(title), self)
        action.setCheckable(True)
        action.toggled.connect(lambda shown: self._show(column, shown=shown))
        return action

    def fill(self, menu: QMenu) -> None:
        """Put a check mark for each column into a menu."""
        for column, action in zip(list(Column)[1:], self.actions, strict=True):
            action.blockSignals(True)
            action.setChecked(self.shows(column))
            action.blockSignals(False)
            menu.addAction(action)

    def _show(self, column: Column, *, shown: bool) -> None:
        self._header.setSectionHidden(column, not shown)
        self._leave_room_for_names()
        if shown and column in _OF_LISTING:
            self.more_wanted.emit()
        if shown and column is Column.ACCESS:
            self.access_wanted.emit()

    def _ask(self, at: QPoint) -> None:
        menu = QMenu(self._view)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.fill(menu)
        menu.aboutToHide.connect(self._forget_hover)
        menu.popup(self._header.mapToGlobal(at))

    def _leave_room_for_names(self) -> None:
        """The name takes what is left, but never less than can be read: then the table scrolls sideways."""
        header = self._header
        others = sum(header.sectionSize(column) for column in Column if column is not Column.NAME)
        if self._view.viewport().width() - others < _LEAST_NAME:
            header.setSectionResizeMode(Column.NAME, QHeaderView.ResizeMode.Interactive)
            header.resizeSection(Column.NAME, _LEAST_NAME)
        else:
            header.setSectionResizeMode(Column.NAME, QHeaderView.ResizeMode.Stretch)

    def _forget_hover(self) -> None:
        """The menu took the mouse away without a word to the title below."""
        nowhere = QPointF(-1, -1)
        QApplication.sendEvent(self._header.viewport(), QHoverEvent(QEvent.Type.HoverLeave, nowhere, nowhere, nowhere))
