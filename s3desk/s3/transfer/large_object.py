"""An object that is fetched in ranges, several at once, straight into its file; it can go on after a break."""

from __future__ import annotations

import hashlib
import os
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from s3desk.s3.errors import S3Error, UnreachableError
from s3desk.s3.explain import explaining
from s3desk.s3.interrupt import MAX_ATTEMPTS
from s3desk.s3.journal.record import Part
from s3desk.s3.objects import plain_md5
from s3desk.s3.transfer.checksums import Running, Told, crc64, told_by
from s3desk.s3.transfer.multipart import MIB, part_ranges
from s3desk.s3.transfer.whole import etag_of
from s3desk.s3.transfer.wire import Piece, fetch
from s3desk.s3.transfer.writing import write_all

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from s3desk.s3.journal.record import Record
    from s3desk.s3.transfer.downloads import DownloadItem
    from s3desk.s3.transfer.parts import Parts

RANGE_SIZE = 16 * MIB
_BLOCK = MIB
_GUESSES = 4  # part sizes to try: each is a look through the file, which costs less than to fetch it again
# The parts that others upload in, where the ETag tells only how many there were.
_USUAL_PARTS = [MIB * n for n in (8, 5, 10, 15, 16, 20, 25, 32, 50, 64, 100, 128, 256, 512)]


@dataclass(frozen=True, slots=True)
class _Fetched:
    """A range that is in the file: its CRC64NVME and that which the server told, its MD5 where it was made."""

    part: Part
    crc: int
    told: int
    md5: bytes


