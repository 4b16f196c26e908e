"""Change an access list, policy or setting so that it can be undone, and believe nothing unseen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from s3desk.s3.access.acl import AccessList, read_acl, write_acl
from s3desk.s3.access.documents import Document, from_json, to_json
from s3desk.s3.access.sameness import same
from s3desk.s3.access.seen import Seen, Standing
from s3desk.s3.access.settings import (
    Block,
    Encryption,
    Ownership,
    read_block,
    read_encryption,
    read_ownership,
    read_policy,
    write_block,
    write_encryption,
    write_ownership,
    write_policy,
)
from s3desk.s3.errors import ChangedError, S3Error
from s3desk.s3.offers import Feature

if TYPE_CHECKING:
    from s3desk.s3.access.former import Former, FormerDocument
    from s3desk.s3.connection import Connection
    from s3desk.s3.job import Job


@dataclass(frozen=True)
class Subject:
    """What is changed: one feature of a bucket, or with a key the access list of an object."""

    bucket: str
    feature: Feature
    key: str = ""


class KeptError(S3Error):
    """The server, or something before it, said yes and changed nothing."""


class UncertainError(S3Error):
    """No answer came to a change, and it cannot be seen whether it was done."""


@dataclass(frozen=True)
class Saved:
    """What is there after a change; `lost` says that its answer never came and it was done all the same."""

    seen: Seen[Any]
    lost: bool = False


UNCERTAIN = "It is not known whether it was saved."
_KEPT = "It may not know this setting, or something between here and it does not let changes through."
PAUSES = (0.3, 0.9)  # seconds before a change that is not there yet is looked for again
_READ: Mapping[Feature, Callable[[Job, Connection, str], Seen[Any]]] = {
    Feature.POLICY: read_policy,
    Feature.PUBLIC_ACCESS_BLOCK: read_block,
    Feature.OWNERSHIP: read_ownership,
    Feature.ENCRYPTION: read_encryption,
}


def read(job: Job, connection: Connection, subject: Subject) -> Seen[Any]:
    """What is there now, the value a Document. Raises nothing but CancelledError."""
    if subject.feature is Feature.ACL:
        return read_acl(job, connection, subject.bucket, subject.key)
    return _READ[subject.feature](job, connection, subject.bucket)


def save(
    job: Job, connection: Connection, former: Former, subject: Subject, document: Document | None, expected: Seen[Any]
) -> Saved:
    """Keep what is there, replace it (None: remove it), and look whether it was.

    `expected` is what the user was shown last. Raises ChangedError where it is no longer there, and nothing is sent;
    KeptError and UncertainError, and other S3Errors where it may not be read or the server refuses.
    """
    return _Change(job, connection, former, subject).make(document, expected)


def put_back(
    job: Job, connection: Connection, former: Former, subject: Subject, kept: FormerDocument, expected: Seen[Any]
) -> Saved:
    """Put a former document in its place again and forget it; otherwise like `save`.

    What somebody else put there since is kept; what we saved ourselves, the undo of which this is, is not.
    """
    saved = _Change(job, connection, former, subject).make(
        document_of(subject, kept), expected, keep=not is_ours(subject, kept, expected)
    )
    former.forget(kept.id)
    return saved


def is_ours(subject: Subject, kept: FormerDocument, there: Seen[Any]) -> bool:
    """Whether what is there is what we saved in place of a former document, rather than somebody's newer one."""
    if not kept.saved:
        return False
    try:
        return same(from_json(subject.feature, kept.saved), there.value)
    except (ValueError, KeyError, TypeError):
        return False


def document_of(subject: Subject, kept: FormerDocument) -> Document | None:
    """What is kept, None where it was not set. Raises S3Error for what this version cannot read."""
    try:
        return from_json(subject.feature, kept.document)
    except (ValueError, KeyError, TypeError) as error:
        raise S3Error("What was there before cannot be read any more.", "Set it by hand.") from error


@dataclass(frozen=True)
class _Change:
    """One change of one thing."""

    job: Job
    connection: Connection
    former: Former
    subject: Subject

    def make(self, document: Document | None, expected: Seen[Any], *, keep: bool = True) -> Saved:
        before = read(self.job, self.connection, self.subject)
        if before.error is not None:
            raise before.error
        if not same(before.value, expected.value):
            raise ChangedError("Somebody changed it meanwhile.", "Read again, and look what is there now.")
        kept = self._keep(before) if keep else 0
        try:
            saved = self._sent(document, before)
        except UncertainError:
            raise  # it may be gone: then it can be put back
        except S3Error:
            self.former.forget(kept)
            raise
        if keep:
            self.former.note_saved(kept, to_json(saved.seen.value if saved.seen.error is None else document))
        return saved

    def _keep(self, before: Seen[Any]) -> int:
        connection, subject = self.connection, self.subject
        where = (connection.endpoint_url, connection.name, subject.bucket, subject.key, subject.feature)
        return self.former.keep(*where, to_json(before.value))

    def _sent(self, document: Document | None, before: Seen[Any]) -> Saved:
        lost: S3Error | None = None
        try:
            _write(self.job, self.connection, self.subject, document)
        except S3Error as error:
            if 0 < error.status < 500:
                raise
            lost = error  # no answer, or one of somebody on the way: nobody knows whether it was done
        now = self._looked(document, before)
        if now.error is not None:
            if lost is not None:
                raise UncertainError(UNCERTAIN, "Read again in a minute.") from lost
            return Saved(now)
        if same(now.value, document):
            return Saved(now, lost=lost is not None)
        if same(now.value, before.value):
            raise lost or KeptError("The server said yes, and kept what it had.", _KEPT)
        if lost is not None:
            raise UncertainError(UNCERTAIN, "Something else is there now. Read again.") from lost
        return Saved(now)  # said in the server's own way

    def _looked(self, document: Document | None, before: Seen[Any]) -> Seen[Any]:
        """What is there now; servers that consist of many may take a moment to agree."""
        now = read(self.job, self.connection, self.subject)
        for pause in PAUSES:
            if now.error is None and (same(now.value, document) or not same(now.value, before.value)):
                break
            if now.standing not in (Standing.FOUND, Standing.NOT_SET, Standing.FAILED):
                break
            self.job.wait(pause)
            now = read(self.job, self.connection, self.subject)
        return now


def _write(job: Job, connection: Connection, subject: Subject, document: Document | None) -> None:
    bucket = subject.bucket
    match subject.feature, document:
        case Feature.ACL, AccessList() as acl:
            write_acl(job, connection, bucket, subject.key, acl)
        case Feature.POLICY, str() | None as text:
            write_policy(job, connection, bucket, text)
        case Feature.PUBLIC_ACCESS_BLOCK, Block() | None as block:
            write_block(job, connection, bucket, block)
        case Feature.OWNERSHIP, Ownership() | None as ownership:
            write_ownership(job, connection, bucket, ownership)
        case Feature.ENCRYPTION, Encryption() | None as encryption:
            write_encryption(job, connection, bucket, encryption)
        case _:
            raise TypeError(f"{type(document).__name__} is no document of {subject.feature}")
