"""Every verb by its name: type a few letters, press Enter."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QDialog, QLabel, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget


class CommandPalette(QDialog):
    """Offers the verbs that can be used now, with the keys that do the same."""

    def __init__(self, parent: QWidget, groups: Sequence[tuple[str, Sequence[QAction]]]) -> None:
        super().__init__(parent)
        self.setWindowTitle("Commands")
        self.setMinimumSize(520, 420)
        self._words, self._list = QLineEdit(), QListWidget()
        self._words.setPlaceholderText("What do you want to do?")
        self._words.setAccessibleName("Command")
        self._list.setAccessibleName("Commands")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.addWidget(self._words)
        layout.addWidget(self._list)
        self._none = QLabel()
        self._none.setProperty("words", "dim")
        layout.addWidget(self._none)
        self._actions: list[QAction] = []
        for title, actions in groups:
            for action in actions:
                self._add(title, action)
        self._words.textChanged.connect(self._narrow)
        self._words.installEventFilter(self)
        self._list.itemActivated.connect(lambda _: self.accept())
        self._narrow("")

    def _add(self, title: str, action: QAction) -> None:
        if menu := action.menu():
            for inner in menu.actions():  # type: ignore[attr-defined]  # a menu; the stubs call it an object
                self._add(f"{title}: {action.text()}", inner)
        elif not action.isSeparator() and action.isEnabled():
            keys = action.shortcut().toString()
            item = QListWidgetItem(f"{title}: {action.text()}" + (f"    {keys}" if keys else ""))
            item.setIcon(action.icon())
            item.setData(Qt.ItemDataRole.UserRole, len(self._actions))
            self._actions.append(action)
            self._list.addItem(item)

    def _narrow(self, words: str) -> None:
        """Show what contains all the words, in any order."""
        wanted = words.casefold().split()
        first = -1
        for row in range(self._list.count()):
            item = self._list.item(row)
            hidden = not all(word in item.text().casefold() for word in wanted)
            item.setHidden(hidden)
            if first < 0 and not hidden:
                first = row
        self._list.setCurrentRow(first)
        self._none.setText("" if first >= 0 else f"No command matches “{words}”.")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The arrow keys walk through the list while one types, Enter takes."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
                self._step(-1 if event.key() == Qt.Key.Key_Up else 1)
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.accept()
                return True
        return super().eventFilter(watched, event)

    def _step(self, way: int) -> None:
        row = self._list.currentRow() + way
        while 0 <= row < self._list.count():
            if not self._list.item(row).isHidden():
                self._list.setCurrentRow(row)
                return
            row += way

    def answer(self) -> QAction | None:
        """The verb chosen."""
        item = self._list.currentItem()
        return self._actions[item.data(Qt.ItemDataRole.UserRole)] if item and not item.isHidden() else None
