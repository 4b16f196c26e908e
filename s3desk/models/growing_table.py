"""Arrow columns that grow at their end while a list arrives."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

_WHOLE = 8_192  # rows of a batch that is left as it is
_SCATTERED = 16  # smaller batches at the end before they are made into one, which takes 3 ms


class GrowingTable:
    """Rows by number over a few Arrow batches; the first column is the name.

    `ascending` tells whether the names came in the order of their UTF-8 bytes, none twice.
    """

    def __init__(self) -> None:
        self._batches: list[pa.RecordBatch] = []
        self._starts: list[int] = []
        self._last = ""
        self.count = 0
        self.ascending = True

    def append(self, batch: pa.RecordBatch, *, in_order: bool) -> None:
        """Add rows at the end; `in_order` says that the batch's own names ascend."""
        if not batch.num_rows:
            return
        self.ascending = self.continues_with(batch, in_order=in_order)
        self._last = batch[0][-1].as_py()
        self._batches.append(batch)
        self._starts.append(self.count)
        self.count += batch.num_rows
        self._gather()

    def continues_with(self, batch: pa.RecordBatch, *, in_order: bool) -> bool:
        """Whether all names are in order with these after them."""
        if not batch.num_rows or not self.ascending:
            return self.ascending
        return in_order and (not self.count or self._last < batch[0][0].as_py())

    def _gather(self) -> None:
        """Make many small batches one, which frees what the parser left around each."""
        import pyarrow as pa  # noqa: PLC0415

        whole = len(self._batches)
        while whole and self._batches[whole - 1].num_rows < _WHOLE:
            whole -= 1
        if len(self._batches) - whole < _SCATTERED:
            return
        (one,) = pa.Table.from_batches(self._batches[whole:]).combine_chunks().to_batches()
        self._batches[whole:] = [one]
        self._starts[whole + 1 :] = []

    def value(self, column: int, row: int) -> Any:
        """One cell as Python knows it."""
        number = bisect_right(self._starts, row) - 1
        return self._batches[number][column][row - self._starts[number]].as_py()

    def column(self, number: int, kind: pa.DataType) -> pa.ChunkedArray:
        """All values of a column."""
        import pyarrow as pa  # noqa: PLC0415

        return pa.chunked_array([batch[number] for batch in self._batches], kind)

    def find_all(self, names: Sequence[str]) -> np.ndarray[Any, Any]:
        """The rows of those names that are here, in no order."""
        import numpy as np  # noqa: PLC0415
        import pyarrow as pa  # noqa: PLC0415
        import pyarrow.compute as pc  # noqa: PLC0415

        if not names or not self.count:
            return np.zeros(0, np.int64)
        ours = self.column(0, pa.string())
        if len(names) == 1:
            at = pc.index(ours, names[0]).as_py()
            return np.array([at] if at >= 0 else [], np.int64)
        return np.flatnonzero(pc.is_in(ours, value_set=pa.array(names, pa.string())).to_numpy())

    def table(self, schema: pa.Schema) -> pa.Table:
        """Everything so far, for a worker: it stays as it is while this goes on growing."""
        import pyarrow as pa  # noqa: PLC0415

        return pa.Table.from_batches(self._batches, schema=schema)
