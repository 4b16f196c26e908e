"""A verb: one QAction, shown by menus, toolbar, context menus, the command palette and shortcuts alike."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QIcon, QKeySequence
from PySide6.QtWidgets import QWidget


def verb(
    owner: QObject,
    text: str,
    do: Callable[[], None],
    *,
    keys: str = "",
    icon: QIcon | None = None,
    tip: str = "",
    within: QWidget | None = None,
) -> QAction:
    """Make a verb. `within` limits its keys to a widget, for keys that mean something else elsewhere."""
    action = QAction(text, owner)
    action.triggered.connect(lambda: do())  # noqa: PLW0108  # without it, `checked` would arrive as an argument
    if icon is not None:
        action.setIcon(icon)
    if keys:
        action.setShortcuts([QKeySequence(one) for one in keys.split("|")])
    plain = text.rstrip("…")
    action.setToolTip(f"{tip or plain} ({action.shortcut().toString()})" if keys else tip or plain)
    action.setStatusTip(tip)
    if within is not None:
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        within.addAction(action)
    return action


def separator(owner: QObject) -> QAction:
    """A line between verbs."""
    action = QAction(owner)
    action.setSeparator(True)
    return action
