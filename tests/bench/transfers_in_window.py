"""`python -m tests.bench.transfers_in_window URL BUCKET SOURCE PREFIX TARGET DATA`: up and down in the real window.

SOURCE is a folder that is uploaded, PREFIX what is downloaded to TARGET; the journal is in DATA.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from PySide6.QtCore import QItemSelectionModel, QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from s3desk.models.transfer_model import Outcome
from tests.bench.children import peak_mb
from tests.bench.data_in_window import top_level, verb
from tests.bench.paints import Paints
from tests.bench.window import Visitor, visit

Figures = Mapping[str, float | bool]

_COPY, _LEFT, _NONE = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def drop(visitor: Visitor, path: Path) -> None:
    """Let go of a folder over the table."""
    files, at, viewport = QMimeData(), QPoint(50, 50), visitor.table.viewport()
    files.setUrls([QUrl.fromLocalFile(str(path))])
    QApplication.sendEvent(viewport, QDragEnterEvent(at, _COPY, files, _LEFT, _NONE))
    QApplication.sendEvent(viewport, QDropEvent(at, _COPY, files, _LEFT, _NONE))


async def arrive(visitor: Visitor, address: str) -> None:
    """Go to a place and wait for its rows."""
    visitor.go(address)
    await visitor.until(lambda: visitor.desk.location.uri == address and not visitor.desk.objects.loading)


async def moved(visitor: Visitor, paints: Paints, begin: Callable[[], object]) -> Figures:
    """From a gesture to its end: the gaps, and whether the journal's sum is that of the plan."""
    before = len(visitor.desk.work.model.transfers)
    paints.start()
    start = time.monotonic()
    begin()
    await visitor.until(lambda: len(visitor.desk.work.model.transfers) > before, every_s=0.05)
    transfer = visitor.desk.work.model.transfers[0]
    began = time.monotonic()
    await visitor.until(lambda: not transfer.is_running, every_s=0.05)
    ended = time.monotonic()
    await paints.go_on()
    total = transfer.gesture.sum if transfer.gesture is not None else None
    return {
        **paints.gaps(),
        "wall_s": round(ended - start, 2),
        "planning_s": round(began - start, 2),
        "peak_mb": round(paints.peak_mb, 1),
        "done": total.done if total else 0,
        "same": transfer.outcome is Outcome.DONE and total is not None and total.done == total.planned,
    }


async def fetched(visitor: Visitor, paints: Paints, name: str, target: Path) -> Figures:
    """Choose the folder in the list, then where it goes."""
    model, flags = visitor.table.model(), QItemSelectionModel.SelectionFlag

    def rows() -> list[int]:
        return [n for n in range(model.rowCount()) if str(model.index(n, 0).data()).rstrip("/") == name]

    await visitor.until(rows)
    visitor.table.selectionModel().select(model.index(rows()[0], 0), flags.ClearAndSelect | flags.Rows)
    verb(visitor.window, "Download…").trigger()
    await visitor.until(lambda: top_level("Download") is not None)
    dialog = top_level("Download")
    assert dialog is not None
    field = dialog.findChild(QLineEdit)
    assert field is not None
    field.setText(str(target))
    await paints.go_on()  # the dialog is the system's, where there is one
    return await moved(visitor, paints, partial(QTest.keyClick, field, Qt.Key.Key_Return))


def main() -> int:
    """Print both cases as one JSON object by name."""
    url, bucket, source, prefix, target, data = sys.argv[1:]

    async def gestures(visitor: Visitor) -> Mapping[str, Figures]:
        paints = Paints(visitor.table.viewport())
        await arrive(visitor, f"s3://{bucket}/up/")
        up = await moved(visitor, paints, partial(drop, visitor, Path(source)))
        await arrive(visitor, f"s3://{bucket}/")
        down = await fetched(visitor, paints, prefix, Path(target))
        peak = peak_mb(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
        return {"up": up, "down": {**down, "rss_mb": peak}}

    return visit(url, gestures, Path(data))


if __name__ == "__main__":
    sys.exit(main())
