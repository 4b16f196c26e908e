"""The real window, alone in its process, used by a coroutine instead of a person."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import time
import traceback
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QTableView, QWidget

from s3desk.app import furnish, open_window
from s3desk.arguments import read_arguments
from s3desk.session import Session
from tests.bench.serving import ADDRESS

if TYPE_CHECKING:
    from s3desk.ui.desk import Desk
    from s3desk.ui.main_window import MainWindow

W = TypeVar("W", bound=QWidget)

_LIMIT_S = 900
_SETTLED_S = 3


class Visitor:
    """Knows the window's controls by their names, and of what is behind it only when a list is complete."""

    def __init__(self, window: MainWindow, desk: Desk) -> None:
        self.window, self.desk = window, desk
        self.table = self.find(QTableView, "Objects")

    @property
    def rows(self) -> int:
        """How many rows are shown."""
        return self.desk.objects.model.rowCount()

    @property
    def is_there(self) -> bool:
        """Whether the folder of the bench is the place shown, as soon as the window says so."""
        return self.desk.location.uri == ADDRESS

    def press_enter(self) -> None:
        """Ask for the address of the bench's keys."""
        self.go(ADDRESS)

    def go(self, address: str) -> None:
        """Ask for a place."""
        field = self.find(QLineEdit, "Location")
        field.setText(address)
        QTest.keyClick(field, Qt.Key.Key_Return)

    def filter_by(self, text: str) -> None:
        """Type into the filter, a key at a time; nothing clears it."""
        field = self.find(QLineEdit, "Filter")
        if text:
            QTest.keyClicks(field, text)
        else:
            field.clear()

    async def until(self, fact: Callable[[], object], *, every_s: float = 0.005) -> None:
        """Look every 5 ms. Raises TimeoutError."""
        end = time.monotonic() + _LIMIT_S
        while not fact():
            if time.monotonic() > end:
                raise TimeoutError(f"waited {_LIMIT_S} s; {self.rows} rows")
            await asyncio.sleep(every_s)

    async def until_listed(self, keys: int) -> None:
        """Wait for the last row. Raises RuntimeError when the list stays at another number of rows."""
        stayed = [time.monotonic()]

        def listed() -> bool:
            if self.desk.objects.loading:
                stayed[0] = time.monotonic()
            elif time.monotonic() > stayed[0] + _SETTLED_S:
                raise RuntimeError(f"the list ended with {self.rows} of {keys} rows")
            return not self.desk.objects.loading and self.rows == keys

        await self.until(listed)

    async def until_connected(self) -> None:
        """Wait until the list of buckets is shown and nothing is on its way."""
        await self.until(lambda: self.rows == 1 and not self.desk.objects.loading)

    def find(self, kind: type[W], name: str) -> W:
        """A control by its accessible name."""
        return next(widget for widget in self.window.findChildren(kind) if widget.accessibleName() == name)


def visit(
    endpoint_url: str, gestures: Callable[[Visitor], Coroutine[Any, Any, object]], data: Path | None = None
) -> int:
    """Start as the program does, connected; print what `gestures` return as JSON and end the process at once.

    `data` is the folder of the journal; None keeps it in memory.
    """
    gc.disable()  # as __main__ does
    app = QApplication(["s3desk", "-style", "fusion"])
    arguments = read_arguments(["--endpoint-url", endpoint_url])
    window, theme, icons = open_window(app, arguments)
    window.resize(1280, 800)
    window.show()
    app.processEvents()
    desk = furnish(window, theme, icons, data)

    async def live() -> None:
        try:
            visitor = Visitor(window, desk)
            await visitor.until_connected()
            print(json.dumps(await gestures(visitor)), flush=True)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)  # nothing here is worth the time that taking down a million rows takes

    QTimer.singleShot(0, lambda: tasks.append(asyncio.ensure_future(live())))
    tasks: list[asyncio.Future[None]] = []
    return Session(app, window, desk, arguments).run()
