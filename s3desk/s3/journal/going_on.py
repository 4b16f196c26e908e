"""Gestures from the journal to the wire: written down as planned, run, gone on with, given up."""

from __future__ import annotations

import threading
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from s3desk.s3.copying.copy_again import copy_again
from s3desk.s3.copying.copy_plan import CopyPlan
from s3desk.s3.errors import BadNameError, Failure, S3Error
from s3desk.s3.job import Job
from s3desk.s3.journal.gestures import ItemState, Kind, Planned, Standing
from s3desk.s3.journal.left_files import remove_known, remove_unknown
from s3desk.s3.leftovers.unfinished import Unfinished, clean_up, unfinished_pages
from s3desk.s3.location import Location
from s3desk.s3.objects import Selection
from s3desk.s3.transfer.downloads import DownloadItem, DownloadPlan
from s3desk.s3.transfer.fetching import download
from s3desk.s3.transfer.sending import upload
from s3desk.s3.transfer.upload_options import UploadOptions
from s3desk.s3.transfer.uploads import UploadItem, UploadPlan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from s3desk.s3.connection import Connection
    from s3desk.s3.journal.gesture import Gesture
    from s3desk.s3.journal.record import Record

_CLOCKS_DIFFER_S = 900  # a server refuses more
_PATIENCE_S = 5.0


# written down


def planned_uploads(wanted: UploadPlan, plan: UploadPlan) -> list[Planned]:
    """The items of `plan`; what the user left out of `wanted` counts as skipped, what cannot be sent as failed."""
    going = {item.path for item in plan.items}
    items = [Planned(i.key, i.path, i.size, i.is_folder, i.key in plan.replace) for i in plan.items]
    items += [
        Planned(i.key, i.path, i.size, i.is_folder, state=ItemState.SKIPPED, again=False)
        for i in wanted.items
        if i.path not in going
    ]
    return each_once([*items, *_left_out(plan.skipped)])


def planned_downloads(wanted: DownloadPlan, plan: DownloadPlan) -> list[Planned]:
    """The same of a download."""
    going = {item.key for item in plan.items}
    items = [
        Planned(i.key, i.path, i.size, i.is_folder, i.path in plan.replace, i.etag, i.modified) for i in plan.items
    ]
    items += [
        Planned(i.key, i.path, i.size, i.is_folder, state=ItemState.SKIPPED, again=False)
        for i in wanted.items
        if i.key not in going
    ]
    return each_once([*items, *_left_out(plan.skipped)])


def _left_out(failures: Iterable[Failure]) -> list[Planned]:
    return [Planned(one.key, state=ItemState.FAILED, error=one.error, again=False) for one in failures]


def each_once(items: list[Planned]) -> list[Planned]:
    """Every key once: two files for one key cannot both be stored, so the second is a failure with another name."""
    seen: set[str] = set()
    found = []
    for item in items:
        one, number = item, 2
        if item.key in seen and item.state is ItemState.OPEN:
            error = BadNameError(f"Another file of this transfer is called “{item.key}” too.", "Move them one by one.")
            one = replace(item, state=ItemState.FAILED, error=error, again=False)
        while one.key in seen:
            one, number = replace(one, key=f"{item.key} ({number})"), number + 1
        seen.add(one.key)
        found.append(one)
    return found


# run


def run(job: Job, connection: Connection, gesture: Gesture) -> list[Failure]:
    """Do what is open of an upload, download, copy or move; what failed comes back. Raises like each of them.

    However it ends, the journal knows. What an error broke off, or a program that ends, can be gone on with; what was
    cancelled leaves nothing behind.
    """
    try:
        failures = _move(job, connection, gesture)
    except CancelledError:
        if not job.left:
            stop(connection, gesture)
        raise
    gesture.set_standing(Standing.ENDED)
    return failures


def keep(job: Job, gesture: Gesture, operation: Callable[[Job, Record], list[Failure]]) -> list[Failure]:
    """Run an operation that tells the journal what becomes of its items; what is left when it ends stays undone."""
    try:
        failures = operation(job, gesture)
    except BaseException:
        gesture.set_standing(Standing.STOPPED)
        raise
    gesture.set_standing(Standing.ENDED)
    return failures


