"""What the eye holds on to while rows take another order: the selection, the current row, the place in the list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QObject, Signal

from s3desk.models.object_rows import rows_from

if TYPE_CHECKING:
    import numpy as np

    from s3desk.models.object_model import ObjectModel
    from s3desk.ui.drop_table import DropTable

MOST_RANGES = 2000  # Qt asks every range of a selection for every cell it paints


class KeptRows(QObject):
    """Puts the selection and the scroll position back. Qt would keep an index for each selected cell instead."""

    dropped = Signal(int)  # so many selected rows would have been scattered too widely; none is selected now

    def __init__(self, view: DropTable, model: ObjectModel) -> None:
        super().__init__(view)
        self._view, self._model = view, model
        self._numbers: np.ndarray[Any, Any] | None = None
        self._current: int | None = None
        self._anchor: tuple[int, int] | None = None  # a row's number, and its distance from the view's top
        self._top = 0
        self.restoring = False  # what changes now is not the user's doing
        self._wish = model.wish
        model.rearranging.connect(self._save)
        model.rearranged.connect(self._restore)
        model.rowsAboutToBeInserted.connect(lambda *_: self._note_top())
        model.rowsInserted.connect(lambda _parent, first, last: self._stay(first, last - first + 1))

    # another order

    def _save(self) -> None:
        chosen, rows = self._view.selectionModel(), self._model.rows
        ranges = self.ranges()
        self._numbers = rows.numbers(rows_from(ranges)) if ranges else None
        current = chosen.currentIndex()
        self._current = rows.number(current.row()) if current.isValid() else None
        by_user, self._wish = self._wish != self._model.wish, self._model.wish  # else rows have arrived
        self._anchor = self._find_anchor(current.row() if current.isValid() else -1, by_user=by_user)
        chosen.reset()

    def _find_anchor(self, current: int, *, by_user: bool) -> tuple[int, int] | None:
        view, height = self._view, self._view.rowHeight(0)
        value = view.verticalScrollBar().value()
        in_sight = height and value <= current * height <= value + view.viewport().height() - height
        if in_sight and (by_user or value):
            return self._model.rows.number(current), current * height - value
        if by_user or not value or not height:
            return None
        top = value // height
        return (self._model.rows.number(top), top * height - value) if top < self._model.rows.shown else None

    def _restore(self) -> None:
        self.restoring = True
        if self._numbers is not None:
            self._select(self._numbers)
        self.restoring = False
        view, flags = self._view, QItemSelectionModel.SelectionFlag
        if self._current is not None and (row := self._row_of(self._current)) >= 0:
            view.setAutoScroll(False)
            view.selectionModel().setCurrentIndex(self._model.index(row, 0), flags.NoUpdate)
            view.setAutoScroll(True)
        if self._anchor is not None and (row := self._row_of(self._anchor[0])) >= 0:
            view.doItemsLayout()
            view.verticalScrollBar().setValue(row * view.rowHeight(0) - self._anchor[1])
        self._numbers = self._current = self._anchor = None

    def _select(self, numbers: np.ndarray[Any, Any]) -> None:
        rows = self._model.rows.rows_of(numbers)
        self.select_rows(rows[rows >= 0])

    def select_rows(self, rows: np.ndarray[Any, Any]) -> None:
        """Select these rows and no others, as far as they are not scattered over too many places."""
        import numpy as np  # noqa: PLC0415  # heavy

        rows = np.sort(rows)
        ends = np.flatnonzero(np.diff(rows) != 1)
        starts = np.concatenate([[0], ends + 1]) if len(rows) else np.zeros(0, np.int64)
        if len(starts) > MOST_RANGES:
            self._view.selectionModel().clearSelection()
            self.dropped.emit(len(rows))
            return
        selection, last = QItemSelection(), self._model.columnCount() - 1
        for first, end in zip(rows[starts], rows[np.append(ends, len(rows) - 1)] if len(rows) else (), strict=True):
            selection.select(self._model.index(int(first), 0), self._model.index(int(end), last))
        self._view.selectionModel().select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def ranges(self) -> list[tuple[int, int]]:
        """First and last row of each piece of the selection."""
        selection = self._view.selectionModel().selection()
        found = [selection.at(number) for number in range(selection.count())]
        return [(one.top(), one.bottom()) for one in found if one.isValid()]

    def _row_of(self, number: int) -> int:
        import numpy as np  # noqa: PLC0415

        return int(self._model.rows.rows_of(np.array([number]))[0])

    # rows that arrive above what is seen

    def _note_top(self) -> None:
        height = self._view.rowHeight(0)
        self._top = self._view.verticalScrollBar().value() // height if height else 0

    def _stay(self, first: int, count: int) -> None:
        if self._top and first <= self._top:
            bar = self._view.verticalScrollBar()
            value = bar.value() + count * self._view.rowHeight(0)
            self._view.doItemsLayout()
            bar.setValue(value)
