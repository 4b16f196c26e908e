"""A sample of a big delimited text, taken at places spread over the whole file instead of only from its beginning."""

from __future__ import annotations

import codecs
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from s3desk.data.delimited import without_separator_line
from s3desk.data.encoding import decode
from s3desk.data.profiling.typed import typed_column
from s3desk.data.ranged import RangedFile
from s3desk.data.reading.unpacking import Packing, packing_of
from s3desk.data.rows import Dialect, split_rows, usual_width
from s3desk.data.sheet import Sheet
from s3desk.data.signature import Kind
from s3desk.s3.errors import UnsupportedError

if TYPE_CHECKING:
    from s3desk.data.sniff import Guess
    from s3desk.s3.connection import Connection
    from s3desk.s3.job import Job

RANGES = 16
RANGE = 64 << 10  # bytes at each place
_MOST_COLUMNS = 1_000
_WHOLE = 2 * RANGES * RANGE  # a file up to this size is read to its end: it is as quick
_QUOTES_TRIED = 6
_DOUBTFUL = 30  # rows at the start of a place, among which one of another width tells that it began inside a cell


@dataclass
class _Sample:
    """The rows taken so far, all as wide as the header."""

    names: list[str]
    rows: list[list[str]] = field(default_factory=list)
    uneven: int = 0
    bytes_taken: int = 0  # by the rows that were found, for an estimate of all rows


def spread_sample(
    job: Job,
    connection: Connection,
    bucket: str,
    key: str,
    guess: Guess,
    *,
    version_id: str | None = None,
    ranges: int = RANGES,
) -> Sheet:
    """Rows from `ranges` places of a delimited text that `guess` describes, typed as `typed_column` does.

    Costs one GetObject of 64 KiB a place; a file of up to 2 MiB is read whole, in two. Rows cut by the edge of a range
    are left out, and so are rows of another width, which the notes count. The job counts bytes. Raises S3Error:
    UnsupportedError for what is compressed, is no delimited text, or where the server sends no ranges.
    """
    if guess.kind is not Kind.TABLE:
        raise UnsupportedError("Only delimited text can be sampled all over the file.", "Load all of it instead.")
    file = RangedFile(job, connection, bucket, key, version_id=version_id)
    head = file.read_at(0, RANGE)
    if packing_of(head, key) is not Packing.NONE:
        raise UnsupportedError("A compressed file can be read only from its start.", "Load all of it instead.")
    if head and len(head) < file.size <= _WHOLE:
        head += file.read_at(len(head), _WHOLE)
    whole = len(head) >= (file.size if head else 0)
    sample = _begin(head, guess, whole=whole)
    if not whole:
        _check_ranges(file)
        _take_places(job, file, head, guess, sample, ranges)
    return _sheet(key, file.size if head else 0, sample, places=1 if whole else ranges)


def _check_ranges(file: RangedFile) -> None:
    if not file.sends_ranges:
        raise UnsupportedError("This server sends files only whole, so no sample can be taken.", "Load all of it.")


def _begin(head: bytes, guess: Guess, *, whole: bool) -> _Sample:
    """The header and the rows after it, from the first bytes."""
    text = decode(head, guess.encoding or "utf-8", whole=whole)
    body = without_separator_line(text) if guess.separator_line else text
    cells = split_rows(body, guess.dialect, whole=whole).cells
    header, rows = (cells[0], cells[1:]) if guess.header and cells else ([], cells)
    width = min(len(header) or usual_width(rows), _MOST_COLUMNS)
    sample = _Sample([header[at] if at < len(header) else "" for at in range(width)])
    _keep(sample, rows, len(head), len(header) or width)
    return sample


def _keep(sample: _Sample, rows: list[list[str]], taken: int, width: int) -> None:
    even = [row[:_MOST_COLUMNS] for row in rows if len(row) == width]
    sample.uneven += len(rows) - len(even)
    sample.rows += even
    sample.bytes_taken += taken


