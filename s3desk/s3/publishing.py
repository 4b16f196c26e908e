"""Puts a web page into a bucket: as HTML, with how long browsers may keep it, and never over something unseen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from s3desk.s3 import objects
from s3desk.s3.access.publicity import Publicity, change_publicity
from s3desk.s3.access.readiness import readiness
from s3desk.s3.errors import AlreadyThereError, ChangedError, NotFoundError, S3Error, UnreachableError, UnsupportedError
from s3desk.s3.explain import explaining
from s3desk.s3.names import check_key
from s3desk.s3.objects import Facts, Selection
from s3desk.s3.sharing.links import check_linkable

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client
    from types_boto3_s3.type_defs import PutObjectRequestTypeDef

    from s3desk.s3.access.readiness import Readiness
    from s3desk.s3.connection import Connection
    from s3desk.s3.job import Job

HTML = "text/html; charset=utf-8"
MARK, INDEX, TABLE = "s3desk-page", "index", "table"  # metadata of the pages this program wrote
_DOING = "publish this page here"


@dataclass(frozen=True)
class WebPage:
    """A page and where it goes; `keep_s` is how long browsers may show it without asking again, in seconds.

    `kind` is INDEX or TABLE: what it is marked as, so that it is known again.
    """

    bucket: str
    key: str
    html: str
    keep_s: int = 0
    kind: str = TABLE

    @property
    def cache_control(self) -> str:
        """The header browsers go by."""
        return f"max-age={self.keep_s}" if self.keep_s else "no-cache"


def check_page_key(key: str) -> None:
    """Refuse names no page can have. Raises BadNameError."""
    check_key(key)
    check_linkable(key)


def standing_page(job: Job, connection: Connection, bucket: str, key: str) -> Facts | None:
    """What is there under the key already (HeadObject); None where nothing is."""
    try:
        return objects.head(job, connection, bucket, key)
    except NotFoundError:
        return None


def is_ours(facts: Facts, kind: str) -> bool:
    """Whether this program wrote that page, as INDEX or TABLE."""
    return facts.metadata.get(MARK) == kind


def put_page(job: Job, connection: Connection, page: WebPage, replacing: Facts | None = None) -> str:
    """Store the page in one request (PutObject) and return its ETag without quotes.

    Only where nothing is (If-None-Match), or in place of exactly what `replacing` tells (If-Match). Raises
    AlreadyThereError, and ChangedError where it is no longer what it was; BadNameError before anything is sent.
    """
    check_page_key(page.key)
    job.check()
    with connection.interrupting(job), explaining(_DOING, bucket=page.bucket, key=page.key):
        client = connection.client(page.bucket)
        if replacing is None:
            return _put_new(job, connection, client, page)
        return _put_over(job, connection, client, page, replacing.etag)


def obstacles(job: Job, connection: Connection, bucket: str, key: str) -> tuple[Readiness, tuple[str, ...]]:
    """Whether this object can be made public, and the sentences that say why not. Raises nothing but a cancel."""
    ready = readiness(job, connection, Selection(bucket, (key,)))
    return ready, () if ready.policy_opens else ready.obstacles(public=True)


def open_to_all(job: Job, connection: Connection, bucket: str, key: str) -> Publicity | None:
    """Let anyone read the object by its access list; None where the bucket's policy does so already.

    Raises UnsupportedError with why it cannot be, or what S3 says.
    """
    ready, why_not = obstacles(job, connection, bucket, key)
    if ready.policy_opens:
        return None
    if why_not:
        raise UnsupportedError(why_not[0], "Choose a temporary link, or let the bucket's policy open the folder.")
    publicity = Publicity(bucket, public=True, owner_id=ready.owner_id)
    for failure in change_publicity(job, connection, Selection(bucket, (key,)), publicity):
        raise failure.error
    return publicity


def _request(page: WebPage) -> PutObjectRequestTypeDef:
    return {
        "Bucket": page.bucket,
        "Key": page.key,
        "Body": page.html.encode(),
        "ContentType": HTML,
        "CacheControl": page.cache_control,
        "Metadata": {MARK: page.kind},
    }


def _put_new(job: Job, connection: Connection, client: S3Client, page: WebPage) -> str:
    request = _request(page)
    try:
        with explaining(_DOING, bucket=page.bucket, key=page.key):
            return _stored(client, {**request, "IfNoneMatch": "*"})
    except AlreadyThereError:
        if etag := _arrived(page, standing_page(job, connection, page.bucket, page.key)):
            return etag
        raise
    except UnsupportedError:
        objects.refuse_if_there(client, page.bucket, page.key, certain=True)
        return _stored(client, request)


def _put_over(job: Job, connection: Connection, client: S3Client, page: WebPage, etag: str) -> str:
    """Ceph compares the bare ETag where others want it in quotes; a server without conditions is looked at before."""
    request = _request(page)
    for condition in (f'"{etag}"', etag):
        try:
            with explaining(_DOING, bucket=page.bucket, key=page.key):
                return _stored(client, {**request, "IfMatch": condition})
        except (AlreadyThereError, NotFoundError) as error:  # 412, or 404 where nothing is left
            now = standing_page(job, connection, page.bucket, page.key)
            if arrived := _arrived(page, now):
                return arrived
            if now is None or now.etag != etag or condition == etag:
                raise _changed(page) from error
        except UnsupportedError:
            break
    now = standing_page(job, connection, page.bucket, page.key)
    if now is None or now.etag != etag:
        raise _changed(page)
    return _stored(client, request)


def _arrived(page: WebPage, now: Facts | None) -> str:
    """The ETag where this very page is there: the answer to the first try got lost, and the second was refused."""
    return now.etag if now is not None and is_ours(now, page.kind) and now.md5 == _md5(page) else ""


def _md5(page: WebPage) -> str:
    import hashlib  # noqa: PLC0415

    return hashlib.md5(page.html.encode(), usedforsecurity=False).hexdigest()


def _changed(page: WebPage) -> S3Error:
    return ChangedError(f"“{page.key}” was changed by somebody meanwhile, and was not replaced.", "Look at it first.")


def _stored(client: S3Client, request: PutObjectRequestTypeDef) -> str:
    etag = client.put_object(**request).get("ETag", "").strip('"')
    if not etag:  # a login page of a guest network also answers 200
        raise UnreachableError("What answers there is not S3.", "Check the endpoint URL and your network.")
    return etag
