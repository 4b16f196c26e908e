"""What a view asks of a window over rows that are too many to be kept, whatever file they stand in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from s3desk.data.windows.kept import Kept
    from s3desk.data.windows.searching import Mark
    from s3desk.s3.job import Job


class FarWindow(Protocol):
    """Reads rows around those that are kept; every method with a job is an operation that may raise S3Error.

    `why_no_jump` and `why_no_search` are sentences where the file allows neither, "" where it does; `note` is one about
    the last thing read.
    """

    @property
    def bytes_fetched(self) -> int:
        """What all reading cost."""

    @property
    def requests(self) -> int:
        """GetObject requests."""

    @property
    def note(self) -> str:
        """What is to be known about the rows read last."""

    @property
    def why_no_jump(self) -> str:
        """Why only reading on is possible."""

    @property
    def why_no_search(self) -> str:
        """Why no text can be sought."""

    @property
    def opening(self) -> Kept:
        """What was kept when the file was opened."""

    @property
    def rows_counted(self) -> int | None:
        """The rows of the file where they were counted."""

    def rows_in_all(self) -> int:
        """About how many rows the file has."""

    def position(self, kept: Kept, row: int) -> float:
        """Where a kept row stands, from 0 to 1."""

    def bytes_to_search(self, mark: Mark) -> int:
        """What a search from there reads at most."""

    def more(self, job: Job, kept: Kept) -> Kept:
        """Also the rows after the kept ones."""

    def back(self, job: Job, kept: Kept) -> Kept:
        """Also the rows before the kept ones."""

    def jump(self, job: Job, fraction: float) -> Kept:
        """The rows at a part of the file from 0 to 1; at 1 the last ones."""

    def search(self, job: Job, text: str, mark: Mark) -> Kept | None:
        """The rows from the next one on that holds this text."""
