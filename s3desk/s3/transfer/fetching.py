"""Fetches what a download plan holds: into temporary files beside the targets, which only whole ones replace."""

from __future__ import annotations

import os
import secrets
import shutil
from contextlib import suppress
from dataclasses import replace as with_changes
from pathlib import Path
from typing import TYPE_CHECKING

from s3desk.s3.crew import in_threads, noting_one
from s3desk.s3.errors import ChangedError, DiskError, Failure, UnreachableError
from s3desk.s3.explain import explaining
from s3desk.s3.interrupt import MAX_ATTEMPTS
from s3desk.s3.job import Job, Unit
from s3desk.s3.journal.record import Record, Result, is_to_go_on
from s3desk.s3.objects import head, plain_md5
from s3desk.s3.transfer.checksums import Told, crc64
from s3desk.s3.transfer.in_flight import LITTLE, in_flight
from s3desk.s3.transfer.landing import finish, land, refuse_if_there, remove, temporary_beside, write_new
from s3desk.s3.transfer.large_object import LargeObject
from s3desk.s3.transfer.little import fetch_little
from s3desk.s3.transfer.multipart import MIB
from s3desk.s3.transfer.parts import Parts
from s3desk.s3.transfer.verdict import what_is_wrong
from s3desk.s3.transfer.wire import Piece, fetch_into

if TYPE_CHECKING:
    from s3desk.s3.connection import Connection
    from s3desk.s3.journal.record import Begun, Part
    from s3desk.s3.transfer.downloads import DownloadItem, DownloadPlan
    from s3desk.s3.transfer.nonblocking import NonblockingConnection, Steps

IN_ONE = 16 * MIB  # up to here an object is one request, and in memory as a whole
_DOING = "download this object"


