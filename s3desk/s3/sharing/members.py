"""Which objects a selection is, where each needs a link of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3desk.s3.errors import S3Error
from s3desk.s3.listing import walk

if TYPE_CHECKING:
    from s3desk.s3.connection import Connection
    from s3desk.s3.job import Job
    from s3desk.s3.objects import Selection


def members(job: Job, connection: Connection, selection: Selection, most: int) -> list[str]:
    """The keys of a selection, its folders opened down to the last object (ListObjectsV2); folder markers left out.

    In the order they were selected, each once. Raises S3Error when there are more than `most`, after at most one page
    too many.
    """
    keys = dict.fromkeys(selection.keys)
    _refuse_beyond(most, len(keys))
    for folder in selection.folders:
        for entry in walk(job, connection, selection.bucket, folder):
            if not (entry.key.endswith("/") and entry.size == 0):
                keys[entry.key] = None
                _refuse_beyond(most, len(keys))
    return list(keys)


def _refuse_beyond(most: int, count: int) -> None:
    if count > most:
        raise S3Error(
            f"There are more than {most:,} objects in this selection.",
            "Select fewer; for a whole folder a bucket policy is the better way to share.",
            code="TooMany",
        )
