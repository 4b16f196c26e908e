"""Whose turn it is: a few pieces of work at once, the others in the order of their lines."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio

    from s3desk.models.transfer_model import Transfer, TransferModel

USUAL = 3


class Turns:
    """Paused work gives its turn away and waits for another one when it is resumed."""

    def __init__(self, model: TransferModel) -> None:
        self._model = model
        self._limit = USUAL
        self._working: set[Transfer] = set()
        self._waiting: dict[Transfer, Callable[[], object]] = {}  # and what to do when it is its turn

    @property
    def is_full(self) -> bool:
        """Whether new work has to wait."""
        return len(self._working) >= self._limit

    @property
    def waiting(self) -> list[Transfer]:
        """What has no turn, in the order it will have one."""
        return [one for one in self._model.transfers if one in self._waiting]

    def set_limit(self, limit: int) -> None:
        """So many at once from now on; what works already is not interrupted."""
        self._limit = limit
        self._call()

    async def take(self, transfer: Transfer) -> None:
        """Wait for a turn; ends with asyncio's CancelledError when the job is cancelled before it came."""
        import asyncio  # noqa: PLC0415  # not before the first paint

        called: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting[transfer] = partial(_call, called)
        transfer.job.waiting = True
        try:
            self._call()
            with transfer.job.closing(called.cancel):
                await called
        finally:
            self._waiting.pop(transfer, None)
            transfer.job.waiting = False

    def give(self, transfer: Transfer) -> None:
        """Its turn is over."""
        self._waiting.pop(transfer, None)
        self._working.discard(transfer)
        self._call()

    def pause(self, transfer: Transfer) -> None:
        """Let others have its turn."""
        transfer.job.pause()
        if transfer in self._working:
            self.give(transfer)

    def resume(self, transfer: Transfer) -> None:
        """Go on as soon as it is its turn again."""
        job = transfer.job
        if transfer not in self._waiting:
            self._waiting[transfer] = job.resume
            self._call()
        else:
            job.resume()
            self._call()

    def _call(self) -> None:
        for transfer in self.waiting:
            held = transfer.job.paused and transfer.job.waiting  # paused before it ever had a turn
            if not self.is_full and not held:
                self._working.add(transfer)
                self._waiting.pop(transfer)()


def _call(called: asyncio.Future[None]) -> None:
    if not called.done():
        called.set_result(None)
