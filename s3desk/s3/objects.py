"""Single objects: their facts, folder markers, and what a user has selected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from s3desk.s3.errors import (
    AccessDeniedError,
    AlreadyThereError,
    BadNameError,
    NotFoundError,
    UnreachableError,
    UnsupportedError,
)
from s3desk.s3.explain import explaining
from s3desk.s3.listing import list_page
from s3desk.s3.names import check_key

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client
    from types_boto3_s3.type_defs import HeadObjectOutputTypeDef, PutObjectRequestTypeDef

    from s3desk.s3.connection import Connection
    from s3desk.s3.job import Job
    from s3desk.s3.location import Location


@dataclass(frozen=True, slots=True)
class Facts:
    """What HeadObject tells: size in bytes, ETag without quotes, empty strings where the server says nothing."""

    key: str
    size: int
    modified: datetime | None
    etag: str
    content_type: str = ""
    storage_class: str = "STANDARD"
    version_id: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)
    cache_control: str = ""
    content_disposition: str = ""
    content_encoding: str = ""
    content_language: str = ""
    website_redirect: str = ""
    encryption: str = ""
    tags: int = 0
    parts: int = 0

    @property
    def md5(self) -> str:
        """The MD5 of the content in hexadecimal where the ETag is one: a single part, no key service."""
        return plain_md5(self.etag, self.encryption)


def plain_md5(etag: str, encryption: str) -> str:
    """The ETag where it is the MD5 of the content; "" for one of several parts, or under a key service's keys."""
    plain = len(etag) == 32 and all(digit in "0123456789abcdef" for digit in etag)
    return etag if plain and encryption in ("", "AES256") else ""


@dataclass(frozen=True, slots=True)
class Selection:
    """What a user selected: objects by key, folders by their full prefix, which ends in "/"."""

    bucket: str
    keys: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tally:
    """How much a selection is."""

    objects: int
    bytes: int


def head(job: Job, connection: Connection, bucket: str, key: str, version_id: str | None = None) -> Facts:
    """The facts about one object (HeadObject). Raises NotFoundError when there is none."""
    job.check()
    with connection.interrupting(job), explaining(f"look at “{key}”", bucket=bucket, key=key):
        client = connection.client(bucket)
        answer = (
            client.head_object(Bucket=bucket, Key=key, VersionId=version_id)
            if version_id
            else client.head_object(Bucket=bucket, Key=key)
        )
    return _facts(key, answer)


def _facts(key: str, answer: HeadObjectOutputTypeDef) -> Facts:
    headers = answer["ResponseMetadata"]["HTTPHeaders"]
    if not answer.get("ETag") or ("content-length" not in headers and "html" in headers.get("content-type", "")):
        raise UnreachableError("What answers there is not S3.", "Check the endpoint URL and your network.")
    return Facts(
        key=key,
        size=answer.get("ContentLength", 0),
        modified=answer.get("LastModified"),
        etag=answer["ETag"].strip('"'),
        content_type=answer.get("ContentType", ""),
        storage_class=answer.get("StorageClass", "STANDARD"),
        version_id=answer.get("VersionId", ""),
        metadata=answer.get("Metadata", {}),
        cache_control=answer.get("CacheControl", ""),
        content_disposition=answer.get("ContentDisposition", ""),
        content_encoding=answer.get("ContentEncoding", ""),
        content_language=answer.get("ContentLanguage", ""),
        website_redirect=answer.get("WebsiteRedirectLocation", ""),
        encryption="SSE-C" if "SSECustomerAlgorithm" in answer else answer.get("ServerSideEncryption", ""),
        tags=answer.get("TagCount", 0),
        parts=answer.get("PartsCount", 0),
    )


def exists(job: Job, connection: Connection, bucket: str, key: str) -> bool:
    """Whether there is an object of exactly this key (HeadObject)."""
    try:
        head(job, connection, bucket, key)
    except NotFoundError:
        return False
    return True


def create_folder(job: Job, connection: Connection, location: Location) -> None:
    """Make a folder: an empty object whose key ends in "/", which is all a folder is in S3 (PutObject).

    Raises AlreadyThereError when anything is below that prefix already, BadNameError for names S3 cannot hold.
    """
    check_key(location.prefix)
    if not location.prefix.endswith("/") or location.prefix == "/":
        raise BadNameError("A folder needs a name.", "Type a name.")
    page = list_page(job, connection, location, size=1)
    if page.entries or page.folders or page.marker:
        raise AlreadyThereError(f"A folder named “{location.name}” exists already.", "Choose another name.")
    with connection.interrupting(job), explaining("create a folder here", bucket=location.bucket, key=location.prefix):
        client = connection.client(location.bucket)
        put(client, location.bucket, location.prefix, b"", "application/x-directory", replace=False)


def put(client: S3Client, bucket: str, key: str, body: bytes, content_type: str, *, replace: bool) -> str:
    """Store `body` under `key` in one request (PutObject) and return its ETag without quotes.

    Without `replace` the server itself refuses to overwrite (If-None-Match); one that does not know the condition is
    asked first whether the key is taken. Raises what botocore raises, so call it within `explaining`.
    """
    request: PutObjectRequestTypeDef = {"Bucket": bucket, "Key": key, "Body": body, "ContentType": content_type}
    if replace:
        return _stored(client, request)
    try:
        with explaining("upload here", bucket=bucket, key=key):
            return _stored(client, {**request, "IfNoneMatch": "*"})
    except UnsupportedError:
        refuse_if_there(client, bucket, key, certain=True)
        return _stored(client, request)


def _stored(client: S3Client, request: PutObjectRequestTypeDef) -> str:
    etag = client.put_object(**request).get("ETag", "").strip('"')
    if not etag:  # a login page of a guest network also answers 200
        raise UnreachableError("What answers there is not S3.", "Check the endpoint URL and your network.")
    return etag


def refuse_if_there(client: S3Client, bucket: str, key: str, *, certain: bool = False) -> None:
    """Raise AlreadyThereError when `key` is taken (HeadObject).

    Who may write but not look gets past, because a condition on the write follows; not if this has to be `certain`.
    """
    try:
        with explaining(f"look at “{key}”", bucket=bucket, key=key):
            client.head_object(Bucket=bucket, Key=key)
    except NotFoundError:
        return
    except AccessDeniedError:
        if certain:
            raise
        return
    raise AlreadyThereError(
        f"“{key}” exists already and was not replaced.", "Choose another name, or replace it on purpose."
    )
