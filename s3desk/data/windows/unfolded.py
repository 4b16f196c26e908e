"""What a compressed object unfolds to, read on from its start: the last part of it is kept, the rest let go."""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING

from s3desk.data.looking.unfolding import DAMAGES, Unfolding, unfolding
from s3desk.s3.errors import UnsupportedError

if TYPE_CHECKING:
    from s3desk.data.ranged import RangedFile
    from s3desk.data.windows.subject import Subject
    from s3desk.s3.job import Job

KEPT = 16 << 20  # bytes unfolded that one can go back to at no cost; those before them are unfolded anew
RANGE = 128 << 10  # packed bytes of a request
_STEP = 64 << 10  # bytes unfolded between two looks at the job


class Unfolded:
    """The content of a compressed object; a `Content`. One thread reads at a time, the others wait."""

    def __init__(self, subject: Subject, codec: str) -> None:
        self.subject = subject
        self.size = sys.maxsize
        self.why_no_jump = f"A {codec} file can only be read from its start on: scroll, or find text."
        self._codec = codec
        self._lock = threading.Lock()
        self._stream: Unfolding | None = None
        self._packed: _Packed | None = None
        self._start = 0  # of what is kept
        self._kept = bytearray()
        self._farthest = (0, 0)  # packed bytes, and what they unfolded to; known when the next ones are fetched

    @property
    def expected_size(self) -> int:
        """As if the rest were like what was unfolded so far."""
        packed, unfolded = self._farthest
        if not packed and self._packed is not None:
            packed, unfolded = self._packed.at, self._start + len(self._kept)
        return self.size if self.size < sys.maxsize else round(unfolded * self.subject.size / max(packed, 1))

    def bytes_after(self, offset: int) -> int:
        """All that is packed: how much of it stands after an offset is not known."""
        packed = self._packed.at if self._packed is not None and offset >= self._start else 0
        return max(self.subject.size - packed, 0)

    def open(self, job: Job) -> UnfoldedReading:
        """To read on for one job."""
        return UnfoldedReading(self, job)

    def read(self, job: Job, file: RangedFile, offset: int, length: int) -> bytes:
        """Some of the content; what stands before it is unfolded too. Raises S3Error."""
        with self._lock:
            if self._stream is None or offset < self._start:
                self._begin()
            while self._start + len(self._kept) < offset + length and self._unfold(job, file):
                spare = min(len(self._kept) - KEPT, offset - self._start)
                if spare > KEPT or (spare > 0 and offset > self._start + len(self._kept)):
                    del self._kept[:spare]
                    self._start += spare
            at = offset - self._start
            found = bytes(self._kept[at : at + length]) if at >= 0 else b""
        if not found and offset < self.size:
            raise UnsupportedError("What follows is damaged or incomplete.", "Download the file to try to repair it.")
        return found

    def _begin(self) -> None:
        self._packed = _Packed(self.subject.size)
        self._stream = unfolding(self._codec, self._packed.read)
        self._start, self._kept = 0, bytearray()

    def _unfold(self, job: Job, file: RangedFile) -> bool:
        """Some more; whether there was any."""
        job.check()
        if self._stream is None or self._packed is None or self._packed.is_damaged:
            return False
        self._packed.file, before = file, self._packed.at
        try:
            piece = self._stream.read(_STEP)
        except DAMAGES as error:
            failure, self._packed.is_damaged = self._packed.failure, True
            if failure is not None:
                self._stream = None
                raise failure from error
            return False
        except BaseException:  # a cancel or no network: what the unfolding holds now is unknown
            self._stream = None
            raise
        end = self._start + len(self._kept)
        if self._packed.at > before:
            self._farthest = max(self._farthest, (before, end))
        self._kept += piece
        if not piece:
            self.size = end
        return bool(piece)


class UnfoldedReading:
    """Reads for one job; a `Reading`."""

    def __init__(self, content: Unfolded, job: Job) -> None:
        self._content = content
        self._job = job
        self._file = content.subject.open(job)

    @property
    def bytes_fetched(self) -> int:
        """Packed ones."""
        return self._file.bytes_fetched

    @property
    def requests(self) -> int:
        """GetObject requests."""
        return self._file.requests

    def read_at(self, offset: int, length: int) -> bytes:
        """These bytes of the content. Raises S3Error."""
        return self._content.read(self._job, self._file, offset, length)


class _Packed:
    """Hands out the packed bytes in order; `failure` is why it could not, which some readers hide."""

    def __init__(self, size: int) -> None:
        self.file: RangedFile | None = None
        self.at = 0
        self.is_damaged = False
        self.failure: BaseException | None = None
        self._size = size

    def read(self) -> bytes:
        """The next range, nothing after the end."""
        if self.file is None or self.at >= self._size:
            return b""
        try:
            data = self.file.read_at(self.at, RANGE)
        except BaseException as error:
            self.failure = error
            raise
        self.at += len(data)
        return data
