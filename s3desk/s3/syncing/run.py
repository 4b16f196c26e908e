"""Doing what was chosen of a sync: first all copies, then the deletions, and those only if no copy failed."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from s3desk.s3.copying.copies import copy_all
from s3desk.s3.copying.copy_plan import CopyItem, CopyPlan
from s3desk.s3.crew import noting_one
from s3desk.s3.deleting import delete
from s3desk.s3.errors import ChangedError, Failure
from s3desk.s3.job import Unit
from s3desk.s3.journal.gestures import ItemState, Planned
from s3desk.s3.journal.record import Result
from s3desk.s3.leftovers.sweep import sweep
from s3desk.s3.location import Location
from s3desk.s3.objects import Selection
from s3desk.s3.syncing.plan import Action
from s3desk.s3.syncing.stage import Stage
from s3desk.s3.syncing.unchanged import changed, is_same_file, remove_empty, still_the_same
from s3desk.s3.transfer.downloads import DownloadItem, DownloadPlan
from s3desk.s3.transfer.fetching import download
from s3desk.s3.transfer.sending import upload
from s3desk.s3.transfer.uploads import UploadItem, UploadPlan

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from s3desk.s3.connection import Connection
    from s3desk.s3.job import Job
    from s3desk.s3.journal.record import Record
    from s3desk.s3.syncing.plan import Row, Sync, Thing

_AT_ONCE = 500  # rows whose targets are looked at before they are replaced or deleted
_MOST_FOLDERS = 50  # that are tidied up


def key_of(sync: Sync, row: Row) -> str:
    """What a row is called in records: where it goes, what is fetched, or what is deleted; each only once."""
    if isinstance(sync.target, Location):
        return sync.target.prefix + row.name
    if row.action is not Action.DELETE and row.source is not None and isinstance(sync.source, Location):
        return sync.source.prefix + row.source.name
    return str(sync.target / row.name)


def planned_rows(sync: Sync, rows: Sequence[Row], chosen: Sequence[bool]) -> list[Planned]:
    """The rows for the journal, in the order they are done; those that were not chosen count as skipped."""
    pairs = sorted(zip(rows, chosen, strict=True), key=lambda pair: pair[0].action is Action.DELETE)
    return [_planned(sync, row, is_chosen=is_chosen) for row, is_chosen in pairs]


def _planned(sync: Sync, row: Row, *, is_chosen: bool) -> Planned:
    here = sync.source if isinstance(sync.source, Path) else sync.target
    source = sync.source.prefix + row.source.name if isinstance(sync.source, Location) and row.source else ""
    name = row.source.name if here is sync.source and row.source else row.name
    return Planned(
        key_of(sync, row),
        here / name if isinstance(here, Path) and (here is sync.target or row.source) else None,
        0 if row.action is Action.DELETE else row.size,
        replace=row.action is Action.REPLACE,
        etag=row.source.etag if row.source else "",
        modified=_time(row.source) if row.source else None,
        source=source,
        state=ItemState.OPEN if is_chosen else ItemState.SKIPPED,
        again=False,
    )


def _time(thing: Thing) -> datetime | None:
    """When it was modified; None where a file's time is beyond all calendars."""
    try:
        return None if thing.modified is None else datetime.fromtimestamp(thing.modified, UTC)
    except (OverflowError, ValueError, OSError):
        return None


def run_sync(job: Job, connection: Connection, sync: Sync, rows: Sequence[Row], record: Record) -> list[Failure]:
    """Do these rows; what could not be done comes back. `job` counts bytes, and names as items.

    What changed at the target since it was compared is neither replaced nor deleted. Raises SignInError, DiskError
    where the disk is too small, and CancelledError: what was done until then stays.
    """
    job.unit, job.total, job.items_total = Unit.BYTES, sum(row.size for row in _copied(rows)), len(rows)
    job.done = job.items = 0
    return _Run(job, connection, sync, record).do(rows)


def _copied(rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if row.action is not Action.DELETE]