class LargeObject:
    """One object on its way into `temporary`, which has its size already."""

    def __init__(self, parts: Parts, record: Record, bucket: str, item: DownloadItem, temporary: Path) -> None:
        self._parts, self._job, self._connection = parts, parts.job, parts.connection
        self._record = record
        self._bucket = bucket
        self._item = item
        self._temporary = temporary
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._fetched: dict[int, _Fetched] = {}
        self._told = Told()
        self._md5 = False

    def fetch(self, parts: tuple[Part, ...]) -> str:
        """Fetch what is not there yet of `parts`, and make sure of the whole; returns its checksum, spelled.

        Raises UnreachableError where it arrives damaged each time. The job counts bytes, those there already too.
        """
        self._ask_checksum()
        file = os.open(self._temporary, os.O_RDWR | getattr(os, "O_BINARY", 0))
        seen = set[str]()
        try:
            self._take_over(file, parts)
            for _ in range(MAX_ATTEMPTS):
                self._fetch_missing(file)
                wrong = self._what_is_wrong(file)
                if not wrong or wrong in seen:
                    return self._checksum()
                if self._told.crc is None:  # an ETag may be made in a way of its own; then it comes the same twice
                    seen.add(wrong)
                self._forget()
        except BaseException:
            self._job.advance(-sum(one.part.length for one in self._fetched.values()))
            raise
        finally:
            os.close(file)
        raise UnreachableError(f"“{self._item.key}” was damaged on the way, each time.", "Try again.", code="BadDigest")

    def _ask_checksum(self) -> None:
        """What the whole must have (HeadObject), and whether MD5s have to be made as the bytes pass."""
        item = self._item
        try:
            with explaining("look at this object", bucket=self._bucket, key=item.key):
                answer = self._connection.client(self._bucket).head_object(
                    Bucket=self._bucket, Key=item.key, ChecksumMode="ENABLED"
                )
        except S3Error:
            return  # who may fetch but not look has the ETag; what is gone or changed will be told by the fetch
        headers = answer["ResponseMetadata"]["HTTPHeaders"]
        if answer.get("ETag", "").strip('"') == item.etag:
            self._told = told_by(headers)
        encrypted = answer.get("ServerSideEncryption", "AES256") != "AES256" or "SSECustomerAlgorithm" in answer
        self._md5 = self._told.crc is None and not encrypted

    def _take_over(self, file: int, parts: tuple[Part, ...]) -> None:
        """What is in the file from an earlier run, if it still has the checksums it had then."""
        crc, ranges = crc64(), set(part_ranges(self._item.size, RANGE_SIZE))
        for part in parts:
            if crc is None or (part.number, part.start, part.length) not in ranges:
                continue
            running = Running(self._told, md5=self._md5)
            for block in self._blocks(file, part.start, part.length):
                running.update(block)
            if running.length == part.length and running.spelled == part.checksum:
                self._note(part, running)

    def _note(self, part: Part, running: Running) -> None:
        md5 = running.md5.digest() if running.md5 else b""
        done = _Fetched(part, running.value(crc64()), running.value(self._told.crc), md5)
        with self._lock:
            self._fetched[part.number] = done

    def _fetch_missing(self, file: int) -> None:
        left = [part for part in part_ranges(self._item.size, RANGE_SIZE) if part[0] not in self._fetched]
        taken_over = sum(one.part.length for one in self._fetched.values())
        self._job.advance(taken_over)

        def fetch_range(part: tuple[int, int, int]) -> None:
            number, start, length = part
            item, running = self._item, Running(self._told, md5=self._md5)

            def sink(chunk: memoryview) -> None:
                running.update(chunk)
                self._write(file, chunk, start + running.length - len(chunk))

            piece = Piece(self._bucket, item.key, item.etag, item.size, start, length)
            with self._parts.held():
                fetch(self._job, self._connection, piece, sink)
            made = Part(number, start, length, "", running.spelled)
            self._note(made, running)
            self._record.part(item.key, made)

        self._parts.in_threads(fetch_range, left)

    def _forget(self) -> None:
        self._job.advance(-self._item.size)
        self._fetched.clear()

    def _checksum(self) -> str:
        crc = crc64()
        return "" if crc is None else crc.spelled(crc.joined((one.crc, one.part.length) for one in self._in_order()))

    def _in_order(self) -> list[_Fetched]:
        return [self._fetched[number] for number in sorted(self._fetched)]

    def _what_is_wrong(self, file: int) -> str:
        """The checksum the file has instead of the one it should; "" where it is right, or nobody can tell."""
        told = self._told
        if told.crc is not None:
            found = told.crc.written(told.crc.joined((one.told, one.part.length) for one in self._in_order()))
            return "" if found == told.written else found
        if not self._md5:
            return ""
        if expected := plain_md5(self._item.etag, ""):
            found = self._md5_of(file, 0, self._item.size).hex()
            return "" if found == expected else found
        _, dash, count = self._item.etag.partition("-")
        return self._wrong_in_parts(file, int(count)) if dash and count.isdecimal() else ""

    def _wrong_in_parts(self, file: int, count: int) -> str:
        """For an ETag made of the MD5s of `count` parts, whose size it does not tell."""
        inline = etag_of([one.md5 for one in self._in_order()])
        if inline == self._item.etag or count < 1:
            return ""
        size = self._item.size
        for part_size in _part_sizes(size, count):
            starts = range(0, size, part_size)
            made = [self._md5_of(file, start, min(part_size, size - start)) for start in starts]
            if etag_of(made) == self._item.etag:
                return ""
        return inline

    def _md5_of(self, file: int, start: int, length: int) -> bytes:
        digest = hashlib.md5(usedforsecurity=False)
        for block in self._blocks(file, start, length):
            digest.update(block)
        return digest.digest()

    def _blocks(self, file: int, start: int, length: int) -> Iterator[memoryview]:
        room, end = memoryview(bytearray(_BLOCK)), start + length
        while start < end:
            self._job.check()
            with self._writing:
                os.lseek(file, start, os.SEEK_SET)
                count = os.readv(file, [room[: end - start]]) if hasattr(os, "readv") else 0
                if not hasattr(os, "readv"):
                    content = os.read(file, min(_BLOCK, end - start))
                    room[: len(content)], count = content, len(content)
            if not count:
                return
            yield room[:count]
            start += count

    def _write(self, file: int, chunk: memoryview, start: int) -> None:
        with self._writing:  # the system lets one write to a file at a time; the others would wait spinning
            write_all(file, chunk, start)


def _part_sizes(size: int, count: int) -> list[int]:
    """The sizes of parts, other than ours, that make `count` of them: the usual ones first, then some whole MiB."""
    least, most = -(-size // count), size if count == 1 else (size - 1) // (count - 1)
    whole = range(-(-least // MIB) * MIB, most + 1, MIB)
    usual = (one for one in _USUAL_PARTS if least <= one <= most)
    return [one for one in dict.fromkeys((*usual, *whole[:_GUESSES])) if one != RANGE_SIZE]
