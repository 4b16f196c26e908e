"""The left of the window: the tree, and above it the field that narrows it."""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from s3desk.models.tree_search import TreeSearch
from s3desk.ui.empty_state import EmptyState, Message

if TYPE_CHECKING:
    from s3desk.models.tree_node import Node
    from s3desk.ui.bucket_pane import BucketPane
    from s3desk.ui.icons import Icons

TURN_S = 0.010  # how long the search may keep the window from other things
AGAIN_MS = 150  # after a change of what is searched

_NOTHING = Message("ph.funnel", "Nothing matches", "Only folders you have opened are searched.")


class BucketSide(QWidget):
    """Narrows the tree as one types. Levels that were loaded are searched whole, and no server is asked."""

    def __init__(self, tree: BucketPane, icons: Icons) -> None:
        super().__init__()
        self._tree = tree
        self._search: TreeSearch | None = None
        self._steps: Iterator[None] = iter(())
        self._were_open: list[Node] | None = None  # before the filter
        self.filter = _field(icons)
        self._empty = EmptyState(tree, icons)
        self._turn, self._again = QTimer(self), QTimer(self)
        self._turn.timeout.connect(self._go_on)
        self._again.setSingleShot(True)
        self._again.setInterval(AGAIN_MS)
        self._again.timeout.connect(self._start)
        self._lay_out()
        self.filter.textChanged.connect(self._start)
        self.filter.returnPressed.connect(tree.setFocus)
        for key, slot in (("Esc", self._leave), ("Down", tree.setFocus)):
            shortcut = QShortcut(QKeySequence(key), self.filter)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(slot)
        tree.filled.connect(self._search_again)

    def _lay_out(self) -> None:
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)  # a plain QWidget has no ground of its own
        top = QWidget()
        inner, layout = QVBoxLayout(top), QVBoxLayout(self)
        inner.setContentsMargins(8, 8, 8, 6)
        inner.addWidget(self.filter)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(top)
        layout.addWidget(self._tree)

    def _leave(self) -> None:
        self.filter.clear()
        self._tree.setFocus()

    def _search_again(self) -> None:
        if self.filter.text() and not self._again.isActive():
            self._again.start()

    def _start(self) -> None:
        self._turn.stop()
        if not self.filter.text():
            self._end()
            return
        if self._were_open is None:
            self._were_open = self._tree.open_nodes()
        self._search = TreeSearch(self._tree.buckets, self.filter.text())
        self._steps = self._search.steps()
        self._turn.start()
        self._go_on()

    def _go_on(self) -> None:
        until = perf_counter() + TURN_S
        for _ in self._steps:
            if perf_counter() > until:
                return
        self._turn.stop()
        if self._search is not None:
            self._show(self._search)

    def _show(self, search: TreeSearch) -> None:
        matches = search.matches()
        self._tree.buckets.narrow(search.pattern, matches)
        self._tree.open_only([node for node, inside in search.inside.items() if inside], collapse=False)
        if self._tree.buckets.rowCount():
            self._empty.hide()
        else:
            self._empty.show_message(_NOTHING)
        self._describe()

    def _end(self) -> None:
        self._again.stop()
        if self._were_open is None:
            return
        self._search = None
        self._tree.buckets.narrow(None, {})
        self._tree.open_only(self._were_open, collapse=True)
        self._were_open = None
        self._empty.hide()
        self._tree.follow_navigator()
        self._describe()

    def _describe(self) -> None:
        """What a screen reader says of the tree when nothing is in it."""
        nothing = self._empty.isVisibleTo(self._tree)
        self._tree.setAccessibleDescription(
            self._empty.accessibleName() if nothing else "Connections, their buckets and folders"
        )


def _field(icons: Icons) -> QLineEdit:
    field = QLineEdit()
    field.setAccessibleName("Filter buckets and folders")
    field.setPlaceholderText("Filter folders")
    field.setToolTip("Show only buckets and folders whose names contain this; * and ? work. Searches what was opened.")
    field.setClearButtonEnabled(True)
    field.addAction(icons.icon("ph.funnel"), QLineEdit.ActionPosition.LeadingPosition)
    return field
