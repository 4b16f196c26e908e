"""What an upload must have made in the end, and the look at what it has."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from s3desk.s3.errors import AccessDeniedError, S3Error, UnreachableError
from s3desk.s3.explain import explaining
from s3desk.s3.transfer.upload_options import PLAIN, UploadOptions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from types_boto3_s3.type_defs import HeadObjectOutputTypeDef

    from s3desk.s3.connection import Connection
    from s3desk.s3.job import Job


@dataclass(frozen=True, slots=True)
class Target:
    """Where an object goes, whether it may take the place of another, and what else was asked for it."""

    bucket: str
    key: str
    replace: bool
    options: UploadOptions = PLAIN


@dataclass(frozen=True, slots=True)
class Whole:
    """What the object must be in the end: bytes, CRC64NVME in base64 if the server checks it, ETag if we know it."""

    size: int
    crc: str = ""
    etag: str = ""


@dataclass(frozen=True, slots=True)
class Made:
    """What the server has in the end, and whether a checksum of its was compared; "" for what it did not say."""

    etag: str = ""
    version_id: str = ""
    is_proven: bool = False


def look_at_made(job: Job, connection: Connection, target: Target, whole: Whole) -> Made:
    """What is there now (HeadObject). Raises S3Error where it is not what it should be.

    Who may write but not look has to trust the answer to the write.
    """
    job.check()
    asked: dict[str, Any] = {"ChecksumMode": "ENABLED"} if whole.crc else {}
    try:
        with explaining(f"look at “{target.key}”", bucket=target.bucket, key=target.key):
            answer = connection.client(target.bucket).head_object(Bucket=target.bucket, Key=target.key, **asked)
    except AccessDeniedError:
        return Made()
    etag, crc = answer.get("ETag", "").strip('"'), answer.get("ChecksumCRC64NVME", "")
    if not etag:
        raise UnreachableError("What answers there is not S3.", "Check the endpoint URL and your network.")
    if (size := answer.get("ContentLength", 0)) != whole.size:
        raise S3Error(
            f"“{target.key}” has {size:,} bytes on the server instead of {whole.size:,}.",
            "Upload it again.",
            code="WrongLength",
        )
    # Where the server says no checksum, or an ETag of another making, there is nothing to compare.
    same_kind = _is_md5(etag, answer) and whole.etag.partition("-")[2] == etag.partition("-")[2]
    by_crc, by_etag = bool(crc and whole.crc), bool(whole.etag and same_kind)
    if (by_crc and crc != whole.crc) or (by_etag and not by_crc and etag != whole.etag):
        raise S3Error(f"“{target.key}” is not on the server what it is here.", "Upload it again.", code="BadDigest")
    return Made(etag, answer.get("VersionId", ""), is_proven=by_crc or by_etag)


def _is_md5(etag: str, answer: HeadObjectOutputTypeDef) -> bool:
    """Whether an ETag is made of the content: not under a key service's keys, or the client's own."""
    if answer.get("ServerSideEncryption", "AES256") != "AES256" or "SSECustomerAlgorithm" in answer:
        return False
    digits = etag.partition("-")[0]
    return len(digits) == 32 and all(digit in "0123456789abcdef" for digit in digits)


def etag_of(digests: Sequence[bytes]) -> str:
    """The ETag of an object of parts with these MD5s; "" where one is not known."""
    if not all(digests):
        return ""
    return f"{hashlib.md5(b''.join(digests), usedforsecurity=False).hexdigest()}-{len(digests)}"
