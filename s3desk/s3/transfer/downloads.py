"""What a download will do: which objects go to which paths. Nothing is written here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from s3desk.s3.errors import BadNameError, Failure
from s3desk.s3.names import Disk, LocalName, TakenNames, fitted, local_path
from s3desk.s3.selected import selected_entries

if TYPE_CHECKING:
    from s3desk.s3.columns import Entry
    from s3desk.s3.connection import Connection
    from s3desk.s3.job import Job
    from s3desk.s3.objects import Selection

_A_FOLDER = "a folder has the same name"
_A_TWIN = "another differs only in capital letters or accents"


@dataclass(frozen=True, slots=True)
class DownloadItem:
    """One object, or one folder to make, and where it goes; size in bytes, ETag without quotes."""

    key: str
    size: int
    etag: str
    modified: datetime | None
    path: Path
    is_folder: bool = False


@dataclass(frozen=True, slots=True)
class NameChange:
    """A key that cannot be a name here as it is, where it goes instead, and why."""

    key: str
    path: Path
    reason: str


@dataclass(frozen=True, slots=True)
class DownloadPlan:
    """What goes to `folder`; what gets another name there, what was left out and why, what may be replaced."""

    bucket: str
    folder: Path
    items: list[DownloadItem]
    changes: list[NameChange]
    skipped: list[Failure]
    replace: frozenset[Path] = field(default=frozenset())

    @property
    def renamed(self) -> list[tuple[str, Path]]:
        """The changes without their reasons."""
        return [(change.key, change.path) for change in self.changes]

    @property
    def size(self) -> int:
        """The bytes to fetch."""
        return sum(item.size for item in self.items)


def plan_download(
    job: Job,
    connection: Connection,
    selection: Selection,
    prefix: str,
    folder: Path,
    *,
    ignore_case: bool | None = None,
    windows: bool | None = None,
) -> DownloadPlan:
    """Everything selected, as items below `folder`, named relative to `prefix`; `job.done` counts objects meanwhile.

    Markers become folders. `ignore_case` and `windows`, whose rules for names hold, are tried out where they are None.
    What is gone or cannot be listed is among `skipped`, as is the content of an object that is a folder as well.
    """
    plan = DownloadPlan(selection.bucket, folder, [], [], [])
    entries = list(_entries(job, connection, selection, prefix, plan.skipped))
    disk = Disk.of(folder) if None in (ignore_case, windows) else Disk(bool(ignore_case), bool(windows))
    names = [_local_name(folder, entry.key.removeprefix(prefix), disk.windows) for entry in entries]
    folders = {name.path for entry, name in zip(entries, names, strict=True) if entry.key.endswith("/")}
    folders |= {parent for name in names for parent in _parents(name.path, folder)}
    taken = TakenNames(folders, ignore_case=disk.ignores_case if ignore_case is None else ignore_case)
    for entry, name in zip(entries, names, strict=True):
        if entry.key.endswith("/"):
            item = DownloadItem(entry.key, 0, entry.etag, entry.modified, name.path, is_folder=True)
            _report_content(entry, plan.skipped)
        else:
            item = DownloadItem(entry.key, entry.size, entry.etag, entry.modified, taken.claim(name.path))
        plan.items.append(item)
        if name.renamed or item.path != name.path:
            reason = name.reason or (_A_FOLDER if name.path in folders else _A_TWIN)
            plan.changes.append(NameChange(entry.key, item.path, reason))
    return plan


def _local_name(folder: Path, relative_key: str, windows: bool) -> LocalName:
    name = local_path(folder, relative_key, windows=windows)
    whole = fitted(name.path, folder, windows=windows)
    return LocalName(whole.path, whole.reason or name.reason)


def _parents(path: Path, folder: Path) -> Iterator[Path]:
    for parent in path.parents:
        if parent == folder:
            return
        yield parent


def _report_content(entry: Entry, skipped: list[Failure]) -> None:
    if entry.size:
        error = BadNameError(
            f"“{entry.key}” is a folder and also an object with {entry.size:,} bytes; a disk cannot hold both.",
            "The folder was made. Rename the object if you need its content.",
        )
        skipped.append(Failure(entry.key, error))


def _entries(
    job: Job, connection: Connection, selection: Selection, prefix: str, skipped: list[Failure]
) -> Iterator[Entry]:
    for entry in selected_entries(job, connection, selection, prefix, skipped):
        job.advance(1)
        yield entry
