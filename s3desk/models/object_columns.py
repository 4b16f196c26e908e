"""What the table of objects keeps of a listing: names relative to the place, and the objects' facts, in columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from s3desk.s3.buckets import list_buckets

if TYPE_CHECKING:
    import pyarrow as pa

    from s3desk.s3.connection import Connection
    from s3desk.s3.feed import Feed
    from s3desk.s3.job import Job
    from s3desk.s3.listing import Page

NAME, SIZE, MODIFIED, STORAGE_CLASS, ETAG, OWNER = range(6)  # columns of objects; folders have NAME and MODIFIED
FOLDER_MODIFIED = 1


@dataclass(frozen=True, slots=True)
class Batch:
    """A helping of a listing as the model takes it; `marked` says that a marker of the place itself was among it."""

    folders: pa.RecordBatch
    objects: pa.RecordBatch
    bytes: int = 0
    marked: bool = False
    in_order: bool = True  # of the names of folders, and of those of objects

    @property
    def prefixes(self) -> list[str]:
        """The folders' names, without their "/"."""
        names: list[str] = self.folders[NAME].to_pylist()
        return names


def folder_schema() -> pa.Schema:
    """A folder has a name; a bucket, which stands for one at the top, also the time it was made."""
    import pyarrow as pa  # noqa: PLC0415  # heavy

    return pa.schema([("name", pa.string()), ("modified", pa.timestamp("ms", "UTC"))])


def object_schema() -> pa.Schema:
    """Name, size in bytes, modified, storage class, ETag, owner."""
    import pyarrow as pa  # noqa: PLC0415

    few = pa.dictionary(pa.int32(), pa.string())
    time = pa.timestamp("ms", "UTC")
    kinds = (pa.string(), pa.int64(), time, few, pa.string(), few)
    names = ("name", "size", "modified", "storage_class", "etag", "owner")
    return pa.schema(list(zip(names, kinds, strict=True)))


def helping(job: Job, feed: Feed, prefix: str) -> Batch | None:
    """Wait for the next pages of a listing below `prefix` and make one batch of them; None at the end.

    For a worker: what it does with a page holds no lock the window needs. Raises CancelledError on `job.cancel()`.
    """
    import pyarrow as pa  # noqa: PLC0415  # heavy

    if pages := feed.take(job):
        return batch_of(pages, prefix)
    pa.default_memory_pool().release_unused()  # what the pages took beside what is kept of them
    return None


def batch_of(pages: Sequence[Page], prefix: str) -> Batch:
    """Pages as one batch, names relative to `prefix`."""
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.compute as pc  # noqa: PLC0415

    start = len(prefix)
    folders = pa.chunked_array([page.prefixes for page in pages], pa.string())
    names = pc.utf8_slice_codeunits(folders, start, -1)
    shown = pa.table([names, pa.nulls(len(names), pa.timestamp("ms", "UTC"))], schema=folder_schema())
    found = pa.Table.from_batches([page.objects for page in pages])
    columns = [
        pc.utf8_slice_codeunits(found["key"], start, None),
        found["size"],
        found["modified"],
        pc.dictionary_encode(found["storage_class"]),
        found["etag"],
        pc.dictionary_encode(found["owner"]),
    ]
    objects = pa.table(columns, schema=object_schema())
    total = pc.sum(found["size"]).as_py() or 0
    marked = any(page.marker is not None for page in pages)
    batch = Batch(_one(shown), _one(objects), total, marked)
    return batch if _ascend(batch.folders[NAME]) and _ascend(batch.objects[NAME]) else replace(batch, in_order=False)


def _ascend(names: pa.StringArray) -> bool:
    import pyarrow.compute as pc  # noqa: PLC0415

    return pc.all(pc.less(names[:-1], names[1:])).as_py() is not False


def buckets_of(job: Job, connection: Connection) -> Batch:
    """The buckets of an account, where folders stand elsewhere (ListBuckets). Raises S3Error.

    For a worker, also because the first column of a session imports pyarrow and pandas: a third of a second.
    """
    import pyarrow as pa  # noqa: PLC0415

    found = sorted(list_buckets(job, connection), key=lambda bucket: bucket.name)
    schema = folder_schema()
    names = pa.array([bucket.name for bucket in found], schema[0].type)
    made = pa.array([bucket.created for bucket in found], schema[1].type)
    return Batch(pa.RecordBatch.from_arrays([names, made], schema=schema), _empty(object_schema()))


def _one(table: pa.Table) -> pa.RecordBatch:
    batches = table.combine_chunks().to_batches()
    return batches[0] if batches else _empty(table.schema)


def _empty(schema: pa.Schema) -> pa.RecordBatch:
    import pyarrow as pa  # noqa: PLC0415

    return pa.RecordBatch.from_arrays([pa.array([], field.type) for field in schema], schema=schema)
