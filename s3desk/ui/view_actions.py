"""What is shown, and in which colours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu

from s3desk.ui.theme import ThemeChoice
from s3desk.ui.verbs import separator, verb

if TYPE_CHECKING:
    from s3desk.ui.desk import Desk
    from s3desk.ui.main_window import MainWindow

_THEMES = {ThemeChoice.SYSTEM: "As the system", ThemeChoice.LIGHT: "Light", ThemeChoice.DARK: "Dark"}


class ViewActions(QObject):
    """Transfers, Preview, Theme."""

    title = "View"

    def __init__(self, window: MainWindow, desk: Desk) -> None:
        super().__init__(window)
        self._window, self._desk = window, desk
        icon = desk.icons.icon
        self.transfers = verb(self, "Transfers", lambda: None, keys="Ctrl+J", icon=icon("ph.list-bullets"))
        self.preview = verb(self, "Preview", lambda: None, keys="Space", icon=icon("ph.eye"), within=desk.objects)
        for action, pane in ((self.transfers, desk.transfers), (self.preview, desk.preview)):
            action.setCheckable(True)
            action.toggled.connect(pane.setVisible)
        menu = QMenu("Theme", window)
        group = QActionGroup(self)
        for choice, label in _THEMES.items():
            action = verb(self, label, lambda chosen=choice: self._choose(chosen))  # type: ignore[misc]
            action.setCheckable(True)
            action.setChecked(choice is desk.theme.choice)
            group.addAction(action)
            menu.addAction(action)
        self.filter = verb(self, "Filter", self._focus_filter, keys="Ctrl+F", icon=icon("ph.funnel"))
        self.theme = menu.menuAction()
        self.theme.setIcon(icon("ph.palette"))
        self.actions: list[QAction] = [self.filter, self.transfers, self.preview, separator(self), self.theme]
        desk.work.started.connect(lambda: self.transfers.setChecked(True))

    def _focus_filter(self) -> None:
        self._window.filter.setFocus()
        self._window.filter.selectAll()

    def _choose(self, choice: ThemeChoice) -> None:
        self._desk.theme.set_choice(choice)
        self._desk.settings.update(theme=choice.value)
