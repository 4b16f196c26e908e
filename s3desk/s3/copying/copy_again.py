"""Copies and moves whose items are kept in the journal, and another try of what is left of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from s3desk.s3.copying.copies import copy_all
from s3desk.s3.copying.copy_plan import CopyItem
from s3desk.s3.copying.moving import Moving
from s3desk.s3.crew import in_threads, noting_one
from s3desk.s3.errors import Failure, NotFoundError
from s3desk.s3.journal.record import Result
from s3desk.s3.objects import Facts, head

if TYPE_CHECKING:
    from collections.abc import Sequence

    from s3desk.s3.connection import Connection
    from s3desk.s3.copying.copy_plan import CopyPlan
    from s3desk.s3.job import Job
    from s3desk.s3.journal.gestures import Planned
    from s3desk.s3.journal.record import Record


def copy_recorded(job: Job, source: Connection, target: Connection, plan: CopyPlan, record: Record) -> list[Failure]:
    """`copy_all`; of a move only what was copied and whose original is gone counts as done. Raises like it."""
    if not plan.move:
        return copy_all(job, source, target, plan, record)
    moving = Moving(record)
    failures = copy_all(job, source, target, plan, moving)
    moving.settle({item.key: item.target for item in plan.items}, failures)
    return failures


def copy_again(
    job: Job, source: Connection, target: Connection, shape: CopyPlan, left: Sequence[Planned], record: Record
) -> list[Failure]:
    """Copy or move what is left of a plan, as it is now; `shape` is the plan but for its items.

    What an earlier try had copied is not in its own way, and what it had moved is done. Raises SignInError.
    """
    job.total, job.done = None, 0
    look = _Look(job, source, target, shape, record)
    in_threads(job, source, look.at, left)
    plan = replace(shape, items=look.items, skipped=[], replace=frozenset(look.may_replace))
    return look.failures + copy_recorded(job, source, target, plan, record)


class _Look:
    """What is left, as it is now."""

    def __init__(self, job: Job, source: Connection, target: Connection, shape: CopyPlan, record: Record) -> None:
        self._job, self._source, self._target, self._shape, self._record = job, source, target, shape, record
        self.items: list[CopyItem] = []
        self.may_replace: set[str] = set()
        self.failures: list[Failure] = []

    def at(self, one: Planned) -> None:
        """One item."""
        noted: list[Failure] = []
        with noting_one(noted, one.source, doing="copy this object", bucket=self._shape.selection.bucket):
            self._find(one)
        for failure in noted:
            self.failures.append(failure)
            self._record.ended(one.key, Result("failed", error=failure.error))

    def _find(self, one: Planned) -> None:
        there = self._there(one.key)
        try:
            facts = head(self._job, self._source, self._shape.selection.bucket, one.source)
        except NotFoundError:
            if not self._shape.move or there is None or there.size != one.size:
                raise
            self._record.ended(one.key, Result("done", there.size, etag=there.etag, version_id=there.version_id))
            return
        if one.replace or (there is not None and (there.size, there.etag) == (facts.size, facts.etag)):
            self.may_replace.add(one.key)
        what = (facts.size, facts.modified, facts.etag, facts.storage_class)
        self.items.append(CopyItem(one.source, one.key, *what))

    def _there(self, key: str) -> Facts | None:
        try:
            return head(self._job, self._target, self._shape.target.bucket, key)
        except NotFoundError:
            return None
