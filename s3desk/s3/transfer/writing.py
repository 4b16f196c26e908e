"""Bytes to a file, as much at a time as was quickest lately.

Linux takes the memory for a write in one piece where it can. Large pieces cost fewer calls; but a virtual machine may
have to get each from its host first, which takes several times as long as the copying. Nobody can tell beforehand.
"""

from __future__ import annotations

import os
import time

_SIZES = tuple(1 << power for power in range(15, 20))  # 32 KiB to 512 KiB
_CHUNK = 1 << 20
_TRIED = 16  # chunks, of which one shows whether another size is quicker now
_NEW = 0.3  # what the newest counts


class _Pace:
    """The sizes and what a byte cost with each, in seconds; 0 while it was not tried. Near enough, without a lock."""

    def __init__(self) -> None:
        self._costs = dict.fromkeys(_SIZES, 0.0)
        self._turn = 0

    def size(self) -> int:
        """How much to write at a time now."""
        self._turn += 1
        if self._turn % _TRIED == 0:
            return _SIZES[self._turn // _TRIED % len(_SIZES)]
        return min(_SIZES, key=self._costs.__getitem__)

    def took(self, size: int, count: int, seconds: float) -> None:
        """So many bytes were written in pieces of this size."""
        cost, before = seconds / count, self._costs[size]
        self._costs[size] = before + _NEW * (cost - before) if before else cost


_pace = _Pace()


def write_all(file: int, content: bytes | bytearray | memoryview, start: int = 0) -> None:
    """Write all of it from `start` on. One thread at a time for each file. Raises OSError."""
    view = memoryview(content)
    if not hasattr(os, "pwrite"):
        os.lseek(file, start, os.SEEK_SET)
    for at in range(0, len(view), _CHUNK):
        chunk = view[at : at + _CHUNK]
        size, began = _pace.size(), time.perf_counter()
        _write(file, chunk, start + at, size)
        if len(chunk) >= _SIZES[-1]:
            _pace.took(size, len(chunk), time.perf_counter() - began)


def _write(file: int, chunk: memoryview, start: int, size: int) -> None:
    while chunk:
        piece = chunk[:size]
        count = os.pwrite(file, piece, start) if hasattr(os, "pwrite") else os.write(file, piece)
        chunk, start = chunk[count:], start + count
