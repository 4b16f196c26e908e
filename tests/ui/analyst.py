"""The person before the window: every method is something to see, or a gesture of mouse or keyboard."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, Qt
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QDialog,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QSpinBox,
    QTableView,
    QTextEdit,
    QTreeView,
    QWidget,
)

from s3desk.s3.location import Location
from tests.ui.screen_reader import Role, find, tree

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from s3desk.s3.connection import Connection
    from s3desk.ui.desk import Desk
    from s3desk.ui.main_window import MainWindow

_FIELDS = (Role.EditableText, Role.ComboBox)
_BUTTONS = (Role.Button, Role.ButtonMenu, Role.CheckBox)


class Analyst:
    """Finds things by role and name, as with a screen reader, and waits for facts, never for time."""

    horizontal = Qt.Orientation.Horizontal

    def __init__(self, qtbot: QtBot, window: MainWindow, desk: Desk) -> None:
        self.qtbot, self.window, self.desk = qtbot, window, desk
        self.connection: Connection | None = None

    def until(self, fact: Callable[[], object], timeout: int = 15_000) -> None:
        """Wait until something is true."""
        self.qtbot.waitUntil(lambda: bool(fact()), timeout=timeout)

    # what there is to see

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

    # where we are

    @property
    def is_listed(self) -> bool:
        """Whether the place shown is there completely."""
        pane = self.desk.objects
        return pane.place is not None and pane.place == self.desk.navigator.place and not pane.loading

    def arrive(self, bucket: str = "", prefix: str = "") -> None:
        """Wait until this place is shown completely, or stays a failed one."""
        self.until(lambda: self.desk.location == Location(bucket, prefix) and self.is_listed)

    def go(self, bucket: str, prefix: str = "") -> None:
        """Type an address and wait until its folder is listed."""
        self.write("Location", Location(bucket, prefix).uri, enter=True)
        self.arrive(bucket, prefix)

    # keyboard and mouse

    def press(self, keys: str, on: QWidget | None = None) -> None:
        """Press a key combination where the keyboard is, or on a widget."""
        if QApplication.activeWindow() is None:  # offscreen nobody activates what lay below a closed dialog
            with self.qtbot.waitActive(self.window):
                self.window.activateWindow()
        if on is not None:
            on.setFocus()
        at = on or QApplication.focusWidget() or self.window
        QTest.keySequence(at, QKeySequence(keys))

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

    def do(self, text: str) -> None:
        """Choose a verb from the menus; it must not be greyed out."""
        action = self.verb(text)
        self.until(action.isEnabled)
        action.trigger()

    def click(self, name: str, within: QWidget | None = None) -> None:
        """Click a button or a check box."""
        button = self.button(name, within)
        assert button.isEnabled(), f"{name} is greyed out"
        QTest.mouseClick(button, Qt.MouseButton.LeftButton, pos=QPoint(10, button.height() // 2))

    def button(self, name: str, within: QWidget | None = None) -> QAbstractButton:
        """A button or a check box by its name."""
        found = [w for role, its_name, w in tree(within or self.window) if role in _BUTTONS and its_name == name]
        assert len(found) == 1, f"{len(found)} buttons named {name}"
        assert isinstance(found[0], QAbstractButton)
        return found[0]

    def write(self, name: str, text: str, within: QWidget | None = None, *, enter: bool = False) -> None:
        """Write over what is in a field; at once, since not every character has a key."""
        found = [w for role, its, w in tree(within or self.window) if its == name and role in _FIELDS]
        field = found[0].lineEdit() if found and isinstance(found[0], QComboBox) else next(iter(found), None)
        assert isinstance(field, QLineEdit), f"no field {name}"
        field.setFocus()
        field.selectAll()
        field.insert(text)
        if enter:
            QTest.keyClick(field, Qt.Key.Key_Return)

    def set_number(self, name: str, number: int, within: QWidget | None = None) -> None:
        """Type a number."""
        box = find(Role.SpinBox, name, within or self.window)
        assert isinstance(box, QSpinBox)
        box.setFocus()
        box.selectAll()
        QTest.keyClicks(box, str(number))
        QTest.keyClick(box, Qt.Key.Key_Tab)

    def items(self, name: str, within: QWidget | None = None) -> list[str]:
        """What a combo box offers."""
        box = find(Role.ComboBox, name, within or self.window)
        assert isinstance(box, QComboBox)
        return [box.itemText(row) for row in range(box.count())]

    def choose(self, name: str, item: str, within: QWidget | None = None) -> None:
        """Open a combo box and take an item; of two equal ones the last, since the first may be a guess."""
        box = find(Role.ComboBox, name, within or self.window)
        assert isinstance(box, QComboBox)
        rows = [row for row in range(box.count()) if box.itemText(row) == item]
        assert rows, f"{name} offers {self.items(name, within)}, not {item!r}"
        box.showPopup()
        box.view().setCurrentIndex(box.model().index(rows[-1], 0))
        QTest.keyClick(box.view(), Qt.Key.Key_Return)

    def dialog(self, title: str) -> QDialog:
        """Wait for a dialog."""

        def opened() -> list[QDialog]:
            tops = QApplication.topLevelWidgets()
            return [top for top in tops if isinstance(top, QDialog) and top.isVisible() and top.windowTitle() == title]

        self.until(opened)
        return opened()[-1]

    def choose_files(self, title: str, *paths: Path) -> None:
        """Type paths into the file dialog of this title and accept."""
        dialog = self.dialog(title)
        field = next(w for role, _, w in tree(dialog) if role == Role.EditableText and isinstance(w, QLineEdit))
        field.setText(" ".join(f'"{path}"' for path in paths) if len(paths) > 1 else str(paths[0]))
        QTest.keyClick(field, Qt.Key.Key_Return)
        self.until(lambda: not dialog.isVisible())

    # rows

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

    def select(self, *names: str, table: QTableView | None = None) -> None:
        """Click the first name, and the others with Ctrl."""
        table = table or self.objects
        modifier = Qt.KeyboardModifier.NoModifier
        for name in names:
            at = self.point_at(self.index(name, table), table)
            QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, modifier, at)
            modifier = Qt.KeyboardModifier.ControlModifier
        chosen = table.selectionModel()
        assert isinstance(chosen, QItemSelectionModel)
        assert {index.data() for index in chosen.selectedRows()} == set(names)

    def select_row(self, row: int) -> None:
        """Click a row by its number, where two have the same name."""
        at = self.point_at(self.objects.model().index(row, 0), self.objects)
        QTest.mouseClick(self.objects.viewport(), Qt.MouseButton.LeftButton, pos=at)
        assert [index.row() for index in self.objects.selectionModel().selectedRows()] == [row]

    def double_click(self, name: str) -> None:
        """Open by mouse."""
        at = self.point_at(self.index(name), self.objects)
        viewport = self.objects.viewport()
        QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=at)
        QTest.mouseDClick(viewport, Qt.MouseButton.LeftButton, pos=at)

    def click_header(self, title: str) -> None:
        """Sort by a column."""
        header = self.objects.horizontalHeader()
        model = self.objects.model()
        titles = [model.headerData(number, self.horizontal) for number in range(model.columnCount())]
        section = titles.index(title)
        at = QPoint(header.sectionViewportPosition(section) + header.sectionSize(section) // 2, header.height() // 2)
        QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=at)


def clipboard() -> str:
    """What would be pasted now."""
    return QGuiApplication.clipboard().text()
