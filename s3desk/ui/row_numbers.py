"""The numbers of rows beside a grid of data."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHeaderView, QTableView

_ROOM = 24  # pixels beside the number, both sides together


class RowNumbers(QHeaderView):
    """As wide as the longest number. Qt would ask for the words of 200 rows, each time that anything is laid out."""

    def __init__(self, view: QTableView, longest: Callable[[], str]) -> None:
        super().__init__(Qt.Orientation.Vertical, view)
        self._longest = longest
        self.setSectionsClickable(True)
        self.setHighlightSections(True)

    def sizeHint(self) -> QSize:
        """Only the width counts."""
        return QSize(self.fontMetrics().horizontalAdvance(self._longest()) + _ROOM, 0)
