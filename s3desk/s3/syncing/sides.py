"""What is on each side of a sync: a folder of this computer, or a prefix."""

from __future__ import annotations

import os
import stat
import threading
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from s3desk.s3.errors import BadNameError, DiskError, Failure, S3Error
from s3desk.s3.explain import explaining, typed_error
from s3desk.s3.feed import Feed
from s3desk.s3.listing import Scope
from s3desk.s3.streaming import stream
from s3desk.s3.syncing.plan import Thing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from s3desk.s3.connection import Connection
    from s3desk.s3.job import Job
    from s3desk.s3.listing import Page
    from s3desk.s3.location import Location
    from s3desk.s3.syncing.patterns import Patterns

_JUNCTION = 0xA0000003  # Windows' link to a folder, which lstat takes for a folder
_OUR_TEMPORARY = (".s3desk-", ".part")  # of a download that runs, or was broken off
_MS = 1000.0


@dataclass
class Looked:
    """How far a comparison is, for whoever watches: names read on each side, contents compared."""

    source: int = 0
    target: int = 0
    compared: int = 0
    to_compare: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def compared_one(self) -> None:
        """One content more."""
        with self._lock:
            self.compared += 1


def fold(name: str, *, ignore_case: bool = False) -> str:
    """What two names have in common that people, or disks, take for one: accents, and maybe case."""
    plain = name if name.isascii() else unicodedata.normalize("NFC", name)
    return plain.casefold() if ignore_case else plain


@dataclass
class Side:
    """Everything of one place by its name below it.

    `unknown` are names that could not be looked at: neither they nor what may be below them is touched.
    """

    things: dict[str, Thing] = field(default_factory=dict)
    folders: set[str] = field(default_factory=set)
    unknown: set[str] = field(default_factory=set)
    left_alone: list[Failure] = field(default_factory=list)
    excluded: int = 0
    ignores_case: bool = False
    _below: dict[str, bool] = field(default_factory=dict)

    def leave(self, name: str, error: S3Error) -> None:
        """Touch neither this nor what is below it."""
        self.unknown.add(self.fold(name))
        self.left_alone.append(Failure(name, error))

    def fold(self, name: str) -> str:
        """What this place takes for the same name."""
        return fold(name, ignore_case=self.ignores_case)

    def ignore_case(self) -> None:
        """It is on a disk that takes `A` for `a`."""
        self.ignores_case = True
        self.unknown = {self.fold(name) for name in self.unknown}

    def knows(self, name: str) -> bool:
        """Whether nothing at or above this name was left alone."""
        if not self.unknown:
            return True
        folder = name.rpartition("/")[0]
        if folder not in self._below:
            self._below[folder] = any(self.fold(each) in self.unknown for each in above(name))
        return not self._below[folder] and self.fold(name) not in self.unknown

    def file_above(self, name: str) -> str:
        """The file that is where a folder would have to be for this name; "" where there is none."""
        return next((each for each in above(name) if each in self.things), "")


def above(name: str) -> Iterator[str]:
    """The folders a name is in, from the innermost: a/b, a for a/b/c."""
    while "/" in name:
        name = name.rpartition("/")[0]
        yield name


# a folder


def read_folder(job: Job, folder: Path, patterns: Patterns, looked: Looked, *, sending: bool) -> Side:
    """All files below a folder that can be read. Raises DiskError where it cannot be looked into itself.

    Links, sockets, pipes and devices are left alone, and so is what cannot be read. A folder that is only to be
    written to need not be there. Files of running downloads of this program are nobody's business.
    """
    side = Side()
    if not folder.is_dir():
        if sending or os.path.lexists(folder):
            raise DiskError(f"“{folder}” is not a folder on this computer.", "Choose another folder.")
        return side
    waiting = [("", os.fspath(folder))]
    while waiting:
        job.check()
        name, path = waiting.pop()
        try:
            with explaining("read this folder"), os.scandir(path) as entries:
                for entry in entries:
                    job.check()
                    below = f"{name}/{entry.name}" if name else entry.name
                    if _look_at(entry, below, side, patterns, sending=sending):
                        waiting.append((below, entry.path))
                    _count(looked, len(side.things), sending=sending)
        except S3Error as error:
            if not name:
                raise
            side.leave(name, error)
    return side


