"""Old versions of objects; only asked for where somebody wants to know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3desk.s3.errors import S3Error
from s3desk.s3.explain import explaining

if TYPE_CHECKING:
    from s3desk.s3.connection import Connection
    from s3desk.s3.job import Job


def keeps_versions(job: Job, connection: Connection, bucket: str) -> bool | None:
    """Whether what is deleted or replaced stays as an old version (GetBucketVersioning).

    None when the server does not tell: it may not know versions, or not tell this user.
    """
    job.check()
    try:
        with connection.interrupting(job), explaining("ask for versioning", bucket=bucket):
            return connection.client(bucket).get_bucket_versioning(Bucket=bucket).get("Status") == "Enabled"
    except S3Error:
        return None
