"""Names with values as two columns one types into; there is always one empty row more."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem

_MOST_SHOWN = 4


class KeyValueRows(QTableWidget):
    """A row without a name and a value is none. Delete empties the selected row. `changed` tells of every change."""

    changed = Signal()

    def __init__(self, name: str, value: str) -> None:
        super().__init__(0, 2)
        self.setHorizontalHeaderLabels([name, value])
        header = self.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setHighlightSections(False)
        self.verticalHeader().hide()
        self.setEditTriggers(QAbstractItemView.EditTrigger.AllEditTriggers)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self._add_row()
        self.cellChanged.connect(lambda *_: self._grow())

    def pairs(self) -> tuple[tuple[str, str], ...]:
        """What was typed, without outer spaces."""
        rows = [(self._text(row, 0), self._text(row, 1)) for row in range(self.rowCount())]
        return tuple(row for row in rows if any(row))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Everything else is Qt's."""
        if event.key() == Qt.Key.Key_Delete and self.currentRow() >= 0:
            for column in range(2):
                self._cell(self.currentRow(), column).setText("")
        else:
            super().keyPressEvent(event)

    def _grow(self) -> None:
        last = self.rowCount() - 1
        if self._text(last, 0) or self._text(last, 1):
            self._add_row()
        self.changed.emit()

    def _add_row(self) -> None:
        row = self.rowCount()
        self.blockSignals(True)  # an empty row is no change
        self.insertRow(row)
        for column in range(2):
            self.setItem(row, column, QTableWidgetItem())
        self.blockSignals(False)
        shown = min(row + 1, _MOST_SHOWN) * self.verticalHeader().defaultSectionSize()
        self.setFixedHeight(self.horizontalHeader().sizeHint().height() + shown + 2 * self.frameWidth())
        self.scrollToBottom()

    def _text(self, row: int, column: int) -> str:
        return self._cell(row, column).text().strip()

    def _cell(self, row: int, column: int) -> QTableWidgetItem:
        cell = self.item(row, column)
        if cell is None:
            raise LookupError("a row is filled when it is made")
        return cell
