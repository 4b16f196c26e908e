"""Deletes whose items are kept in the journal, and another try of what failed of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3desk.s3.deleting import delete
from s3desk.s3.journal.record import Record, Result
from s3desk.s3.objects import Selection

if TYPE_CHECKING:
    from collections.abc import Sequence

    from s3desk.s3.connection import Connection
    from s3desk.s3.errors import Failure
    from s3desk.s3.job import Job
    from s3desk.s3.journal.gestures import Planned


def delete_recorded(job: Job, connection: Connection, selection: Selection, record: Record) -> list[Failure]:
    """`delete`, and a folder that could not be listed is an item that failed. Raises like it."""
    failures = delete(job, connection, selection, record=record)
    for failure in failures:
        if failure.key in selection.folders:
            record.ended(failure.key, Result("failed", error=failure.error))
    return failures


def delete_left(
    job: Job, connection: Connection, selection: Selection, left: Sequence[Planned], record: Record
) -> list[Failure]:
    """Delete what failed of a selection: keys, and the folders that could not be listed with everything below."""
    folders = tuple(one.key for one in left if one.key in selection.folders)
    for folder in folders:
        record.ended(folder, Result("done"))  # unless it fails again
    keys = tuple(one.key for one in left if one.key not in folders)
    return delete_recorded(job, connection, Selection(selection.bucket, keys, folders), record)
