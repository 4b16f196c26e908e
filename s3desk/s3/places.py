"""From an address to the folder that shows it: people paste the addresses of objects as well as of folders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from s3desk.s3.errors import AccessDeniedError, NotFoundError
from s3desk.s3.listing import list_page
from s3desk.s3.location import Location
from s3desk.s3.objects import exists

if TYPE_CHECKING:
    from s3desk.s3.connection import Connection
    from s3desk.s3.job import Job


@dataclass(frozen=True, slots=True)
class Found:
    """A folder, and the key in it that was meant, "" when the folder itself was."""

    location: Location
    key: str = ""


def find_place(job: Job, connection: Connection, location: Location) -> Found:
    """Where to go for an address: an object's own folder, or the folder it names without its last "/".

    Costs nothing for buckets and prefixes that end in "/", else up to two requests (HeadObject, ListObjectsV2).
    Raises NotFoundError when there is neither.
    """
    prefix = location.prefix
    if not prefix or prefix.endswith("/"):
        return Found(location)
    try:
        if exists(job, connection, location.bucket, prefix):
            return Found(location.parent, prefix)
    except AccessDeniedError:  # without the right to list, S3 answers 403 for what is not there
        return Found(location.parent, prefix)
    page = list_page(job, connection, Location(location.bucket, prefix + "/"), size=1)
    if page.entries or page.folders or page.marker:
        return Found(Location(location.bucket, prefix + "/"))
    raise NotFoundError(f"There is nothing at {location.uri}", "Check the spelling; capital letters count.")
