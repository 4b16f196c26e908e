"""The bytes a window reads rows from: those of an object, or what a compressed one unfolds to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from s3desk.data.ranged import RangedFile

if TYPE_CHECKING:
    from s3desk.s3.connection import Connection
    from s3desk.s3.job import Job


class Reading(Protocol):
    """Reads bytes for one job, and counts what that costs."""

    @property
    def bytes_fetched(self) -> int:
        """Bytes of bodies."""

    @property
    def requests(self) -> int:
        """GetObject requests."""

    def read_at(self, offset: int, length: int) -> bytes:
        """These bytes, fewer only at the end. Raises S3Error."""


class Content(Protocol):
    """Bytes one can read anywhere. `expected_size` is an estimate where the size is not known yet."""

    @property
    def size(self) -> int:
        """How many there are; sys.maxsize where only reading on tells."""

    @property
    def expected_size(self) -> int:
        """About how many there are."""

    @property
    def why_no_jump(self) -> str:
        """Why they can be read in order only, "" where they can be read anywhere at the same cost."""

    def bytes_after(self, offset: int) -> int:
        """What is fetched at most to read all from there on."""

    def open(self, job: Job) -> Reading:
        """For one job."""


@dataclass(frozen=True, slots=True)
class Subject:
    """One object, or one version of it, of a known size in bytes."""

    connection: Connection
    bucket: str
    key: str
    size: int
    etag: str = ""
    version_id: str | None = None

    why_no_jump = ""

    @property
    def expected_size(self) -> int:
        """It is known."""
        return self.size

    def bytes_after(self, offset: int) -> int:
        """The rest."""
        return max(self.size - offset, 0)

    def open(self, job: Job) -> RangedFile:
        """To read it by ranges, as long as it is not replaced."""
        return RangedFile(
            job, self.connection, self.bucket, self.key, version_id=self.version_id, etag=self.etag, size=self.size
        )
