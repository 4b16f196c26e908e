"""SQL over tables in memory, by DuckDB: it reads and writes nothing else."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Any

from s3desk.data.combining.combine import memory_budget
from s3desk.data.reading.reading_plan import distinct_names
from s3desk.data.sheet import Sheet
from s3desk.data.sizes import size_words
from s3desk.data.sql_bounds import bound_values
from s3desk.s3.errors import UnsupportedError

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

    from s3desk.s3.job import Job

TABLE = "t"  # what a single sheet is called in a query
_AGAIN = 0.02  # seconds between two interrupts of a cancelled query
_BATCH = 100_000  # rows between two looks at the job
_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": False,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
    "temp_directory": "",
    "threads": 2,
}
_POSITION = re.compile(r"\n\s*\nLINE \d+:.*", re.DOTALL)


class NotInstalledError(UnsupportedError):
    """DuckDB is not there."""


def is_installed() -> bool:
    """Whether SQL can be run: DuckDB comes with the extra `sql`."""
    return importlib.util.find_spec("duckdb") is not None


def not_installed() -> NotInstalledError:
    """What to say where DuckDB is missing."""
    return NotInstalledError(
        "SQL needs DuckDB, which is not installed.", "Install it with: pip install “s3desk[sql]”, then start again."
    )


def run(job: Job, query: str, sheets: Mapping[str, Sheet], *, most_bytes: int | None = None) -> Sheet:
    """The result of a query over `sheets` by their names; a cancel interrupts it.

    At most `most_bytes` (a quarter of the memory where not given) of result are kept, which its `part` says. Raises
    NotInstalledError, and UnsupportedError with DuckDB's own sentence for a query that it refuses.
    """

    def furnish(connection: duckdb.DuckDBPyConnection) -> None:
        for name, sheet in sheets.items():
            connection.register(name, sheet.table)

    table, part = answer(job, query, furnish, most_bytes=most_bytes)
    notes = tuple(f"“{name}” is only {sheet.part}." for name, sheet in sheets.items() if sheet.part)
    return Sheet("SQL result", table, part, notes)


def answer(
    job: Job, query: str, furnish: Callable[[duckdb.DuckDBPyConnection], None], *, most_bytes: int | None = None
) -> tuple[pa.Table, str]:
    """The rows of an answer, and a word where they are not all. `furnish` gives DuckDB its tables: it gets no others.

    Raises as `run`.
    """
    if not is_installed():
        raise not_installed()
    import duckdb  # noqa: PLC0415  # heavy, and an extra
    import pyarrow as pa  # noqa: PLC0415  # heavy

    most_bytes = memory_budget() if most_bytes is None else most_bytes
    memory = f"{max(most_bytes >> 20, 64)}MiB"
    connection = duckdb.connect(":memory:", config={**_CONFIG, "memory_limit": memory})
    try:
        with _interruptible(job, connection):
            furnish(connection)
            bound_values(connection)
            _shut(connection)
            return _answer(job, connection, query, most_bytes)
    except (duckdb.Error, pa.ArrowException) as error:
        job.check()  # an interrupted query was cancelled
        raise UnsupportedError(
            f"The query cannot be run: {_sentence(error)}", "Change it, and run it again."
        ) from error
    finally:
        connection.close()


@contextmanager
def _interruptible(job: Job, connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """A cancel interrupts until this is left: DuckDB forgets an interrupt that comes between two statements."""
    left, using = Event(), Lock()

    def interrupt() -> None:
        while not left.wait(_AGAIN):
            with using:
                if not left.is_set():
                    connection.interrupt()

    with job.closing(Thread(target=interrupt, name="interrupt", daemon=True).start):
        try:
            yield
        finally:
            with using:
                left.set()


def _shut(connection: duckdb.DuckDBPyConnection) -> None:
    """It has its tables; let nothing else in."""
    connection.execute("SET python_enable_replacements = false")  # a query sees no Python variables
    connection.execute("SET lock_configuration = true")


def _answer(job: Job, connection: duckdb.DuckDBPyConnection, query: str, most_bytes: int) -> tuple[pa.Table, str]:
    """The rows as far as they fit, and a word where they do not."""
    import pyarrow as pa  # noqa: PLC0415  # heavy

    answer: Any = connection.execute(query)
    if answer is None or answer.description is None:
        raise UnsupportedError("This statement gives no table.", "Begin with SELECT or FROM.")
    reader: Any = answer.to_arrow_reader(_BATCH)
    batches, size, part = [], 0, ""
    for batch in reader:
        job.check()
        batches.append(batch)
        size += batch.nbytes
        if size > most_bytes:
            part = f"the first {sum(one.num_rows for one in batches):,} rows, {size_words(size)}"
            break
    table = pa.Table.from_batches(batches, reader.schema)
    table = table.rename_columns(list(distinct_names(table.column_names)))
    for at, field in enumerate(table.schema):
        if field.type == pa.decimal128(38, 0):  # a sum of whole numbers: wider than they need to be, most often
            with suppress(pa.ArrowInvalid):
                table = table.set_column(at, field.name, table.column(at).cast(pa.int64()))
    return table, part


def _sentence(error: Exception) -> str:
    """DuckDB's words without the picture of the line, and with an end."""
    words = _POSITION.sub("", str(error)).partition(": ")[2] or str(error)
    return " ".join(words.split()).rstrip(".") + "."


def with_code(answer: Sheet, query: str, code_of_table: str) -> Sheet:
    """The answer with the Python that gives the same, where it is known what makes the table it was asked of."""
    if not code_of_table:
        return answer
    literal = '"""\n' + query.replace("\\", "\\\\").replace('"""', '\\"\\"\\"') + '\n"""'
    return replace(answer, code=f"import duckdb\n{code_of_table}\n{TABLE} = df\ndf = duckdb.sql({literal}).df()\n")
