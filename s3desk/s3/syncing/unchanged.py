"""What a sync would replace or delete is still what the preview showed: looked at right before, one by one."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from s3desk.s3.crew import in_threads, noting_one
from s3desk.s3.errors import AccessDeniedError, ChangedError, Failure, NotFoundError
from s3desk.s3.listing import list_page
from s3desk.s3.location import Location
from s3desk.s3.objects import head

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from s3desk.s3.connection import Connection
    from s3desk.s3.job import Job
    from s3desk.s3.syncing.plan import Place, Row, Thing

_AT_ONCE = 16


def still_the_same(
    job: Job, connection: Connection, place: Place, rows: Sequence[Row]
) -> tuple[list[Row], list[tuple[Row, Failure]]]:
    """The rows whose target is what it was when it was compared, and the others with what is wrong (HeadObject).

    What is gone is as good: there is nothing to lose.
    """
    wrong: dict[str, Failure] = {}

    def look(row: Row) -> None:
        failures: list[Failure] = []
        with noting_one(failures, row.name, doing="look at what is there", bucket=_bucket(place)):
            if row.target is not None and not _is_the_same(job, connection, place, row.target):
                raise changed(row.name)
        if failures:
            wrong[row.name] = failures[0]

    in_threads(job, connection, look, rows, threads=_AT_ONCE if isinstance(place, Location) else 1)
    good = [row for row in rows if row.name not in wrong]
    return good, [(row, wrong[row.name]) for row in rows if row.name in wrong]


def changed(name: str) -> ChangedError:
    """Somebody else was there meanwhile."""
    return ChangedError(
        f"“{name}” was changed at the target since the two were compared, so it was left alone.", "Compare again."
    )


def _bucket(place: Place) -> str:
    return place.bucket if isinstance(place, Location) else ""


def _is_the_same(job: Job, connection: Connection, place: Place, thing: Thing) -> bool:
    if isinstance(place, Path):
        return is_same_file(place / thing.name, thing)
    at = Location(place.bucket, place.prefix + thing.name)
    try:
        if thing.etag and head(job, connection, at.bucket, at.prefix).etag == thing.etag:
            return True
    except NotFoundError:
        return True
    except AccessDeniedError:
        pass  # who may list need not be allowed to read
    return _is_still_listed(job, connection, at, thing)


def _is_still_listed(job: Job, connection: Connection, at: Location, thing: Thing) -> bool:
    """Whether a list tells the same of it as before; a key comes in it before all longer ones (ListObjectsV2)."""
    page = list_page(job, connection, at, size=1, below=True)
    found = page.marker or next(iter(page.entries), None)
    if found is None or found.key != at.prefix:
        return True
    modified = None if found.modified is None else found.modified.timestamp()
    return (found.etag, found.size) == (thing.etag, thing.size) and (bool(thing.etag) or modified == thing.modified)


def is_same_file(path: Path, thing: Thing) -> bool:
    """Whether a file is what it was; one that is gone is no other."""
    try:
        facts = path.lstat()
    except FileNotFoundError:
        return True
    return stat.S_ISREG(facts.st_mode) and (facts.st_size, facts.st_mtime) == (thing.size, thing.modified)


def remove_empty(folder: Path, files: Iterable[Path]) -> None:
    """Take away the folders that became empty when these files went; never `folder` itself."""
    parents = {parent for file in files for parent in file.parents if folder in parent.parents}
    for parent in sorted(parents, key=lambda path: len(path.parts), reverse=True):
        with suppress(OSError):  # something is in it
            os.rmdir(parent)  # noqa: PTH106  # as the rest
