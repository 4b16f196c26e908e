"""A receipt read back: looked through before anything is checked, then line by line, never as a whole in memory."""

from __future__ import annotations

import csv
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from s3desk.s3.errors import S3Error
from s3desk.s3.explain import explaining
from s3desk.s3.journal.gestures import Kind
from s3desk.s3.receipts.lines import COLUMNS, DONE, Line

if TYPE_CHECKING:
    from s3desk.s3.job import Job

MOST = 512 << 20  # bytes
_LONGEST = 64 << 10  # characters; no line of a receipt comes near
_EVERY = 500  # lines between two looks at the wish to stop
_ADVICE = "Choose a file that “Save receipt…” wrote, as it was written."


class NotAReceiptError(S3Error):
    """The file is something else, or was damaged or edited."""


@dataclass(frozen=True)
class Receipt:
    """What a file holds: lines, those of them that were done, the servers they speak of, whether one is needed."""

    path: Path
    count: int
    done: int
    endpoints: tuple[str, ...]
    needs_server: bool


def read_receipt(job: Job, path: Path) -> Receipt:
    """Look through the whole file; `job` counts lines. Raises NotAReceiptError with the line, DiskError."""
    done, needs_server, endpoints = 0, False, dict[str, None]()
    job.done = 0
    for line in lines(job, path):
        job.advance(1)
        if line.result == DONE:
            done += 1
            needs_server = needs_server or not is_local(line)
        endpoints[line.endpoint] = None
        if len(endpoints) > 1:
            raise NotAReceiptError(f"“{path.name}” speaks of several servers; a receipt is of one.", _ADVICE)
    if not job.done:
        raise NotAReceiptError(f"“{path.name}” is a receipt of nothing: it has no lines.", _ADVICE)
    return Receipt(path, job.done, done, tuple(endpoints), needs_server)


def is_local(line: Line) -> bool:
    """Whether what it speaks of is on this computer."""
    return line.action == Kind.DOWNLOAD.value or (line.action == Kind.DELETE.value and bool(line.path))


def lines(job: Job, path: Path) -> Iterator[Line]:
    """Every line of a receipt, in order. Raises NotAReceiptError, DiskError."""
    with explaining(f"read “{path.name}”"), _opened(path) as file:
        rows = csv.reader(_short_lines(file, path), strict=True)
        number = 0
        try:
            _check_head(path, next(rows, []))
            for number, cells in enumerate(rows):
                if number % _EVERY == 0:
                    job.stop_if_cancelled()
                yield _line(path, number + 2, cells)
        except UnicodeDecodeError as error:
            raise _other_encoding(path) from error
        except csv.Error as error:
            raise NotAReceiptError(f"“{path.name}” is damaged near line {number + 2:,}: {error}.", _ADVICE) from error


@contextmanager
def _opened(path: Path) -> Iterator[TextIO]:
    if not path.is_file() and path.exists():
        raise NotAReceiptError(f"“{path.name}” is not a file.", _ADVICE)
    if (size := path.stat().st_size) > MOST:
        raise NotAReceiptError(
            f"“{path.name}” is too large for a receipt: {size >> 20:,} MB, and at most {MOST >> 20:,} MB are read.",
            _ADVICE,
        )
    with path.open("rb") as file:
        first = file.read(4)
    if first.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        raise _other_encoding(path)
    with path.open(encoding="utf-8-sig" if first.startswith(BOM_UTF8) else "utf-8", newline="") as text:
        yield text


def _short_lines(file: TextIO, path: Path) -> Iterator[str]:
    """A file that is one endless line must not come into memory."""
    while line := file.readline(_LONGEST):
        if len(line) == _LONGEST:
            raise NotAReceiptError(f"“{path.name}” is not a receipt: it has lines that no receipt has.", _ADVICE)
        yield line


def _check_head(path: Path, head: list[str]) -> None:
    if tuple(head) == COLUMNS:
        return
    if len(head) == 1 and tuple(part.strip('"') for part in head[0].replace("\t", ";").split(";")) == COLUMNS:
        raise NotAReceiptError(
            f"“{path.name}” was saved again by a spreadsheet, which wrote it another way.",
            "Choose the file as “Save receipt…” wrote it.",
        )
    missing = [name for name in COLUMNS if name not in head]
    words = f"its first line does not name the column “{missing[0]}”" if missing else "its columns are others"
    raise NotAReceiptError(f"“{path.name}” is not a receipt: {words}.", _ADVICE)


def _line(path: Path, number: int, cells: list[str]) -> Line:
    if len(cells) != len(COLUMNS):
        words = f"{len(cells):,} cells where {len(COLUMNS)} belong"
        raise NotAReceiptError(f"Line {number:,} of “{path.name}” has {words}: it was cut off or edited.", _ADVICE)
    try:
        return Line.read(cells)
    except ValueError as error:
        raise NotAReceiptError(f"Line {number:,} of “{path.name}” was edited: {error}.", _ADVICE) from error


def _other_encoding(path: Path) -> NotAReceiptError:
    return NotAReceiptError(f"“{path.name}” is not a receipt: it is not text in UTF-8.", _ADVICE)
