"""The window as a screen reader sees it: a tree of things with a role and a name."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QAbstractItemView, QApplication, QWidget

Role = QAccessible.Role


def tree(root: QWidget | None = None) -> Iterator[tuple[QAccessible.Role, str, QWidget]]:
    """Role, name and widget of everything that can be seen in `root`, or in all windows, outermost first."""
    tops = [root] if root else [top for top in QApplication.topLevelWidgets() if top.isVisible()]
    for top in tops:
        if interface := QAccessible.queryAccessibleInterface(top):
            yield from _walk(interface)


def find(role: QAccessible.Role, name: str, within: QWidget | None = None) -> QWidget:
    """The one visible control of this role and name. Raises LookupError with what is there instead."""
    found = [widget for its_role, its_name, widget in tree(within) if (its_role, its_name) == (role, name)]
    if len(found) == 1:
        return found[0]
    there = sorted({f"{its_role.name} “{its_name}”" for its_role, its_name, _ in tree(within) if its_name})
    raise LookupError(f"{len(found)} of {role.name} “{name}”; there are: {', '.join(there)}")


def _walk(interface: QAccessibleInterface) -> Iterator[tuple[QAccessible.Role, str, QWidget]]:
    widget = interface.object()
    if not isinstance(widget, QWidget) or not widget.isVisible():
        return
    # On Linux Qt gives out a combo box's choice as its name, since its label is told by a relation there.
    name = widget.accessibleName() if interface.role() == Role.ComboBox else interface.text(QAccessible.Text.Name)
    yield interface.role(), name, widget
    # Cells are read one by one when somebody goes there, so nobody walks through them to find a control; what lies
    # over an empty table is no cell, and is read when the keyboard comes to it.
    if isinstance(widget, QAbstractItemView):
        for overlay in widget.viewport().findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
            yield from tree(overlay) if overlay.isVisible() else ()
        return
    for number in range(interface.childCount()):
        if (child := interface.child(number)) is not None:
            yield from _walk(child)
