"""Every verb by its name: type a few letters, press Enter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QIcon, QKeyEvent, QPalette
from PySide6.QtWidgets import QDialog, QLabel, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout

if TYPE_CHECKING:
    from s3desk.ui.main_window import MainWindow

_ICON = 16


class CommandPalette(QDialog):
    """Offers the verbs with the keys that do the same; below them, dimmed, those that cannot be used now."""

    def __init__(self, window: MainWindow, groups: Sequence[tuple[str, Sequence[QAction]]]) -> None:
        super().__init__(window)
        self._window = window
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
        for enabled in (True, False):
            for title, actions in groups:
                for action in actions:
                    self._add(title, action, enabled=enabled)
        self._words.textChanged.connect(self._narrow)
        self._words.installEventFilter(self)
        self._list.itemActivated.connect(lambda _: self.accept())
        self._narrow("")

    def _add(self, title: str, action: QAction, *, enabled: bool) -> None:
        if menu := action.menu():
            for inner in menu.actions():  # type: ignore[attr-defined]  # a menu; the stubs call it an object
                self._add(f"{title}: {action.text()}", inner, enabled=enabled)
        elif not action.isSeparator() and action.isEnabled() == enabled:
            keys = action.shortcut().toString()
            item = QListWidgetItem(f"{title}: {action.text()}" + (f"    {keys}" if keys else ""))
            item.setIcon(action.icon())
            item.setData(Qt.ItemDataRole.UserRole, len(self._actions))
            if not enabled:
                self._dim(item, action)
            self._actions.append(action)
            self._list.addItem(item)

    def _dim(self, item: QListWidgetItem, action: QAction) -> None:
        """It can still be chosen: to be told what it needs."""
        item.setForeground(self.palette().brush(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Text))
        item.setIcon(QIcon(action.icon().pixmap(_ICON, QIcon.Mode.Disabled)))
        item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{item.text()}, not possible here")
        item.setToolTip(_why_not(action))

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

    def accept(self) -> None:
        """Close; the status bar says what is needed for a verb that cannot be used."""
        super().accept()
        chosen = self._chosen()
        if chosen is not None and not chosen.isEnabled():
            self._window.say(_why_not(chosen))

    def answer(self) -> QAction | None:
        """The verb chosen, if it can be used."""
        chosen = self._chosen()
        return chosen if chosen is not None and chosen.isEnabled() else None

    def _chosen(self) -> QAction | None:
        item = self._list.currentItem()
        return self._actions[item.data(Qt.ItemDataRole.UserRole)] if item and not item.isHidden() else None


def _why_not(action: QAction) -> str:
    """What a verb does, or why it cannot be used: its tip says either."""
    keys, name = action.shortcut().toString(), action.text().rstrip("…")
    tip = action.toolTip().removesuffix(f" ({keys})")
    return f"“{name}” is not possible here" + (f": {tip}" if tip not in ("", name, action.text()) else ".")