def _count(looked: Looked, number: int, *, sending: bool) -> None:
    if sending:
        looked.source = number
    else:
        looked.target = number


def _look_at(entry: os.DirEntry[str], name: str, side: Side, patterns: Patterns, *, sending: bool) -> bool:
    """Note one entry of a folder; whether it is a folder to look into."""
    try:
        facts = entry.stat(follow_symlinks=False)
        is_folder = stat.S_ISDIR(facts.st_mode) and getattr(facts, "st_reparse_tag", 0) != _JUNCTION
        if patterns.exclude(f"{name}/" if is_folder else name):
            side.excluded += 1
            return False
        if trouble := _trouble(entry, facts, sending=sending, is_folder=is_folder):
            side.leave(_shown(name), trouble)
            return False
    except OSError as error:
        side.leave(_shown(name), typed_error(error) or DiskError(f"“{_shown(name)}” cannot be read."))
        return False
    if is_folder:
        side.folders.add(name)
        return True
    if not entry.name.startswith(_OUR_TEMPORARY[0]) or not entry.name.endswith(_OUR_TEMPORARY[1]):
        side.things[name] = Thing(name, facts.st_size, facts.st_mtime)
    return False


def _trouble(entry: os.DirEntry[str], facts: os.stat_result, *, sending: bool, is_folder: bool) -> S3Error | None:
    """Why something in a folder cannot take part."""
    shown = _shown(entry.path)
    if not entry.name.isascii():
        try:
            entry.name.encode()
        except UnicodeEncodeError:
            return BadNameError(f"The name of “{shown}” is not valid text (UTF-8).", "Rename it first.")
    if not is_folder and not stat.S_ISREG(facts.st_mode):
        kind = "a link" if stat.S_ISLNK(facts.st_mode) or stat.S_ISDIR(facts.st_mode) else "not a plain file"
        return DiskError(f"“{shown}” is {kind} and was left alone.", "Only files and folders take part.")
    if sending and not is_folder and not os.access(entry.path, os.R_OK):
        return DiskError(f"This computer does not let you read “{shown}”.", "Check the file's permissions.")
    return None


def _shown(path: str) -> str:
    """A path as text that can be printed: bytes that are not UTF-8 are written out."""
    return path if path.isascii() else os.fsencode(path).decode(errors="backslashreplace")


# a prefix


def read_place(
    job: Job, connection: Connection, location: Location, patterns: Patterns, looked: Looked, *, sending: bool
) -> Side:
    """All objects below a prefix (ListObjectsV2). Raises S3Error where the list does not come to its end.

    Empty objects that only mark a folder do not take part.
    """
    taking = _Taking(location.prefix, patterns, looked, sending=sending)
    stream(job, connection, Scope(location, below=True), taking)
    return taking.side


class _Taking(Feed):
    """Makes a side of pages as they come, and keeps none."""

    def __init__(self, prefix: str, patterns: Patterns, looked: Looked, *, sending: bool) -> None:
        super().__init__()
        self._prefix, self._patterns, self._looked, self._sending = prefix, patterns, looked, sending
        self.side = Side()

    def put(self, page: Page) -> None:
        """Add one page."""
        import pyarrow as pa  # noqa: PLC0415  # heavy

        batch, cut, side = page.objects, len(self._prefix), self.side
        times = batch["modified"].cast(pa.int64()).to_pylist()  # Python's own times would take longer than the rest
        columns = (batch[name].to_pylist() for name in ("key", "size", "etag", "storage_class"))
        classes: dict[str, str] = {}  # one text for all
        for key, size, etag, storage_class, at in zip(*columns, times, strict=True):
            name = key[cut:]
            if not name or (not size and name.endswith("/")):
                continue
            if self._patterns.exclude(name):
                side.excluded += 1
                continue
            side.things[name] = Thing(
                name, size, None if at is None else at / _MS, etag, classes.setdefault(storage_class, storage_class)
            )
        _count(self._looked, len(side.things), sending=self._sending)
