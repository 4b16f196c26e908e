"""Arrow columns of a listing: what a page holds instead of a Python object per key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

Texts = Sequence[str] | Sequence[bytes] | Sequence[str | None]


@dataclass(frozen=True, slots=True)
class Entry:
    """One object as a listing tells it: size in bytes, ETag without quotes, the owner only where it was asked for."""

    key: str
    size: int
    modified: datetime | None
    storage_class: str
    etag: str
    owner: str = ""


def schema() -> pa.Schema:
    """The columns of objects: key, size in bytes, modified (UTC, milliseconds), storage class, ETag, owner."""
    import pyarrow as pa  # noqa: PLC0415  # heavy

    return pa.schema(
        [
            pa.field("key", pa.string(), nullable=False),
            pa.field("size", pa.int64(), nullable=False),
            pa.field("modified", pa.timestamp("ms", "UTC")),
            pa.field("storage_class", pa.string(), nullable=False),
            pa.field("etag", pa.string(), nullable=False),
            pa.field("owner", pa.string()),
        ]
    )


def objects(
    keys: pa.Array | Texts,
    sizes: Texts,
    modified: Texts,
    storage_classes: Texts,
    etags: Texts,
    owners: Texts = (),
) -> pa.RecordBatch:
    """Columns from what a listing writes as text; an empty sequence stands for what it does not tell.

    Raises pyarrow.ArrowInvalid for a size that is no number, a time that is none, text that is not UTF-8.
    """
    import pyarrow as pa  # noqa: PLC0415

    known = keys if isinstance(keys, pa.Array) else pa.array(keys, pa.string())
    count = len(known)
    columns = [
        known,
        _texts(sizes, count, "0").cast(pa.int64()),
        _times(modified, count),
        _texts(storage_classes, count, "STANDARD"),
        _texts(etags, count, ""),
        pa.array(owners, pa.string()) if owners else pa.nulls(count, pa.string()),
    ]
    return pa.RecordBatch.from_arrays(columns, schema=schema())


def _texts(texts: Texts, count: int, missing: str) -> pa.Array:
    import pyarrow as pa  # noqa: PLC0415

    if not texts:
        return pa.repeat(missing, count)
    written = pa.array(texts, pa.string())
    return written.fill_null(missing) if written.null_count else written


def _times(texts: Texts, count: int) -> pa.Array:
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.compute as pc  # noqa: PLC0415

    kind = pa.timestamp("ms", "UTC")
    if not texts:
        return pa.nulls(count, kind)
    written = pa.array(texts, pa.string())
    try:
        times = written.cast(kind)
        pc.min_max(times).as_py()  # Arrow knows a year 0, which Python does not
        return times
    except (ValueError, OverflowError):  # more digits than milliseconds, or a form only botocore reads
        return pa.array([_time(text) for text in written.to_pylist()], kind)


def _time(text: str | None) -> datetime | None:
    import pyarrow as pa  # noqa: PLC0415
    from botocore.utils import parse_timestamp  # noqa: PLC0415

    try:
        return parse_timestamp(text) if text else None
    except (ValueError, OverflowError, RuntimeError) as error:  # the last from botocore, for a number beyond all times
        raise pa.ArrowInvalid(f"not a time: {text}") from error


def without_etags(batch: pa.RecordBatch) -> pa.RecordBatch:
    """The same objects with empty ETags."""
    import pyarrow as pa  # noqa: PLC0415

    at = schema().get_field_index("etag")
    return batch.set_column(at, schema()[at], pa.repeat("", batch.num_rows))


def entries(batch: pa.RecordBatch | pa.Table) -> list[Entry]:
    """The rows as Python objects, for operations that handle them one by one."""
    rows = zip(*(batch[name].to_pylist() for name in schema().names), strict=True)
    return [Entry(key, size, at, storage, etag, owner or "") for key, size, at, storage, etag, owner in rows]


def from_entries(rows: Sequence[Entry]) -> pa.RecordBatch:
    """Columns of single entries."""
    import pyarrow as pa  # noqa: PLC0415

    columns = [[getattr(row, name) for row in rows] for name in schema().names]
    return pa.RecordBatch.from_arrays(
        [pa.array(values, field.type) for values, field in zip(columns, schema(), strict=True)], schema=schema()
    )
