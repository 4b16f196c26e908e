"""What a copy or move of a selection will do: what goes where, and what is in the way. Nothing is copied here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from s3desk.s3.copying.taken import numbered_keys, place_of, taken_among
from s3desk.s3.errors import BadNameError, Failure
from s3desk.s3.explain import noting
from s3desk.s3.journal.gestures import ItemState, Planned
from s3desk.s3.listing import list_page
from s3desk.s3.location import Location
from s3desk.s3.names import check_key
from s3desk.s3.selected import selected_entries
from s3desk.s3.transfer.transfers import Conflict, Decision

if TYPE_CHECKING:
    from s3desk.s3.connection import Connection
    from s3desk.s3.job import Job
    from s3desk.s3.objects import Selection


@dataclass(frozen=True, slots=True)
class CopyItem:
    """One object and the key it gets; size in bytes, ETag without quotes, both as they were listed."""

    key: str
    target: str
    size: int
    modified: datetime | None
    etag: str
    storage_class: str = "STANDARD"

    @property
    def is_marker(self) -> bool:
        """Whether it is only the sign of a folder."""
        return self.key.endswith("/") and not self.size


@dataclass(frozen=True, slots=True)
class CopyPlan:
    """What of `selection` goes below `target`, what was left out and why, which target keys may be replaced.

    `root` is the prefix the selection was made in: names are kept relative to it. With `move` what was copied is
    deleted after it was verified.
    """

    selection: Selection
    root: str
    target: Location
    items: list[CopyItem]
    skipped: list[Failure]
    move: bool = False
    replace: frozenset[str] = field(default=frozenset())

    @property
    def size(self) -> int:
        """The bytes to copy."""
        return sum(item.size for item in self.items)


def one_server(source: Connection, target: Connection) -> bool:
    """Whether a bucket of one name is the same bucket to both."""
    return source is target or source.endpoint_url == target.endpoint_url


def plan_copies(
    job: Job,
    source: Connection,
    selection: Selection,
    root: str,
    target: Connection,
    location: Location,
    *,
    move: bool = False,
) -> CopyPlan:
    """What a copy or move to `location` will do; `job.done` counts objects meanwhile. Nothing is copied here.

    A copy into the folder it comes from gets free names. Raises BadNameError for a move into itself or to where it is.
    """
    same = one_server(source, target) and selection.bucket == location.bucket
    if move and same:
        _check_move(selection, root, location.prefix)
    plan = CopyPlan(selection, root, location, [], [], move)
    tops = _free_tops(job, target, selection) if same and location.prefix == root else {}
    for entry in selected_entries(job, source, selection, root, plan.skipped):
        with noting(plan.skipped, entry.key):
            new = location.prefix + _renamed(entry.key, tops).removeprefix(root)
            check_key(new)
            plan.items.append(CopyItem(entry.key, new, entry.size, entry.modified, entry.etag, entry.storage_class))
            job.advance(1)
    return plan


def _check_move(selection: Selection, root: str, prefix: str) -> None:
    if prefix == root:
        raise BadNameError("They are in this place already.", "Choose another folder.")
    if any(prefix.startswith(folder) for folder in selection.folders):
        raise BadNameError("A folder cannot be moved into itself.", "Choose another folder.")


def _free_tops(job: Job, connection: Connection, selection: Selection) -> dict[str, str]:
    """A free name for each selected folder, and each object, that is copied to where it is."""
    names = {folder: _free_folder(job, connection, selection.bucket, folder) for folder in selection.folders}
    taken = taken_among(job, connection, Location(selection.bucket), ())
    for key in selection.keys:
        names[key] = taken.free_name(job, connection, key, key)
    return names


def _free_folder(job: Job, connection: Connection, bucket: str, folder: str) -> str:
    return next(
        name
        for name in numbered_keys(folder)
        if not list_page(job, connection, Location(bucket, name), size=1, below=True)
    )


def _renamed(key: str, tops: Mapping[str, str]) -> str:
    """A key as it is called where some folders or objects at its top got other names."""
    if not tops or key in tops:
        return tops.get(key, key)
    top = next((folder for folder in tops if folder.endswith("/") and key.startswith(folder)), "")
    return tops[top] + key.removeprefix(top) if top else key


# what is in the way


def find_copy_conflicts(job: Job, connection: Connection, plan: CopyPlan) -> list[Conflict]:
    """The items whose new key is taken at the target, named by that key, with what is there."""
    items = {item.target: item for item in plan.items if not item.is_marker}
    taken = taken_among(job, connection, plan.target, items)
    conflicts = []
    for key in filter(taken.there.__contains__, items):
        free = taken.free_name(job, connection, key, place_of(plan.target.prefix, key))
        conflicts.append(Conflict(key, items[key].size, items[key].modified, *taken.there[key], free_name=free))
    return conflicts


def resolve_copies(plan: CopyPlan, decisions: Mapping[Conflict, Decision]) -> CopyPlan:
    """The plan as decided; a conflict nobody decided about makes its item fail instead of replacing."""
    settled = {conflict.name: (conflict.settled(decision), conflict) for conflict, decision in decisions.items()}
    replaced = {name for name, (decision, _) in settled.items() if decision is Decision.REPLACE}
    items = []
    for item in plan.items:
        decision, conflict = settled.get(item.target, (Decision.REPLACE, None))
        if conflict is not None and decision is Decision.KEEP_BOTH:
            items.append(replace(item, target=conflict.free_name))
        elif decision is not Decision.SKIP:
            items.append(item)
    return replace(plan, items=items, replace=plan.replace | replaced)


def planned_copies(wanted: CopyPlan, plan: CopyPlan) -> list[Planned]:
    """The items of `plan` for the journal, by the key they get; what was left out of `wanted` counts as skipped."""
    going = {item.key for item in plan.items}
    items = [
        Planned(
            item.target,
            size=item.size,
            is_folder=item.is_marker,
            replace=item.target in plan.replace,
            etag=item.etag,
            modified=item.modified,
            source=item.key,
        )
        for item in plan.items
    ]
    items += [
        Planned(item.target, size=item.size, source=item.key, state=ItemState.SKIPPED, again=False)
        for item in wanted.items
        if item.key not in going
    ]
    return items + [
        Planned(failure.key, source=failure.key, state=ItemState.FAILED, error=failure.error, again=False)
        for failure in plan.skipped
    ]