def _take_places(job: Job, file: RangedFile, head: bytes, guess: Guess, sample: _Sample, ranges: int) -> None:
    """Read on at equal distances, the last place being the end of the file."""
    job.total = ranges * RANGE
    codec = _codec_inside(guess.encoding or "utf-8", head)
    unit = len("\n".encode(codec))
    last = file.size - RANGE
    for number in range(1, ranges):
        job.check()
        offset = max(last * number // (ranges - 1), len(head)) // unit * unit
        piece = file.read_at(offset, RANGE + unit)
        text = decode(_after_line_end(piece, codec, unit), codec, whole=offset + len(piece) >= file.size)
        rows, used = _rows_inside(text, guess.dialect, len(sample.names), whole=offset + len(piece) >= file.size)
        _keep(sample, rows, len(text[:used].encode(codec, "replace")), len(sample.names))


def _codec_inside(codec: str, head: bytes) -> str:
    """The codec for bytes in the middle of a file, where no mark says the order of bytes."""
    if codec in ("utf-16", "utf-32"):
        big = head.startswith((codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE))
        return f"{codec}-{'be' if big else 'le'}"
    return "utf-8" if codec == "utf-8-sig" else codec


def _after_line_end(piece: bytes, codec: str, unit: int) -> bytes:
    """What follows the first line end; cut as bytes, since a range may begin inside a character."""
    for mark in ("\n", "\r"):
        end = mark.encode(codec)
        at = piece.find(end)
        while at >= 0 and at % unit:
            at = piece.find(end, at + 1)
        if at >= 0:
            return piece[at + unit :]
    return b""


def _rows_inside(text: str, dialect: Dialect, width: int, *, whole: bool) -> tuple[list[list[str]], int]:
    """The rows of a text that begins after some line end, and how many characters they take.

    That line end may stand inside a quoted cell, of which any line may look like a row. So the reading that begins
    after one of the next quotes is taken where it has fewer rows of another width, and nothing is taken before the
    last such row near the start.
    """
    best = split_rows(text, dialect, whole=whole)
    close = -1
    for _ in range(_QUOTES_TRIED if dialect.quote else 0):
        if not (odd := _misfits(best.cells, width)):
            break
        close = text.find(dialect.quote, close + 1)
        line_end = text.find("\n", close)
        if close < 0 or line_end < 0:
            break
        inside = split_rows(text[line_end + 1 :], dialect, whole=whole)
        if len(_misfits(inside.cells, width)) < len(odd):
            best = inside
    doubtful = [at for at in _misfits(best.cells, width) if at < _DOUBTFUL]
    return best.cells[doubtful[-1] + 1 if doubtful else 0 :], best.consumed


def _misfits(rows: list[list[str]], width: int) -> list[int]:
    return [at for at, row in enumerate(rows) if len(row) != width]


def _sheet(key: str, size: int, sample: _Sample, *, places: int) -> Sheet:
    import pyarrow as pa  # noqa: PLC0415  # 0.3 s, and the window starts without it

    rows = sample.rows
    columns = [typed_column([row[at] for row in rows]) for at in range(len(sample.names))]
    table = pa.Table.from_arrays(columns, names=_distinct(sample.names)) if columns else pa.table({})
    part = ""
    if places > 1:
        about = _rounded(len(rows) * size / max(sample.bytes_taken, 1))
        part = f"a sample from {places} places spread over about {about:,} rows"
    words = "1 row of another width is" if sample.uneven == 1 else f"{sample.uneven:,} rows of another width are"
    notes = (f"{words} left out.",) if sample.uneven else ()
    return Sheet(key.rsplit("/", 1)[-1], table, part, notes)


def _rounded(count: float) -> int:
    """Two significant digits: an estimate should not look like a count."""
    unit = int(10 ** max(len(str(round(count))) - 2, 0))
    return round(count / unit) * unit


def _distinct(names: list[str]) -> list[str]:
    """Names for all columns, no two the same."""
    taken: set[str] = set()
    for at, name in enumerate(names):
        plain = new = name.strip() or f"Column {at + 1}"
        again = 1
        while new in taken:
            again += 1
            new = f"{plain} ({again})"
        taken.add(new)
        names[at] = new
    return names
