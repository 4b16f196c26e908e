"""Fetches what a download plan holds: into temporary files beside the targets, which only whole ones replace."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from io import FileIO
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from s3desk.s3.crew import in_threads, noting_one
from s3desk.s3.errors import AlreadyThereError, DiskError, Failure, UnreachableError
from s3desk.s3.explain import explaining
from s3desk.s3.interrupt import MAX_ATTEMPTS
from s3desk.s3.job import Job, Unit
from s3desk.s3.multipart import MIB, part_ranges
from s3desk.s3.objects import plain_md5
from s3desk.s3.wire import Piece, fetch

if TYPE_CHECKING:
    from s3desk.s3.connection import Connection
    from s3desk.s3.downloads import DownloadItem, DownloadPlan

IN_ONE = 16 * MIB  # up to here an object is one request
RANGE_SIZE = 16 * MIB
_FILES, _RANGES = 8, 4  # threads
_DOING = "download this object"


def download(
    job: Job, connection: Connection, plan: DownloadPlan, *, replace: frozenset[Path] = frozenset()
) -> list[Failure]:
    """Download a plan; what could not be fetched comes back. `job` counts bytes, and objects as items.

    Only paths in `replace` or `plan.replace` may be replaced, and only by a whole, verified file, whose time is the
    object's. Raises DiskError before anything is fetched when the disk is too small, SignInError, and CancelledError
    with no temporary file left.
    """
    job.unit, job.total, job.items_total = Unit.BYTES, plan.size, len(plan.items)
    job.done = job.items = 0  # the plan may have counted with the same job
    with explaining(_DOING):
        _check_space(plan)
    fetcher = _Fetcher(job, connection, plan.bucket, plan.replace | replace)
    large = [item for item in plan.items if item.size > IN_ONE]
    small = [item for item in plan.items if item.size <= IN_ONE]
    in_threads(job, connection, fetcher.fetch, small, threads=_FILES)
    for item in large:
        fetcher.fetch(item)
    return fetcher.failures


def _words(size: int) -> str:
    from humanize import naturalsize  # noqa: PLC0415  # only for this sentence

    return naturalsize(size, binary=True).replace("iB", "B")


def _check_space(plan: DownloadPlan) -> None:
    place = next(folder for folder in (plan.folder, *plan.folder.parents) if folder.is_dir())
    missing = plan.size - shutil.disk_usage(place).free
    if missing > 0:
        raise DiskError(
            f"The disk is too small for this download: {_words(missing)} are missing.",
            "Free some space, or choose a folder on another disk.",
        )


class _Fetcher:
    """One download: where from, what may be replaced, what failed."""

    def __init__(self, job: Job, connection: Connection, bucket: str, replace: frozenset[Path]) -> None:
        self._job = job
        self._connection = connection
        self._bucket = bucket
        self._replace = replace
        self.failures: list[Failure] = []

    def fetch(self, item: DownloadItem) -> None:
        """Fetch one item, noting what goes wrong."""
        self._job.check()
        with noting_one(self.failures, item.key, doing=_DOING, bucket=self._bucket):
            if item.is_folder:
                item.path.mkdir(parents=True, exist_ok=True)
            else:
                self._fetch_file(item)
        self._job.advance_items()

    def _fetch_file(self, item: DownloadItem) -> None:
        replaced = item.path in self._replace
        if not replaced:
            _refuse_if_there(item.path)  # before the bytes; what appears meanwhile is refused at the end
        item.path.parent.mkdir(parents=True, exist_ok=True)
        with _temporary(item.path) as temporary:
            if item.size > IN_ONE:
                self._fetch_ranges(item, temporary)
            else:
                self._fetch_whole(item, temporary)
            _finish(item, temporary, replaced=replaced)

    def _fetch_whole(self, item: DownloadItem, temporary: Path) -> None:
        """One request. Where the ETag looks like an MD5 the content must have it, or come the same twice."""
        piece, seen = Piece(self._bucket, item.key, item.etag, item.size, 0, item.size), set[str]()
        for _ in range(MAX_ATTEMPTS):
            digest = hashlib.md5(usedforsecurity=False)
            with temporary.open("r+b") as file:
                encryption = fetch(self._job, self._connection, piece, _both(file, digest))
            expected, found = plain_md5(item.etag, encryption), digest.hexdigest()
            if not expected or expected == found or found in seen:
                return
            seen.add(found)
            self._job.advance(-item.size)
        raise UnreachableError(f"“{item.key}” was damaged on the way, each time.", "Try again.", code="BadDigest")

    def _fetch_ranges(self, item: DownloadItem, temporary: Path) -> None:
        os.truncate(temporary, item.size)

        def fetch_range(part: tuple[int, int, int]) -> None:
            _, start, length = part
            piece = Piece(self._bucket, item.key, item.etag, item.size, start, length)
            with temporary.open("r+b", buffering=0) as file:  # each its own, because each has its own position
                file.seek(start)
                fetch(self._job, self._connection, piece, partial(_write_all, file))

        in_threads(self._job, self._connection, fetch_range, part_ranges(item.size, RANGE_SIZE), threads=_RANGES)


def _both(file: BinaryIO, digest: hashlib._Hash) -> Callable[[memoryview], None]:
    def sink(chunk: memoryview) -> None:
        file.write(chunk)
        digest.update(chunk)

    return sink


def _write_all(file: FileIO, chunk: memoryview) -> None:
    """An unbuffered file may take less than it is given."""
    while chunk:
        chunk = chunk[file.write(chunk) :]


def _refuse_if_there(path: Path) -> None:
    if path.is_symlink() or path.exists():
        raise AlreadyThereError(f"“{path}” exists already and was not replaced.", "Replace it on purpose.")


@contextmanager
def _temporary(path: Path) -> Iterator[Path]:
    """A new empty file beside `path`, gone at the end unless it was moved; not tempfile's, which only we could read."""
    temporary = path.with_name(f".s3desk-{secrets.token_hex(8)}.part")
    temporary.open("xb").close()
    try:
        yield temporary
    finally:
        temporary.unlink(missing_ok=True)


def _finish(item: DownloadItem, temporary: Path, *, replaced: bool) -> None:
    """Give the whole file its time and its name; without `replaced` never in the place of something."""
    if item.modified is not None:
        seconds = item.modified.timestamp()
        os.utime(temporary, (seconds, seconds))
    if replaced:
        with suppress(OSError):
            shutil.copymode(item.path, temporary)
        temporary.replace(item.path)
        return
    try:
        item.path.hardlink_to(temporary)  # the one exclusive way to name a file that exists
    except FileExistsError:
        _refuse_if_there(item.path)
    except (OSError, NotImplementedError):  # a disk without hard links
        _refuse_if_there(item.path)
        temporary.rename(item.path)