class _Run:
    """One sync under way."""

    def __init__(self, job: Job, connection: Connection, sync: Sync, record: Record) -> None:
        self._job, self._connection, self._sync, self._record = job, connection, sync, record
        self._failures: list[Failure] = []

    def do(self, rows: Sequence[Row]) -> list[Failure]:
        """Copies, then deletions."""
        new = [row for row in rows if row.action is Action.COPY]
        deleted = [row for row in rows if row.action is Action.DELETE]
        self._copy(new)
        for batch in _batches([row for row in rows if row.action is Action.REPLACE]):
            self._copy(self._unchanged(batch))
        if self._failures:  # what is missing at the source may be what is to be deleted here, under another name
            self._record.ended_many([key_of(self._sync, row) for row in deleted], Result("skipped"))
            self._job.advance_items(len(deleted))
            return self._failures
        for batch in _batches(deleted):
            self._delete(self._unchanged(self._still_missing(batch)))
        self._tidy(deleted)
        return self._failures

    def _unchanged(self, rows: Sequence[Row]) -> list[Row]:
        """Those whose target is what it was; the others have failed."""
        good, wrong = still_the_same(Stage(self._job, counts=False), self._connection, self._sync.target, rows)
        for row, failure in wrong:
            self._fail(row, failure)
        return good

    def _still_missing(self, rows: Sequence[Row]) -> list[Row]:
        """Those that are not in the folder they are to be like; what has come back there is not deleted."""
        source = self._sync.source
        missing = []
        for row in rows:
            if isinstance(source, Path) and os.path.lexists(source / row.name):
                error = ChangedError(f"“{row.name}” is at the source now, so it was not deleted.", "Compare again.")
                self._fail(row, Failure(row.name, error))
            else:
                missing.append(row)
        return missing

    def _fail(self, row: Row, failure: Failure) -> None:
        self._failures.append(failure)
        self._record.ended(key_of(self._sync, row), Result("failed", row.size, error=failure.error))
        self._job.advance_items()

    # copies

    def _copy(self, rows: Sequence[Row]) -> None:
        if not rows:
            return
        source, target = self._sync.source, self._sync.target
        if isinstance(target, Path) and isinstance(source, Location):
            self._failures += self._download(rows, source, target)
        elif isinstance(target, Location) and isinstance(source, Path):
            self._failures += self._upload(rows, source, target)
        elif isinstance(target, Location) and isinstance(source, Location):
            self._failures += self._copy_inside(rows, source, target)

    def _upload(self, rows: Sequence[Row], folder: Path, place: Location) -> list[Failure]:
        items = [UploadItem(folder / row.source.name, place.prefix + row.name, row.size) for row in rows if row.source]
        plan = UploadPlan(place.bucket, items, [], place.prefix, self._replaced(rows, place))
        return upload(Stage(self._job), self._connection, plan, record=self._record)

    def _download(self, rows: Sequence[Row], place: Location, folder: Path) -> list[Failure]:
        items = [
            DownloadItem(place.prefix + thing.name, thing.size, thing.etag, _time(thing), folder / row.name)
            for row in rows
            if (thing := row.source)
        ]
        paths = frozenset(folder / row.name for row in rows if row.action is Action.REPLACE)
        plan = DownloadPlan(place.bucket, folder, items, [], [], paths)
        return download(Stage(self._job), self._connection, plan, record=self._record)

    def _copy_inside(self, rows: Sequence[Row], source: Location, target: Location) -> list[Failure]:
        items = [
            CopyItem(
                source.prefix + thing.name,
                target.prefix + row.name,
                thing.size,
                _time(thing),
                thing.etag,
                thing.storage_class,
            )
            for row in rows
            if (thing := row.source)
        ]
        selection = Selection(source.bucket, tuple(item.key for item in items))
        plan = CopyPlan(selection, source.prefix, target, items, [], replace=self._replaced(rows, target))
        return copy_all(Stage(self._job), self._connection, self._connection, plan, self._record)

    def _replaced(self, rows: Sequence[Row], place: Location) -> frozenset[str]:
        return frozenset(place.prefix + row.name for row in rows if row.action is Action.REPLACE)

    # deletions

    def _delete(self, rows: Sequence[Row]) -> None:
        target = self._sync.target
        if isinstance(target, Location):
            selection = Selection(target.bucket, tuple(target.prefix + row.name for row in rows))
            quiet = Stage(self._job, counts=False)  # it counts objects, and the whole counts bytes
            self._failures += delete(quiet, self._connection, selection, record=self._record)
            self._job.advance_items(len(rows))
            return
        for row in rows:
            self._job.check()
            self._delete_file(target, row)

    def _delete_file(self, folder: Path, row: Row) -> None:
        failures: list[Failure] = []
        with noting_one(failures, row.name, doing="delete this file", bucket=""):
            if row.target is not None and not is_same_file(folder / row.name, row.target):
                raise changed(row.name)
            (folder / row.name).unlink(missing_ok=True)
        result = Result("failed", error=failures[0].error) if failures else Result("done")
        self._failures += failures
        self._record.ended(key_of(self._sync, row), result)
        self._job.advance_items()

    def _tidy(self, rows: Sequence[Row]) -> None:
        """Empty folders that are left over."""
        target = self._sync.target
        if isinstance(target, Path):
            remove_empty(target, (target / row.name for row in rows))
            return
        folders = {row.name.rpartition("/")[0] for row in rows} - {""}
        for folder in sorted(folders, key=len, reverse=True)[:_MOST_FOLDERS]:
            sweep(Stage(self._job, counts=False), self._connection, target.bucket, f"{target.prefix}{folder}/", ())


def _batches(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    return (rows[start : start + _AT_ONCE] for start in range(0, len(rows), _AT_ONCE))
