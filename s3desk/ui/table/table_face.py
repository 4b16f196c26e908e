"""What the window `Table` looks like: its words, buttons, grid, and the profile beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QSplitter,
    QTabWidget,
    QToolButton,
    QVBoxLayout,
)

from s3desk.ui.empty_state import EmptyState, Message
from s3desk.ui.form_dialog import set_words, tab_in_reading_order, words
from s3desk.ui.table.column_menu import ColumnMenu
from s3desk.ui.table.filter_row import FilterRow
from s3desk.ui.table.find_bar import FindBar
from s3desk.ui.table.grid_view import GridView

if TYPE_CHECKING:
    from s3desk.background import Background
    from s3desk.models.grid_model import GridModel
    from s3desk.ui.icons import Icons
    from s3desk.ui.table.profile_panel import ProfilePanel
    from s3desk.ui.table.table_window import TableWindow
    from s3desk.ui.theme import Theme


class TableFace:
    """Makes the widgets and lays them out; what they do is connected by the window."""

    def __init__(
        self, window: TableWindow, model: GridModel, background: Background, theme: Theme, icons: Icons
    ) -> None:
        self._window, self._background, self._theme = window, background, theme
        sheet = window.sheet
        self._title, self._facts, self.note = words(sheet.title, "title"), words("", "dim"), words("", "dim")
        self._remarks = words("", "warning")
        set_words(self._remarks, " ".join(sheet.notes), "warning")
        named = (self._title, "Table title"), (self._facts, "Table facts"), (self._remarks, "Table remarks")
        for label, name in (*named, (self.note, "Notice")):
            label.setAccessibleName(name)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._title.setAccessibleDescription(sheet.title)
        self.grid = GridView(model, theme, background.way)
        self._empty = EmptyState(self.grid, icons)
        self.columns = ColumnMenu(window, self.grid, model)
        self.filters = FilterRow(icons, sheet.table)
        self.finder = FindBar(icons)
        self._make_buttons(icons)
        self._side = QTabWidget()
        self._side.setAccessibleName("Beside the table")
        self._side.setMinimumWidth(340)
        self._side.hide()
        self._panel: ProfilePanel | None = None
        self._lay_out()

    def _make_buttons(self, icons: Icons) -> None:
        self._icons = icons
        self.filter_button = self._tool("Filter…", "Show only some rows", "ph.funnel")
        self._columns_button = self._tool("Columns", "Hide and show columns", "ph.columns")
        self._columns_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._columns_button.setMenu(self.columns.menu)
        self._columns_button.setStyleSheet("QToolButton { padding-right: 20px; }")  # room for the arrow
        self.profile_button = self._tool("Profile", "What is in each column", "ph.chart-bar")
        self.profile_button.setCheckable(True)
        self.plot_button = self._tool("Plot…", "A quick picture of one or two columns", "ph.chart-line")
        self.code_button = _button("Copy code", "Python that makes this table")
        self.s3_button = _button("Save to S3…", "Store what is shown in a bucket")
        self.save_button = _button("Save as…", "Write what is shown to a file")
        self.save_button.setDefault(True)

    def _tool(self, name: str, tip: str, icon: str) -> QToolButton:
        button = QToolButton()
        button.setText(name)
        button.setAccessibleName(name)
        button.setToolTip(tip)
        button.setIcon(self._icons.icon(icon))
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def _lay_out(self) -> None:
        self._bar, self._bottom = QHBoxLayout(), QHBoxLayout()
        for widget in (self.filter_button, self._columns_button, self.profile_button, self.plot_button):
            self._bar.addWidget(widget)
        self._bar.addStretch(1)
        self._bar.addWidget(self.finder)
        self._bottom.addWidget(self.note, 1)
        for button in (self.code_button, self.s3_button, self.save_button):
            self._bottom.addWidget(button)
        self._split = QSplitter(Qt.Orientation.Horizontal)
        self._split.setChildrenCollapsible(False)
        self._split.setHandleWidth(1)
        for part in (self.grid, self._side):
            self._split.addWidget(part)
        self._split.setStretchFactor(0, 1)
        column = QVBoxLayout(self._window)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(8)
        for label in (self._title, self._facts, self._remarks):
            column.addWidget(label)
        column.addLayout(self._bar)
        column.addWidget(self.filters)
        column.addWidget(self._split, 1)
        column.addLayout(self._bottom)
        tab_in_reading_order(self._window)

    def add_button(self, name: str, tip: str, icon: str) -> QToolButton:
        """One more thing to do with the table, after `Plot…`."""
        button = self._tool(name, tip, icon)
        self._bar.insertWidget(self._bar.indexOf(self.finder) - 1, button)
        tab_in_reading_order(self._window)
        return button

    def show_abilities(self, *, code: bool, s3: bool, desk: bool) -> None:
        """Hide what cannot be done with this table at all, grey out what cannot be done now."""
        self.code_button.setVisible(code)
        self.s3_button.setVisible(desk)
        self.s3_button.setEnabled(s3)
        self.s3_button.setToolTip("Store what is shown in a bucket" if s3 else "Connect to a server first")

    def show_facts(self, sentence: str) -> None:
        """One line about what is shown."""
        set_words(self._facts, sentence, "dim")

    def show_nothing(self, *, empty: bool, filtered: bool) -> None:
        """Over a grid without rows: why it is empty."""
        if not empty:
            self._empty.hide()
            return
        if filtered:
            message = Message("ph.funnel", "No row fits the filters", "Remove one of them, or clear all.")
        else:
            message = Message("ph.table", "This table has no rows", "Only the names of its columns are here.")
        self._empty.show_message(message)

    def show_side(self, *, visible: bool) -> None:
        """Show or hide what stands beside the grid."""
        self.profile_panel()
        self._side.setVisible(visible)
        if visible and not self._split.sizes()[1]:
            self._split.setSizes([680, 420])

    def profile_panel(self) -> ProfilePanel:
        """The tab `Profile`, made when it is first wanted."""
        if self._panel is None:
            from s3desk.ui.table.profile_panel import ProfilePanel  # noqa: PLC0415  # not needed to see a table

            self._panel = ProfilePanel(self._background, self._theme)
            self._side.addTab(self._panel, "Profile")
        return self._panel


def _button(name: str, tip: str) -> QPushButton:
    button = QPushButton(name)
    button.setAccessibleName(name)
    button.setAutoDefault(False)
    button.setToolTip(tip)
    return button
