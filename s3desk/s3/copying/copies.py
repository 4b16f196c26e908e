"""Copies and moves of a selection: inside a server, or from one to another through this computer's memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from s3desk.s3.copying.copy_object import copy
from s3desk.s3.copying.piping import IN_ONE, Pipe
from s3desk.s3.copying.short_copy import Listed
from s3desk.s3.crew import in_threads, noting_one
from s3desk.s3.deleting import delete
from s3desk.s3.errors import ChangedError, Failure
from s3desk.s3.job import Job, Unit
from s3desk.s3.journal.record import Record, Result
from s3desk.s3.leftovers.sweep import folders_of, sweep
from s3desk.s3.objects import Facts, Selection
from s3desk.s3.selected import selected_entries

if TYPE_CHECKING:
    from s3desk.s3.connection import Connection
    from s3desk.s3.copying.copy_plan import CopyItem, CopyPlan

_THREADS = 16


def copy_all(
    job: Job, source: Connection, target: Connection, plan: CopyPlan, record: Record | None = None
) -> list[Failure]:
    """Copy a plan, several at once, each verified; a move deletes afterwards what has a verified copy and is unchanged.

    Within one connection nothing passes through this computer (CopyObject, UploadPartCopy); between two the bytes go
    through its memory, at most 96 MiB at a time, and never touch its disk. `job` counts bytes, and objects as items.
    What failed comes back; raises SignInError. After a cancel nothing is deleted, and what was copied stays.
    """
    job.unit, job.total, job.items_total = Unit.BYTES, plan.size, len(plan.items)
    job.done = job.items = 0
    copies = _Copies(job, source, target, plan, record or Record())
    if source is target:
        in_threads(job, target, copies.copy, plan.items, threads=_THREADS)
    else:
        small = [item for item in plan.items if item.size <= IN_ONE]
        in_threads(job, target, copies.pipe, small, threads=lambda: source.limits.files)
        for item in (item for item in plan.items if item.size > IN_ONE):
            copies.pipe(item)
    if plan.move:
        copies.delete_moved()
    return copies.failures


class _Copies:
    """One gesture under way."""

    def __init__(self, job: Job, source: Connection, target: Connection, plan: CopyPlan, record: Record) -> None:
        self._job = job
        self._source = source
        self._target = target
        self._plan = plan
        self._record = record
        self._pipe = Pipe(job, source, target, record)
        self._verified: dict[str, str] = {}  # key of the original to the ETag it was listed with
        self.failures: list[Failure] = []

    def copy(self, item: CopyItem) -> None:
        """One object inside the server."""
        bucket, target = self._plan.selection.bucket, self._plan.target.bucket
        with self._ending(item):
            made = copy(
                self._job,
                self._target,
                bucket,
                item.key,
                target,
                item.target,
                replace=self._may_replace(item),
                listed=Listed(item.size, item.etag, item.storage_class),
            )
            self._note(item, made)
            self._job.advance(item.size)

    def pipe(self, item: CopyItem) -> None:
        """One object through this computer."""
        bucket, target = self._plan.selection.bucket, self._plan.target.bucket
        with self._ending(item):
            self._note(item, self._pipe.send(bucket, item.key, target, item.target, replace=self._may_replace(item)))

    def _may_replace(self, item: CopyItem) -> bool:
        # A server may make the marker of a folder by itself when the first object is put there.
        return item.is_marker or item.target in self._plan.replace

    def _note(self, item: CopyItem, made: Facts) -> None:
        self._verified[item.key] = item.etag
        self._record.ended(item.target, Result("done", made.size, etag=made.etag, version_id=made.version_id))

    @contextmanager
    def _ending(self, item: CopyItem) -> Iterator[None]:
        """Around the work on one item: what goes wrong is noted and recorded, and it is counted in any case."""
        noted: list[Failure] = []
        with noting_one(noted, item.key, doing="copy this object", bucket=self._plan.selection.bucket):
            yield
        for failure in noted:
            self.failures.append(failure)
            self._record.ended(item.target, Result("failed", item.size, error=failure.error))
        self._job.advance_items()

    def delete_moved(self) -> None:
        """Delete what has a verified copy, unless it was replaced since it was listed: that would be lost."""
        selection, verified = self._plan.selection, self._verified
        loose = tuple(key for key in selection.keys if key in verified)
        going = []
        asked: list[Failure] = []
        chosen = Selection(selection.bucket, loose, selection.folders)
        for entry in selected_entries(self._job, self._source, chosen, self._plan.root, asked):
            if entry.key in verified and entry.etag == verified[entry.key]:
                going.append(entry.key)
            elif entry.key in verified:
                error = ChangedError(
                    f"“{entry.key}” was replaced while it was copied, so it was not deleted.", "Move it again."
                )
                self.failures.append(Failure(entry.key, error))
        self.failures += [failure for failure in asked if failure.key.endswith("/")]
        deleting = Job("delete")
        with self._job.closing(deleting.cancel):
            self.failures += delete(deleting, self._source, Selection(selection.bucket, tuple(going)))
        self._sweep(going)

    def _sweep(self, gone: Iterable[str]) -> None:
        for top in self._plan.selection.folders:
            inner = set().union(*(folders_of(key, top) for key in gone if key.startswith(top)), set())
            sweep(self._job, self._source, self._plan.selection.bucket, top, inner)
