"""Files as a dataset of Arrow, which is what DuckDB asks for columns and rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from s3desk.data.combining.uniting import fitted
from s3desk.data.querying.in_order import InOrder
from s3desk.data.querying.source import Piece, Source, WidenError

if TYPE_CHECKING:
    import pyarrow as pa

    from s3desk.data.querying.pieces import Reader


@dataclass(frozen=True)
class Column:
    """A column as a query knows it, and what it is called in the files; "" for the column of the files' own names."""

    name: str
    real: str
    kind: pa.DataType


class Scans:
    """Begins the scans of one query and ends them with it; `trouble` is the first thing that went wrong in any."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.trouble: BaseException | None = None
        self._running: list[InOrder[pa.Table]] = []

    def stop(self) -> None:
        """Wait for the threads; what they read has to be cancelled before."""
        for one in self._running:
            one.stop()

    def dataset(self, sources: Sequence[Source], columns: Sequence[Column]) -> Any:
        """Something for `duckdb.register`."""
        import pyarrow as pa  # noqa: PLC0415  # heavy
        from pyarrow import dataset  # noqa: PLC0415

        whole, by_name, scans = pa.schema([(one.name, one.kind) for one in columns]), _by_name(columns), self

        class Files(dataset.Dataset):  # type: ignore[misc]  # no types of its own
            """DuckDB takes what is a Dataset, asks it for `schema` and `scanner`, and leaves it to it to filter."""

            def __init__(self) -> None:
                """Without Arrow's own: there is nothing behind it that Arrow could scan."""

            @property
            def schema(self) -> pa.Schema:
                return whole

            def scanner(self, columns: list[str] | None = None, filter: Any = None, **_: Any) -> _Scanner:  # noqa: A002
                wanted = [by_name[name] for name in (whole.names if columns is None else columns)]
                return _Scanner(scans.rows(sources, wanted, filter))

        return Files()

    def rows(self, sources: Sequence[Source], wanted: Sequence[Column], filter_: Any) -> pa.RecordBatchReader:
        """The rows of files in their order."""
        import pyarrow as pa  # noqa: PLC0415

        schema = pa.schema([(one.name, one.kind) for one in wanted])
        of_names = next((one.name for one in wanted if not one.real), "")
        chosen = _possible(sources, schema, of_names, filter_) if of_names and filter_ is not None else sources
        scan = _Scan(self.reader, wanted, schema, filter_)
        running = InOrder(len(chosen), lambda number: scan.tables(chosen[number]))
        self._running.append(running)
        return pa.RecordBatchReader.from_batches(schema, self._batches(running))

    def _batches(self, running: InOrder[pa.Table]) -> Iterator[pa.RecordBatch]:
        try:
            for table in running:
                yield from table.to_batches()
        except Exception as error:
            self.trouble = self.trouble or error
            raise


class _Scanner:
    """All that DuckDB wants of one."""

    def __init__(self, reader: pa.RecordBatchReader) -> None:
        self._reader = reader

    def to_reader(self) -> pa.RecordBatchReader:
        return self._reader


class _Scan:
    """One pass over files: which columns, which rows."""

    def __init__(self, reader: Reader, wanted: Sequence[Column], schema: pa.Schema, filter_: Any) -> None:
        import pyarrow as pa  # noqa: PLC0415

        self._reader, self._wanted, self._schema, self._filter = reader, wanted, schema, filter_
        self._inside = pa.schema([(one.real, one.kind) for one in wanted if one.real])

    def tables(self, source: Source) -> Iterator[pa.Table]:
        """The rows of one file that the filter lets through."""
        filter_ = self._filter if self._goes_down(source) else None
        for piece in self._reader.pieces(source, self._inside, filter_):
            table = self._fitted(source, piece)
            if self._filter is not None:
                table = table.filter(self._filter)
            if table.num_rows:
                yield table

    def _goes_down(self, source: Source) -> bool:
        """Whether the filter means the same to the file: its columns have the names and types there that they have."""
        own = source.file.schema
        return own is not None and all(
            not one.real or (one.name == one.real and one.name in own.names and own.field(one.name).type == one.kind)
            for one in self._wanted
        )

    def _fitted(self, source: Source, piece: Piece) -> pa.Table:
        import pyarrow as pa  # noqa: PLC0415

        found: dict[str, pa.ChunkedArray] = {}
        if piece.table is not None and piece.table.num_columns:
            kinds = pa.schema([self._inside.field(name) for name in piece.table.column_names])
            table, lost = fitted(piece.table, kinds)
            if lost:
                raise WidenError(next(iter(lost)))
            found = dict(zip(table.column_names, table.columns, strict=True))
        columns = [
            found.get(one.real, pa.nulls(piece.rows, one.kind))
            if one.real
            else pa.repeat(pa.scalar(source.file.key, one.kind), piece.rows)
            for one in self._wanted
        ]
        return pa.Table.from_arrays(columns, schema=self._schema)


def _by_name(columns: Sequence[Column]) -> dict[str, Column]:
    return {one.name: one for one in columns}


def _possible(sources: Sequence[Source], schema: pa.Schema, of_names: str, filter_: Any) -> Sequence[Source]:
    """The files that a filter by their names leaves: nothing is asked of the others."""
    from pyarrow import compute, dataset, py_buffer  # noqa: PLC0415

    form, nothing, name = dataset.IpcFileFormat(), py_buffer(b""), compute.field(of_names)
    rules = [name == one.file.key for one in sources]
    fragments = [form.make_fragment(nothing, partition_expression=rule) for rule in rules]
    left = dataset.FileSystemDataset(fragments, schema, form).get_fragments(filter_)
    by_rule = dict(zip(map(str, rules), sources, strict=True))
    return [by_rule[str(one.partition_expression)] for one in left]
