"""One table from many files: fetched and parsed several at once, united by the names of their columns."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from s3desk.data.combining.file_reader import FileReader
from s3desk.data.combining.first_look import Plan, listed, look, plan, threads_for
from s3desk.data.combining.gathering import Gathering
from s3desk.data.combining.uniting import common_type
from s3desk.data.reading.tables_aside import TablesAside
from s3desk.data.sheet import Sheet
from s3desk.s3.crew import in_threads
from s3desk.s3.errors import Failure, UnsupportedError
from s3desk.s3.job import Unit

if TYPE_CHECKING:
    import pyarrow as pa

    from s3desk.s3.connection import Connection
    from s3desk.s3.job import Job
    from s3desk.s3.right_of_way import RightOfWay

GROWTH = 1.5  # bytes in memory for each byte of text, about


class Columns(Enum):
    """Which columns the table gets; the value is what people read."""

    ALL = "All columns"
    COMMON = "Only columns that all files have"


@dataclass(frozen=True)
class Choices:
    """What the user decided. A column whose types do not go together becomes text, or else nulls what does not fit."""

    columns: Columns = Columns.ALL
    differing_as_text: bool = True
    skip_unreadable: bool = True
    source: bool = True


@dataclass(frozen=True)
class Report:
    """How it went. `lost` are cells that became null because their text is no number, by column."""

    files: int
    rows: int
    failures: tuple[Failure, ...] = ()
    became_text: tuple[str, ...] = ()
    lost: tuple[tuple[str, int], ...] = ()
    dropped: tuple[str, ...] = ()
    notes: tuple[tuple[str, str], ...] = field(default=())  # key, sentence

    @property
    def sentences(self) -> tuple[str, ...]:
        """What deserves attention."""
        from s3desk.data.combining.combine_words import report_sentences  # noqa: PLC0415  # only for these

        return report_sentences(self)


@dataclass(frozen=True)
class Combined:
    """The table, how it went, and the Parquet file that holds all rows where they were too many for the memory.

    `plan` tells of each file what was found in the whole of it.
    """

    sheet: Sheet
    report: Report
    plan: Plan
    path: Path | None = None


def combine(
    job: Job,
    connection: Connection,
    made: Plan,
    choices: Choices,
    *,
    overflow: Path,
    budget: int | None = None,
    way: RightOfWay | None = None,
) -> Combined:
    """Read all files of a plan into one table, in their order, with a column `source` that names each row's file.

    More than `budget` bytes (a quarter of the memory where not given) go in batches to the new Parquet file `overflow`;
    the sheet then shows the first rows. One bad file never stops the rest, unless the choices say so: what failed is in
    the report. A window with `way` is let paint first. `job` counts bytes, files as items. Raises S3Error when nothing
    could be read, DiskError, and CancelledError with no file left.
    """
    if not choices.skip_unreadable:
        for file in made.files:
            if file.error is not None:
                raise file.error
    budget = memory_budget() if budget is None else budget
    text = disagreeing(made) if choices.differing_as_text else frozenset()
    gathering, reader = _read(job, connection, made, choices, overflow, budget, text, way)
    again = gathering.became_text - text
    if again and gathering.path is None:  # numbers were read where text was meant: as they are written, this time
        text |= again
        del gathering, reader  # two tables would not fit
        gathering, reader = _read(job, connection, made, choices, overflow, budget, text, way)
    return _told(connection, choices, gathering, reader, text)


def _read(
    job: Job,
    connection: Connection,
    made: Plan,
    choices: Choices,
    overflow: Path,
    budget: int,
    text: frozenset[str],
    way: RightOfWay | None,
) -> tuple[Gathering, FileReader]:
    """Everything once. Raises the first error when every file had one."""
    files = made.readable
    job.unit, job.total, job.items_total = Unit.BYTES, made.size, len(files)
    job.done = job.items = 0
    with Gathering([file.key for file in files], choices, overflow, budget) as gathering, TablesAside() as aside:
        reader = FileReader(
            job, connection, made, gathering, budget, text, aside, skip=choices.skip_unreadable, way=way
        )
        in_threads(job, connection, reader.read, list(enumerate(files)), threads=threads_for(connection, way))
        if failures := reader.all_failures():
            if len(failures) == len(made.files):
                raise failures[0].error
        elif not files:
            raise UnsupportedError("There is nothing to combine here.", "Choose files that hold tables.")
        gathering.finish(job)
    return gathering, reader


def _told(
    connection: Connection, choices: Choices, gathering: Gathering, reader: FileReader, text: frozenset[str]
) -> Combined:
    """The table with what there is to say about it."""
    from s3desk.data.combining.combine_code import code  # noqa: PLC0415  # only for this

    table, path, rows, seen = gathering.table, gathering.path, gathering.rows, reader.seen()
    report = Report(
        len(seen.readable),
        rows,
        tuple(reader.all_failures()),
        tuple(sorted(gathering.became_text | (text & set(table.column_names)))),
        tuple(sorted(gathering.lost.items())),
        tuple(sorted(gathering.dropped)),
        tuple(sorted(reader.notes)),
    )
    lines = code(connection, seen, choices, table) if path is None else ""
    part = f"the first {table.num_rows:,} of {rows:,} rows; all are in {path.name}" if path else ""
    return Combined(Sheet(_title(seen), table, part, report.sentences, lines), report, seen, path)


def memory_budget() -> int:
    """Bytes a table may take: a quarter of this computer's memory."""
    try:
        return max(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 4, 1 << 29)
    except (AttributeError, ValueError, OSError):  # not on this system
        return 2 << 30


def estimate(size: int) -> int:
    """About how many bytes a table takes in memory whose files have `size` bytes."""
    return int(size * GROWTH)


def _title(made: Plan) -> str:
    names = [*made.folders, *(file.key for file in made.files)]
    shared = os.path.commonprefix(names)  # noqa: RUF071  # cut at the last slash below; keys are no paths
    folder = shared[: shared.rfind("/") + 1].rstrip("/").rpartition("/")[2]
    return f"{folder or made.bucket}, {len(made.readable):,} files combined"


def disagreeing(made: Plan) -> frozenset[str]:
    """Columns that are text in the end because the files disagree: their cells are kept as they were written."""
    import pyarrow as pa  # noqa: PLC0415  # heavy

    types: dict[str, set[pa.DataType]] = {}
    for file in made.readable:
        for each in file.schema if file.schema is not None else ():
            types.setdefault(each.name, set()).add(each.type)
    return frozenset(name for name, kinds in types.items() if len(kinds) > 1 and common_type(kinds) == pa.string())


__all__ = ["Choices", "Columns", "Combined", "Plan", "Report", "combine", "estimate", "listed", "look", "plan"]
