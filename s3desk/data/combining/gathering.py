"""Tables of many files as they come, in the order of the files: kept in memory, or written to disk where too many."""

from __future__ import annotations

import threading
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from s3desk.data.combining.stacking import stacked
from s3desk.data.combining.uniting import exact, fitted, united_schema
from s3desk.data.reading.reading_plan import MOST_COLUMNS
from s3desk.s3.errors import UnsupportedError
from s3desk.s3.explain import explaining

if TYPE_CHECKING:
    import pyarrow as pa

    from s3desk.data.combining.combine import Choices
    from s3desk.s3.job import Job

_RUN = 32 << 20  # bytes of files that become one chunk
_SMALL = 1 << 18  # bytes; smaller tables are copied together
_SHOWN_ROWS = 1_000_000  # of what went to disk
_SOURCE = "source"
_FEW = 64 << 20  # bytes of names of files up to which they are written out in each row


class Gathering:
    """Takes tables in any order from several threads. Over `budget` bytes it writes to `overflow`, a new file.

    Use it in a `with`: the file is removed unless `finish` was reached. Then `rows` counts them all, `became_text`
    names columns whose files disagree, `lost` counts cells that became null, `dropped` names columns that came too late
    for the file.
    """

    def __init__(self, keys: list[str], choices: Choices, overflow: Path, budget: int) -> None:
        self._keys, self._choices, self._overflow, self._budget = keys, choices, overflow, budget
        self._lock = threading.Lock()
        self._waiting: dict[int, pa.Table | None] = {}
        self._next = 0
        self._run: list[pa.Table] = []
        self._numbers: list[int] = []  # of the files in the run
        self._run_bytes = self._bytes = 0
        self._chunks: list[pa.Table] = []
        self._sources: list[pa.Array] = []  # the file numbers of each chunk's rows
        self._names: set[str] = set()
        self._shown: list[pa.Table] = []
        self._writer: Any = None
        self._schemas: list[pa.Schema] = []  # of each file: what most have counts by files
        self._schema: pa.Schema | None = None  # of what is on disk
        self._done = False
        self.rows = 0
        self.lost: dict[str, int] = {}
        self.became_text: frozenset[str] = frozenset()
        self.dropped: frozenset[str] = frozenset()
        self.path: Path | None = None
        self.table: pa.Table = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._writer is not None and not self._done:
            self._writer.close()
            self._overflow.unlink(missing_ok=True)

    def add(self, number: int, table: pa.Table | None) -> None:
        """The table of file `number`, None where there is none."""
        with self._lock:
            self._waiting[number] = table
            while self._next in self._waiting:
                ready = self._waiting.pop(self._next)
                if ready is not None:
                    self._take(ready, self._next)
                self._next += 1

    def _take(self, table: pa.Table, number: int) -> None:
        if not self._schemas or table.schema != self._schemas[-1]:
            self._check_columns(table)
        if self._run and (table.schema != self._run[0].schema or self._run_bytes > _RUN):
            self._flush()
        self._run.append(table)
        self._numbers.append(number)
        self._run_bytes += table.nbytes
        self._schemas.append(table.schema)
        self.rows += table.num_rows

    def _check_columns(self, table: pa.Table) -> None:
        from s3desk.data.combining.combine import Columns  # noqa: PLC0415  # which imports this module

        self._names.update(table.column_names)
        if len(self._names) > MOST_COLUMNS and self._choices.columns is not Columns.COMMON:
            raise UnsupportedError(
                f"Together these files have more than {MOST_COLUMNS:,} different columns.",
                "Combine fewer files, or only the columns that all files have.",
            )

    def _flush(self) -> None:
        """Make one chunk of many small ones, so that the table is quick to walk through; large ones stay."""
        import pyarrow as pa  # noqa: PLC0415

        if not self._run:
            return
        chunk, source = pa.concat_tables(self._run), self._run_source()
        if self._run_bytes < _SMALL * len(self._run):
            chunk = chunk.combine_chunks()
        self._bytes += self._run_bytes
        self._run, self._numbers, self._run_bytes = [], [], 0
        if self._writer is not None:
            self._write(chunk, source)
            return
        self._chunks.append(chunk)
        self._sources.append(source)
        if self._bytes > self._budget:
            self._spill()

    def _run_source(self) -> pa.Array:
        """The number of each row's file."""
        import numpy as np  # noqa: PLC0415  # heavy
        import pyarrow as pa  # noqa: PLC0415

        numbers = np.array(self._numbers, np.int32)
        return pa.array(np.repeat(numbers, [table.num_rows for table in self._run] if self._choices.source else 0))

    def _spill(self) -> None:
        """From here on to disk, with the columns known so far."""
        from pyarrow import parquet  # noqa: PLC0415

        self._schema = self._united()
        kept = list(zip(self._chunks, self._sources, strict=True))
        self._chunks, self._sources = [], []
        with explaining("write this table"):
            self._overflow.parent.mkdir(parents=True, exist_ok=True)
            self._overflow.open("xb").close()  # never over a file that is there
            written = self._with_source(self._schema.empty_table(), [], plain=True).schema
            self._writer = parquet.ParquetWriter(self._overflow, written, compression="zstd")
        for chunk, source in kept:
            self._write(chunk, source)

    def _write(self, chunk: pa.Table, source: pa.Array) -> None:
        if self._schema is None:
            raise ValueError("the schema is known before anything is written")
        self.dropped |= frozenset(chunk.column_names) - frozenset(self._schema.names)
        table = self._with_source(self._fit(chunk, self._schema), [source], plain=True)
        shown = sum(one.num_rows for one in self._shown)
        if shown < _SHOWN_ROWS and sum(one.nbytes for one in self._shown) < self._budget // 2:
            self._shown.append(table.slice(0, _SHOWN_ROWS - shown))
        with explaining("write this table"):
            self._writer.write_table(table, row_group_size=200_000)

    def _united(self) -> pa.Schema:
        from s3desk.data.combining.combine import Columns  # noqa: PLC0415  # which imports this module

        choices = self._choices
        common = choices.columns is Columns.COMMON
        united = united_schema(self._schemas, only_common=common, as_text=choices.differing_as_text)
        return exact(united, self._chunks)

    def _fit(self, chunk: pa.Table, schema: pa.Schema) -> pa.Table:
        table, lost = fitted(chunk, schema)
        self._note(chunk, schema, lost)
        return table

    def _note(self, chunk: pa.Table, schema: pa.Schema, lost: dict[str, int]) -> None:
        import pyarrow as pa  # noqa: PLC0415

        for name, count in lost.items():
            self.lost[name] = self.lost.get(name, 0) + count
        for each in chunk.schema:
            at = schema.get_field_index(each.name)
            if at >= 0 and schema.field(at).type == pa.string() and each.type not in (pa.string(), pa.null()):
                self.became_text |= {each.name}

    def finish(self, job: Job) -> None:
        """All tables are here: `table` is the whole, or its first rows where `path` holds all."""
        import pyarrow as pa  # noqa: PLC0415

        with self._lock:
            self._flush()
            if self._writer is not None:
                with explaining("write this table"):
                    self._writer.close()
                self.table, self.path = pa.concat_tables(self._shown), self._overflow
            else:
                table = stacked(self._chunks, self._united(), job.check, self._note)
                self.table = self._with_source(table, self._sources, plain=self._names_are_short(self.rows))
            self._done = True

    def _names_are_short(self, rows: int) -> bool:
        mean = sum(map(len, self._keys)) / max(len(self._keys), 1)
        return bool(rows * mean < _FEW)

    def _with_source(self, table: pa.Table, numbers: list[pa.Array], *, plain: bool) -> pa.Table:
        """The table with the keys of the files of these numbers in its last column."""
        import pyarrow as pa  # noqa: PLC0415

        if not self._choices.source:
            return table
        keys = pa.array(self._keys, pa.string())
        chunks = [pa.DictionaryArray.from_arrays(each, keys) for each in numbers]
        source = pa.chunked_array(chunks, pa.dictionary(pa.int32(), pa.string()))
        name, number = _SOURCE, 2
        while name in table.column_names:
            name, number = f"{_SOURCE} ({number})", number + 1
        source = source.cast(pa.string()) if plain else source
        return pa.table([*table.columns, source], names=[*table.column_names, name])
