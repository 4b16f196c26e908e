"""What proves that bytes arrived as they were: CRC64NVME where the server checks it, MD5 where it knows nothing better.

A checksum is written "CRC64NVME:base64", the name and the value as S3 has them.
"""

from __future__ import annotations

import hashlib
import zlib
from base64 import b64decode, b64encode
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from s3desk.s3.offers import Feature

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from s3desk.s3.connection import Connection

CRC64NVME = "CRC64NVME"
_HEADER = "x-amz-checksum-"
_MISSING = "This server does not check CRC64NVME checksums, so MD5 is used."


@dataclass(frozen=True)
class Crc:
    """A checksum that can be made piece by piece and of pieces: `update(bytes, before)`, `join(a, b, length of b)`."""

    name: str
    size: int
    update: Callable[[Any, int], int]
    join: Callable[[int, int, int], int]

    def written(self, value: int) -> str:
        """As S3 writes it."""
        return b64encode(value.to_bytes(self.size, "big")).decode()

    def spelled(self, value: int) -> str:
        """With its name before it."""
        return f"{self.name}:{self.written(value)}"

    def joined(self, pieces: Iterable[tuple[int, int]]) -> int:
        """The checksum of pieces one after the other, each its checksum and its length."""
        whole = 0
        for value, length in pieces:
            whole = self.join(whole, value, length)
        return whole

    def read(self, spelled: str) -> int | None:
        """The value of "NAME:base64"; None for another name or nonsense."""
        name, _, written = spelled.partition(":")
        if name != self.name:
            return None
        try:
            value = b64decode(written, validate=True)
        except ValueError:
            return None
        return int.from_bytes(value, "big") if len(value) == self.size else None


@cache
def crcs() -> Mapping[str, Crc]:
    """The checksums that can be made here, by name, the best first; none where awscrt has no wheel."""
    try:
        from awscrt import checksums as made  # type: ignore[import-untyped]  # noqa: PLC0415  # 50 ms, and an extra
    except ImportError:
        return {}
    return {
        CRC64NVME: Crc(CRC64NVME, 8, made.crc64nvme, made.combine_crc64nvme),
        "CRC32C": Crc("CRC32C", 4, made.crc32c, made.combine_crc32c),
        "CRC32": Crc("CRC32", 4, zlib.crc32, made.combine_crc32),
    }


def crc64() -> Crc | None:
    """The one that is kept of everything that is moved; None where it cannot be made."""
    return crcs().get(CRC64NVME)


def checked_by(connection: Connection) -> bool | None:
    """Whether the server checks CRC64NVME; None while it was not seen to. Never where it cannot be made here."""
    if crc64() is None:
        return False
    if not connection.endpoint_url:
        return True
    return connection.offers.has(connection.endpoint_url, Feature.CRC64NVME)


def note_answer(connection: Connection, headers: Mapping[str, str]) -> None:
    """Remember from the answer to a request with CRC64NVME whether the server speaks of it."""
    if connection.endpoint_url and connection.offers.has(connection.endpoint_url, Feature.CRC64NVME) is None:
        knows = f"{_HEADER}crc64nvme" in headers or headers.get(f"{_HEADER}algorithm") == CRC64NVME
        connection.offers.note(connection.endpoint_url, Feature.CRC64NVME, "" if knows else _MISSING)


def note_refusal(connection: Connection) -> None:
    """Remember that a request went through without CRC64NVME which did not with it."""
    if connection.endpoint_url and connection.offers.has(connection.endpoint_url, Feature.CRC64NVME) is None:
        connection.offers.note(connection.endpoint_url, Feature.CRC64NVME, _MISSING)


@dataclass(frozen=True, slots=True)
class Proof:
    """The checksums of one body that is sent; "" for what was not made."""

    crc: int | None
    crc_written: str
    md5: bytes

    @staticmethod
    def of(data: bytes | memoryview, connection: Connection) -> Proof:
        """CRC64NVME always where it can be made; MD5 unless the server is known to check the other."""
        made = crc64()
        value = None if made is None else made.update(data, 0)
        md5 = b"" if checked_by(connection) else hashlib.md5(data, usedforsecurity=False).digest()
        return Proof(value, "" if made is None or value is None else made.written(value), md5)

    def headers(self, connection: Connection) -> dict[str, str]:
        """For the server to check: the CRC unless it is known not to, MD5 unless it is known to check the CRC."""
        headers = {}
        if self.crc_written and checked_by(connection) is not False:
            headers[f"{_HEADER}crc64nvme"] = self.crc_written
        if self.md5:
            headers["content-md5"] = b64encode(self.md5).decode()
        return headers

    def given(self, connection: Connection) -> dict[str, str]:
        """The same for boto3's client, only what the server is sure to know."""
        if self.crc_written and checked_by(connection):
            return {"ChecksumCRC64NVME": self.crc_written}
        return {"ContentMD5": b64encode(self.md5).decode()} if self.md5 else {}

    def denied_by(self, headers: Mapping[str, str]) -> bool:
        """Whether the answer tells of other bytes than were sent."""
        told = headers.get(f"{_HEADER}crc64nvme", "")
        if told and self.crc_written:
            return told != self.crc_written
        etag = headers.get("etag", "").strip('"')
        # Under a key service's keys, or the client's, the ETag is no MD5.
        plain = headers.get("x-amz-server-side-encryption", "AES256") == "AES256"
        plain = plain and f"{_SSE_C}" not in headers and len(etag) == 32
        return bool(self.md5 and plain and etag != self.md5.hex())

    @property
    def spelled(self) -> str:
        """For the record."""
        if self.crc_written:
            return f"{CRC64NVME}:{self.crc_written}"
        return f"MD5:{b64encode(self.md5).decode()}" if self.md5 else ""


_SSE_C = "x-amz-server-side-encryption-customer-algorithm"


@dataclass(frozen=True, slots=True)
class Told:
    """What the server says an object's content must have: one checksum of the whole, or none that we can make."""

    crc: Crc | None = None
    written: str = ""


def told_by(headers: Mapping[str, str]) -> Told:
    """From the headers of GetObject or HeadObject with x-amz-checksum-mode; composite ones say nothing of the whole."""
    if headers.get(f"{_HEADER}type", "FULL_OBJECT") == "FULL_OBJECT":
        for name, crc in crcs().items():
            written = headers.get(_HEADER + name.lower(), "")
            if written and "-" not in written:
                return Told(crc, written)
    return Told()


class Running:
    """The checksums of bytes as they pass: CRC64NVME for the record, what was told, MD5 if it is wished."""

    __slots__ = ("_crc", "_other", "_other_value", "_value", "length", "md5")

    def __init__(self, told: Told, *, md5: bool) -> None:
        self._crc = crc64()
        self._other = told.crc if told.crc is not self._crc else None
        self._value = self._other_value = self.length = 0
        self.md5 = hashlib.md5(usedforsecurity=False) if md5 else None

    def update(self, chunk: memoryview) -> None:
        """The next bytes."""
        self.length += len(chunk)
        if self._crc is not None:
            self._value = self._crc.update(chunk, self._value)
        if self._other is not None:
            self._other_value = self._other.update(chunk, self._other_value)
        if self.md5 is not None:
            self.md5.update(chunk)

    def value(self, crc: Crc | None) -> int:
        """The checksum of this kind, as a number."""
        return self._value if crc is self._crc else self._other_value

    @property
    def spelled(self) -> str:
        """For the record; "" where CRC64NVME cannot be made."""
        return "" if self._crc is None else self._crc.spelled(self._value)
