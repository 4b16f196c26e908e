"""The one object somebody named, where the folder around it may not be listed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3desk.models.object_columns import Batch, batch_of
from s3desk.s3.errors import S3Error
from s3desk.s3.objects import head

if TYPE_CHECKING:
    from s3desk.s3.connection import Connection
    from s3desk.s3.job import Job
    from s3desk.s3.location import Location


def named_object(job: Job, connection: Connection, location: Location, key: str) -> Batch | None:
    """A list of nothing but this object (HeadObject): one may read what one may not list. None where not even that."""
    import pyarrow as pa  # noqa: PLC0415  # heavy

    from s3desk.s3.columns import Entry, from_entries  # noqa: PLC0415
    from s3desk.s3.listing import Page  # noqa: PLC0415

    try:
        facts = head(job, connection, location.bucket, key)
    except S3Error:
        return None
    entry = Entry(key, facts.size, facts.modified, facts.storage_class, facts.etag)
    return batch_of([Page(pa.array([], pa.string()), from_entries([entry]))], location.prefix)
