"""Long work: a line in Transfers, a thread in the background, a summary at the end."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from PySide6.QtCore import QObject, Signal

from s3desk.models.item_windows import WINDOW
from s3desk.models.transfer_model import Outcome, Transfer, TransferModel
from s3desk.models.transfer_words import failed_words, is_unfinished
from s3desk.s3.errors import Failure, S3Error
from s3desk.s3.job import Job, Unit
from s3desk.s3.journal import going_on
from s3desk.s3.journal.gestures import Kind, Standing
from s3desk.s3.journal.journal import Journal
from s3desk.s3.transfer.limits import Limits
from s3desk.ui.slots import async_slot
from s3desk.ui.transfers.turns import Turns

if TYPE_CHECKING:
    from s3desk.background import Background
    from s3desk.models.transfer import Operation
    from s3desk.s3.connection import Connection
    from s3desk.s3.journal.gesture import Gesture
    from s3desk.s3.journal.gestures import Outline, Planned

P = ParamSpec("P")
R = TypeVar("R")

_SHOWN = 20  # failures in a tooltip


class Work(QObject):
    """Runs operations the user may watch and cancel. `started` tells the window to show Transfers.

    Uploads and downloads go through `move` and can go on later; other gestures go through `keep`, so that the journal
    has what became of their items, too. `left_over` tells that the list of those that were broken off has changed.
    `limits` holds for all connections.
    """

    started = Signal()
    left_over = Signal()

    def __init__(self, background: Background, model: TransferModel, journal: Journal | None = None) -> None:
        super().__init__()
        self._background = background
        self.model = model
        self.journal = journal or Journal(None)
        self.limits = Limits(way=background.way)
        self.turns = Turns(model)
        model.wanted.connect(self._read_items)

    # any work

    async def run_soon_listed(
        self, job: Job, operation: Callable[Concatenate[Job, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Await something quick that may take long: it is listed, to be watched and cancelled, only after a second."""
        import asyncio  # noqa: PLC0415  # not before the first paint

        running = asyncio.ensure_future(self._background.run(job, operation, *args, **kwargs))
        try:
            done, _ = await asyncio.wait({running}, timeout=1)
        except asyncio.CancelledError:
            running.cancel()
            raise
        return running.result() if done else await self._watched(self.model.add(job), running)

    async def run(self, job: Job, operation: Callable[Concatenate[Job, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Await an operation listed in Transfers. A list of failures makes it end as failed; so does an error."""
        transfer = self.model.add(job, last=self.turns.is_full)
        return await self._watched(transfer, self._in_turn(transfer, operation, *args, **kwargs))

    async def _in_turn(
        self, transfer: Transfer, operation: Callable[Concatenate[Job, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        try:
            await self.turns.take(transfer)
            return await self._background.queue(transfer.job, operation, *args, **kwargs)
        finally:
            self.turns.give(transfer)

    async def _watched(self, transfer: Transfer, running: Awaitable[R]) -> R:
        import asyncio  # noqa: PLC0415

        self.started.emit()
        try:
            result = await running
        except asyncio.CancelledError:
            self.model.finish(transfer, Outcome.CANCELLED)
            raise
        except S3Error as error:
            self.model.finish(transfer, Outcome.FAILED, str(error), f"{error}\n{error.advice}")
            raise
        except Exception:
            self.model.finish(transfer, Outcome.FAILED, "Something unexpected happened")
            raise
        self._finish(transfer, result)
        return result

    def _finish(self, transfer: Transfer, result: object) -> None:
        failures = [item for item in result if isinstance(item, Failure)] if isinstance(result, list) else []
        if failures:
            summary = failed_words(len(failures), failures[0].key)
            trouble = "\n".join(f"{failure.key}: {failure.error}" for failure in failures[:_SHOWN])
            self.model.finish(transfer, Outcome.FAILED, summary, trouble)
        else:
            self.model.finish(transfer, Outcome.DONE)

    # gestures

    async def begin(self, connection: Connection, outline: Outline, items: Iterable[Planned]) -> Transfer:
        """Write down what is planned, drawn on a worker, and list it; nothing is done before `move` or `keep`."""
        writing = Job("Write down what is planned")
        gesture = await self._background.run(writing, lambda _job: self.journal.begin(outline, items))
        return self.model.add(_job_of(gesture), gesture, connection, last=self.turns.is_full)

    async def move(self, transfer: Transfer, left_out: Sequence[Failure] = ()) -> list[Failure]:
        """Run an upload or download that was begun when it is its turn; what failed comes back with `left_out`."""
        gesture, connection = _gesture_of(transfer), transfer.connection
        if connection is None:
            raise LookupError("a gesture runs over a connection")

        def run(job: Job) -> list[Failure]:
            return [*left_out, *going_on.run(job, connection, gesture)]

        return await self._run_gesture(transfer, run)

    async def keep(self, transfer: Transfer, operation: Operation) -> list[Failure]:
        """Run another operation that was begun, its results written down for receipts.

        It goes on only while this program runs, by the `again` of the line. Items that nobody planned are noted as
        they end.
        """
        gesture = _gesture_of(transfer)
        return await self._run_gesture(transfer, lambda job: going_on.keep(job, gesture, operation))

    async def go_on(self, transfer: Transfer, connection: Connection) -> list[Failure]:
        """Do again what failed of a gesture, and what was never done."""
        gesture = _gesture_of(transfer)
        await self._background.run(Job("Open what failed"), lambda _job: gesture.open_failed())
        transfer.connection = connection
        self.model.restart(transfer, _job_of(gesture))
        self.left_over.emit()
        if transfer.again is not None:
            return await self.keep(transfer, transfer.again)
        return await self.move(transfer)

    async def _run_gesture(self, transfer: Transfer, run: Callable[[Job], list[Failure]]) -> list[Failure]:
        import asyncio  # noqa: PLC0415

        gesture = _gesture_of(transfer)
        try:
            return await self._watched(transfer, self._in_turn(transfer, run))
        except asyncio.CancelledError:
            if is_unfinished(gesture) and not transfer.job.left:  # it never had its turn
                gesture.set_standing(Standing.STOPPED)
            raise

    async def discard(self, transfer: Transfer, connection: Connection | None) -> None:
        """Give a gesture up: its unfinished uploads and temporary files are removed."""
        gesture = _gesture_of(transfer)
        await self._background.run(Job("Clean up"), lambda _job: going_on.stop(connection, gesture))
        if transfer.outcome is Outcome.BROKEN_OFF:
            self.model.finish(transfer, Outcome.CANCELLED)
            self.left_over.emit()

    async def forget(self, gone: Sequence[Transfer]) -> None:
        """Take gestures out of the journal; what failed half-way is cleaned up before, or stays until it can be."""
        kept = [one for one in gone if one.gesture is not None]
        for transfer in kept:
            if transfer.outcome is Outcome.FAILED:
                await self.discard(transfer, transfer.connection)
        gestures = [_gesture_of(one) for one in kept]

        def clear(_job: Job) -> None:
            self.journal.clear([gesture for gesture in gestures if not gesture.unfinished_uploads()])

        await self._background.run(Job("Clear"), clear)

    async def load(self) -> None:
        """List what the journal has of earlier runs."""
        known = {transfer.gesture for transfer in self.model.transfers}
        gestures = await self._background.run(Job("Open the journal"), lambda _job: self.journal.gestures())
        for gesture in reversed(gestures):
            if gesture not in known:
                self.model.add_earlier(_earlier(gesture))
        self.left_over.emit()

    @property
    def unfinished(self) -> list[Transfer]:
        """The gestures that were broken off."""
        return [one for one in self.model.transfers if one.outcome is Outcome.BROKEN_OFF]

    @async_slot()
    async def _read_items(self, transfer: Transfer, start: int) -> None:
        gesture = _gesture_of(transfer)
        items = await self._background.run(Job("Read items"), lambda _job: gesture.items(start, WINDOW))
        self.model.put_items(transfer, start, items)

    # the end

    def leave(self, *, stop: bool) -> None:
        """The program ends: what the journal keeps goes on next time, unless it is to be stopped for good."""
        for transfer in self.model.running:
            if stop or transfer.gesture is None or not transfer.gesture.keep:
                transfer.job.cancel()
            else:
                transfer.job.leave()

    def close(self) -> None:
        """Let go of the journal."""
        self.journal.close()


def _gesture_of(transfer: Transfer) -> Gesture:
    if transfer.gesture is None:
        raise LookupError("this line has no gesture")
    return transfer.gesture


def _job_of(gesture: Gesture) -> Job:
    if gesture.outline.kind is Kind.DELETE:
        return Job(gesture.outline.title, gesture.sum.open or None)
    return Job(gesture.outline.title, unit=Unit.BYTES)


def _earlier(gesture: Gesture) -> Transfer:
    transfer = Transfer(_job_of(gesture), gesture, is_earlier=True)
    transfer.job.ended = transfer.job.started
    if gesture.standing is Standing.OPEN:
        transfer.outcome = Outcome.BROKEN_OFF
    elif gesture.standing is Standing.STOPPED:
        transfer.outcome = Outcome.CANCELLED
    else:
        transfer.outcome = Outcome.FAILED if gesture.sum.failed else Outcome.DONE
    if gesture.sum.failed and transfer.outcome is Outcome.FAILED:
        transfer.summary = f"{gesture.sum.failed:,} failed"
    return transfer
