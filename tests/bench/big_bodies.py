"""The bodies of objects of any size, made when a range of them is asked for."""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Protocol

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

SIZES = {"1 MB": 10**6, "1 GB": 10**9, "100 GB": 10**11}
KINDS = {"csv": "csv", "jsonl": "jsonl", "gzip": "csv.gz", "parquet": "parquet"}
_DIGITS = 12
_ROWS = 1 << 14  # of one piece
_HEADER = b"id,city,amount,note\n"
_CSV_ROW = b"%012d,Z\xc3\xbcrich,1234.50,some words about it\n"
_JSON_ROW = b'{"id": "%012d", "city": "Z\xc3\xbcrich", "amount": 1234.50, "tags": ["a", "b"]}\n'
_PARQUET_ROWS = 20_000
_GROUP_EVERY = 10**9  # bytes of a Parquet file for each of its row groups


class Body(Protocol):
    """An object's content."""

    @property
    def size(self) -> int:
        """In bytes."""

    def pieces(self, start: int, end: int) -> Iterator[bytes]:
        """The bytes from `start` up to `end`, in pieces of about a MB."""


@dataclass(frozen=True)
class Rows:
    """Rows of one length, each with its number: row n of a table of any size."""

    head: bytes
    row: bytes
    count: int

    @property
    def size(self) -> int:
        """In bytes."""
        return len(self.head) + self.count * len(self.row % 0)

    def pieces(self, start: int, end: int) -> Iterator[bytes]:
        """Made by writing the digits into copies of one row."""
        if start < len(self.head):
            yield self.head[start:end]
            start = len(self.head)
        width, at = len(self.row % 0), len(self.head)
        while start < end:
            first = (start - at) // width
            block = _numbered(self.row, first, min(_ROWS, -(-(end - at) // width) - first))
            skipped = start - at - first * width
            piece = block[skipped : skipped + end - start]
            start += len(piece)
            yield piece


def _numbered(row: bytes, first: int, count: int) -> bytes:
    block = np.tile(np.frombuffer(row % 0, np.uint8), (count, 1))
    column = row.index(b"%012d")
    numbers = np.arange(first, first + count, dtype=np.int64)
    for digit in range(_DIGITS):
        block[:, column + _DIGITS - 1 - digit] = numbers // 10**digit % 10 + ord("0")
    return block.tobytes()


@dataclass(frozen=True)
class Repeated:
    """A beginning, then the same bytes again and again, then an end."""

    head: bytes
    body: bytes
    times: int
    tail: bytes = b""

    @property
    def size(self) -> int:
        """In bytes."""
        return len(self.head) + len(self.body) * self.times + len(self.tail)

    def pieces(self, start: int, end: int) -> Iterator[bytes]:
        """Slices of the three parts."""
        middle = len(self.head) + len(self.body) * self.times
        while start < end:
            if start < len(self.head):
                piece = self.head[start:end]
            elif start < middle:
                at = (start - len(self.head)) % len(self.body)
                piece = self.body[at : at + min(end, middle) - start]
            else:
                piece = self.tail[start - middle : end - middle]
            start += len(piece)
            yield piece


@cache
def body_of(kind: str, size: int) -> Body:
    """About `size` bytes of one of `KINDS`."""
    if kind == "csv":
        return Rows(_HEADER, _CSV_ROW, size // len(_CSV_ROW % 0))
    if kind == "jsonl":
        return Rows(b"", _JSON_ROW, size // len(_JSON_ROW % 0))
    return _gzip(size) if kind == "gzip" else _parquet(size)


def _gzip(size: int) -> Body:
    """Members of a gzip file, one after the other; the first has the header."""
    noise = np.random.default_rng(1).integers(0, 10**9, 2000)
    rows = b"".join(b"%09d,Z\xc3\xbcrich,%d\n" % (number, number % 1000) for number in noise)
    first, member = gzip.compress(b"id,city,amount\n" + rows, mtime=0), gzip.compress(rows, mtime=0)
    return Repeated(first, member, max((size - len(first)) // len(member), 1))


def _parquet(size: int) -> Body:
    """A real first row group, nothing, and a footer whose further row groups all stand in the first one's place."""
    out = io.BytesIO()
    noise = np.random.default_rng(1)
    table = pa.table(
        {
            "id": np.arange(_PARQUET_ROWS),
            "amount": noise.random(_PARQUET_ROWS),
            "other": noise.random(_PARQUET_ROWS),
            "city": ["Zürich"] * _PARQUET_ROWS,
            "note": [f"some words {number}" for number in noise.integers(0, 10**9, _PARQUET_ROWS)],
        }
    )
    pq.write_table(table, out, compression="snappy")
    written = out.getvalue()
    footer = int.from_bytes(written[-8:-4], "little")
    groups = written[: -8 - footer]
    one = pq.read_metadata(io.BytesIO(written))
    metadata = pq.read_metadata(io.BytesIO(written))
    for _ in range(size // _GROUP_EVERY - 1):
        metadata.append_row_groups(one)
    tail = io.BytesIO()
    metadata.write_metadata_file(tail)
    end = tail.getvalue()[4:]  # without the mark it begins with
    return Repeated(groups, bytes(1000), max((size - len(groups) - len(end)) // 1000, 0), end)
