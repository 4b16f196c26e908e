"""What is in the way of an upload or download, and plans that heed what the user decided about it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from itertools import count, islice
from pathlib import Path
from typing import TYPE_CHECKING, overload

from s3desk.s3.crew import in_threads
from s3desk.s3.errors import NotFoundError
from s3desk.s3.listing import Scope, pages
from s3desk.s3.location import Location
from s3desk.s3.names import numbered
from s3desk.s3.objects import exists, head
from s3desk.s3.transfer.transfers import Conflict, Decision, modified_at
from s3desk.s3.transfer.uploads import UploadItem, UploadPlan

if TYPE_CHECKING:
    from s3desk.s3.connection import Connection
    from s3desk.s3.job import Job
    from s3desk.s3.transfer.downloads import DownloadItem, DownloadPlan

_FEW = 4  # so many keys are asked for one by one rather than found in a listing
_KEYS_PER_PAGE = 50  # a page of a listing is worth about so many single questions

_Existing = dict[str, tuple[int, datetime | None]]
_Settled = Mapping[str, tuple[Decision, Conflict]]


def find_conflicts(job: Job, connection: Connection, plan: UploadPlan) -> list[Conflict]:
    """The items whose key is taken, with what is there; a folder that is new to the bucket costs one request.

    Places are listed rather than each key asked for (ListObjectsV2), unless that is more work (HeadObject).
    """
    files = [item for item in plan.items if not item.is_folder]
    taken = {item.key for item in files}
    conflicts: list[Conflict] = []
    for place, items in _by_place(plan.root, files).items():
        location, keys = Location(plan.bucket, place), {item.key for item in items}
        there, listed = _those_there(job, connection, location, keys, flat=place != plan.root)
        taken |= listed or set()
        for item in items:
            if item.key in there:
                free = next(
                    key
                    for key in _numbered_keys(item.key)
                    if key not in taken and (listed is not None or not exists(job, connection, plan.bucket, key))
                )
                taken.add(free)
                conflicts.append(_upload_conflict(item, there[item.key], free))
    return conflicts


def _numbered_keys(key: str) -> Iterator[str]:
    folder, slash, name = key.rpartition("/")
    return (f"{folder}{slash}{numbered(name, number)}" for number in count(1))


def _by_place(root: str, items: Iterable[UploadItem]) -> dict[str, list[UploadItem]]:
    """Items by the prefix that is listed for them: the root for files, the first folder for all below it."""
    places: defaultdict[str, list[UploadItem]] = defaultdict(list)
    for item in items:
        first, slash, _ = item.key.removeprefix(root).partition("/")
        places[root + first + slash if slash else root].append(item)
    return places


def _those_there(
    job: Job, connection: Connection, place: Location, keys: set[str], *, flat: bool
) -> tuple[_Existing, set[str] | None]:
    """Which of `keys` are there, and all keys of the place where it was listed whole.

    A listing that grows too long is given up for single questions.
    """
    found: _Existing = {}
    listed: set[str] = set()
    budget = 0 if len(keys) <= _FEW else 2 + len(keys) // _KEYS_PER_PAGE
    for page in islice(pages(job, connection, Scope(place, below=flat)), budget):
        listed.update(entry.key for entry in page.entries)
        found.update({entry.key: (entry.size, entry.modified) for entry in page.entries if entry.key in keys})
        if page.complete:
            return found, listed

    def ask(key: str) -> None:
        try:
            facts = head(job, connection, place.bucket, key)
        except NotFoundError:
            return
        found[key] = (facts.size, facts.modified)

    in_threads(job, connection, ask, sorted(keys - found.keys()))
    return found, None


def _upload_conflict(item: UploadItem, there: tuple[int, datetime | None], free: str) -> Conflict:
    try:
        modified = modified_at(item.path.stat().st_mtime)
    except OSError:  # gone meanwhile; the upload will say so
        modified = None
    return Conflict(item.key, item.size, modified, *there, free_name=free)


def local_conflicts(plan: DownloadPlan) -> list[Conflict]:
    """The items whose local path is taken, with what is there."""
    taken = {item.path for item in plan.items}
    conflicts = []
    for item in plan.items:
        try:
            there = item.path.lstat()
        except OSError:
            continue
        if item.is_folder and item.path.is_dir():
            continue
        free = next(
            path
            for n in count(1)
            if (path := item.path.with_name(numbered(item.path.name, n))) not in taken and not path.exists()
        )
        taken.add(free)
        existing = (there.st_size, modified_at(there.st_mtime))
        conflicts.append(Conflict(item.key, item.size, item.modified, *existing, free_name=str(free)))
    return conflicts


@overload
def resolve(plan: UploadPlan, decisions: Mapping[Conflict, Decision]) -> UploadPlan: ...
@overload
def resolve(plan: DownloadPlan, decisions: Mapping[Conflict, Decision]) -> DownloadPlan: ...
def resolve(plan: UploadPlan | DownloadPlan, decisions: Mapping[Conflict, Decision]) -> UploadPlan | DownloadPlan:
    """The plan as decided: skipped items gone, kept ones renamed, the rest allowed to replace what is there.

    A conflict nobody decided about stays one: its item will fail with AlreadyThereError instead of replacing.
    """
    settled = {conflict.name: (conflict.settled(decision), conflict) for conflict, decision in decisions.items()}
    replaced = {name for name, (decision, _) in settled.items() if decision is Decision.REPLACE}
    if isinstance(plan, UploadPlan):
        uploads = [new for item in plan.items if (new := _settled_upload(item, settled))]
        return replace(plan, items=uploads, replace=plan.replace | replaced)
    downloads = [kept for item in plan.items if (kept := _settled_download(item, settled))]
    paths = {item.path for item in plan.items if item.key in replaced}
    return replace(plan, items=downloads, replace=plan.replace | paths)


def _settled_upload(item: UploadItem, settled: _Settled) -> UploadItem | None:
    decision, conflict = settled.get(item.key, (Decision.REPLACE, None))
    if conflict is not None and decision is Decision.KEEP_BOTH:
        return replace(item, key=conflict.free_name)
    return None if decision is Decision.SKIP else item


def _settled_download(item: DownloadItem, settled: _Settled) -> DownloadItem | None:
    decision, conflict = settled.get(item.key, (Decision.REPLACE, None))
    if conflict is not None and decision is Decision.KEEP_BOTH:
        return replace(item, path=Path(conflict.free_name))
    return None if decision is Decision.SKIP else item
