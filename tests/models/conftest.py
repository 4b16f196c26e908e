"""What the models are filled with."""

from __future__ import annotations

from datetime import UTC, datetime

import pyarrow as pa

from s3desk.models.object_columns import Batch, batch_of
from s3desk.s3 import columns
from s3desk.s3.columns import Entry
from s3desk.s3.listing import Page


def entry(key: str, size: int = 0, day: int = 1, storage_class: str = "STANDARD") -> Entry:
    """An object of a listing; `day` is of March 2024."""
    return Entry(key, size, datetime(2024, 3, day, tzinfo=UTC), storage_class, "etag")


def page(*entries: Entry, folders: tuple[str, ...] = ()) -> Page:
    """One answer of a listing."""
    return Page(pa.array(folders, pa.string()), columns.from_entries(entries))


def batch(page_: Page, prefix: str = "") -> Batch:
    """A page as the model takes it, in the folder `prefix`."""
    return batch_of([page_], prefix)
