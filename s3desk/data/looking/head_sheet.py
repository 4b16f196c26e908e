"""The first rows of a table in S3 as a sheet, for what a preview's request costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from s3desk.data.looking.preview import TablePreview, preview
from s3desk.data.profiling.typed import typed_column
from s3desk.data.sheet import Sheet
from s3desk.data.signature import Kind
from s3desk.s3.errors import UnsupportedError

if TYPE_CHECKING:
    from s3desk.data.looking.facts import Facts
    from s3desk.data.sniff import Guess
    from s3desk.s3.connection import Connection
    from s3desk.s3.job import Job
    from s3desk.s3.sharing.formats import Reading


@dataclass(frozen=True)
class Head:
    """The first rows. `guess` says how more of the file can be read; `can_be_sampled` whether all over the file."""

    sheet: Sheet
    guess: Guess
    complete: bool
    can_be_sampled: bool


def head_sheet(
    job: Job, connection: Connection, bucket: str, key: str, *, reading: Reading | None = None, limit: int = 10_000
) -> Head:
    """The first rows of an object, typed as `typed_column` does; what `reading` knows is not guessed.

    Costs what its preview costs (two GetObject at most for text). Raises S3Error: UnsupportedError where there is no
    table in it.
    """
    found = preview(
        job,
        connection,
        bucket,
        key,
        encoding=(reading and reading.encoding) or None,
        delimiter=(reading and reading.delimiter) or None,
        header=reading.header if reading else None,
        limit=limit,
    )
    name = key.rsplit("/", 1)[-1]
    if not isinstance(found, TablePreview):
        raise UnsupportedError(f"“{name}” holds no table ({found.facts.words}).", "Choose a table, such as a CSV file.")
    can_be_sampled = found.guess.kind is Kind.TABLE and not found.facts.packed and not found.facts.complete
    return Head(_sheet(name, found), found.guess, _is_all(found.facts), can_be_sampled)


def _sheet(name: str, found: TablePreview) -> Sheet:
    import pyarrow as pa  # noqa: PLC0415  # 0.3 s, and the window starts without it

    columns = [typed_column([row[at] for row in found.table.rows]) for at in range(len(found.table.columns))]
    table = pa.Table.from_arrays(columns, names=[column.name for column in found.table.columns])
    return Sheet(name, table, _part(found.facts, table.num_rows), found.facts.remarks)


def _is_all(facts: Facts) -> bool:
    return facts.complete and facts.rows_total is not None and facts.rows_total == facts.rows


def _part(facts: Facts, rows: int) -> str:
    if _is_all(facts):
        return ""
    if facts.rows_total is None:
        return f"the first {rows:,} rows"
    return f"the first {rows:,} of {'' if facts.complete else 'about '}{facts.rows_total:,} rows"
