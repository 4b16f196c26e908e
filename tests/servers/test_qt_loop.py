"""asyncio turns while pytest-qt waits, and what a test leaves behind is seen."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QPushButton

from tests.conftest import AwaitOnQt
from tests.left_behind import LoopProblems, fail_if_left_behind

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


def test_a_coroutine_gives_its_result(await_on_qt: AwaitOnQt) -> None:
    async def flow() -> int:
        await asyncio.sleep(0.01)
        return 7

    assert await_on_qt(flow()) == 7


def test_an_error_arrives(await_on_qt: AwaitOnQt) -> None:
    async def flow() -> None:
        raise LookupError("here")

    with pytest.raises(LookupError, match="here"):
        await_on_qt(flow())


def test_a_thread_is_awaited(await_on_qt: AwaitOnQt) -> None:
    assert await_on_qt(asyncio.to_thread(sum, [1, 2, 3])) == 6


def test_a_slot_starts_a_task_and_a_window_shows(qtbot: QtBot) -> None:
    button = QPushButton("Go")
    qtbot.addWidget(button)
    done: list[str] = []

    async def flow() -> None:
        await asyncio.sleep(0)
        done.append(button.text())

    button.clicked.connect(lambda: asyncio.ensure_future(flow()))
    button.show()
    qtbot.waitExposed(button)
    QTimer.singleShot(0, button.click)
    qtbot.waitUntil(lambda: done == ["Go"])


def test_what_is_left_behind_is_named(
    qtbot: QtBot, event_loop_on_qt: asyncio.AbstractEventLoop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.left_behind._SETTLE_S", 0.0)
    window = QPushButton("forgotten")
    window.setWindowTitle("Forgotten window")
    window.show()

    async def forever() -> None:
        await asyncio.Event().wait()

    task = event_loop_on_qt.create_task(forever())
    with pytest.raises(pytest.fail.Exception, match=r"forever.*Forgotten window"):
        fail_if_left_behind(event_loop_on_qt, LoopProblems())
    qtbot.waitUntil(task.cancelled)
