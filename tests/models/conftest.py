"""What the models are filled with."""

from __future__ import annotations

from datetime import UTC, datetime

from s3desk.s3.listing import Entry, Page


def entry(key: str, size: int = 0, day: int = 1, storage_class: str = "STANDARD") -> Entry:
    """An object of a listing; `day` is of March 2024."""
    return Entry(key, size, datetime(2024, 3, day, tzinfo=UTC), storage_class, "etag")


def page(*entries: Entry, folders: tuple[str, ...] = ()) -> Page:
    """One answer of a listing."""
    return Page(list(folders), list(entries), None)
