"""One gesture of s3desk in a process of its own; the last line is what it took, as JSON."""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

from s3desk.s3.account import Account
from s3desk.s3.connection import Connection
from s3desk.s3.copying.copy_again import copy_recorded
from s3desk.s3.copying.copy_plan import plan_copies, planned_copies
from s3desk.s3.deleting_again import delete_recorded
from s3desk.s3.errors import Failure
from s3desk.s3.job import Job
from s3desk.s3.journal.gestures import Kind, Outline
from s3desk.s3.journal.going_on import planned_downloads, planned_uploads
from s3desk.s3.journal.journal import Journal
from s3desk.s3.listing import list_page
from s3desk.s3.location import Location
from s3desk.s3.objects import Selection
from s3desk.s3.transfer.checksums import crcs
from s3desk.s3.transfer.downloads import plan_download
from s3desk.s3.transfer.fetching import download
from s3desk.s3.transfer.sending import upload
from s3desk.s3.transfer.uploads import plan_upload
from tests.bench.children import Figures, peak_mb


def main(gesture: str, endpoint_url: str, bucket: str, prefix: str, other: str) -> None:
    """`other` is the folder of this computer, or the prefix to copy to. The journal is a file, as in the program."""
    connection = Connection(Account("bench", access_key="bench", secret_key="bench", endpoint_url=endpoint_url))
    list_page(Job(), connection, Location(bucket))  # the window shows it long before anybody drops a file
    crcs()
    with tempfile.TemporaryDirectory() as folder, closing(Journal(Path(folder))) as journal:
        journal.gestures()
        cpu, start = time.process_time(), time.monotonic()
        failures = _GESTURES[gesture](connection, journal, bucket, prefix, other)
        journal.flush()
        wall, used = time.monotonic() - start, time.process_time() - cpu
    if failures:
        raise RuntimeError(f"{len(failures)} items failed, the first: {failures[0]}")
    peak = peak_mb(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    print(json.dumps(asdict(Figures(round(wall, 4), round(used, 4), peak))))


def _up(connection: Connection, journal: Journal, bucket: str, prefix: str, folder: str) -> list[Failure]:
    job = Job()
    plan = plan_upload(job, connection, sorted(Path(folder).iterdir()), Location(bucket, prefix))
    outline = Outline(Kind.UPLOAD, "up", connection.account, bucket, prefix)
    record = journal.begin(outline, planned_uploads(plan, plan))
    return [*plan.skipped, *upload(job, connection, plan, record=record)]


def _down(connection: Connection, journal: Journal, bucket: str, prefix: str, folder: str) -> list[Failure]:
    job = Job()
    plan = plan_download(job, connection, Selection(bucket, folders=(prefix,)), prefix, Path(folder))
    outline = Outline(Kind.DOWNLOAD, "down", connection.account, bucket, prefix, Path(folder))
    record = journal.begin(outline, planned_downloads(plan, plan))
    return [*plan.skipped, *download(job, connection, plan, record=record)]


def _copy(connection: Connection, journal: Journal, bucket: str, prefix: str, target: str) -> list[Failure]:
    job, selection = Job(), Selection(bucket, folders=(prefix,))
    plan = plan_copies(job, connection, selection, prefix, connection, Location(bucket, target))
    outline = Outline(Kind.COPY, "copy", connection.account, bucket, target, options=f"s3://{bucket}/")
    record = journal.begin(outline, planned_copies(plan, plan))
    return [*plan.skipped, *copy_recorded(job, connection, connection, plan, record)]


def _delete(connection: Connection, journal: Journal, bucket: str, prefix: str, _: str) -> list[Failure]:
    record = journal.begin(Outline(Kind.DELETE, "delete", connection.account, bucket, prefix), ())
    return delete_recorded(Job(), connection, Selection(bucket, folders=(prefix,)), record)


_GESTURES: dict[str, Callable[[Connection, Journal, str, str, str], list[Failure]]] = {
    "up": _up,
    "down": _down,
    "copy": _copy,
    "delete": _delete,
}

if __name__ == "__main__":
    main(*sys.argv[1:])
