"""The person before the window: every method is a gesture of mouse or keyboard."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QItemSelectionModel, QPoint, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QSpinBox, QTableView, QWidget

from s3desk.s3.location import Location
from tests.ui.onlooker import Onlooker
from tests.ui.screen_reader import Role, find, tree

_FIELDS = (Role.EditableText, Role.ComboBox)


class Analyst(Onlooker):
    """Uses the window, and nothing but the window."""

    # where we are

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

    def choose(self, name: str, item: str, within: QWidget | None = None) -> None:
        """Open a combo box and take an item; of two equal ones the last, since the first may be a guess."""
        box = find(Role.ComboBox, name, within or self.window)
        assert isinstance(box, QComboBox)
        rows = [row for row in range(box.count()) if box.itemText(row) == item]
        assert rows, f"{name} offers {self.items(name, within)}, not {item!r}"
        box.showPopup()
        box.view().setCurrentIndex(box.model().index(rows[-1], 0))
        QTest.keyClick(box.view(), Qt.Key.Key_Return)

    def choose_files(self, title: str, *paths: Path) -> None:
        """Type paths into the file dialog of this title and accept."""
        dialog = self.dialog(title)
        field = next(w for role, _, w in tree(dialog) if role == Role.EditableText and isinstance(w, QLineEdit))
        field.setText(" ".join(f'"{path}"' for path in paths) if len(paths) > 1 else str(paths[0]))
        QTest.keyClick(field, Qt.Key.Key_Return)
        self.until(lambda: not dialog.isVisible())

    # rows

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