def _move(job: Job, connection: Connection, gesture: Gesture) -> list[Failure]:
    kind, folder = gesture.outline.kind, gesture.outline.folder
    if kind is Kind.UPLOAD:
        return upload(job, connection, _upload_plan(gesture), record=gesture)
    if kind is Kind.DOWNLOAD and folder is not None:
        return download(job, connection, _download_plan(gesture, folder), record=gesture)
    if gesture.outline.goes_on:
        left = gesture.left()
        return copy_again(job, connection, connection, _copy_shape(gesture, left), left, gesture)
    raise S3Error(f"“{gesture.outline.title}” cannot be gone on with.", "Start it again.")


def _copy_shape(gesture: Gesture, left: Sequence[Planned]) -> CopyPlan:
    outline = gesture.outline
    selection = Selection(Location.parse(outline.source).bucket, tuple(item.source for item in left))
    target = Location(outline.bucket, outline.prefix)
    return CopyPlan(selection, "", target, [], [], move=outline.kind is Kind.MOVE)


def _upload_plan(gesture: Gesture) -> UploadPlan:
    items, outline = gesture.left(), gesture.outline
    files = [UploadItem(i.path, i.key, i.size, i.is_folder) for i in items if i.path is not None]
    may_replace = frozenset(item.key for item in items if item.replace)
    options = UploadOptions.read(outline.options)
    return UploadPlan(outline.bucket, files, [], outline.prefix, may_replace, options)


def _download_plan(gesture: Gesture, folder: Path) -> DownloadPlan:
    items = gesture.left()
    if gesture.ran_before:
        _sweep(gesture, items)
    objects = [
        DownloadItem(i.key, i.size, i.etag, i.modified, i.path, i.is_folder) for i in items if i.path is not None
    ]
    paths = frozenset(i.path for i in items if i.path is not None and (i.replace or _is_ours(gesture, i)))
    return DownloadPlan(gesture.outline.bucket, folder, objects, [], [], paths)


def _sweep(gesture: Gesture, items: Iterable[Planned]) -> None:
    """What lies about of an earlier run and is not known by name."""
    known = set(gesture.temporaries())
    remove_unknown({i.path.parent for i in items if i.path is not None}, known)


def _is_ours(gesture: Gesture, item: Planned) -> bool:
    """Whether an earlier run came to the end of this file, and was stopped before it could note it."""
    if item.path is None or item.is_folder or item.modified is None or gesture.begun(item.key) is None:
        return False
    try:
        there = item.path.stat()
    except OSError:
        return False
    return there.st_size == item.size and abs(there.st_mtime - item.modified.timestamp()) < 2  # FAT counts so


# given up


def stop(connection: Connection | None, gesture: Gesture) -> None:
    """Leave nothing of it behind: no upload on the server, no temporary file; asks the server 5 seconds at most.

    Without a connection only what is on this computer goes.
    """
    gesture.set_standing(Standing.STOPPED)
    for temporary in gesture.temporaries():
        remove_known(temporary)
    if gesture.outline.kind is Kind.DOWNLOAD:
        remove_unknown({path.parent for item in gesture.left() if (path := item.path) is not None})
    uploads, unanswered = gesture.unfinished_uploads(), gesture.unanswered()
    if connection is None and (uploads or unanswered):
        return
    if connection is not None and (uploads or unanswered):
        bucket = gesture.outline.bucket
        known = [Unfinished(bucket, key, upload_id, None) for key, upload_id in uploads]
        job = Job("Clean up")
        with suppress(S3Error, CancelledError), _ending(job):
            for key, asked in unanswered:
                known += _begun_since(job, connection, bucket, key, asked)
            if clean_up(job, connection, known):
                return  # Unfinished uploads… shows them
            gesture.forget_begun()
        return
    gesture.forget_begun()


@contextmanager
def _ending(job: Job) -> Iterator[None]:
    """Cleaning up is not waited for longer than that, whatever the network does."""
    timer = threading.Timer(_PATIENCE_S, job.cancel)
    timer.daemon, timer.name = True, "s3desk-grace"
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()


def _begun_since(job: Job, connection: Connection, bucket: str, key: str, asked: float) -> list[Unfinished]:
    """The uploads of a key that may come from a request nobody heard the answer to."""
    return [
        upload
        for page in unfinished_pages(job, connection, bucket, key)
        for upload in page
        if upload.key == key and (upload.started is None or upload.started.timestamp() >= asked - _CLOCKS_DIFFER_S)
    ]
