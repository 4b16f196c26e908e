"""Parts of a file that were fetched before, so that a reader which starts over does not fetch them again."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from s3desk.data.ranged import RangedFile

MOST = 32 << 20  # bytes kept


class KnownRanges:
    """Bytes by their place; the ones used longest ago go first."""

    def __init__(self) -> None:
        self._pieces: dict[int, bytes] = {}  # in the order of their use; none reaches into another

    def of(self, file: RangedFile) -> KnownFile:
        """The file, of which only what is not known is fetched."""
        return KnownFile(file, self)

    def known(self, offset: int) -> bytes:
        """What is known from a byte on."""
        starts = sorted(self._pieces)
        at = bisect_right(starts, offset) - 1
        start = starts[at] if at >= 0 else offset
        piece = self._pieces.get(start, b"")
        if offset - start >= len(piece):
            return b""
        self._pieces[start] = self._pieces.pop(start)
        return piece[offset - start :]

    def gap(self, offset: int, end: int) -> int:
        """Up to where the bytes from an unknown one on are unknown."""
        return min((start for start in self._pieces if start > offset), default=end)

    def learn(self, offset: int, data: bytes) -> None:
        """Keep these bytes."""
        self._pieces[offset] = data
        size = sum(map(len, self._pieces.values()))
        for start in list(self._pieces):
            if size <= MOST:
                break
            size -= len(self._pieces.pop(start))


class KnownFile:
    """Reads like a RangedFile."""

    def __init__(self, file: RangedFile, ranges: KnownRanges) -> None:
        self._file = file
        self._ranges = ranges

    @property
    def size(self) -> int:
        """Bytes of the object."""
        return self._file.size

    @property
    def sends_ranges(self) -> bool:
        """Whether the server does."""
        return self._file.sends_ranges

    def read_at(self, offset: int, length: int) -> bytes:
        """These bytes, fewer only at the end of the object. Raises S3Error."""
        end = min(offset + length, self.size)
        out = []
        while offset < end:
            piece = self._ranges.known(offset)[: end - offset]
            if not piece:
                piece = self._file.read_at(offset, min(end, self._ranges.gap(offset, end)) - offset)
                if not piece:
                    break
                self._ranges.learn(offset, piece)
            out.append(piece)
            offset += len(piece)
        return b"".join(out)
