"""The first look at every file of a combination: 64 KiB of each, many at once."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from s3desk.data.combining.differences import Difference, File, Usual, differences, usual
from s3desk.data.combining.understanding import Understanding, delimited_schema, first_row, schema_of
from s3desk.data.ranged import RangedFile
from s3desk.data.reading.reading_plan import Form
from s3desk.data.reading.tables_aside import TablesAside
from s3desk.data.reading.unpacking import Packing
from s3desk.data.reading.whole import HEAD
from s3desk.s3.columns import Entry
from s3desk.s3.crew import in_threads, noting_one
from s3desk.s3.errors import Failure, UnsupportedError
from s3desk.s3.job import Job, Unit
from s3desk.s3.listing import walk
from s3desk.s3.right_of_way import RightOfWay, Turn

if TYPE_CHECKING:
    from s3desk.s3.connection import Connection
    from s3desk.s3.objects import Selection

_THREADS = 8
_BESIDE_A_WINDOW = max(3, min(_THREADS, 1 + (os.cpu_count() or 1)))  # its pictures come in time
MOST_FILES = 100_000
_KEPT = 64 << 20  # bytes of small files that are not fetched twice
_DOING = "read this file"
_SEEN_IN_THE_HEAD = (Form.DELIMITED, Form.JSON_LINES)


@dataclass(frozen=True)
class Plan:
    """The files of a combination in the order of their rows, and what most of them are like."""

    bucket: str
    files: tuple[File, ...]
    most: Usual
    folders: tuple[str, ...] = ()  # prefixes they were found under
    left_out: int = 0  # folder markers and what programs leave beside their tables

    @property
    def readable(self) -> list[File]:
        """The files that can be read as far as one knows."""
        return [file for file in self.files if file.error is None]

    @property
    def size(self) -> int:
        """Bytes that will be fetched; of single files that were not looked at yet nobody knows."""
        return sum(max(file.size, 0) for file in self.readable)


@dataclass(eq=False)
class Looking:
    """The files of a selection while they are looked at: workers write `files`, a window samples them."""

    bucket: str
    files: list[File]
    folders: tuple[str, ...] = ()
    left_out: int = 0

    def plan(self) -> Plan:
        """What is known now; files nobody looked at yet are read as they come."""
        files = with_headers(self.files)
        return Plan(self.bucket, tuple(files), usual(files), self.folders, self.left_out)


def listed(job: Job, connection: Connection, selection: Selection) -> Looking:
    """The selected files and those below the selected folders, not looked at yet (ListObjectsV2).

    Raises S3Error when a folder cannot be listed, UnsupportedError for more than 100,000 files.
    """
    entries, left_out = _entries(job, connection, selection)
    files = [File(entry.key, entry.size, entry.etag) for entry in entries]
    return Looking(selection.bucket, files, selection.folders, left_out)


def threads_for(connection: Connection, way: RightOfWay | None) -> int:
    """How many files to read at once: beside a window and with a server that may be near, fewer."""
    return _THREADS if way is None or not connection.endpoint_url else _BESIDE_A_WINDOW


def look(job: Job, connection: Connection, looking: Looking, way: RightOfWay | None = None) -> None:
    """Look at the beginning of each file (GetObject of 64 KiB); what cannot be read gets its error.

    With `way` the workers take turns at understanding what they fetched, and none begins while the window paints.
    `job` counts files. Raises SignInError and CancelledError; what was seen until then stays.
    """
    job.unit, job.total, job.done = Unit.OBJECTS, len(looking.files), 0
    with TablesAside() as aside:
        eyes = _Look(job, connection, looking, aside, way or RightOfWay())
        with job.closing(eyes.quiet.cancel):
            in_threads(job, connection, eyes.at, range(len(looking.files)), threads=threads_for(connection, way))


@dataclass(frozen=True)
class Overview:
    """What was seen: the plan, and in what each of its files differs from most."""

    plan: Plan
    differences: tuple[tuple[Difference, ...], ...]


def overview(job: Job, looking: Looking) -> Overview:
    """Compare the files with each other, once they were looked at."""
    job.check()
    made = looking.plan()
    return Overview(made, tuple(differences(file, made.most) for file in made.files))


def plan(job: Job, connection: Connection, selection: Selection) -> Plan:
    """List a selection and look at all of it."""
    looking = listed(job, connection, selection)
    look(job, connection, looking)
    return looking.plan()


def _entries(job: Job, connection: Connection, selection: Selection) -> tuple[list[Entry], int]:
    found = [Entry(key, -1, None, "", "") for key in selection.keys]
    left_out = 0
    for folder in selection.folders:
        for entry in walk(job, connection, selection.bucket, folder):
            if _is_beside(entry.key.removeprefix(folder), entry.size):
                left_out += 1
            else:
                found.append(entry)
            if len(found) > MOST_FILES:
                raise UnsupportedError(f"There are more than {MOST_FILES:,} files.", "Choose a smaller folder.")
    return list({entry.key: entry for entry in found}.values()), left_out


def _is_beside(name: str, size: int) -> bool:
    """Folder markers and the likes of `_SUCCESS` and `.part-0.crc`, which Spark and Hive leave."""
    return not size or name.endswith("/") or any(part.startswith((".", "_")) for part in name.split("/")[-1:])


class _Look:
    """Looks at files, one after the other in each of several threads."""

    def __init__(self, job: Job, connection: Connection, looking: Looking, aside: TablesAside, way: RightOfWay) -> None:
        self._job, self._connection, self._looking, self._aside, self._way = job, connection, looking, aside, way
        self._understanding = Understanding()
        self._kept = 0
        self.quiet = Job()  # the given one counts files, not bytes

    def at(self, number: int) -> None:
        """Look at one file."""
        file, bucket = self._looking.files[number], self._looking.bucket
        failures: list[Failure] = []
        with noting_one(failures, file.key, doing=_DOING, bucket=bucket):
            source = RangedFile(self.quiet, self._connection, bucket, file.key)
            head = source.read_at(0, HEAD)
            file = replace(file, size=source.size, etag=source.etag.strip('"'))
            file = self._understood(file, head, source)
        self._looking.files[number] = replace(file, error=failures[0].error) if failures else file
        self._job.advance(1)

    def _understood(self, file: File, head: bytes, source: RangedFile) -> File:
        whole = len(head) >= file.size
        turn = Turn(self._way)
        turn.take()
        try:
            found = self._understanding.plan(head, file.key, source.content_type, whole=whole)
            if whole and self._kept < _KEPT:
                self._kept += len(head)
                file = replace(file, body=head)
            file = replace(file, first_row=first_row(head, found))
            if found.form not in _SEEN_IN_THE_HEAD:
                turn.leave()  # more is fetched
            schema = schema_of(self.quiet, head, found, source, self._aside, whole=whole)
        finally:
            turn.leave()
        return replace(file, plan=found, schema=schema)


def with_headers(files: Sequence[File]) -> list[File]:
    """A file without a header by its looks has one where its first row is what others' headers are."""
    headers = {
        file.plan.columns
        for file in files
        if file.plan is not None and file.plan.guess is not None and file.plan.guess.header
    }
    return [_with_header(file) if file.first_row and file.first_row in headers else file for file in files]


def _with_header(file: File) -> File:
    if file.plan is None or file.plan.guess is None:
        return file
    found = replace(file.plan, guess=replace(file.plan.guess, header=True), columns=file.first_row)
    plain = file.body is not None and found.packing is Packing.NONE
    schema = delimited_schema(file.body, found, whole=True) if plain and file.body is not None else None
    return replace(file, plan=found, schema=schema)
