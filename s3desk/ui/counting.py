"""Counts what lies below folders, before somebody decides about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from s3desk.s3.folder_size import measure, sizes_of
from s3desk.s3.job import Job
from s3desk.s3.objects import Tally

if TYPE_CHECKING:
    from s3desk.s3.connection import Connection
    from s3desk.s3.location import Location
    from s3desk.ui.desk import Desk


async def counted(desk: Desk, connection: Connection, place: Location, folders: Sequence[str]) -> Tally:
    """How much is below some folders. Raises the S3Error of the first that cannot be counted."""
    if not folders:
        return Tally(0, 0)
    sizes = sizes_of(place, folders, Tally(0, 0))
    desk.news.said.emit("Counting…")
    await desk.work.run_soon_listed(Job("Count what is selected"), measure, connection, sizes, desk.background.way)
    desk.news.said.emit("")
    for line in sizes.failed:
        if line.error is not None:
            raise line.error
    return Tally(sizes.objects, sizes.bytes)
