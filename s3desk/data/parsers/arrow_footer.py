"""The directory of an Arrow file: where its record batches stand, and how many rows each has."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from s3desk.data.parsers.source import Source

_MOST = 16 << 20  # bytes of a directory
_MESSAGE = 1 << 20  # of what is said about one batch
_BLOCK = struct.Struct("<qi4xq")
_BATCHES, _HEADER, _LENGTH = 3, 2, 0  # the members' places in Footer, Message and RecordBatch


def batches(source: Source) -> list[tuple[int, int]]:
    """Where the message before each record batch begins, and its bytes. Raises ValueError or struct.error."""
    size = source.size()
    tail = source.read_at(size - 10, 10)
    length = int.from_bytes(tail[:4], "little")
    if tail[4:] != b"ARROW1" or length > min(_MOST, size - 10):
        raise ValueError("no Arrow file")
    footer = source.read_at(size - 10 - length, length)
    at = _member(footer, _root(footer), _BATCHES)
    if not at:
        return []
    at += _unsigned(footer, at)
    count = _unsigned(footer, at)
    blocks = [_BLOCK.unpack_from(footer, at + 4 + number * _BLOCK.size) for number in range(count)]
    return [(offset, length) for offset, length, _ in blocks]


def rows_of(source: Source, batch: tuple[int, int]) -> int:
    """How many rows a batch has. Raises ValueError or struct.error."""
    offset, length = batch
    raw = source.read_at(offset, min(length, _MESSAGE))
    message = raw[8:] if raw.startswith(b"\xff\xff\xff\xff") else raw[4:]
    at = _member(message, _root(message), _HEADER)
    length_at = _member(message, at + _unsigned(message, at), _LENGTH) if at else 0
    rows: int = struct.unpack_from("<q", message, length_at)[0] if length_at else 0
    if rows < 0:
        raise ValueError("a batch of a negative number of rows")
    return rows


def _root(raw: bytes) -> int:
    return _unsigned(raw, 0)


def _unsigned(raw: bytes, at: int) -> int:
    number: int = struct.unpack_from("<I", raw, at)[0]
    return number


def _member(raw: bytes, table: int, number: int) -> int:
    """Where a member of a flatbuffers table stands; 0 where it has its default."""
    members = table - struct.unpack_from("<i", raw, table)[0]
    size = struct.unpack_from("<H", raw, members)[0]
    at = 4 + 2 * number
    offset: int = struct.unpack_from("<H", raw, members + at)[0] if at < size else 0
    return table + offset if offset else 0
