"""A file of a query, and a piece of its rows."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from s3desk.data.reading.reading_plan import Form
from s3desk.data.reading.unpacking import Packing

if TYPE_CHECKING:
    import pyarrow as pa

    from s3desk.data.combining.differences import File

STREAMED = {Packing.GZIP: "gzip", Packing.BZIP2: "bz2", Packing.ZSTD: "zstd", Packing.LZ4: "lz4"}  # Arrow's names


class WidenError(Exception):
    """A column holds something else than its file's beginning showed; "" where any may: zeros stand before numbers."""

    def __init__(self, column: str = "", *, text: bool = False) -> None:
        super().__init__(column)
        self.column, self.text = column, text


@dataclass(frozen=True)
class Piece:
    """Some rows: how many, and the columns asked for as far as the file has them; None where none were."""

    rows: int
    table: pa.Table | None = None


@dataclass(eq=False)
class Source:
    """A file of a query, and what its scans need not fetch or count twice. One lock for what threads share."""

    file: File
    careful: bool = False  # somewhere a number begins with a zero
    tail: bytearray = field(default_factory=bytearray)
    uneven: int = 0
    late: set[str] = field(default_factory=set)
    whole: pa.Table | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def in_parts(self) -> bool:
        """Whether rows can be had without keeping the whole file."""
        plan = self.file.plan
        if plan is None or self.file.schema is None:
            return False
        if plan.form is Form.PARQUET:
            return plan.packing is Packing.NONE
        if plan.packing is not Packing.NONE and plan.packing not in STREAMED:
            return False
        single = plan.guess is not None and len((plan.guess.delimiter or ",").encode()) == 1
        return plan.form is Form.JSON_LINES or (plan.form is Form.DELIMITED and single)
