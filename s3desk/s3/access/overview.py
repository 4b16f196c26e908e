"""Everything about a bucket that decides who gets in, read at once."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

from s3desk.s3.access.acl import AccessList, read_acl
from s3desk.s3.access.seen import Seen, Standing
from s3desk.s3.access.settings import (
    Block,
    Encryption,
    Ownership,
    read_block,
    read_encryption,
    read_ownership,
    read_policy,
)
from s3desk.s3.crew import in_threads
from s3desk.s3.errors import S3Error
from s3desk.s3.explain import explaining

if TYPE_CHECKING:
    from s3desk.s3.connection import Connection
    from s3desk.s3.job import Job

T = TypeVar("T")


@dataclass(frozen=True)
class BucketAccess:
    """What could be seen of a bucket's settings; each stands for itself."""

    bucket: str
    policy: Seen[str]
    block: Seen[Block]
    ownership: Seen[Ownership]
    acl: Seen[AccessList]
    encryption: Seen[Encryption]


def bucket_access(job: Job, connection: Connection, bucket: str) -> BucketAccess:
    """Read all settings of a bucket, in parallel; what may not be seen stops nothing.

    Raises nothing but CancelledError.
    """
    with suppress(S3Error), connection.interrupting(job), explaining("open this bucket", bucket=bucket):
        connection.client(bucket)  # learns the region once, and not five times at once
    policy = _Line(lambda: read_policy(job, connection, bucket))
    block = _Line(lambda: read_block(job, connection, bucket))
    ownership = _Line(lambda: read_ownership(job, connection, bucket))
    acl = _Line(lambda: read_acl(job, connection, bucket))
    encryption = _Line(lambda: read_encryption(job, connection, bucket))
    lines: list[_Line[str] | _Line[Block] | _Line[Ownership] | _Line[AccessList] | _Line[Encryption]]
    lines = [policy, block, ownership, acl, encryption]
    in_threads(job, connection, lambda line: line.read(), lines, threads=len(lines))
    return BucketAccess(bucket, policy.seen, block.seen, ownership.seen, acl.seen, encryption.seen)


@dataclass
class _Line(Generic[T]):
    """One setting and how it is read."""

    ask: Callable[[], Seen[T]]
    seen: Seen[T] = field(default_factory=lambda: Seen(Standing.FAILED))

    def read(self) -> None:
        self.seen = self.ask()
