"""`Table`: a table in memory, to sort, filter, look through, profile and save."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QMenu, QWidget

from s3desk.data.exporting.arrange import Arrangement, Condition, Filter, arrange
from s3desk.data.exporting.export import Shown, copy_text
from s3desk.models import text
from s3desk.models.grid_model import GridModel
from s3desk.models.grid_text import facts
from s3desk.s3.job import Job
from s3desk.ui.form_dialog import set_words
from s3desk.ui.slots import ask, async_slot
from s3desk.ui.table.filter_row import FilterDialog
from s3desk.ui.table.finding import Finding
from s3desk.ui.table.opened import Tables
from s3desk.ui.table.saving import Saving
from s3desk.ui.table.table_face import TableFace
from s3desk.ui.table.table_uses import TableUses

if TYPE_CHECKING:
    from collections.abc import Callable

    from s3desk.background import Background
    from s3desk.data.sheet import Sheet
    from s3desk.ui.desk import Desk
    from s3desk.ui.icons import Icons
    from s3desk.ui.theme import Theme

FIRST_SIZE = (1160, 740)
MOST_COPIED = 2_000_000  # cells; a clipboard of more stops other programs


class TableWindow(QDialog):
    """Not modal, and with no window above it. Sorting, filtering and finding happen on a worker; the newest wins."""

    def __init__(
        self, background: Background, theme: Theme, icons: Icons, sheet: Sheet, desk: Desk | None = None
    ) -> None:
        super().__init__(None, Qt.WindowType.Window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Table")
        self.sheet = sheet
        self._background, self._desk = background, desk
        self._model = GridModel(sheet.table)
        self._wanted = self._wish = Arrangement()
        self._face = TableFace(self, self._model, background, theme, icons)
        self._saving = Saving(self, background, desk, self.say)
        self._finding = Finding(self, self._face, background)
        self._uses = TableUses(self, self._face, background, theme, desk)
        self._uses.picture_to_s3.connect(self._saving.picture_to_s3)
        self._connect()
        if desk is not None:
            desk.navigator.moved.connect(self._tell_place)
        self._tell_facts()
        self._tell_place()
        self.resize(*FIRST_SIZE)
        self._face.grid.setFocus()

    def say(self, sentence: str) -> None:
        """Tell what came of something the user asked for here."""
        set_words(self._face.note, sentence, "dim")
        self._face.note.show()  # also without a word it keeps the buttons beside it where they are

    def offer_profile(self, rows: str, read: Callable[[Job], Sheet]) -> None:
        """Let the profile be of other rows too: `rows` in words, and an operation that reads them."""
        self._uses.offer(rows, read)

    def _connect(self) -> None:
        face, columns = self._face, self._face.columns
        face.grid.sort_wanted.connect(self._turn)
        face.grid.header_menu_wanted.connect(self._show_column_menu)
        face.grid.columns_changed.connect(self._tell_facts)
        face.grid.customContextMenuRequested.connect(self._show_cell_menu)
        columns.sort_wanted.connect(self._sort)
        columns.filter_wanted.connect(self._ask_filter)
        columns.profile_wanted.connect(self._uses.show_column)
        face.filters.removed.connect(lambda gone: self._keep_filters(tuple(f for f in self._filters if f != gone)))
        face.filters.cleared.connect(lambda: self._keep_filters(()))
        for button, do in (
            (face.filter_button, lambda: self._ask_filter(max(face.grid.currentIndex().column(), 0))),
            (face.code_button, self._copy_code),
            (face.save_button, lambda: self._saving.to_disk(self.shown(), self.sheet.title)),
            (face.s3_button, lambda: self._saving.to_s3(self.shown(), self.sheet.title)),
        ):
            button.clicked.connect(lambda _=False, do=do: do())
        for keys, shortcut in (
            ("Ctrl+F", face.finder.begin),
            ("F3", lambda: face.finder.look(back=False)),
            ("Shift+F3", lambda: face.finder.look(back=True)),
            ("Ctrl+C", lambda: self._copy(with_header=False)),
            ("Ctrl+Shift+C", lambda: self._copy(with_header=True)),
        ):
            within = face.grid if keys.endswith("C") else self
            context = Qt.ShortcutContext.WidgetWithChildrenShortcut
            QShortcut(QKeySequence(keys), within, context=context).activated.connect(shortcut)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape does not close a table somebody made, as it would a dialog; Return presses no button."""
        if event.key() not in (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)

    # which rows, in which order

    @property
    def filters(self) -> tuple[Filter, ...]:
        """What the rows shown have in common."""
        return self._wish.filters

    @property
    def _filters(self) -> tuple[Filter, ...]:
        return self._wanted.filters

    def shown(self) -> Shown:
        """What the grid shows now: rows, order and columns."""
        return Shown(self.sheet.table, self._model.order, self._face.grid.shown_columns())

    def _turn(self, column: int) -> None:
        """A click on a header: ascending, descending, as it came."""
        now = self._wanted
        if now.sort != column:
            self._sort(column, descending=False)
        else:
            self._arrange(
                replace(now, sort=None, descending=False) if now.descending else replace(now, descending=True)
            )

    def _sort(self, column: int, descending: bool) -> None:
        self._arrange(replace(self._wanted, sort=column, descending=descending))

    @async_slot()
    async def _ask_filter(self, column: int) -> None:
        wish: Filter | None = await ask(FilterDialog(self, self.sheet.table, column))
        if wish is not None and wish not in self._filters:
            self._keep_filters((*self._filters, wish))

    def _keep_filters(self, filters: tuple[Filter, ...]) -> None:
        self._arrange(replace(self._wanted, filters=filters))

    def _arrange(self, wish: Arrangement) -> None:
        self._wanted = wish  # at once: the next wish builds on it, also where this one is never computed
        self._compute(wish)

    @async_slot(newest=True)
    async def _compute(self, wish: Arrangement) -> None:
        self._face.show_facts(facts(self.sheet, self._model.rows, 0) + " · arranging…")
        try:
            order = await self._background.run(Job("Arrange rows"), arrange, self.sheet.table, wish)
        except Exception:
            self._wanted = self._wish
            self._tell_facts()
            raise
        self._wish = wish
        self._face.grid.clearSelection()
        self._model.show(order)
        self._face.grid.scrollToTop()
        self._face.grid.show_sorted(wish.sort, descending=wish.descending)
        self._face.filters.show_filters(wish.filters)
        self._tell_facts()
        self._uses.follow()

    def _tell_facts(self) -> None:
        hidden = self._model.columnCount() - len(self._face.grid.shown_columns())
        self._face.show_facts(facts(self.sheet, self._model.rows, hidden))
        self._face.show_nothing(empty=not self._model.rows, filtered=bool(self._wish.filters))

    # copying

    def _show_column_menu(self, column: int, at: QPoint) -> None:
        menu = self._face.columns.of_column(column, self)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(at)

    def _show_cell_menu(self, at: QPoint) -> None:
        grid = self._face.grid
        index = grid.currentIndex()
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.addAction("Copy").triggered.connect(lambda: self._copy(with_header=False))
        menu.addAction("Copy with header").triggered.connect(lambda: self._copy(with_header=True))
        if index.isValid():
            menu.addSeparator()
            only = menu.addAction("Show only rows with this value")
            only.triggered.connect(lambda: self._filter_by(index.row(), index.column()))
            menu.addMenu(self._face.columns.of_column(index.column(), menu))  # for who has no mouse for the header
        menu.popup(grid.viewport().mapToGlobal(at))

    def _filter_by(self, row: int, column: int) -> None:
        cell = self._model.cell(row, column)
        wish = Filter(column, Condition.IS_NULL) if cell is None else Filter(column, Condition.EQUALS, cell)
        if wish not in self._filters:
            self._keep_filters((*self._filters, wish))

    @async_slot(newest=True)
    async def _copy(self, *, with_header: bool) -> None:
        rows, columns = self._face.grid.selected_block()
        cells = sum(end - first for first, end in rows) * len(columns)
        if cells > MOST_COPIED:
            self.say(f"{cells:,} cells are too many for the clipboard: save them instead.")
            return
        shown = replace(self.shown(), columns=columns)
        run, way = self._background.run, self._background.way
        copied = await run(Job("Copy"), copy_text, shown, rows, with_header=with_header, way=way)
        QGuiApplication.clipboard().setText(copied)
        self.say(f"Copied {text.count(cells, 'cell')}.")

    def _copy_code(self) -> None:
        QGuiApplication.clipboard().setText(self.sheet.code)
        self.say("Copied the Python code that makes this table.")

    def _tell_place(self) -> None:
        """What goes to S3 needs a server that is connected."""
        self._face.show_abilities(code=bool(self.sheet.code), s3=self._saving.can_reach_s3, desk=self._desk is not None)


def open_table(window: QWidget, desk: Desk, sheet: Sheet) -> TableWindow:
    """Show a table in a window of its own, over `window` at first; it stays open until it or the program is closed."""
    opened = TableWindow(desk.background, desk.theme, desk.icons, sheet, desk)
    Tables.of(desk.objects.window()).keep(opened)
    opened.move(window.window().frameGeometry().topLeft() + QPoint(48, 48))
    opened.show()
    opened.raise_()
    opened.activateWindow()
    return opened
