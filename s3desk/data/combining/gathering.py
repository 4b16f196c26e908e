"""Tables of many files as they come, in the order of the files: kept in memory, or written to disk where too many."""

from __future__ import annotations

import threading
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from s3desk.data.combining.uniting import exact, fitted, united_schema
from s3desk.s3.explain import explaining

if TYPE_CHECKING:
    import pyarrow as pa

    from s3desk.data.combining.combine import Choices
    from s3desk.s3.job import Job

_RUN = 32 << 20  # bytes of files that become one chunk
_SMALL = 1 << 18  # bytes; smaller tables are copied together
_SHOWN_ROWS = 1_000_000  # of what went to disk
_SOURCE = "source"
_NUMBER = "\0file"  # the column of file numbers while tables are gathered; no file can name a column so by accident
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
        self._run_bytes = self._bytes = 0
        self._chunks: list[pa.Table] = []
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
                    self._take(self._numbered(ready, self._next))
                self._next += 1

    def _numbered(self, table: pa.Table, number: int) -> pa.Table:
        import pyarrow as pa  # noqa: PLC0415  # heavy

        if not self._choices.source:
            return table
        return table.append_column(_NUMBER, pa.repeat(pa.scalar(number, pa.int32()), table.num_rows))

    def _take(self, table: pa.Table) -> None:
        if self._run and (table.schema != self._run[0].schema or self._run_bytes > _RUN):
            self._flush()
        self._run.append(table)
        self._run_bytes += table.nbytes
        self._schemas.append(table.schema)
        self.rows += table.num_rows

    def _flush(self) -> None:
        """Make one chunk of many small ones, so that the table is quick to walk through; large ones stay."""
        import pyarrow as pa  # noqa: PLC0415

        if not self._run:
            return
        chunk = pa.concat_tables(self._run)
        if self._run_bytes < _SMALL * len(self._run):
            chunk = chunk.combine_chunks()
        self._bytes += self._run_bytes
        self._run, self._run_bytes = [], 0
        if self._writer is not None:
            self._write(chunk)
            return
        self._chunks.append(chunk)
        if self._bytes > self._budget:
            self._spill()

    def _spill(self) -> None:
        """From here on to disk, with the columns known so far."""
        from pyarrow import parquet  # noqa: PLC0415

        self._schema = self._united()
        kept = self._chunks
        self._chunks = []
        with explaining("write this table"):
            self._overflow.parent.mkdir(parents=True, exist_ok=True)
            self._overflow.open("xb").close()  # never over a file that is there
            written = self._with_source(self._schema.empty_table(), plain=True).schema
            self._writer = parquet.ParquetWriter(self._overflow, written, compression="zstd")
        for chunk in kept:
            self._write(chunk)

    def _write(self, chunk: pa.Table) -> None:
        if self._schema is None:
            raise ValueError("the schema is known before anything is written")
        self.dropped |= frozenset(chunk.column_names) - frozenset(self._schema.names)
        table = self._with_source(self._fit(chunk, self._schema), plain=True)
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
        import pyarrow as pa  # noqa: PLC0415

        table, lost = fitted(chunk, schema)
        for name, count in lost.items():
            self.lost[name] = self.lost.get(name, 0) + count
        for each in chunk.schema:
            at = schema.get_field_index(each.name)
            if at >= 0 and schema.field(at).type == pa.string() and each.type not in (pa.string(), pa.null()):
                self.became_text |= {each.name}
        return table

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
                schema, tables = self._united(), list[pa.Table]()
                while self._chunks:
                    job.check()
                    tables.append(self._fit(self._chunks.pop(0), schema))
                table = pa.concat_tables(tables) if tables else schema.empty_table()
                self.table = self._with_source(table, plain=self._names_are_short(table))
            self._done = True

    def _names_are_short(self, table: pa.Table) -> bool:
        mean = sum(map(len, self._keys)) / max(len(self._keys), 1)
        return bool(table.num_rows * mean < _FEW)

    def _with_source(self, table: pa.Table, *, plain: bool) -> pa.Table:
        """File numbers replaced by the files' keys, in the last column."""
        import pyarrow as pa  # noqa: PLC0415

        if _NUMBER not in table.column_names:
            return table
        keys = pa.array(self._keys, pa.string())
        numbers = table[_NUMBER]
        chunks = [pa.DictionaryArray.from_arrays(chunk, keys) for chunk in numbers.chunks]
        source = pa.chunked_array(chunks, pa.dictionary(pa.int32(), pa.string()))
        name, number = _SOURCE, 2
        while name in table.column_names:
            name, number = f"{_SOURCE} ({number})", number + 1
        return table.drop_columns([_NUMBER]).append_column(name, source.cast(pa.string()) if plain else source)
