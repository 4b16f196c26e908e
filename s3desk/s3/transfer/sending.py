"""Sends what an upload plan holds: small files side by side, large ones in parts, nothing half-done left behind."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from s3desk.s3.crew import in_threads, noting_one
from s3desk.s3.errors import AccessDeniedError, AlreadyThereError, ChangedError, Failure
from s3desk.s3.job import Job, Unit
from s3desk.s3.journal.record import Record, Result
from s3desk.s3.transfer.conflicts import find_conflicts
from s3desk.s3.transfer.in_flight import LITTLE, in_flight
from s3desk.s3.transfer.large_file import LargeFile
from s3desk.s3.transfer.little import send_little
from s3desk.s3.transfer.multipart import MIB
from s3desk.s3.transfer.parts import Parts
from s3desk.s3.transfer.small_file import already_there, open_file, send_small, store
from s3desk.s3.transfer.whole import Target

if TYPE_CHECKING:
    from s3desk.s3.connection import Connection
    from s3desk.s3.transfer.nonblocking import NonblockingConnection, Steps
    from s3desk.s3.transfer.uploads import UploadItem, UploadPlan

IN_ONE = 8 * MIB  # up to here a file is one request, and in memory as a whole
_DOING = "upload here"
_MARKER = "application/x-directory"


def upload(
    job: Job,
    connection: Connection,
    plan: UploadPlan,
    *,
    replace: frozenset[str] = frozenset(),
    record: Record | None = None,
) -> list[Failure]:
    """Upload a plan; what could not be sent comes back. `job` counts bytes, and files as items.

    Only keys in `replace` or `plan.replace` may take the place of something. A file that changes while it is read is
    tried twice, then fails with ChangedError. `record` hears of every item once, and what it kept of an earlier run is
    gone on with. Raises SignInError, and CancelledError with no unfinished upload left, save those that `record` keeps.
    """
    job.unit, job.total, job.items_total = Unit.BYTES, plan.size, len(plan.items)
    job.done = job.items = 0  # the plan may have counted with the same job
    sender = _Sender(job, connection, plan, plan.replace | replace, record or Record())
    items = sender.without_taken(plan)
    small = sender.without_little([item for item in items if item.size <= IN_ONE])
    in_threads(job, connection, sender.send, small, threads=lambda: connection.limits.files)
    large = [item for item in items if item.size > IN_ONE]
    in_threads(job, connection, sender.send, large, threads=lambda: connection.limits.parts)
    return sender.failures


class _Sender:
    """One upload: where to, what may be replaced, what failed."""

    def __init__(
        self, job: Job, connection: Connection, plan: UploadPlan, replace: frozenset[str], record: Record
    ) -> None:
        self._job = job
        self._connection = connection
        self._bucket = plan.bucket
        self._options = plan.options
        self._replace = replace
        self._record = record
        self._parts = Parts(job, connection)
        self._perhaps_done: set[str] = set()
        self.failures: list[Failure] = []

    def without_taken(self, plan: UploadPlan) -> list[UploadItem]:
        """The items that may be sent, on servers that are not known to heed If-None-Match.

        What an earlier run had begun may be there because it was done: that is looked into when it is its turn.
        """
        if not self._connection.endpoint_url:
            return plan.items
        try:
            conflicts = find_conflicts(self._job, self._connection, plan)
        except AccessDeniedError:
            return plan.items  # may write but not look: then the condition on each write has to do
        taken = {conflict.name for conflict in conflicts} - self._replace
        self._perhaps_done = {key for key in taken if self._record.begun(key) is not None}
        taken -= self._perhaps_done
        for key in taken:
            error = already_there(key)
            self.failures.append(Failure(key, error))
            self._record.ended(key, Result("failed", error=error))
        self._job.advance_items(len(taken))
        return [item for item in plan.items if item.key not in taken]

    def without_little(self, items: list[UploadItem]) -> list[UploadItem]:
        """Send the little ones from one thread; returns the others, and those where it was not that simple."""
        direct = self._connection.direct(self._bucket)
        # What else was asked for is looked at after each (`check_kept`).
        plain = self._options.are_plain or not self._connection.endpoint_url
        little = [item for item in items if self._is_little(item)] if plain else []
        if direct is None or not direct.puts or not little:
            return items
        started = set(map(id, little))

        def send(item: UploadItem, line: NonblockingConnection) -> Steps[bool]:
            failures: list[Failure] = []
            result: Result | None = None
            with noting_one(failures, item.key, doing=_DOING, bucket=self._bucket):
                result = yield from send_little(self._connection, direct, item.path, self._target(item), line)
            if result is not None:
                self._job.advance(result.size)
            return self._noted(item, result, failures)

        left = in_flight(self._job, self._connection, direct, send, little)
        return [item for item in items if id(item) not in started] + left

    def _is_little(self, item: UploadItem) -> bool:
        return item.size <= LITTLE and not item.is_folder and item.key not in self._perhaps_done

    def _target(self, item: UploadItem) -> Target:
        return Target(self._bucket, item.key, item.key in self._replace, self._options)

    def send(self, item: UploadItem) -> None:
        """Send one item, noting what becomes of it; a file that changed meanwhile gets a second chance."""
        self._job.check()
        failures: list[Failure] = []
        result: Result | None = None
        with noting_one(failures, item.key, doing=_DOING, bucket=self._bucket):
            try:
                result = self._send_once(item)
            except ChangedError:
                self._job.check()
                result = self._send_once(item)
        self._noted(item, result, failures)

    def _noted(self, item: UploadItem, result: Result | None, failures: list[Failure]) -> bool:
        """Whether anything became of it, which the record hears of."""
        if failures:
            self.failures += failures
            result = Result("failed", item.size, error=failures[0].error)
        if result is None:
            return False
        self._job.advance_items()
        self._record.ended(item.key, result)
        return True

    def _send_once(self, item: UploadItem) -> Result:
        target = self._target(item)
        if item.is_folder:
            return self._send_marker(target)
        file, before = open_file(item.path)
        try:
            if before.size <= IN_ONE:
                known = item.key in self._perhaps_done
                return send_small(self._job, self._connection, item.path, target, file, before, known=known)
            large = LargeFile(self._parts, self._record, item.path, target, file, before)
            return large.send()
        finally:
            os.close(file)

    def _send_marker(self, target: Target) -> Result:
        try:
            return store(self._job, self._connection, target, b"", _MARKER)
        except AlreadyThereError:
            return Result("done")  # the folder is there, which is all that was wanted
