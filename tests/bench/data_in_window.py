"""`python -m tests.bench.data_in_window URL ADDRESS FILES`: previews and a combination in the real window."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from functools import partial
from typing import TypeVar

from PySide6.QtCore import QAbstractItemModel, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QTableView, QWidget

from s3desk.ui.preview_pane import PreviewPane
from tests.bench.paints import Paints, resident_mb
from tests.bench.window import Visitor, visit

W = TypeVar("W", bound=QWidget)

_LOOKS = 40
_SCROLLS_S = 4

Figures = Mapping[str, float]


async def looking(visitor: Visitor, paints: Paints) -> Figures:
    """Down through the list with the arrow key, staying at each file until its rows are shown."""
    preview, grid = visitor.desk.preview, visitor.find(QTableView, "Preview table")
    took = []
    visitor.table.setFocus()
    visitor.table.selectRow(0)
    await paints.shown(partial(has_other_rows, preview, grid, None))
    paints.start()
    for row in range(1, _LOOKS):
        before, start = grid.model(), time.monotonic()
        QTest.keyClick(visitor.table, Qt.Key.Key_Down)
        assert visitor.table.currentIndex().row() == row
        await paints.shown(partial(has_other_rows, preview, grid, before))
        took.append(time.monotonic() - start)
    return dict(paints.gaps()) | {"result_ms": round(sorted(took)[len(took) // 2] * 1000, 1)}


async def scrolling(visitor: Visitor, paints: Paints) -> Figures:
    """From the first row of a file to its last, a step before each paint; further ranges come meanwhile."""
    bar = visitor.find(QTableView, "Preview table").verticalScrollBar()
    start = time.monotonic()

    def step() -> None:
        bar.setValue(int(bar.maximum() * min((time.monotonic() - start) / _SCROLLS_S, 1)))

    paints.before_each = step
    paints.start()
    await paints.shown(lambda: time.monotonic() - start > _SCROLLS_S)
    paints.before_each = lambda: None
    return paints.gaps()


async def combining(visitor: Visitor, paints: Paints, files: int) -> Figures:
    """From the verb to the table that opens, the list of differences read before."""
    before = resident_mb()
    visitor.table.clearSelection()
    paints.start()
    verb(visitor.window, "Combine tables…").trigger()
    await visitor.until(lambda: top_level("Combine tables") is not None)
    dialog = top_level("Combine tables")
    assert dialog is not None
    listed = named(dialog, QTableView, "Files to combine")
    await visitor.until(lambda: listed.model().rowCount() == files and listed.model().index(files - 1, 2).data())
    start = time.monotonic()
    QTest.mouseClick(named(dialog, QPushButton, "Combine"), Qt.MouseButton.LeftButton)
    await visitor.until(lambda: top_level("Table") is not None)
    result = time.monotonic() - start
    await paints.go_on()
    gaps = paints.gaps()
    return dict(gaps) | {"result_s": round(result, 2), "rss_growth_mb": round(resident_mb() - before, 1)}


def has_other_rows(preview: PreviewPane, grid: QTableView, before: QAbstractItemModel | None) -> bool:
    """Whether the preview shows rows of another object; asked at each paint, so it looks for nothing."""
    model = grid.model()
    return not preview.loading and model is not None and model is not before and model.rowCount() > 1


def verb(window: QWidget, title: str) -> QAction:
    """A verb of the menus by its words."""
    return next(action for action in window.findChildren(QAction) if action.text() == title)


def top_level(name: str) -> QWidget | None:
    """A window or dialog that is open."""
    for widget in QApplication.topLevelWidgets():
        if widget.isVisible() and name in (widget.accessibleName(), widget.windowTitle()):
            return widget
    return None


def named(inside: QWidget, kind: type[W], name: str) -> W:
    """A control by its name or words."""
    for widget in inside.findChildren(kind):
        if name in (widget.accessibleName(), getattr(widget, "text", str)()):
            return widget
    raise LookupError(name)


def main() -> int:
    """Print all cases as one JSON object by name."""
    url, address, files = sys.argv[1], sys.argv[2], int(sys.argv[3])

    async def gestures(visitor: Visitor) -> Mapping[str, Figures]:
        visitor.go(address)
        await visitor.until(lambda: visitor.desk.location.uri == address and visitor.rows == files)
        paints = Paints(visitor.table.viewport())
        return {
            "looking": await looking(visitor, paints),
            "scrolling": await scrolling(visitor, paints),
            "combining": await combining(visitor, paints, files),
        }

    return visit(url, gestures)


if __name__ == "__main__":
    sys.exit(main())
