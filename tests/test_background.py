"""The door out of the GUI thread."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import pytest

from s3desk.background import Background
from s3desk.s3.errors import NotFoundError
from s3desk.s3.job import Job

Await = Callable[[Coroutine[Any, Any, Any]], Any]


@pytest.fixture
def background() -> Iterator[Background]:
    """Closed at the end, with nothing left running."""
    made = Background()
    yield made
    assert made.close()


def test_the_result_comes_back_from_another_thread(background: Background, await_on_qt: Await, qtbot: object) -> None:
    def work(_job: Job, number: int) -> tuple[int, str]:
        return number + 1, threading.current_thread().name

    number, name = await_on_qt(background.run(Job(), work, 41))
    assert number == 42
    assert name.startswith("s3desk-quick")


def test_an_error_comes_back_as_it_was(background: Background, await_on_qt: Await, qtbot: object) -> None:
    def work(_job: Job) -> None:
        raise NotFoundError("gone", "look elsewhere")

    with pytest.raises(NotFoundError, match="gone"):
        await_on_qt(background.run(Job(), work))


def test_cancel_comes_back_as_asyncios_own(background: Background, await_on_qt: Await, qtbot: object) -> None:
    job, started = Job(), threading.Event()

    def work(job: Job) -> None:
        started.set()
        job.wait(60)

    async def cancel_soon() -> str:
        running = asyncio.ensure_future(background.run(job, work))
        while not started.is_set():
            await asyncio.sleep(0)
        job.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        return "cancelled"

    assert await_on_qt(cancel_soon()) == "cancelled"
    assert job.ended is not None


def test_cancelling_the_awaiting_task_cancels_the_job(
    background: Background, await_on_qt: Await, qtbot: object
) -> None:
    job, started, ended = Job(), threading.Event(), threading.Event()

    def work(job: Job) -> None:
        started.set()
        try:
            job.wait(60)
        finally:
            ended.set()

    async def give_up() -> bool:
        running = asyncio.ensure_future(background.run(job, work))
        while not started.is_set():
            await asyncio.sleep(0)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        return True

    assert await_on_qt(give_up())
    assert ended.wait(5)
    assert job.cancelled


def test_quick_questions_never_wait_behind_long_work(background: Background, await_on_qt: Await, qtbot: object) -> None:
    release = threading.Event()

    async def ask_meanwhile() -> str:
        jobs = [Job() for _ in range(20)]
        long = [asyncio.ensure_future(background.queue(job, lambda _job: release.wait(30))) for job in jobs]
        answer = await background.run(Job(), lambda _job: "quick")
        assert sum(job.waiting for job in jobs) == 17
        release.set()
        assert all(await asyncio.gather(*long))
        assert not any(job.waiting for job in jobs)
        return answer

    assert await_on_qt(ask_meanwhile()) == "quick"


def test_what_waits_for_a_thread_is_cancelled_at_once(
    background: Background, await_on_qt: Await, qtbot: object
) -> None:
    release, ran, waiting = threading.Event(), threading.Event(), Job()

    async def cancel_while_all_threads_are_busy() -> bool:
        busy = [asyncio.ensure_future(background.queue(Job(), lambda _job: release.wait(30))) for _ in range(3)]
        queued = asyncio.ensure_future(background.queue(waiting, lambda _job: ran.set()))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await queued
        still_busy = not any(one.done() for one in busy)
        release.set()
        await asyncio.gather(*busy)
        return still_busy

    assert await_on_qt(cancel_while_all_threads_are_busy())
    assert not ran.is_set()


def test_counting_from_many_threads_loses_nothing() -> None:
    job = Job(total=8000)

    def count() -> None:
        for _ in range(1000):
            job.advance(1)
            job.advance_items()

    threads = [threading.Thread(target=count) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (job.done, job.items) == (8000, 8000)
