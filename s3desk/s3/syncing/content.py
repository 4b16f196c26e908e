"""Whether a file and an object, or two objects, have the same content, as far as checksums can tell."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from s3desk.s3.errors import BusyError, S3Error, SignInError, UnreachableError
from s3desk.s3.explain import explaining
from s3desk.s3.objects import plain_md5
from s3desk.s3.transfer.checksums import Running, Told, crcs, told_by
from s3desk.s3.transfer.multipart import MIB, part_ranges
from s3desk.s3.transfer.whole import etag_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from s3desk.s3.connection import Connection
    from s3desk.s3.job import Job
    from s3desk.s3.location import Location
    from s3desk.s3.syncing.plan import Thing

_BLOCK = MIB
# The parts that programs upload in, ours first: the ETag tells only how many there were.
_USUAL_PARTS = [MIB * n for n in (16, 8, 5, 10, 15, 20, 25, 32, 50, 64, 100, 128, 256, 512)]
_MOST_TRIES = 3  # a large file is not read more often than that


class Verdict(Enum):
    """What checksums say."""

    SAME = "same"
    DIFFERENT = "different"
    NOT_CERTAIN = "not certain"


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the server says of an object's content; `md5` is "" where the ETag is none."""

    etag: str
    md5: str
    is_plain: bool  # not under a key service's keys
    headers: Mapping[str, str]


class Contents:
    """Compares contents over one connection; any thread may ask. `job` may end it in the middle of a file."""

    def __init__(self, job: Job, connection: Connection) -> None:
        self._job, self._connection = job, connection

    def file_and_object(self, path: Path, place: Location, thing: Thing, size: int) -> Verdict:
        """A file of `size` bytes and an object of as many. Raises DiskError where the file cannot be read."""
        if not size:
            return Verdict.SAME
        md5 = plain_md5(thing.etag, "")
        if md5 and self._digest(path, size) == [bytes.fromhex(md5)]:
            return Verdict.SAME
        seen = self._look(place.bucket, place.prefix + thing.name)
        if seen is None or seen.etag != thing.etag:
            return Verdict.NOT_CERTAIN
        told = told_by(seen.headers)
        if told.crc is not None:
            return _verdict(self._checksum(path, told) == told.written)
        if md5 and seen.is_plain:
            return Verdict.DIFFERENT
        _, dash, count = seen.etag.partition("-")
        parts = int(count) if dash and count.isdecimal() and seen.is_plain else 0
        return Verdict.SAME if parts and self._fits_parts(path, size, seen.etag, parts) else Verdict.NOT_CERTAIN

    def two_objects(self, source: Location, one: Thing, target: Location, other: Thing) -> Verdict:
        """Two objects of the same size; no byte of them is fetched."""
        if not one.size or (one.etag and one.etag == other.etag):
            return Verdict.SAME
        first = self._look(source.bucket, source.prefix + one.name)
        second = self._look(target.bucket, target.prefix + other.name)
        if first is None or second is None or first.etag != one.etag or second.etag != other.etag:
            return Verdict.NOT_CERTAIN
        pairs = [(first.headers.get(name, ""), second.headers.get(name, "")) for name in _checksum_headers()]
        both = next(((a, b) for a, b in pairs if a and b and "-" not in a + b), None)
        if both is not None and _is_whole(first) and _is_whole(second):
            return _verdict(both[0] == both[1])
        return Verdict.DIFFERENT if first.md5 and second.md5 else Verdict.NOT_CERTAIN

    # the server

    def _look(self, bucket: str, key: str) -> _Seen | None:
        """What is told of an object (HeadObject); None where that is not to be had."""
        self._job.check()
        try:
            with explaining(f"look at “{key}”", bucket=bucket, key=key):
                answer = self._connection.client(bucket).head_object(Bucket=bucket, Key=key, ChecksumMode="ENABLED")
        except (SignInError, UnreachableError, BusyError):
            raise
        except S3Error:
            return None
        etag = answer.get("ETag", "").strip('"')
        encryption = "SSE-C" if "SSECustomerAlgorithm" in answer else answer.get("ServerSideEncryption", "")
        headers = answer["ResponseMetadata"]["HTTPHeaders"]
        return _Seen(etag, plain_md5(etag, encryption), encryption in ("", "AES256"), headers)

    # the file

    def _digest(self, path: Path, size: int, part_size: int = 0) -> list[bytes]:
        """The MD5 of each part of a file; of all of it without a size of parts. Nothing where it has another size."""
        ranges = part_ranges(size, part_size) if part_size else [(1, 0, size)]
        digests = []
        blocks, left = _blocks(self._job, path), memoryview(b"")
        for _, _, length in ranges:
            digest = hashlib.md5(usedforsecurity=False)
            while length:
                left = left or next(blocks, memoryview(b""))
                if not left:
                    return []
                digest.update(left[:length])
                taken = min(length, len(left))
                left, length = left[taken:], length - taken  # noqa: PLW2901  # what is still to come of this part
            digests.append(digest.digest())
        return digests if not left and next(blocks, None) is None else []

    def _checksum(self, path: Path, told: Told) -> str:
        running = Running(told, md5=False)
        for block in _blocks(self._job, path):
            running.update(block)
        return told.crc.written(running.value(told.crc)) if told.crc else ""

    def _fits_parts(self, path: Path, size: int, etag: str, count: int) -> bool:
        sizes = [each for each in _USUAL_PARTS if len(part_ranges(size, each)) == count]
        if count == 1:
            sizes = [size]
        return any(etag_of(self._digest(path, size, each)) == etag for each in sizes[:_MOST_TRIES])


def _blocks(job: Job, path: Path) -> Iterator[memoryview]:
    """The bytes of a file, a megabyte at a time."""
    with explaining("read this file"):
        file = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0))
        try:
            while content := os.read(file, _BLOCK):
                job.check()
                yield memoryview(content)
        finally:
            os.close(file)


def _verdict(same: bool) -> Verdict:  # what it is made of
    return Verdict.SAME if same else Verdict.DIFFERENT


def _is_whole(seen: _Seen) -> bool:
    return seen.headers.get("x-amz-checksum-type", "FULL_OBJECT") == "FULL_OBJECT"


def _checksum_headers() -> list[str]:
    names = [*crcs(), "CRC64NVME", "CRC32C", "CRC32", "SHA256", "SHA1"]
    return [f"x-amz-checksum-{name.lower()}" for name in dict.fromkeys(names)]
