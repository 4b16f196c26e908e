"""What is in a place: one page at a time for the window, or everything below for an operation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from s3desk.s3.errors import S3Error, UnreachableError
from s3desk.s3.explain import explaining
from s3desk.s3.location import Location

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client
    from types_boto3_s3.type_defs import (
        ListObjectsOutputTypeDef,
        ListObjectsV2OutputTypeDef,
        ListObjectsV2RequestTypeDef,
        ObjectTypeDef,
    )

    from s3desk.s3.connection import Connection
    from s3desk.s3.job import Job

_V1, _V2 = "1", "2"  # first character of a continuation: which listing it belongs to
_NO_V2 = frozenset({"NotImplemented", "MethodNotAllowed", "InvalidArgument", "InvalidRequest"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One object as a listing tells it: size in bytes, ETag without quotes."""

    key: str
    size: int
    modified: datetime | None
    storage_class: str
    etag: str


@dataclass(frozen=True, slots=True)
class Page:
    """One answer of a listing: folders are full prefixes that end in "/"; `next` asks for the page after this one.

    `marker` is the object that is named exactly like the folder shown; it is among `entries` only if it has content.
    """

    folders: list[str]
    entries: list[Entry]
    next: str | None
    marker: Entry | None = None

    @property
    def complete(self) -> bool:
        """Whether this is the last page."""
        return self.next is None


def list_page(
    job: Job, connection: Connection, location: Location, token: str | None = None, *, size: int = 1000
) -> Page:
    """One request: the folders and objects directly in `location`, up to `size` of them (ListObjectsV2).

    Servers that do not know ListObjectsV2 are asked with ListObjects. Raises S3Error; a page that would repeat
    forever is one.
    """
    return _ask(job, connection, location, token, size, delimiter="/")


def pages(job: Job, connection: Connection, location: Location, *, size: int = 1000) -> Iterator[Page]:
    """All pages of `location`; raises S3Error after the last good one when the server starts to repeat itself."""
    return _guarded(job, connection, location, size, delimiter="/")


def flat_pages(job: Job, connection: Connection, location: Location) -> Iterator[Page]:
    """All pages of everything below `location`, without folders; raises like `pages`."""
    return _guarded(job, connection, location, 1000, delimiter="")


def walk(job: Job, connection: Connection, bucket: str, prefix: str) -> Iterator[Entry]:
    """Every object whose key starts with `prefix`, folder markers included, a page of 1,000 in memory at a time."""
    for page in flat_pages(job, connection, Location(bucket, prefix)):
        if page.marker is not None and page.marker.size == 0:
            yield page.marker
        yield from page.entries


def _guarded(job: Job, connection: Connection, location: Location, size: int, *, delimiter: str) -> Iterator[Page]:
    token, seen = None, set[str]()
    while True:
        page = _ask(job, connection, location, token, size, delimiter=delimiter)
        yield page
        token = page.next
        if token is None:
            return
        if token in seen:
            raise _repeating(location)
        seen.add(token)


def _repeating(location: Location) -> S3Error:
    return S3Error(
        f"The server keeps sending the same part of the list of “{location.uri}”, so the list is not complete.",
        "Tell the people who run this server.",
        code="RepeatedPage",
    )


def _ask(job: Job, connection: Connection, location: Location, token: str | None, size: int, *, delimiter: str) -> Page:
    job.check()
    with connection.interrupting(job), explaining("see what is in here", bucket=location.bucket):
        client = connection.client(location.bucket)
        page = (
            _ask_v1(client, location, token[1:], size, delimiter)
            if token is not None and token.startswith(_V1)
            else _ask_v2(client, location, token[1:] if token else "", size, delimiter)
        )
    if page.next is not None and page.next == token:
        raise _repeating(location)
    return page


def _ask_v2(client: S3Client, location: Location, token: str, size: int, delimiter: str) -> Page:
    from botocore.exceptions import ClientError  # noqa: PLC0415

    # EncodingType is left to botocore: then it asks for it and decodes keys itself, once, where the server did encode.
    request: ListObjectsV2RequestTypeDef = {
        "Bucket": location.bucket,
        "Prefix": location.prefix,
        "Delimiter": delimiter,
        "MaxKeys": size,
    }
    if token:
        request["ContinuationToken"] = token
    try:
        answer = client.list_objects_v2(**request)
    except ClientError as error:
        if token or error.response["Error"].get("Code") not in _NO_V2:
            raise
        return _ask_v1(client, location, "", size, delimiter)
    following = None
    if answer.get("IsTruncated"):
        own = answer.get("NextContinuationToken")
        # A server that ignores list-type=2 answers in the old form, without a token.
        following = _V2 + own if own else _V1 + _last(answer)
    return _page(answer, location.prefix, following)


def _ask_v1(client: S3Client, location: Location, marker: str, size: int, delimiter: str) -> Page:
    answer = client.list_objects(
        Bucket=location.bucket, Prefix=location.prefix, Delimiter=delimiter, MaxKeys=size, Marker=marker
    )
    following = _V1 + _last(answer) if answer.get("IsTruncated") else None
    return _page(answer, location.prefix, following)


def _last(answer: ListObjectsV2OutputTypeDef | ListObjectsOutputTypeDef) -> str:
    """The marker after this page, made from what is on it: NextMarker is not always there, or encoded like keys."""
    names = [item["Key"] for item in answer.get("Contents", [])[-1:]]
    # After everything below the last folder; not all servers skip that by themselves.
    names += [item["Prefix"] + "\U0010ffff" for item in answer.get("CommonPrefixes", [])[-1:]]
    return max(names, key=str.encode, default="")


def _page(answer: ListObjectsV2OutputTypeDef | ListObjectsOutputTypeDef, prefix: str, following: str | None) -> Page:
    if "IsTruncated" not in answer and "Name" not in answer:
        raise UnreachableError("What answers there is not S3.", "Check the endpoint URL and your network.")
    entries = [_entry(item) for item in answer.get("Contents", [])]
    marker = next((entry for entry in entries if entry.key == prefix), None) if prefix.endswith("/") else None
    if marker is not None and marker.size == 0:
        entries.remove(marker)
    folders = [item["Prefix"] for item in answer.get("CommonPrefixes", [])]
    return Page(folders, entries, following, marker)


def _entry(item: ObjectTypeDef) -> Entry:
    return Entry(
        item["Key"],
        item.get("Size", 0),
        item.get("LastModified"),
        item.get("StorageClass", "STANDARD"),
        item.get("ETag", "").strip('"'),
    )
