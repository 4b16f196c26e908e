"""The window as somebody sees it who knows every control by its role and name."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QDialog,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QTableView,
    QTextEdit,
    QTreeView,
    QWidget,
)

from tests.ui.screen_reader import Role, find, tree

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from s3desk.s3.connection import Connection
    from s3desk.ui.desk import Desk
    from s3desk.ui.main_window import MainWindow

_BUTTONS = (Role.Button, Role.ButtonMenu, Role.CheckBox)


class Onlooker:
    """Finds and reads what is there, and waits for facts, never for time."""

    horizontal = Qt.Orientation.Horizontal

    def __init__(self, qtbot: QtBot, window: MainWindow, desk: Desk) -> None:
        self.qtbot, self.window, self.desk = qtbot, window, desk
        self.connection: Connection | None = None

    def until(self, fact: Callable[[], object], timeout: int = 40_000) -> None:
        """Wait until something is true."""
        self.qtbot.waitUntil(lambda: bool(fact()), timeout=timeout)

    @property
    def objects(self) -> QTableView:
        """The table in the middle."""
        return self.table("Objects")

    def table(self, name: str, within: QWidget | None = None) -> QTableView:
        """A table by its name."""
        found = find(Role.Table, name, within or self.window)
        assert isinstance(found, QTableView)
        return found

    @property
    def buckets(self) -> QTreeView:
        """The tree on the left."""
        found = find(Role.Tree, "Buckets", self.window)
        assert isinstance(found, QTreeView)
        return found

    def column(self, number: int, table: str = "Objects", within: QWidget | None = None) -> list[str]:
        """What stands in a column, top to bottom."""
        model = self.table(table, within).model()
        return [str(model.index(row, number).data()) for row in range(model.rowCount())]

    def names(self) -> list[str]:
        """The first column of the table in the middle."""
        return self.column(0)

    def words(self, name: str, within: QWidget | None = None) -> str:
        """What a label or a text says; "" while it is not there."""
        roles = (Role.StaticText, Role.EditableText, Role.Client, Role.StatusBar)
        for role, its_name, widget in tree(within or self.window):
            if its_name == name and role in roles:
                if isinstance(widget, (QPlainTextEdit, QTextEdit)):
                    return widget.toPlainText()
                assert isinstance(widget, (QLabel, QLineEdit)), widget
                return widget.text()
        return ""

    @property
    def counts(self) -> str:
        """The left of the status bar."""
        return self.words("Counts")

    @property
    def said(self) -> str:
        """The passing sentence of the status bar."""
        return self.window.statusBar().currentMessage()

    def sentences(self, within: QWidget | None = None) -> list[str]:
        """What all labels say."""
        return [label.text() for _, _, label in tree(within or self.window) if isinstance(label, QLabel)]

    def expect(self, words: str, within: QWidget | None = None) -> None:
        """A label somewhere in the window must say this."""
        there = self.sentences(within)
        assert any(words in sentence for sentence in there), f"{words!r} is not among {there}"

    def work(self) -> list[tuple[str, str]]:
        """The lines of Transfers: what it is, and how it stands."""
        if not any(name == "Transfers" and role == Role.Table for role, name, _ in tree(self.window)):
            return []
        return list(zip(self.column(0, "Transfers"), self.column(1, "Transfers"), strict=True))

    def finished(self, number: int) -> bool:
        """Whether so many lines of Transfers are done."""
        return sum(details.startswith("Done") for _, details in self.work()) == number

    @property
    def is_listed(self) -> bool:
        """Whether the place shown is there completely."""
        pane = self.desk.objects
        return pane.place is not None and pane.place == self.desk.navigator.place and not pane.loading

    def verb(self, text: str) -> QAction:
        """The one action of this text in the menus."""
        found = [action for action in self.verbs() if action.text() == text]
        assert found, f"no verb {text!r} in the menus"
        return found[0]

    def verbs(self) -> list[QAction]:
        """Every action of the menu bar, submenus included."""
        menus = [action.menu() for action in self.window.menuBar().actions()]
        found: list[QAction] = []
        while menus:
            menu = menus.pop()
            assert isinstance(menu, QMenu)
            found += menu.actions()
            menus += [action.menu() for action in menu.actions() if action.menu() is not None]
        return found

    def button(self, name: str, within: QWidget | None = None) -> QAbstractButton:
        """A button or a check box by its name."""
        found = [w for role, its_name, w in tree(within or self.window) if role in _BUTTONS and its_name == name]
        assert len(found) == 1, f"{len(found)} buttons named {name}"
        assert isinstance(found[0], QAbstractButton)
        return found[0]

    def items(self, name: str, within: QWidget | None = None) -> list[str]:
        """What a combo box offers."""
        box = find(Role.ComboBox, name, within or self.window)
        assert isinstance(box, QComboBox)
        return [box.itemText(row) for row in range(box.count())]

    def dialog(self, title: str) -> QDialog:
        """Wait for a dialog."""

        def opened() -> list[QDialog]:
            tops = QApplication.topLevelWidgets()
            return [top for top in tops if isinstance(top, QDialog) and top.isVisible() and top.windowTitle() == title]

        self.until(opened)
        return opened()[-1]

    def index(self, name: str, table: QTableView | None = None) -> QModelIndex:
        """Where a name stands."""
        table = table or self.objects
        model = table.model()
        found = [model.index(row, 0) for row in range(model.rowCount()) if model.index(row, 0).data() == name]
        there = [model.index(row, 0).data() for row in range(model.rowCount())]
        assert len(found) == 1, f"{len(found)} of {name!r} among {there}"
        return found[0]

    def point_at(self, index: QModelIndex, table: QTableView) -> QPoint:
        """The middle of a cell, scrolled to where it can be clicked."""
        table.scrollTo(index)
        return table.visualRect(index).center()
