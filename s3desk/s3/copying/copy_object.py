"""Copies inside S3, verified: nothing passes through this computer, nothing is overwritten silently."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from s3desk.s3.copying.short_copy import Listed, ShortCopy
from s3desk.s3.crew import in_threads
from s3desk.s3.errors import AlreadyThereError, BadNameError, NotFoundError, S3Error
from s3desk.s3.explain import explaining
from s3desk.s3.names import check_key
from s3desk.s3.objects import Facts, head, put, refuse_if_there
from s3desk.s3.transfer.multipart import complete_upload, create_upload, part_ranges, quick
from s3desk.s3.transfer.whole import Target, Whole

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client
    from types_boto3_s3.type_defs import CompletedPartTypeDef, CopyObjectRequestTypeDef, CopySourceTypeDef

    from s3desk.s3.connection import Connection
    from s3desk.s3.job import Job

GIB = 1 << 30
MOST_IN_ONE_COPY = 5 * GIB  # CopyObject takes no more
_DOING = "copy this object"


@dataclass(frozen=True, slots=True)
class _Copy:
    """One object on its way: what it is, and where it goes."""

    bucket: str
    facts: Facts
    target: Target

    @property
    def source(self) -> CopySourceTypeDef:
        """The source as botocore wants it; botocore percent-encodes the key, once."""
        return {"Bucket": self.bucket, "Key": self.facts.key}


def copy(
    job: Job,
    connection: Connection,
    bucket: str,
    key: str,
    target_bucket: str,
    target_key: str,
    *,
    replace: bool = False,
    threshold: int = MOST_IN_ONE_COPY,
    part_size: int = GIB // 4,
    listed: Listed | None = None,
) -> Facts:
    """Copy one object inside S3 with its metadata, type and storage class; returns the facts of the verified copy.

    Up to `threshold` bytes in one request (CopyObject), else in parts (UploadPartCopy). Raises AlreadyThereError
    unless `replace`, NotFoundError, S3Error when the copy is not what the original was.

    `listed` is what a listing told of it a moment ago: then most objects need no other request than the copy itself,
    and the facts that come back are only those.
    """
    check_key(target_key)
    if (bucket, key) == (target_bucket, target_key):
        raise BadNameError(f"“{key}” cannot be copied onto itself.", "Choose another name or folder.")
    with connection.interrupting(job), explaining(_DOING, bucket=bucket, key=key):
        if listed is not None and listed.size <= threshold and not key.endswith("/"):
            short = ShortCopy(job, connection, bucket, key, Target(target_bucket, target_key, replace), listed)
            if (made := short.make()) is not None:
                return made
            if short.may_be_there:
                replace = _is_copied(job, connection, bucket, key, target_bucket, target_key) or replace
        facts = head(job, connection, bucket, key)
        client = connection.client(target_bucket)
        if not replace:
            refuse_if_there(client, target_bucket, target_key)
        copied = _Copy(bucket, facts, Target(target_bucket, target_key, replace))
        if facts.size == 0 and key.endswith("/"):
            # Not every server can copy the marker of a folder; storing another one does the same.
            put(client, target_bucket, target_key, b"", facts.content_type or "application/x-directory", replace=True)
        elif facts.size <= threshold:
            try:
                with explaining(_DOING, bucket=bucket, key=key):
                    _in_one(client, copied)
            except AlreadyThereError:  # perhaps what was copied when an answer got lost and the client asked again
                if not _is_copied(job, connection, bucket, key, target_bucket, target_key):
                    raise
        else:
            _in_parts(job, connection, copied, part_size)
        return _verified(job, connection, copied)


def _is_copied(job: Job, connection: Connection, bucket: str, key: str, target_bucket: str, target_key: str) -> bool:
    """Whether what is there has this very content, so that it is the copy whose answer was lost."""
    try:
        made = head(job, connection, target_bucket, target_key)
    except S3Error:
        return False
    facts = head(job, connection, bucket, key)
    return bool(made.md5) and made.md5 == facts.md5 and made.size == facts.size


def _in_one(client: S3Client, copied: _Copy) -> None:
    facts = copied.facts
    request: CopyObjectRequestTypeDef = {
        "Bucket": copied.target.bucket,
        "Key": copied.target.key,
        "CopySource": copied.source,
        "CopySourceIfMatch": f'"{facts.etag}"',
        "MetadataDirective": "COPY",
    }
    if facts.storage_class != "STANDARD":
        request["StorageClass"] = facts.storage_class  # type: ignore[typeddict-item]  # classes come and go
    shape = client.meta.service_model.operation_model("CopyObject").input_shape
    if not copied.target.replace and shape and "IfNoneMatch" in shape.members:  # older botocore cannot say it
        request["IfNoneMatch"] = "*"
    # botocore makes an error of a 200 that carries one. An answer without a result is none either: HEAD will tell.
    client.copy_object(**request)


def _in_parts(job: Job, connection: Connection, copied: _Copy, part_size: int) -> None:
    client = connection.client(copied.target.bucket)
    target = copied.target
    upload_id = create_upload(connection, target, **_kept(client, copied))
    parts: list[CompletedPartTypeDef] = []

    def copy_part(part: tuple[int, int, int]) -> None:
        number, start, length = part
        answer = client.upload_part_copy(
            Bucket=target.bucket,
            Key=target.key,
            UploadId=upload_id,
            PartNumber=number,
            CopySource=copied.source,
            CopySourceRange=f"bytes={start}-{start + length - 1}",
            CopySourceIfMatch=f'"{copied.facts.etag}"',
        )
        parts.append({"PartNumber": number, "ETag": answer["CopyPartResult"]["ETag"]})

    try:
        in_threads(job, connection, copy_part, part_ranges(copied.facts.size, part_size))
        complete_upload(job, connection, target, upload_id, parts, Whole(copied.facts.size))
    except BaseException:
        with quick(connection):
            client.abort_multipart_upload(Bucket=target.bucket, Key=target.key, UploadId=upload_id)
        raise


def _kept(client: S3Client, copied: _Copy) -> dict[str, object]:
    """What CopyObject keeps by itself and CreateMultipartUpload must be told."""
    facts = copied.facts
    kept: dict[str, object] = {
        "Metadata": dict(facts.metadata),
        "ContentType": facts.content_type,
        "CacheControl": facts.cache_control,
        "ContentDisposition": facts.content_disposition,
        "ContentEncoding": facts.content_encoding,
        "ContentLanguage": facts.content_language,
        "WebsiteRedirectLocation": facts.website_redirect,
        "StorageClass": "" if facts.storage_class == "STANDARD" else facts.storage_class,
    }
    if facts.tags:
        tags = client.get_object_tagging(Bucket=copied.bucket, Key=facts.key)["TagSet"]
        kept["Tagging"] = urlencode({tag["Key"]: tag["Value"] for tag in tags})
    return {name: value for name, value in kept.items() if value}


def _verified(job: Job, connection: Connection, copied: _Copy) -> Facts:
    try:
        made = head(job, connection, copied.target.bucket, copied.target.key)
    except NotFoundError:
        made = None
    same = made is not None and made.size == copied.facts.size
    comparable = made is not None and made.md5 and copied.facts.md5 and made.size <= MOST_IN_ONE_COPY
    if made is None or not same or (comparable and made.md5 != copied.facts.md5):
        raise S3Error(
            f"The copy of “{copied.facts.key}” is not the same as the original.",
            "The original is untouched. Look at the copy, then try again.",
            code="CopyDiffers",
        )
    return made
