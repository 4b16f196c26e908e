"""Change an access list, policy or setting so that it can be undone: what was there is kept first, then read anew."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from s3desk.s3.access.acl import AccessList, read_acl, write_acl
from s3desk.s3.access.documents import Document, from_json, to_json
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
from s3desk.s3.errors import S3Error
from s3desk.s3.offers import Feature

if TYPE_CHECKING:
    from s3desk.s3.access.former import Former, FormerDocument
    from s3desk.s3.access.seen import Seen
    from s3desk.s3.connection import Connection
    from s3desk.s3.job import Job


@dataclass(frozen=True)
class Subject:
    """What is changed: one feature of a bucket, or with a key the access list of an object."""

    bucket: str
    feature: Feature
    key: str = ""


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


def save(job: Job, connection: Connection, former: Former, subject: Subject, document: Document | None) -> Seen[Any]:
    """Keep what is there, replace it (None: remove it), and return what is there then.

    Raises S3Error where it may not be read, since what cannot be kept is not replaced, or where the server refuses.
    """
    before = read(job, connection, subject)
    if before.error is not None:
        raise before.error
    where = (connection.endpoint_url, connection.name, subject.bucket, subject.key, subject.feature)
    kept = former.keep(*where, to_json(before.value))
    try:
        _write(job, connection, subject, document)
    except S3Error as error:
        if error.status:  # the server said no; without its answer nobody knows whether it was done
            former.forget(kept)
        raise
    return read(job, connection, subject)


def put_back(job: Job, connection: Connection, former: Former, subject: Subject, kept: FormerDocument) -> Seen[Any]:
    """Put a former document in its place again and forget it; returns what is there then. Raises S3Error."""
    _write(job, connection, subject, document_of(subject, kept))
    former.forget(kept.id)
    return read(job, connection, subject)


def document_of(subject: Subject, kept: FormerDocument) -> Document | None:
    """What is kept, None where it was not set. Raises S3Error for what this version cannot read."""
    try:
        return from_json(subject.feature, kept.document)
    except (ValueError, KeyError, TypeError) as error:
        raise S3Error("What was there before cannot be read any more.", "Set it by hand.") from error


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
