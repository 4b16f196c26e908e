"""Makes a link of the ledger anew: the same life, the same version, the same answer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from s3desk.s3.errors import BadNameError
from s3desk.s3.sharing.formats import name_of_key
from s3desk.s3.sharing.links import Link, LinkKind, Overrides, presign, public_links
from s3desk.s3.sharing.upload_links import UploadRules, presign_post, presign_put

if TYPE_CHECKING:
    from s3desk.s3.connection import Connection
    from s3desk.s3.job import Job
    from s3desk.s3.sharing.ledger import Given


@dataclass(frozen=True)
class Again:
    """What to paste, a link or a page to upload with, and what to write down of it."""

    text: str
    given: Given

    def __repr__(self) -> str:
        """Without the link, which is a secret."""
        return f"Again({self.given!r})"


def make_again(job: Job, connection: Connection, given: Given) -> Again:
    """Sign once more what was given out once. Raises what `presign` raises, BadNameError for a whole folder."""
    job.check()
    if given.is_several:
        raise BadNameError(
            "This line stands for many files, which are not listed here.",
            "Select them in the window, then choose “Share…”.",
        )
    if given.most_bytes:
        return _form(job, connection, given)
    link = _link(job, connection, given)
    return Again(link.url, _renewed(given, link.made, None if link.never_ends else link.ends))


def _link(job: Job, connection: Connection, given: Given) -> Link:
    lifetime = timedelta(seconds=given.lifetime_s)
    match given.kind:
        case LinkKind.PUBLIC:
            return public_links(job, connection, given.bucket, [given.key])[0]
        case LinkKind.UPLOAD:
            return presign_put(job, connection, given.bucket, given.key, lifetime)
    overrides = Overrides(given.file_name, given.attachment, given.content_type)
    return presign(job, connection, given.bucket, given.key, lifetime, overrides, given.version_id)


def _form(job: Job, connection: Connection, given: Given) -> Again:
    from s3desk.s3.sharing.pages import upload_page  # noqa: PLC0415  # with its templates not before asked for

    rules = UploadRules(given.key, given.most_bytes, given.content_type)
    form = presign_post(job, connection, given.bucket, rules, timedelta(seconds=given.lifetime_s))
    title = f"Upload to {name_of_key(given.key) or given.bucket}"
    return Again(upload_page(title, form), _renewed(given, form.made, form.ends))


def _renewed(given: Given, made: datetime | None, ends: datetime | None) -> Given:
    return replace(given, id=0, made=made or datetime.now(UTC), ends=ends)
