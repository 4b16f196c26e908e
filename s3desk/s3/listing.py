"""What is in a place: one page at a time, in Arrow columns; `stream` lists a whole place, several requests at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from s3desk.s3 import columns
from s3desk.s3.errors import S3Error, UnreachableError
from s3desk.s3.explain import explaining
from s3desk.s3.lean import Answer, answer_in
from s3desk.s3.location import Location

if TYPE_CHECKING:
    import pyarrow as pa
    from types_boto3_s3 import S3Client
    from types_boto3_s3.type_defs import ListObjectsV2RequestTypeDef

    from s3desk.s3.columns import Entry
    from s3desk.s3.connection import Connection
    from s3desk.s3.job import Job
    from s3desk.s3.right_of_way import RightOfWay

PAGE = 1000  # keys in one answer, the most S3 gives
_V1, _V2 = "1", "2"  # first character of a continuation: which listing it belongs to
_NO_V2 = frozenset({"NotImplemented", "MethodNotAllowed", "InvalidArgument", "InvalidRequest"})
MOST_EMPTY = 100  # answers in a row that bring nothing but say that more is to come


@dataclass(frozen=True, slots=True)
class Page:
    """One answer of a listing: `prefixes` are whole, with their "/"; `next` asks for the page after this one.

    `marker` is the object that is named exactly like the folder shown; it is among `objects` only if it has content.
    """

    prefixes: pa.StringArray
    objects: pa.RecordBatch
    next: str | None = None
    marker: Entry | None = None
    retries: int = 0  # how often the server had to be asked again before it gave this page

    @property
    def complete(self) -> bool:
        """Whether this is the last page."""
        return self.next is None

    @property
    def folders(self) -> list[str]:
        """The prefixes as Python strings."""
        found: list[str] = self.prefixes.to_pylist()
        return found

    @property
    def entries(self) -> list[Entry]:
        """The objects as Python objects, for operations that handle them one by one."""
        return columns.entries(self.objects)

    def __len__(self) -> int:
        """Folders and objects."""
        return len(self.prefixes) + int(self.objects.num_rows)


@dataclass(frozen=True, slots=True)
class Scope:
    """What a listing covers: a location with its folders as one row each, or everything below it.

    `owners` asks for each object's owner too, which S3 tells only then; without `etags` those are empty, which saves
    half of the memory. `size` is the most keys in one answer.
    """

    location: Location
    below: bool = False
    owners: bool = False
    etags: bool = True
    size: int = PAGE

    @property
    def delimiter(self) -> str:
        """What ListObjectsV2 is told."""
        return "" if self.below else "/"


def list_page(
    job: Job,
    connection: Connection,
    location: Location,
    token: str | None = None,
    *,
    size: int = PAGE,
    below: bool = False,
) -> Page:
    """One request: the folders and objects directly in `location`, up to `size` of them (ListObjectsV2).

    With `below` everything whose key starts so, without folders.

    Servers that do not know ListObjectsV2 are asked with ListObjects. Raises S3Error; a page that would repeat
    forever is one.
    """
    return ask(job, connection, Scope(location, below=below, size=size), token)


def pages(job: Job, connection: Connection, scope: Scope, last: Page | None = None) -> Iterator[Page]:
    """All pages of `scope`, one request after the other, from the first or from the one that follows `last`.

    Raises S3Error after the last good one when the server starts to repeat itself, or never comes to an end.
    """
    token, empty = last.next if last else None, 0
    seen = {token, _fingerprint(last)} if last else set[object]()
    while True:
        page = ask(job, connection, scope, token)
        empty = 0 if len(page) else empty + 1
        prints = {page.next, _fingerprint(page)} - {None}
        if empty > MOST_EMPTY or seen & prints:
            raise _repeating(scope.location)
        seen |= prints
        yield page
        token = page.next
        if token is None:
            return


def walk(job: Job, connection: Connection, bucket: str, prefix: str) -> Iterator[Entry]:
    """Every object whose key starts with `prefix`, folder markers included, a page of 1,000 in memory at a time."""
    for page in pages(job, connection, Scope(Location(bucket, prefix), below=True)):
        if page.marker is not None and page.marker.size == 0:
            yield page.marker
        yield from page.entries


def ask(
    job: Job,
    connection: Connection,
    scope: Scope,
    token: str | None = None,
    after: str = "",
    way: RightOfWay | None = None,
) -> Page:
    """One request for what follows `token`, or the key `after` (StartAfter). Raises S3Error."""
    job.check()
    location = scope.location
    with connection.interrupting(job), explaining("see what is in here", bucket=location.bucket):
        client = connection.client(location.bucket)
        with connection.in_columns(way):
            page = (
                _ask_v1(client, scope, token[1:])
                if token is not None and token.startswith(_V1)
                else _ask_v2(client, scope, token[1:] if token else "", after)
            )
    if page.next is not None and page.next == token:
        raise _repeating(location)
    return page


def _fingerprint(page: Page) -> object:
    """What tells two pages apart that differ in nothing but their token; None for an empty one."""
    rows = page.objects.num_rows
    ends = tuple(page.objects[0][row].as_py() for row in ((0, rows - 1) if rows else ()))
    folders = tuple(page.prefixes[row].as_py() for row in ((0, len(page.prefixes) - 1) if len(page.prefixes) else ()))
    return (rows, ends, len(page.prefixes), folders) if len(page) else None


def _repeating(location: Location) -> S3Error:
    return S3Error(
        f"The server keeps sending the same part of the list of “{location.uri}”, so the list is not complete.",
        "Tell the people who run this server.",
        code="RepeatedPage",
    )


def _ask_v2(client: S3Client, scope: Scope, token: str, after: str) -> Page:
    from botocore.exceptions import ClientError  # noqa: PLC0415

    # EncodingType is told, so botocore leaves the keys alone: they are decoded with the columns.
    request: ListObjectsV2RequestTypeDef = {
        "Bucket": scope.location.bucket,
        "Prefix": scope.location.prefix,
        "Delimiter": scope.delimiter,
        "MaxKeys": scope.size,
        "EncodingType": "url",
    }
    if token:
        request["ContinuationToken"] = token
    elif after:
        request["StartAfter"] = after
    if scope.owners:
        request["FetchOwner"] = True
    try:
        response = client.list_objects_v2(**request)
    except ClientError as error:
        if token or after or error.response["Error"].get("Code") not in _NO_V2:
            raise
        return _ask_v1(client, scope, "")
    answer, following = _columns(response), None
    if answer.truncated:
        # A server that ignores list-type=2 answers in the old form, without a token.
        following = _V2 + answer.token if answer.token else _V1 + _last(answer)
    return _page(answer, scope, following, response["ResponseMetadata"]["RetryAttempts"])


def _ask_v1(client: S3Client, scope: Scope, marker: str) -> Page:
    response = client.list_objects(
        Bucket=scope.location.bucket,
        Prefix=scope.location.prefix,
        Delimiter=scope.delimiter,
        MaxKeys=scope.size,
        Marker=marker,
        EncodingType="url",
    )
    answer = _columns(response)
    following = _V1 + _last(answer) if answer.truncated else None
    return _page(answer, scope, following, response["ResponseMetadata"]["RetryAttempts"])


def _columns(response: object) -> Answer:
    answer = answer_in(response)  # type: ignore[arg-type]  # boto3's typed dictionary with one entry more
    if answer is None:
        raise UnreachableError("What answers there is not S3.", "Check the endpoint URL and your network.")
    return answer


def _last(answer: Answer) -> str:
    """The marker after this page, made from what is on it: NextMarker is not always there, or encoded like keys."""
    names: list[str] = answer.objects["key"][-1:].to_pylist()
    # After everything below the last folder; not all servers skip that by themselves.
    names += [folder + "\U0010ffff" for folder in answer.prefixes[-1:].to_pylist()]
    return max(names, key=str.encode, default="")


def _page(answer: Answer, scope: Scope, following: str | None, retries: int) -> Page:
    import pyarrow.compute as pc  # noqa: PLC0415

    prefix, found = scope.location.prefix, answer.objects if scope.etags else columns.without_etags(answer.objects)
    marker = None
    at = pc.index(found["key"], prefix).as_py() if prefix.endswith("/") else -1
    if at >= 0:
        marker = columns.entries(found[at : at + 1])[0]
        if marker.size == 0:
            found = found.filter(pc.not_equal(found["key"], prefix))
    return Page(answer.prefixes, found, following, marker, retries)
