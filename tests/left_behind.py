"""What a test with a window must not leave to the next one."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import Any

import pytest

_SETTLE_S = 5.0


class LoopProblems:
    """What asyncio would only have logged: exceptions that nobody awaited."""

    def __init__(self) -> None:
        self.messages: list[str] = []

    def note(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """An exception handler for the loop."""
        self.messages.append(f"{context['message']}: {context.get('exception')!r}")


def fail_if_left_behind(loop: asyncio.AbstractEventLoop, problems: LoopProblems) -> None:
    """Let Qt's events come to an end, up to five seconds, then fail the test for what is still there."""
    deadline = time.monotonic() + _SETTLE_S
    while (left := _left(loop)) and time.monotonic() < deadline:
        _turn_the_loop()
    for task in asyncio.all_tasks(loop):
        task.cancel()
    if left or problems.messages:
        _turn_the_loop()
        _close_windows()
        pytest.fail("left behind: " + "; ".join([*left, *problems.messages]), pytrace=False)


def _left(loop: asyncio.AbstractEventLoop) -> list[str]:
    from PySide6.QtWidgets import QApplication

    tasks = [f"task {task.get_coro()!r}" for task in asyncio.all_tasks(loop)]
    threads = [f"thread {thread.name}" for thread in threading.enumerate() if thread.name.startswith("s3desk-")]
    windows = [f"window {w.windowTitle() or w!r}" for w in QApplication.topLevelWidgets() if w.isVisible()]
    return tasks + threads + windows


def _turn_the_loop() -> None:
    from PySide6.QtCore import QEventLoop, QTimer

    turn = QEventLoop()
    QTimer.singleShot(10, turn.quit)
    turn.exec()


def _close_windows() -> None:
    from PySide6.QtWidgets import QApplication

    for window in QApplication.topLevelWidgets():
        window.close()
        window.deleteLater()
