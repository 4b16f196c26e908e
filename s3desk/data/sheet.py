"""Sheet: a table in memory, wherever it came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class Sheet:
    """A table and what one must know to trust it.

    `part` says which rows these are where they are not all ("the first 1,000 of about 41,300 rows"), `notes` are
    sentences that deserve attention, `code` is the Python that makes the same table, "" where nobody wrote it down.
    """

    title: str
    table: pa.Table
    part: str = ""
    notes: tuple[str, ...] = ()
    code: str = ""

    @property
    def rows(self) -> int:
        """How many rows are here."""
        return int(self.table.num_rows)
