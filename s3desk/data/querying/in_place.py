"""Objects as tables of a query, which reads them where they lie, by ranges."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from s3desk.data import sql
from s3desk.data.combining import first_look
from s3desk.data.combining.uniting import united_schema
from s3desk.data.querying.pieces import Reader
from s3desk.data.querying.query_code import code_of
from s3desk.data.querying.scan import Column, Scans
from s3desk.data.querying.source import Source, WidenError
from s3desk.data.sheet import Sheet
from s3desk.data.sizes import size_words
from s3desk.s3.errors import S3Error, UnsupportedError
from s3desk.s3.job import Job, Unit

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

    from s3desk.s3.connection import Connection
    from s3desk.s3.objects import Selection

FILES = "files"  # what all of them together are called in a query
_SOURCE = "source"
_RAW = "s3desk "  # what the tables behind the views begin with
_MOST_AGAIN = 50
_NAMED = 5


@dataclass(eq=False)
class InPlace:
    """The files a query is asked of. `names` are the plain names of single ones; `types` is what queries taught.

    Not for several queries at once.
    """

    connection: Connection
    bucket: str
    sources: list[Source]
    names: dict[str, Source]
    left_out: tuple[str, ...] = ()
    types: dict[str, pa.DataType] = field(default_factory=dict)

    @property
    def columns(self) -> list[str]:
        """The columns of `files`, in their order."""
        return [one.name for one in self._columns(self.sources)]

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(source.file.size for source in self.sources)

    def run(self, job: Job, query: str) -> Sheet:
        """The answer, with the Python that gives the same, and what it cost in its notes; `job` counts bytes.

        Raises as `sql.run`, and S3Error for a file that was replaced, cannot be read or is damaged.
        """
        job.unit, readers = Unit.BYTES, list[Reader]()
        for _ in range(_MOST_AGAIN):
            job.done = 0
            try:
                return self._run(job, query, readers)
            except WidenError as error:
                self._widen(error)
        raise UnsupportedError("The columns of these files hold too many kinds of things.", "Combine them first.")

    def _run(self, job: Job, query: str, readers: list[Reader]) -> Sheet:
        for source in self.sources:
            source.uneven = 0
        own = _Own(job)  # ends when the query has what it wants
        readers.append(Reader(own, self.connection, self.bucket))
        scans = Scans(readers[-1])
        try:
            with job.closing(own.cancel):
                table, part = sql.answer(job, query, lambda duck: self._furnish(duck, scans, query))
        except S3Error:
            if scans.trouble is not None:
                raise scans.trouble from None
            raise
        finally:
            own.cancel()
            scans.stop()
        return Sheet("SQL result", table, part, self._notes(readers), self._code(query))

    def _furnish(self, duck: duckdb.DuckDBPyConnection, scans: Scans, query: str) -> None:
        """A view over all files, and one over each that the query names."""
        meant = set(re.findall(r"\w+", query.casefold()))
        tables = {FILES: self.sources} | {name: [one] for name, one in self.names.items() if name.casefold() in meant}
        for name, sources in tables.items():
            columns = self._columns(sources)
            # The name of the file comes first behind the view: DuckDB counts rows by the first column, which costs
            # nothing then.
            duck.register(f"{_RAW}{name}", scans.dataset(sources, [columns[-1], *columns[:-1]]))
            shown = columns if name == FILES else columns[:-1]
            names = ", ".join(_quoted(one.name) for one in shown)
            duck.execute(f"CREATE TEMP VIEW {_quoted(name)} AS SELECT {names} FROM {_quoted(_RAW + name)}")  # noqa: S608

    def _columns(self, sources: Sequence[Source]) -> list[Column]:
        """What the files hold together, then their names; DuckDB takes `A` and `a` for the same name."""
        import pyarrow as pa  # noqa: PLC0415  # heavy

        united = united_schema([one.file.schema for one in sources if one.file.schema is not None])
        taken: set[str] = set()
        found = [
            Column(_distinct(one.name, taken), one.name, self.types.get(one.name, _known(one.type))) for one in united
        ]
        return [*found, Column(_distinct(_SOURCE, taken), "", pa.string())]

    def _widen(self, found: WidenError) -> None:
        """The next reading takes the column for numbers with a fraction, or else for text."""
        import pyarrow as pa  # noqa: PLC0415

        column = found.column
        if not column:
            return
        now = next(one.kind for one in self._columns(self.sources) if one.real == column)
        if pa.types.is_string(now):
            raise UnsupportedError(f"“{column}” cannot be read.", "Combine the files first.")
        whole = pa.types.is_integer(now) or (pa.types.is_floating(now) and column not in self.types)
        self.types[column] = pa.float64() if whole and not found.text else pa.string()

    def _notes(self, readers: Sequence[Reader]) -> tuple[str, ...]:
        requests, size = map(sum, zip(*(reader.cost for reader in readers), strict=True))
        asked = "1 request" if requests == 1 else f"{requests:,} requests"
        notes = [f"Read {size_words(size)} of {size_words(self.size)} in {asked}."]
        for name, kind in self.types.items():
            now = "text" if str(kind) == "string" else "numbers"
            notes.append(f"“{name}” is {now}: further down it is not what it is at the beginning.")
        if uneven := sum(source.uneven for source in self.sources):
            rows = "1 row has" if uneven == 1 else f"{uneven:,} rows have"
            notes.append(f"{rows} another number of cells, left out.")
        if late := sorted(set[str]().union(*(source.late for source in self.sources))):
            shown = ", ".join(f"“{name}”" for name in late[:_NAMED])
            notes.append(f"Not read, because they appear later than at the beginning of a file: {shown}.")
        return (*notes, *self.left_out)

    def _code(self, query: str) -> str:
        named = {name: one.file.key for name, one in self.names.items() if re.search(rf"\b{name}\b", query, re.I)}
        return code_of(self.connection, self.bucket, [one.file for one in self.sources], named, self.columns[-1], query)


def open_files(job: Job, connection: Connection, selection: Selection) -> InPlace:
    """List what is selected and look at the beginning of each file (ListObjectsV2, GetObject of 64 KiB).

    What cannot be read is left out and told. `job` counts files. Raises S3Error, the first file's where none can be
    read.
    """
    if not sql.is_installed():
        raise sql.not_installed()
    looking = first_look.listed(job, connection, selection)
    first_look.look(job, connection, looking)
    made = looking.plan()
    reader, sources = Reader(job, connection, made.bucket), list[Source]()
    failures = [(file.key, file.error) for file in made.files if file.error is not None]
    for file in made.readable:
        try:
            sources.append(_opened(reader, Source(file)))
        except S3Error as error:
            failures.append((file.key, error))
    if not sources:
        raise failures[0][1] if failures else UnsupportedError("There are no files here.", "Choose files with tables.")
    left_out = [f"Left out: “{key}”. {error}" for key, error in failures[:_NAMED]]
    if len(failures) > _NAMED:
        left_out.append(f"{len(failures) - _NAMED:,} more files are left out.")
    return InPlace(connection, made.bucket, sources, _plain_names(sources), tuple(left_out))


def _opened(reader: Reader, source: Source) -> Source:
    """With its columns known, which for some files takes the whole."""
    if not source.in_parts:
        source.file = replace(source.file, schema=reader.whole(source).schema)
    schema = source.file.schema
    if schema is not None and len(set(schema.names)) != len(schema.names):
        raise UnsupportedError("Two of its columns have the same name.", "Open it as a table instead.")
    return source


def _plain_names(sources: Sequence[Source]) -> dict[str, Source]:
    """The files whose names can stand in a query as they are, by them: `january` for in/january.csv.gz."""
    stems = {source.file.key.rpartition("/")[2].partition(".")[0]: source for source in sources}
    often = Counter(source.file.key.rpartition("/")[2].partition(".")[0].casefold() for source in sources)
    return {
        stem: source
        for stem, source in stems.items()
        if stem.isidentifier() and often[stem.casefold()] == 1 and stem.casefold() != FILES
    }


def _distinct(name: str, taken: set[str]) -> str:
    plain, again = name, 2
    while name.casefold() in taken:
        name, again = f"{plain} ({again})", again + 1
    taken.add(name.casefold())
    return name


def _known(kind: pa.DataType) -> pa.DataType:
    """Nothing but gaps at the beginning may be anything later."""
    import pyarrow as pa  # noqa: PLC0415

    return pa.string() if pa.types.is_null(kind) else kind


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


class _Own(Job):
    """A job that can end before the one it counts for."""

    def __init__(self, whole: Job) -> None:
        super().__init__(whole.title)
        self._whole = whole

    def advance(self, n: int) -> None:
        """Also for the whole."""
        super().advance(n)
        with suppress(Exception):
            self._whole.advance(n)
