"""What one can do with a column, and which columns are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMenu, QWidget

from s3desk.models.grid_text import one_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from s3desk.models.grid_model import GridModel
    from s3desk.ui.table.grid_view import GridView

_MOST_NAMES = 200  # a menu of thousands of names helps nobody


class ColumnMenu(QObject):
    """Fills the menus of the header and of the button `Columns`; hides and freezes itself, asks for the rest."""

    sort_wanted = Signal(int, bool)  # column, descending
    filter_wanted = Signal(int)
    profile_wanted = Signal(int)

    def __init__(self, parent: QWidget, grid: GridView, model: GridModel) -> None:
        super().__init__(parent)
        self._grid, self._model = grid, model
        self.menu = QMenu(parent)
        self.menu.aboutToShow.connect(self._fill_columns)

    def of_column(self, column: int, parent: QWidget) -> QMenu:
        """The menu of one column, owned by `parent`."""
        grid, menu = self._grid, QMenu("Column", parent)
        menu.setAccessibleName("Column menu")
        _add(menu, "Sort ascending", lambda: self.sort_wanted.emit(column, False))
        _add(menu, "Sort descending", lambda: self.sort_wanted.emit(column, True))
        menu.addSeparator()
        _add(menu, "Filter by this column…", lambda: self.filter_wanted.emit(column))
        _add(menu, "Profile column", lambda: self.profile_wanted.emit(column))
        menu.addSeparator()
        _add(menu, "Hide column", lambda: grid.hide_column(column))
        self._add_common(menu)
        menu.addSeparator()
        _add(menu, "Freeze up to this column", lambda: grid.freeze(column + 1))
        if grid.frozen:
            _add(menu, "Unfreeze columns", lambda: grid.freeze(0))
        return menu

    def _add_common(self, menu: QMenu) -> None:
        shown = self._grid.shown_columns()
        if len(shown) < self._model.columnCount():
            _add(menu, "Show all columns", self._show_all)

    def _show_all(self) -> None:
        for column in range(self._model.columnCount()):
            if self._grid.isColumnHidden(column):
                self._grid.show_column(column)

    def _fill_columns(self) -> None:
        """Every column with a tick while it is shown."""
        self.menu.clear()
        self._add_common(self.menu)
        for column, name in enumerate(self._model.table.column_names[:_MOST_NAMES]):
            action = self.menu.addAction(one_line(name).replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(not self._grid.isColumnHidden(column))
            action.toggled.connect(lambda shown, column=column: self._set_shown(column, shown=shown))

    def _set_shown(self, column: int, *, shown: bool) -> None:
        if shown:
            self._grid.show_column(column)
        else:
            self._grid.hide_column(column)


def _add(menu: QMenu, text: str, do: Callable[[], None]) -> None:
    menu.addAction(text).triggered.connect(lambda: do())  # noqa: PLW0108  # without it, `checked` would arrive
