"""What a selection is made of, object by object."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from s3desk.s3.columns import Entry
from s3desk.s3.crew import in_threads, noting_one
from s3desk.s3.listing import Scope, pages, walk
from s3desk.s3.location import Location
from s3desk.s3.objects import Selection, head

if TYPE_CHECKING:
    from s3desk.s3.connection import Connection
    from s3desk.s3.errors import Failure
    from s3desk.s3.job import Job

_FEW = 8  # so many keys are asked for one by one rather than found in a listing
_MOST_PAGES = 20


def selected_entries(
    job: Job, connection: Connection, selection: Selection, prefix: str, failures: list[Failure]
) -> Iterator[Entry]:
    """Every object of a selection, those of its folders included; `prefix` is the place it was selected in.

    Folders are streamed, a page in memory at a time. What is gone or may not be seen is added to `failures`.
    """
    yield from _single(job, connection, selection, prefix, failures)
    for folder in selection.folders:
        with noting_one(failures, folder, doing="see what is in this folder", bucket=selection.bucket):
            yield from walk(job, connection, selection.bucket, folder)


def _single(
    job: Job, connection: Connection, selection: Selection, prefix: str, failures: list[Failure]
) -> list[Entry]:
    """The selected objects in order: many are found in the listing of their folder, few are asked for (HeadObject)."""
    wanted, found = {key for key in selection.keys if "/" not in key.removeprefix(prefix)}, dict[str, Entry]()
    if len(wanted) > _FEW:
        listing = pages(job, connection, Scope(Location(selection.bucket, prefix)))
        for page in (page for page, _ in zip(listing, range(_MOST_PAGES + len(wanted) // 50), strict=False)):
            found.update({entry.key: entry for entry in page.entries if entry.key in wanted})
            if len(found) == len(wanted):
                break

    def ask(key: str) -> None:
        with noting_one(failures, key, doing="read this object", bucket=selection.bucket):
            facts = head(job, connection, selection.bucket, key)
            found[key] = Entry(key, facts.size, facts.modified, facts.storage_class, facts.etag)

    in_threads(job, connection, ask, [key for key in selection.keys if key not in found])
    return [found[key] for key in selection.keys if key in found]
