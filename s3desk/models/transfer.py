"""One line of Transfers: a job, the gesture in the journal it may belong to, and how it stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, TypeAlias

from s3desk.models import text
from s3desk.models.transfer_words import ended_words, running_words
from s3desk.s3.job import Unit
from s3desk.s3.journal.gestures import Kind, Standing

if TYPE_CHECKING:
    from s3desk.s3.connection import Connection
    from s3desk.s3.errors import Failure
    from s3desk.s3.job import Job
    from s3desk.s3.journal.gesture import Gesture
    from s3desk.s3.journal.record import Record

Operation: TypeAlias = "Callable[[Job, Record], list[Failure]]"


class Outcome(Enum):
    """How a piece of work stands."""

    RUNNING = "Running"
    DONE = "Done"
    FAILED = "Failed"
    CANCELLED = "Cancelled"
    BROKEN_OFF = "Not finished"


@dataclass(eq=False)
class Transfer:
    """One line; `summary` is the sentence it ended with, `trouble` what to show when asked why it failed.

    `again` does what is left of a gesture that the journal alone cannot go on with.
    """

    job: Job
    gesture: Gesture | None = None
    connection: Connection | None = None
    outcome: Outcome = Outcome.RUNNING
    summary: str = ""
    trouble: str = ""
    pace: text.Pace = field(default_factory=text.Pace)
    speed: float = 0.0
    is_earlier: bool = False  # of an earlier run of the program
    again: Operation | None = None

    @property
    def is_running(self) -> bool:
        """Whether it waits, goes on or is paused."""
        return self.outcome is Outcome.RUNNING

    @property
    def can_go_on(self) -> bool:
        """Whether what is left of it, or failed, can be done.

        A delete that was stopped cannot: nobody wrote down what was in its folders.
        """
        gesture = self.gesture
        if gesture is None or self.is_running or self.again is None:
            return gesture is not None and not self.is_running and gesture.outline.goes_on
        return gesture.outline.kind is not Kind.DELETE or gesture.standing is Standing.ENDED

    @property
    def bytes(self) -> tuple[int, int | None]:
        """Done and total, with what earlier runs of the gesture did; in the job's unit where that is another."""
        job = self.job
        if self.gesture is None or job.unit is not Unit.BYTES:
            return job.done, job.total
        planned = self.gesture.sum.bytes_planned
        if job.total is None:
            return self.gesture.sum.bytes_done, planned
        return max(0, planned - job.total) + job.done, planned

    @property
    def fraction(self) -> float | None:
        """0 to 1; None while the total is unknown."""
        if self.outcome is Outcome.DONE:
            return 1.0
        done, total = self.bytes
        if total is None:
            return None if self.is_running else 0.0
        if not total:
            return 1.0 if self.job.items_total is None or self.job.items >= self.job.items_total else 0.0
        return max(0.0, min(1.0, done / total))

    def details(self) -> str:
        """What is done of how much, how fast, and how long it will take; or how it ended."""
        return running_words(self) if self.is_running else ended_words(self)
