"""Whether what was fetched is what the server has: by the checksum it told, or by an ETag that is an MD5."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from s3desk.s3.transfer.checksums import Told

_ENCRYPTION = "x-amz-server-side-encryption"


def encryption_in(headers: Mapping[str, str]) -> str:
    """How an object is encrypted, "" if it is not."""
    return "SSE-C" if f"{_ENCRYPTION}-customer-algorithm" in headers else headers.get(_ENCRYPTION, "")


def what_is_wrong(content: bytes | bytearray, told: Told, md5: str) -> str:
    """The checksum the content has instead of the one it should; "" where it is right, or nobody can tell."""
    if told.crc is not None:
        found = told.crc.written(told.crc.update(content, 0))
        return "" if found == told.written else found
    if not md5:
        return ""
    found = hashlib.md5(content, usedforsecurity=False).hexdigest()
    return "" if found == md5 else found
