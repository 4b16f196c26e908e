"""Long work: a line in Transfers, a thread in the background, a summary at the end."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from PySide6.QtCore import QObject, Signal

from s3desk.models.transfer_model import Outcome, Transfer, TransferModel
from s3desk.s3.errors import Failure, S3Error

if TYPE_CHECKING:
    from s3desk.background import Background
    from s3desk.s3.job import Job

P = ParamSpec("P")
R = TypeVar("R")


class Work(QObject):
    """Runs operations the user may watch and cancel. `started` tells the window to show Transfers."""

    started = Signal()

    def __init__(self, background: Background, model: TransferModel) -> None:
        super().__init__()
        self._background = background
        self.model = model

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
        return running.result() if done else await self._watched(job, running)

    async def run(self, job: Job, operation: Callable[Concatenate[Job, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Await an operation listed in Transfers. A list of failures makes it end as failed; so does an error."""
        return await self._watched(job, self._background.queue(job, operation, *args, **kwargs))

    async def _watched(self, job: Job, running: Awaitable[R]) -> R:
        import asyncio  # noqa: PLC0415

        transfer = self.model.add(job)
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
            first = failures[0]
            more = f" and {len(failures) - 1:,} more" if len(failures) > 1 else ""
            summary = f"{len(failures):,} failed: {first.key}{more}"
            self.model.finish(
                transfer, Outcome.FAILED, summary, "\n".join(f"{f.key}: {f.error}" for f in failures[:20])
            )
        else:
            self.model.finish(transfer, Outcome.DONE)
