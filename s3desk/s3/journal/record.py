"""What a gesture remembers of its items, so that it can go on after a break and tell in the end what became of each."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from s3desk.s3.errors import BusyError, SignInError, UnreachableError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from s3desk.s3.errors import S3Error
    from s3desk.s3.job import Job
    from s3desk.s3.journal.gestures import Planned

_PASSING = (UnreachableError, BusyError, SignInError)  # what may be better later


@dataclass(frozen=True, slots=True)
class Signature:
    """What changes when a local file is written to or replaced. Bytes, nanoseconds."""

    size: int
    modified_ns: int
    inode: int

    @staticmethod
    def of(facts: os.stat_result) -> Signature:
        """From what `stat` tells."""
        return Signature(facts.st_size, facts.st_mtime_ns, facts.st_ino)


@dataclass(frozen=True, slots=True)
class Part:
    """A finished part of a multipart upload, or of a download, where it has no ETag.

    `checksum` is "CRC64NVME:base64", "" where none was made.
    """

    number: int
    start: int
    length: int
    etag: str = ""
    checksum: str = ""


@dataclass(frozen=True, slots=True)
class Begun:
    """An item that was begun in an earlier run and may go on."""

    upload_id: str = ""  # uploads
    signature: Signature | None = None  # uploads: the file as it was
    etag: str = ""  # downloads: the object as it was
    temporary: Path | None = None  # downloads: where the bytes are
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """What became of an item; `size` in bytes, `checksum` as in Part, of the whole object."""

    state: Literal["done", "skipped", "failed"]
    size: int = 0
    checksum: str = ""
    etag: str = ""
    version_id: str = ""
    error: S3Error | None = None


class Record:
    """What a gesture remembers; this one forgets all.

    Items are named by their key: where it goes (upload, copy), what is fetched or deleted (download, delete). Any
    method may be called on any thread.
    """

    keep = False
    """Whether an unfinished item is left to go on later when the job is paused or left; not when it is cancelled."""

    def plan(self, items: Sequence[Planned]) -> None:
        """More is to be done, which was not known when it began; what is planned already stays as it is."""

    def begun(self, key: str) -> Begun | None:  # noqa: ARG002  # for who remembers
        """What an earlier run had done of this item."""
        return None

    def will_create(self, key: str) -> None:
        """CreateMultipartUpload is about to be sent."""

    def created(self, key: str, upload_id: str, signature: Signature) -> None:
        """A multipart upload of a file as it now is exists."""

    def will_fetch(self, key: str, temporary: Path, etag: str) -> None:
        """Bytes of the object with this ETag are about to be written to this file."""

    def part(self, key: str, part: Part) -> None:
        """The server answered to this part, or its bytes are in the file (no fsync needed)."""

    def ended(self, key: str, result: Result) -> None:
        """What became of an item: exactly once for each of the plan, skipped ones included."""

    def ended_many(self, keys: Sequence[str], result: Result) -> None:
        """The same became of many."""
        for key in keys:
            self.ended(key, result)


def is_to_go_on(job: Job, record: Record, error: BaseException) -> bool:
    """Whether what was begun stays for another run: the program ends, or the trouble may pass."""
    return record.keep and (job.left or isinstance(error, _PASSING))
