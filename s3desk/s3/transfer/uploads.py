"""What an upload will do: which files go to which keys. Nothing is sent here."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from s3desk.s3.errors import DiskError, Failure
from s3desk.s3.explain import noting
from s3desk.s3.names import check_key
from s3desk.s3.transfer.upload_options import PLAIN, UploadOptions

if TYPE_CHECKING:
    from s3desk.s3.connection import Connection
    from s3desk.s3.job import Job
    from s3desk.s3.location import Location

_JUNCTION = 0xA0000003  # Windows' link to a folder, which lstat takes for a folder
_KINDS = {
    stat.S_IFLNK: "a link",
    stat.S_IFSOCK: "a socket",
    stat.S_IFIFO: "a pipe",
    stat.S_IFBLK: "a device",
    stat.S_IFCHR: "a device",
    stat.S_IFDIR: "a link to a folder",
}


@dataclass(frozen=True, slots=True)
class UploadItem:
    """One file, or one empty folder, and the key it gets; size in bytes when it was looked at."""

    path: Path
    key: str
    size: int
    is_folder: bool = False


@dataclass(frozen=True, slots=True)
class UploadPlan:
    """What goes to `bucket` below the prefix `root`, what was left out and why, and which keys may be replaced."""

    bucket: str
    items: list[UploadItem]
    skipped: list[Failure]
    root: str = ""
    replace: frozenset[str] = frozenset()
    options: UploadOptions = PLAIN

    @property
    def size(self) -> int:
        """The bytes to send."""
        return sum(item.size for item in self.items)


def plan_upload(
    job: Job,
    connection: Connection,  # noqa: ARG001  # every operation takes one; this one asks the server nothing
    paths: Sequence[Path],
    location: Location,
) -> UploadPlan:
    """Files and folders, with everything in them, as items below `location`; `job.done` counts them meanwhile.

    Left out with a reason: links, sockets, pipes and devices, what cannot be read, names that are not UTF-8 or too
    long for a key. An empty folder becomes a marker.
    """
    plan = UploadPlan(location.bucket, [], [], location.prefix)
    for path in paths:
        top = Path(os.path.abspath(path))  # noqa: PTH100  # resolve() would follow links
        for item in _look(job, top, location.prefix + top.name, plan.skipped):
            with _noting(plan.skipped, item.path):
                check_key(item.key)
                plan.items.append(item)
                job.advance(1)
    return plan


def _look(job: Job, top: Path, top_key: str, skipped: list[Failure]) -> Iterator[UploadItem]:
    """The items at and below `top`, in order; not by recursion, because folders may be nested deeply."""
    waiting = [(top, top_key)]
    while waiting:
        job.check()
        path, key = waiting.pop()
        with _noting(skipped, path):
            facts = path.lstat()
            if stat.S_ISREG(facts.st_mode):
                _check_readable(path)
                yield UploadItem(path, key, facts.st_size)
            elif _is_real_folder(facts):
                below = _below(job, path, key)
                waiting += below
                if not below:
                    yield UploadItem(path, key + "/", 0, is_folder=True)
            else:
                kind = _KINDS.get(stat.S_IFMT(facts.st_mode), "not a file")
                raise DiskError(f"“{_shown(path)}” is {kind} and was left out.", "Upload what it points to instead.")


def _below(job: Job, path: Path, key: str) -> list[tuple[Path, str]]:
    found = []
    with os.scandir(path) as entries:
        for entry in entries:
            job.check()
            found.append((path / entry.name, f"{key}/{entry.name}"))
    return sorted(found, reverse=True)


def _is_real_folder(facts: os.stat_result) -> bool:
    return stat.S_ISDIR(facts.st_mode) and getattr(facts, "st_reparse_tag", 0) != _JUNCTION


def _check_readable(path: Path) -> None:
    if not os.access(path, os.R_OK):
        raise DiskError(f"This computer does not let you read “{_shown(path)}”.", "Check the file's permissions.")


def _noting(skipped: list[Failure], path: Path) -> AbstractContextManager[None]:
    return noting(skipped, _shown(path), doing="read this file")


def _shown(path: Path) -> str:
    """A path as text that can be printed: bytes that are not UTF-8 are written out."""
    return os.fsencode(path).decode(errors="backslashreplace")