def download(
    job: Job,
    connection: Connection,
    plan: DownloadPlan,
    *,
    replace: frozenset[Path] = frozenset(),
    record: Record | None = None,
) -> list[Failure]:
    """Download a plan; what could not be fetched comes back. `job` counts bytes, and objects as items.

    Only paths in `replace` or `plan.replace` may be replaced, and only by a whole, verified file, whose time is the
    object's. An object that is replaced meanwhile is fetched anew, once. `record` hears of every item once, and what it
    kept of an earlier run is gone on with. Raises DiskError before anything is fetched when the disk is too small,
    SignInError, and CancelledError with no temporary file left, save those that `record` keeps.
    """
    job.unit, job.total, job.items_total = Unit.BYTES, plan.size, len(plan.items)
    job.done = job.items = 0  # the plan may have counted with the same job
    with explaining(_DOING):
        _check_space(plan)
    fetcher = _Fetcher(job, connection, plan.bucket, plan.replace | replace, record or Record())
    little, others = fetcher.divided(plan.items)
    left: list[DownloadItem] = []

    def fetch_all(items: list[DownloadItem]) -> None:
        if items is little:
            left.extend(fetcher.fetch_from_one_thread(items))
        else:
            in_threads(job, connection, fetcher.fetch, items, threads=lambda: connection.limits.files)

    in_threads(job, connection, fetch_all, [others, little], threads=2)
    fetch_all(left)
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

    def __init__(self, job: Job, connection: Connection, bucket: str, replace: frozenset[Path], record: Record) -> None:
        self._job = job
        self._connection = connection
        self._bucket = bucket
        self._replace = replace
        self._record = record
        self._parts = Parts(job, connection)
        self._folders: set[Path] = set()
        self.failures: list[Failure] = []

    def divided(self, items: list[DownloadItem]) -> tuple[list[DownloadItem], list[DownloadItem]]:
        """The little ones, which one thread can fetch, and the others, those first that take longest."""
        direct = self._connection.direct(self._bucket)
        little = [] if direct is None else [item for item in items if self._is_little(item)]
        known = set(map(id, little))
        return little, sorted((item for item in items if id(item) not in known), key=lambda item: item.size <= IN_ONE)

    def fetch_from_one_thread(self, items: list[DownloadItem]) -> list[DownloadItem]:
        """Fetch little ones from one thread; returns those where it was not that simple."""
        direct = self._connection.direct(self._bucket)
        if direct is None or not items:
            return items

        def fetch(item: DownloadItem, line: NonblockingConnection) -> Steps[bool]:
            failures: list[Failure] = []
            result: Result | None = None
            with noting_one(failures, item.key, doing=_DOING, bucket=self._bucket):
                self._make_folder(item.path.parent)
                result = yield from fetch_little(direct, item, line)
            if result is not None:
                self._job.advance(item.size)
            return self._noted(item, result, failures)

        return in_flight(self._job, self._connection, direct, fetch, items)

    def _is_little(self, item: DownloadItem) -> bool:
        plain = item.size <= LITTLE and bool(item.etag) and not item.is_folder and item.path not in self._replace
        return plain and self._record.begun(item.key) is None

    def fetch(self, item: DownloadItem) -> None:
        """Fetch one item, noting what becomes of it."""
        self._job.check()
        failures: list[Failure] = []
        result: Result | None = None
        with noting_one(failures, item.key, doing=_DOING, bucket=self._bucket):
            if item.is_folder:
                item.path.mkdir(parents=True, exist_ok=True)
                result = Result("done")
            else:
                result = self._fetch_file(item)
        self._noted(item, result, failures)

    def _noted(self, item: DownloadItem, result: Result | None, failures: list[Failure]) -> bool:
        """Whether anything became of it, which the record hears of."""
        if failures:
            self.failures += failures
            result = Result("failed", item.size, error=failures[0].error)
        if result is None:
            return False
        self._job.advance_items()
        self._record.ended(item.key, result)
        return True

    def _fetch_file(self, item: DownloadItem) -> Result:
        replaced = item.path in self._replace
        if (begun := self._record.begun(item.key)) is not None and self._was_done(item, begun):
            self._job.advance(item.size)
            return Result("done", item.size, "", item.etag)
        if not replaced and item.size > LITTLE:
            refuse_if_there(
                item.path
            )  # before the bytes, unless there are few; what appears meanwhile is refused at the end
        self._make_folder(item.path.parent)
        try:
            return self._fetch_once(item, replaced=replaced)
        except ChangedError:
            return self._fetch_once(self._as_it_is_now(item), replaced=replaced)

    def _was_done(self, item: DownloadItem, begun: Begun) -> bool:
        """Whether the file is there, from a run that was stopped before it could note so.

        It got its name and the object's time together, when it was whole and verified.
        """
        for leftover in (temporary_beside(item.path), begun.temporary):
            if leftover is not None and os.path.lexists(item.path) and leftover.parent == item.path.parent:
                remove(leftover)
        try:
            facts = item.path.stat(follow_symlinks=False)
        except OSError:
            return False
        same = item.modified is not None and facts.st_mtime == item.modified.timestamp() and facts.st_size == item.size
        md5 = plain_md5(item.etag, "")
        if not same or not md5 or item.size > IN_ONE:
            return same
        return not what_is_wrong(bytearray(item.path.read_bytes()), Told(), md5)

    def _make_folder(self, folder: Path) -> None:
        if folder not in self._folders:
            folder.mkdir(parents=True, exist_ok=True)
            self._folders.add(folder)

    def _as_it_is_now(self, item: DownloadItem) -> DownloadItem:
        facts = head(self._job, self._connection, self._bucket, item.key)
        self._job.total = (self._job.total or 0) + facts.size - item.size
        return with_changes(item, size=facts.size, etag=facts.etag, modified=facts.modified)

    def _fetch_once(self, item: DownloadItem, *, replaced: bool) -> Result:
        if item.size > IN_ONE:
            return self._fetch_ranges(item, replaced=replaced)
        content = bytearray(item.size)
        checksum = self._fetch_whole(item, content)
        self._connection.limits.way.yield_to_paint()  # what the disk wants is half of the work
        try:
            was_begun = self._record.begun(item.key) is not None
            land(item.path, content, item.modified, replaced=replaced, was_begun=was_begun)
        except BaseException:
            self._job.advance(-item.size)
            raise
        return Result("done", item.size, checksum, item.etag)

    def _fetch_whole(self, item: DownloadItem, content: bytearray) -> str:
        """One request; returns the checksum, spelled. The content must have what the server tells of it.

        An ETag may look like an MD5 and be none: then it is enough that the content comes the same twice.
        """
        piece, seen, crc = Piece(self._bucket, item.key, item.etag, item.size, 0, item.size), set[str](), crc64()
        for _ in range(MAX_ATTEMPTS):
            fetched = fetch_into(self._job, self._connection, piece, memoryview(content))
            wrong = what_is_wrong(content, fetched.told, plain_md5(item.etag, fetched.encryption))
            if not wrong or wrong in seen:
                return "" if crc is None else crc.spelled(crc.update(content, 0))
            if fetched.told.crc is None:
                seen.add(wrong)
            self._job.advance(-item.size)
        raise UnreachableError(f"“{item.key}” was damaged on the way, each time.", "Try again.", code="BadDigest")

    def _fetch_ranges(self, item: DownloadItem, *, replaced: bool) -> Result:
        temporary, parts = self._room_for(item)
        try:
            checksum = LargeObject(self._parts, self._record, self._bucket, item, temporary).fetch(parts)
            try:
                finish(item.path, item.modified, temporary, replaced=replaced)
            except BaseException:
                self._job.advance(-item.size)
                raise
        except BaseException as error:
            if not is_to_go_on(self._job, self._record, error):
                remove(temporary)
            raise
        remove(temporary)
        return Result("done", item.size, checksum, item.etag)

    def _room_for(self, item: DownloadItem) -> tuple[Path, tuple[Part, ...]]:
        """The file of an earlier run and what is in it, if it is of this very object; else a new one."""
        begun = self._record.begun(item.key)
        if begun is not None and begun.temporary is not None:
            with suppress(OSError):
                same = begun.etag == item.etag and begun.temporary.parent == item.path.parent
                if same and begun.temporary.stat().st_size == item.size:
                    return begun.temporary, begun.parts
            remove(begun.temporary)
        temporary = temporary_beside(item.path, secrets.token_hex(8))
        self._record.will_fetch(item.key, temporary, item.etag)
        try:
            write_new(temporary, b"")
            os.truncate(temporary, item.size)
        except BaseException:
            remove(temporary)
            raise
        return temporary, ()
