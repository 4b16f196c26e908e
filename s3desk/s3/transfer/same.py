"""Whether what is in the way is the same already: by size first, then by checksum; where nothing tells, it is not."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from s3desk.s3.crew import in_threads
from s3desk.s3.errors import S3Error, SignInError
from s3desk.s3.explain import explaining
from s3desk.s3.job import Unit
from s3desk.s3.objects import plain_md5
from s3desk.s3.transfer.checksums import Crc, Told, told_by
from s3desk.s3.transfer.multipart import MIB, part_ranges
from s3desk.s3.transfer.transfers import Conflict, Decision
from s3desk.s3.transfer.whole import etag_of

if TYPE_CHECKING:
    from s3desk.s3.connection import Connection
    from s3desk.s3.copying.copy_plan import CopyPlan
    from s3desk.s3.job import Job
    from s3desk.s3.transfer.downloads import DownloadPlan
    from s3desk.s3.transfer.uploads import UploadPlan

Decisions = dict[Conflict, Decision]
_CHUNK = MIB
_PART_SIZES = (16, 8, 5, 10, 15, 32, 50, 64, 100, 128)  # MiB: ours, and how other programs cut


@dataclass(frozen=True, slots=True)
class _Content:
    """What HeadObject tells of the content of an object."""

    size: int
    etag: str
    encryption: str
    told: Told

    @property
    def md5(self) -> str:
        return plain_md5(self.etag, self.encryption)

    def is_as(self, other: _Content) -> bool:
        """Whether another object has this content, as far as both servers tell."""
        if self.size != other.size:
            return False
        if self.told.crc is not None and self.told.crc is other.told.crc:
            return self.told.written == other.told.written
        by_key_service = {self.encryption, other.encryption} - {"", "AES256"}
        return bool(self.etag) and self.etag == other.etag and not by_key_service

    def is_in(self, job: Job, path: Path) -> bool:
        """Whether a local file has this content; `job` counts the bytes that are read. Raises OSError."""
        if path.stat().st_size != self.size:
            return False
        if self.told.crc is not None:
            return _checksum(job, path, self.told.crc) == self.told.written
        if self.md5:
            return _digests(job, path, max(1, self.size))[0].hex() == self.md5
        return any(self._was_cut(job, path, size) for size in self._part_sizes())

    def _part_sizes(self) -> list[int]:
        """How it may have been cut, for the ETag of an upload in parts tells only into how many."""
        count = self.etag.rpartition("-")[2]
        if "-" not in self.etag or not count.isdecimal() or self.encryption not in ("", "AES256"):
            return []
        sizes = {size * MIB: len(part_ranges(self.size, size * MIB)) for size in _PART_SIZES}
        return [size for size, parts in sizes.items() if parts == int(count)]

    def _was_cut(self, job: Job, path: Path, part_size: int) -> bool:
        if etag_of(_digests(job, path, part_size)) == self.etag:
            return True
        job.advance(-self.size)  # it may be read once more
        return False


# the three directions


def settle_uploads(
    job: Job, connection: Connection, plan: UploadPlan, decisions: Mapping[Conflict, Decision]
) -> Decisions:
    """The decisions with "only if different" made out (HeadObject); `job` counts the bytes of the files compared."""
    return _settle_files(job, connection, plan.bucket, {item.key: item.path for item in plan.items}, decisions)


def settle_downloads(
    job: Job, connection: Connection, plan: DownloadPlan, decisions: Mapping[Conflict, Decision]
) -> Decisions:
    """The same the other way round."""
    return _settle_files(job, connection, plan.bucket, {item.key: item.path for item in plan.items}, decisions)


def settle_copies(
    job: Job, source: Connection, target: Connection, plan: CopyPlan, decisions: Mapping[Conflict, Decision]
) -> Decisions:
    """The same for copies, by what the servers say of both objects: nothing is read."""
    keys = {item.target: item.key for item in plan.items}

    def is_same(conflict: Conflict) -> bool:
        ours = _look(source, plan.selection.bucket, keys[conflict.name])
        return ours.is_as(_look(target, plan.target.bucket, conflict.name))

    return _settle(job, target, decisions, is_same)


def _settle_files(
    job: Job, connection: Connection, bucket: str, paths: Mapping[str, Path], decisions: Mapping[Conflict, Decision]
) -> Decisions:
    job.unit = Unit.BYTES
    job.total = sum(conflict.source_size for conflict in _doubtful(decisions))

    def is_same(conflict: Conflict) -> bool:
        return _look(connection, bucket, conflict.name).is_in(job, paths[conflict.name])

    return _settle(job, connection, decisions, is_same)


def _settle(
    job: Job, connection: Connection, decisions: Mapping[Conflict, Decision], is_same: Callable[[Conflict], bool]
) -> Decisions:
    """What cannot be seen or read counts as different; only a sign-in that ended stops it all."""
    settled = {conflict: conflict.settled(decision) for conflict, decision in decisions.items()}

    def compare(conflict: Conflict) -> None:
        try:
            with explaining("compare", key=conflict.name):
                if is_same(conflict):
                    settled[conflict] = Decision.SKIP
        except SignInError:
            raise
        except S3Error:
            return

    in_threads(job, connection, compare, list(_doubtful(decisions)))
    return settled


def _doubtful(decisions: Mapping[Conflict, Decision]) -> Iterator[Conflict]:
    """Those that only a look at the contents can decide."""
    for conflict, decision in decisions.items():
        if decision is Decision.ONLY_IF_DIFFERENT and conflict.source_size == conflict.existing_size:
            yield conflict


# contents


def _look(connection: Connection, bucket: str, key: str) -> _Content:
    answer = connection.client(bucket).head_object(Bucket=bucket, Key=key, ChecksumMode="ENABLED")
    encryption: Any = "SSE-C" if "SSECustomerAlgorithm" in answer else answer.get("ServerSideEncryption", "")
    headers = answer["ResponseMetadata"]["HTTPHeaders"]
    return _Content(answer["ContentLength"], answer.get("ETag", "").strip('"'), str(encryption), told_by(headers))


def _chunks(job: Job, path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            job.check()
            yield chunk
            job.advance(len(chunk))


def _checksum(job: Job, path: Path, crc: Crc) -> str:
    value = 0
    for chunk in _chunks(job, path):
        value = crc.update(chunk, value)
    return crc.written(value)


def _digests(job: Job, path: Path, part_size: int) -> list[bytes]:
    """The MD5 of each part; parts are whole numbers of chunks, or there is only one."""
    made, length = [hashlib.md5(usedforsecurity=False)], 0
    for chunk in _chunks(job, path):
        if length + len(chunk) > part_size:
            made.append(hashlib.md5(usedforsecurity=False))
            length = 0
        made[-1].update(chunk)
        length += len(chunk)
    return [digest.digest() for digest in made]
