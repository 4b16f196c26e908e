"""Tables one below the other, where most of them may lack most of the columns."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from s3desk.data.combining.fitting import fitted_column

if TYPE_CHECKING:
    import pyarrow as pa

Note = Callable[["pa.Table", "pa.Schema", dict[str, int]], None]


def stacked(tables: list[pa.Table], schema: pa.Schema, check: Callable[[], None], note: Note) -> pa.Table:
    """One table with exactly these columns; `tables` is emptied on the way, and `note` told what each one lost.

    A hundred files of a hundred other columns each take hardly more memory than they did. `check` is called for each
    table, and may raise.
    """
    stack = _Stack(schema, sum(table.num_rows for table in tables))
    while tables:
        check()
        table = tables.pop(0)
        note(table, schema, stack.put(table))
    return stack.table()


class _Stack:
    """Rows without a column share one piece of nulls with all columns of that type."""

    def __init__(self, schema: pa.Schema, rows: int) -> None:
        self._schema, self._rows = schema, rows
        self._gaps: dict[pa.DataType, pa.Array] = {}
        self._pieces: list[list[pa.Array]] = [[] for _ in schema]
        self._ends = [0] * len(schema)  # rows of each column so far
        self._start = 0

    def put(self, table: pa.Table) -> dict[str, int]:
        """Take the next rows; returns how many cells of which columns did not fit."""
        lost: dict[str, int] = {}
        for name, column in zip(table.column_names, table.columns, strict=True):
            at = self._schema.get_field_index(name)
            if at < 0:
                continue
            self._fill(at, self._start)
            fits, missing = fitted_column(column, self._schema.field(at).type)
            self._pieces[at] += fits.chunks
            self._ends[at] += len(fits)
            if missing:
                lost[name] = missing
        self._start += table.num_rows
        return lost

    def _fill(self, at: int, end: int) -> None:
        import pyarrow as pa  # noqa: PLC0415  # heavy

        kind, missing = self._schema.field(at).type, end - self._ends[at]
        if missing:
            if kind not in self._gaps:
                self._gaps[kind] = pa.nulls(self._rows, kind)
            self._pieces[at].append(self._gaps[kind].slice(0, missing))
            self._ends[at] = end

    def table(self) -> pa.Table:
        """All of it."""
        import pyarrow as pa  # noqa: PLC0415

        for at in range(len(self._schema)):
            self._fill(at, self._rows)
        columns = [pa.chunked_array(each, one.type) for each, one in zip(self._pieces, self._schema, strict=True)]
        return pa.Table.from_arrays(columns, schema=self._schema)
