"""Empty folders that a server which is a file tree underneath keeps for a while after their last object is gone."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING

from s3desk.s3.errors import S3Error
from s3desk.s3.explain import explaining

if TYPE_CHECKING:
    from s3desk.s3.connection import Connection
    from s3desk.s3.job import Job

_MOST = 1000  # folders that are swept; what is left goes when the server cleans up by itself


def folders_of(key: str, top: str) -> set[str]:
    """The prefixes of a key, from `top` down: {"a/", "a/b/"} for "a/b/c" below "a/"."""
    inner = key[len(top) :].split("/")[:-1]
    return {top + "".join(f"{name}/" for name in inner[:depth]) for depth in range(len(inner) + 1)}


def sweep(job: Job, connection: Connection, bucket: str, top: str, folders: Iterable[str]) -> None:
    """Remove folders that may still be listed though nothing is in them, the deepest first (DeleteObject of "name/").

    SeaweedFS needs that, and lists such a folder in its parent only; on Amazon, where a folder is only a name,
    nothing is asked and nothing sent. It is tidying: what goes wrong here is nobody's failure, the objects themselves
    are gone already.
    """
    if not connection.endpoint_url:
        return
    with suppress(S3Error), connection.interrupting(job), explaining("delete here", bucket=bucket):
        client = connection.client(bucket)
        if client.list_objects_v2(Bucket=bucket, Prefix=top, MaxKeys=1).get("Contents"):
            return
        if "Status" in client.get_bucket_versioning(Bucket=bucket):
            return  # there, a delete of what is not there leaves a mark of its own
        for folder in sorted({top, *folders}, key=len, reverse=True)[-_MOST:]:
            job.check()
            client.delete_object(Bucket=bucket, Key=folder)
