"""Reads the files of a combination whole, in several threads, and hands their tables on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from s3desk.data.combining.differences import usual
from s3desk.data.combining.understanding import Understanding
from s3desk.data.reading.whole import HEAD, fetch_whole, parse, too_large
from s3desk.s3.crew import noting_one
from s3desk.s3.errors import Failure
from s3desk.s3.transfer.wire import Piece, fetch_into

if TYPE_CHECKING:
    import pyarrow as pa

    from s3desk.data.combining.differences import File
    from s3desk.data.combining.first_look import Plan
    from s3desk.data.combining.gathering import Gathering
    from s3desk.data.reading.tables_aside import TablesAside
    from s3desk.s3.connection import Connection
    from s3desk.s3.job import Job
    from s3desk.s3.right_of_way import RightOfWay

_DOING = "read this file"


class FileReader:
    """Reads file after file and hands the tables on."""

    def __init__(
        self,
        job: Job,
        connection: Connection,
        made: Plan,
        gathering: Gathering,
        budget: int,
        text: frozenset[str],
        aside: TablesAside,
        *,
        skip: bool,
        way: RightOfWay | None = None,
    ) -> None:
        self._way = way
        self._job, self._connection, self._made = job, connection, made
        self._gathering, self._budget, self._text, self._skip = gathering, budget, text, skip
        self._aside = aside
        self._understanding = Understanding()
        self._seen: dict[str, File] = {}
        self.failures: list[Failure] = []
        self.notes: list[tuple[str, str]] = []

    def all_failures(self) -> list[Failure]:
        """Files that cannot be read, seen before or now, by key."""
        before = [Failure(file.key, file.error) for file in self._made.files if file.error is not None]
        return sorted([*before, *self.failures], key=lambda failure: failure.key)

    def read(self, numbered: tuple[int, File]) -> None:
        """One file; a failure is noted, and its place in the order left empty."""
        number, file = numbered
        table: pa.Table | None = None
        failures: list[Failure] = []
        with noting_one(failures, file.key, doing=_DOING, bucket=self._made.bucket):
            table = self._table(file)
        if failures and not self._skip:
            raise failures[0].error
        if failures:
            self.failures += failures
            self._seen[file.key] = replace(file, error=failures[0].error)
        self._gathering.add(number, table)
        self._job.advance_items()

    def seen(self) -> Plan:
        """The plan with what was found in the whole files."""
        files = tuple(self._seen.get(file.key, file) for file in self._made.files)
        return replace(self._made, files=files, most=usual(files))

    def _table(self, file: File) -> pa.Table:
        content = self._content(file)
        if self._way is not None:
            self._way.yield_to_paint()
        found = file.plan
        if found is None:
            found = self._understanding.plan(bytes(content[:HEAD]), file.key, whole=len(content) <= HEAD)
        parsed = parse(self._job, content, found, self._budget, self._text, aside=self._aside)
        self.notes += [(file.key, note) for note in parsed.notes]
        self._seen[file.key] = replace(file, plan=found, schema=file.schema or parsed.table.schema, body=None)
        return parsed.table

    def _content(self, file: File) -> bytes | bytearray:
        bucket = self._made.bucket
        if file.body is not None:
            self._job.advance(len(file.body))
            return file.body
        if file.size < 0:
            return fetch_whole(self._job, self._connection, bucket, file.key, self._budget).data
        if file.size > self._budget:
            raise too_large(file.key, file.size, self._budget)
        content = bytearray(file.size)
        piece = Piece(bucket, file.key, file.etag, file.size, 0, file.size)
        with memoryview(content) as view:
            fetch_into(self._job, self._connection, piece, view)
        return content
