"""A window over a table that tells where its rows stand: Parquet by row groups, Arrow by record batches."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from s3desk.data.parsers import aside
from s3desk.data.parsers.aside import Task
from s3desk.data.parsers.parsed import MOST_CHARACTERS, Parsed, Where
from s3desk.data.signature import Kind
from s3desk.data.windows.kept import KEPT_ROWS, Block, Kept, numbered
from s3desk.data.windows.known_ranges import KnownRanges
from s3desk.s3.errors import UnsupportedError

if TYPE_CHECKING:
    from s3desk.data.parsers.parsed import Stretch
    from s3desk.data.windows.searching import Mark
    from s3desk.data.windows.subject import Subject
    from s3desk.s3.job import Job

FORMS = {Kind.PARQUET: "parquet", Kind.ARROW: "arrowfile"}
_ROWS = 2000  # read at once, fewer of many columns
_CELLS = 200_000
_KEPT_CELLS = 1_000_000
_KEPT_CHARACTERS = 4 * MOST_CHARACTERS
_MOST_BYTES = 64 << 20  # for one look; what was fetched before counts too


@dataclass
class FooterWindow:
    """The rows of `columns` columns of a table that `form` parses, in a process of its own each time.

    Of the object its directory is fetched, and the visible columns of the row groups or batches that hold the wanted
    rows: of a large group only up to these rows. What was fetched is kept up to 32 MiB. Raises S3Error:
    UnsupportedError where rows stand so deep in a group that more than 64 MiB would have to be read.
    """

    subject: Subject
    form: str
    columns: int
    first: Block
    extent: int
    rows_counted: int | None
    note: str = ""
    bytes_fetched: int = 0
    requests: int = 0
    why_no_jump: str = ""
    why_no_search: str = "Text stands packed in this format. Load the table to search it."
    _rows: int = 0
    _ranges: KnownRanges = field(default_factory=KnownRanges)

    @property
    def opening(self) -> Kept:
        """What was kept when the file was opened."""
        return self._keep((self.first,))

    def rows_in_all(self) -> int:
        """The rows of the table, where they are counted; else about how many there are, 0 before a first look."""
        return self.rows_counted or self._rows

    def position(self, kept: Kept, row: int) -> float:
        """By the number of a row where rows are counted, else by its batch."""
        if self.rows_counted and kept.exact:
            return (kept.number + row) / self.rows_counted
        return kept.find(row)[0].begin / max(self.extent, 1)

    def bytes_to_search(self, mark: Mark) -> int:  # noqa: ARG002
        """Nothing is searched."""
        return 0

    def more(self, job: Job, kept: Kept) -> Kept:
        """Also the rows after the kept ones; those far above them go."""
        if kept.at_end:
            return kept
        blocks = (*kept.blocks, self._read(job, Where(start=kept.blocks[-1].end)))
        while len(blocks) > 1 and self._are_too_many(blocks):
            blocks = blocks[1:]
        return self._keep(blocks)

    def back(self, job: Job, kept: Kept) -> Kept:
        """Also the rows before the kept ones; those far below them go."""
        if kept.at_start:
            return kept
        blocks = (self._read(job, Where(start=None, before=kept.blocks[0].begin)), *kept.blocks)
        while len(blocks) > 1 and self._are_too_many(blocks):
            blocks = blocks[:-1]
        return self._keep(blocks)

    def jump(self, job: Job, fraction: float) -> Kept:
        """The rows at a part of the table from 0 to 1; at 1 the last ones. Of a large row group the first ones."""
        if fraction <= 0:
            return self.opening
        return self._keep((self._read(job, Where(start=None, at=fraction)),))

    def search(self, job: Job, text: str, mark: Mark) -> Kept | None:  # noqa: ARG002
        """Not possible; see `why_no_search`."""
        raise UnsupportedError(self.why_no_search)

    def _read(self, job: Job, where: Where) -> Block:
        file = self.subject.open(job)
        rows = min(_ROWS, max(_CELLS // self.columns, 1))
        options: dict[str, object] = {"rows": rows, "columns": self.columns, "where": asdict(where)}
        task = Task(self.form, options, most_bytes=_MOST_BYTES, most_requests=1000)
        try:
            found = aside.parse(job, self._ranges.of(file), b"", task)
        finally:
            self.bytes_fetched += file.bytes_fetched
            self.requests += file.requests
        if found.refusal or not found.rows or found.stretch is None:
            raise _unreadable(found)
        self.note = " ".join(found.notes)
        self.rows_counted = found.rows_total if self.rows_counted is None else self.rows_counted
        self._rows = found.stretch.rows
        return block_of(found.stretch, found.rows)

    def _are_too_many(self, blocks: tuple[Block, ...]) -> bool:
        rows = sum(len(block.rows) for block in blocks)
        if rows > KEPT_ROWS or rows * self.columns > _KEPT_CELLS:
            return True
        return sum(len(cell) for block in blocks for row in block.rows for cell in row if cell) > _KEPT_CHARACTERS

    def _keep(self, blocks: tuple[Block, ...]) -> Kept:
        return Kept(numbered(blocks), blocks[0].begin <= 0, blocks[-1].end >= self.extent)


def block_of(stretch: Stretch, rows: list[tuple[str | None, ...]]) -> Block:
    """Rows that were read, by their positions."""
    return Block(stretch.begin, stretch.end, rows, [], stretch.number, exact=stretch.exact)


def _unreadable(found: Parsed) -> UnsupportedError:
    if found.refusal == "too much":
        return UnsupportedError(
            "These rows stand deep in a large row group: more than 64 MB would have to be read to show them.",
            "Go to another position, or load the table.",
        )
    return UnsupportedError("The rows here are damaged or incomplete.", "Go to another position.")
