"""The only asyncio glue: coroutines as Qt slots, questions one can await, errors shown once."""

from __future__ import annotations

import sys
from collections.abc import Callable, Coroutine
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog, QWidget
from shiboken6 import isValid

from s3desk.s3.errors import S3Error

Owner = TypeVar("Owner", bound=QObject)
P = ParamSpec("P")
Answer_co = TypeVar("Answer_co", covariant=True)


class Question(Protocol[Answer_co]):
    """A dialog that collects an answer."""

    def answer(self) -> Answer_co:
        """What the user chose, read after it was accepted."""
        ...


def async_slot(
    *, newest: bool = False
) -> Callable[[Callable[Concatenate[Owner, P], Coroutine[Any, Any, None]]], Callable[Concatenate[Owner, P], None]]:
    """Make a coroutine method callable from Qt: it runs as a task that dies with its object.

    With `newest` a new call cancels the one before. An S3Error is shown in the object's window, a cancel is silent,
    anything else is a bug and goes to sys.excepthook.
    """

    def decorate(
        method: Callable[Concatenate[Owner, P], Coroutine[Any, Any, None]],
    ) -> Callable[Concatenate[Owner, P], None]:
        def start(self: Owner, /, *args: P.args, **kwargs: P.kwargs) -> None:
            import asyncio  # noqa: PLC0415  # not before the first paint

            tasks = _tasks(self)
            if newest and (before := tasks.get(method.__name__)):
                before.cancel()
            task = asyncio.ensure_future(_guarded(self, lambda: method(self, *args, **kwargs)))
            name = method.__name__ if newest else f"{method.__name__} {id(task)}"
            tasks[name] = task

            def done(_: object) -> None:
                if tasks.get(name) is task:
                    del tasks[name]

            task.add_done_callback(done)

        start.__doc__ = method.__doc__
        return start

    return decorate


def _tasks(owner: QObject) -> dict[str, Any]:
    """The running slots of an object, cancelled when it goes away."""
    tasks: dict[str, Any] | None = owner.__dict__.get("_slot_tasks")
    if tasks is None:
        tasks = owner.__dict__["_slot_tasks"] = {}
        running = tasks
        owner.destroyed.connect(lambda: [task.cancel() for task in list(running.values())])
    return tasks


async def _guarded(owner: QObject, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """`work` makes the coroutine here: one made earlier would never be awaited where the task ends before it began."""
    import asyncio  # noqa: PLC0415

    try:
        await work()
    except asyncio.CancelledError:
        return
    except S3Error as error:
        show_error(window_of(owner), error)
    except Exception:  # a bug: nobody else would hear of it
        sys.excepthook(*sys.exc_info())


def window_of(owner: QObject) -> QWidget | None:
    """The window an object belongs to."""
    at: QObject | None = owner
    while at is not None and not isinstance(at, QWidget):
        at = at.parent()
    return at.window() if at is not None else None


async def ask(dialog: Any) -> Any:
    """Show a dialog and await its answer, None when it was dismissed; never blocks the loop as `exec` would."""
    import asyncio  # noqa: PLC0415

    if not isinstance(dialog, QDialog):
        raise TypeError("ask() wants a dialog")
    question: Question[Any] = dialog  # type: ignore[assignment]  # checked by use: QDialog has no answer()
    finished: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def finish(result: int) -> None:
        if not finished.done():
            finished.set_result(result)

    dialog.finished.connect(finish)
    dialog.open()
    try:
        accepted = await finished == QDialog.DialogCode.Accepted
        return question.answer() if accepted else None
    finally:
        if isValid(dialog):  # it may have gone with its window
            dialog.hide()
            dialog.deleteLater()


def show_error(window: QWidget | None, error: S3Error) -> None:
    """Show what went wrong and what to do, beside the work and not in its way."""
    from s3desk.ui.error_dialog import ErrorDialog  # noqa: PLC0415  # the dialog is rarely needed

    ErrorDialog.for_error(window, error).show()
