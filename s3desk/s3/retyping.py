"""Gives objects the Content-Type their names stand for, so that browsers show them instead of saving them."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from s3desk.s3 import objects
from s3desk.s3.access.acl import read_acl
from s3desk.s3.access.publicity import canned_as
from s3desk.s3.access.seen import Standing
from s3desk.s3.content_type import DEFAULT, guess
from s3desk.s3.crew import in_threads, noting_one
from s3desk.s3.errors import Failure, S3Error, UnreachableError, UnsupportedError
from s3desk.s3.explain import explaining
from s3desk.s3.words import NOT_S3

if TYPE_CHECKING:
    from collections.abc import Sequence

    from types_boto3_s3 import S3Client
    from types_boto3_s3.type_defs import CopyObjectRequestTypeDef, TagTypeDef

    from s3desk.s3.access.acl import Canned
    from s3desk.s3.connection import Connection
    from s3desk.s3.job import Job
    from s3desk.s3.objects import Facts

# What programs say that do not know what they upload; anything else was meant by somebody.
_UNKNOWN = frozenset({"", "binary/octet-stream", "application/octet-stream", "application/x-www-form-urlencoded"})
_PLAIN = ("", "AES256")
_MOST_BYTES = 5 * 1024**3  # that S3 copies in one request
_DOING = "correct the type of this file"


def correct_types(job: Job, connection: Connection, bucket: str, keys: Sequence[str]) -> tuple[int, list[Failure]]:
    """Rewrite those objects in place whose type says nothing although the name does (HeadObject, CopyObject).

    Returns how many were rewritten and what did not work. Headers, metadata, tags and who can read them stay; a
    versioned bucket keeps the old as a version. Raises SignInError.
    """
    failures: list[Failure] = []
    corrected = 0
    lock = threading.Lock()

    def correct(key: str) -> None:
        nonlocal corrected
        job.check()
        with noting_one(failures, key, doing=_DOING, bucket=bucket):
            done = _correct(job, connection, bucket, key)
            with lock:
                corrected += done
        job.advance(1)

    in_threads(job, connection, correct, [key for key in keys if guess(key) != DEFAULT])
    return corrected, failures


def _correct(job: Job, connection: Connection, bucket: str, key: str) -> bool:
    facts = objects.head(job, connection, bucket, key)
    if facts.content_type.partition(";")[0].strip().lower() not in _UNKNOWN:
        return False
    if facts.size > _MOST_BYTES:
        raise UnsupportedError("This file is too large to be given another type.", "Upload it again.")
    if facts.encryption not in _PLAIN:
        raise UnsupportedError("This file is encrypted with a key of its own, which would be lost.", "Upload it again.")
    request = _request(bucket, facts)
    if (acl := _acl(job, connection, bucket, key)) != "private":
        request["ACL"] = acl
    with connection.interrupting(job), explaining(_DOING, bucket=bucket, key=key):
        client = connection.client(bucket)
        tags = _tags(client, bucket, key) if facts.tags else []
        answer = client.copy_object(**request)
        if not answer.get("CopyObjectResult", {}).get("ETag"):  # a login page of a guest network also answers 200
            raise UnreachableError(NOT_S3.message, NOT_S3.advice)
        if tags and _tags(client, bucket, key) != tags:  # Ceph drops them where the metadata are replaced
            client.put_object_tagging(Bucket=bucket, Key=key, Tagging={"TagSet": tags})
    return True


def _tags(client: S3Client, bucket: str, key: str) -> list[TagTypeDef]:
    return client.get_object_tagging(Bucket=bucket, Key=key).get("TagSet", [])


def _acl(job: Job, connection: Connection, bucket: str, key: str) -> Canned:
    """The list a copy has to be given, because it does not inherit it. Raises S3Error where that is not known."""
    seen = read_acl(job, connection, bucket, key)
    if seen.standing is Standing.UNSUPPORTED:
        return "private"
    if seen.value is None:
        raise seen.error or S3Error("Who can read this file is not known.", "Ask the owner of the bucket.")
    canned = canned_as(seen.value)
    if canned is None:
        raise UnsupportedError("This file has an access list of its own, which would be lost.", "Upload it again.")
    return canned


def _request(bucket: str, facts: Facts) -> CopyObjectRequestTypeDef:
    """The copy of an object onto itself with all it had, if it is still the one that was looked at."""
    request: CopyObjectRequestTypeDef = {
        "Bucket": bucket,
        "Key": facts.key,
        "CopySource": {"Bucket": bucket, "Key": facts.key},
        "CopySourceIfMatch": f'"{facts.etag}"',
        "MetadataDirective": "REPLACE",
        "Metadata": facts.metadata,
        "ContentType": guess(facts.key),
    }
    if facts.cache_control:
        request["CacheControl"] = facts.cache_control
    if facts.content_disposition:
        request["ContentDisposition"] = facts.content_disposition
    if facts.content_encoding:
        request["ContentEncoding"] = facts.content_encoding
    if facts.content_language:
        request["ContentLanguage"] = facts.content_language
    if facts.website_redirect:
        request["WebsiteRedirectLocation"] = facts.website_redirect
    if facts.storage_class != "STANDARD":
        request["StorageClass"] = facts.storage_class  # type: ignore[typeddict-item]  # what the server says itself
    return request
