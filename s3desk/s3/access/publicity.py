"""Making objects public or private by their access lists: streamed over folders, recorded so that it can be undone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from s3desk.s3.access.acl import (
    EVERYONE,
    AccessList,
    Grant,
    Grantee,
    GranteeKind,
    Right,
    anyone_reads,
    read_acl,
    write_acl,
    write_canned_acl,
)
from s3desk.s3.crew import in_threads, noting_one
from s3desk.s3.errors import Failure, NotFoundError, S3Error, UnreachableError
from s3desk.s3.listing import walk

if TYPE_CHECKING:
    from s3desk.s3.access.acl import Canned
    from s3desk.s3.connection import Connection
    from s3desk.s3.job import Job
    from s3desk.s3.objects import Selection

_DOING = "change who can read this file"
_AT_ONCE = 8  # threads


@dataclass(frozen=True, slots=True)
class Change:
    """One object whose access list was replaced, and the list it had."""

    key: str
    former: AccessList


@dataclass(eq=False)
class Publicity:
    """What one change did, filled by workers while it runs: also what was cancelled can be undone.

    `owner_id` is the bucket owner's canonical id, "" where nobody knows it. `same` counts the objects that were as
    wished already; `reached` is the first that is now, "" while there is none.
    """

    bucket: str
    public: bool
    owner_id: str = ""
    changes: list[Change] = field(default_factory=list)
    same: int = 0
    reached: str = ""

    @property
    def opened_by_undo(self) -> int:
        """How many objects anyone could read again if it were undone."""
        return sum(anyone_reads(change.former) for change in self.changes) if not self.public else 0


def change_publicity(job: Job, connection: Connection, selection: Selection, publicity: Publicity) -> list[Failure]:
    """Make objects, and all below folders, public or private as `publicity` says (GetObjectAcl, PutObjectAcl).

    What is so already is left alone, markers of folders too. What S3 refused for one object comes back; `job.done`
    counts objects, failed ones included. Raises SignInError, and UnsupportedError where there are no access lists.
    """
    publishing = _Publishing(job, connection, publicity)
    with connection.interrupting(job):
        in_threads(job, connection, publishing.change, publishing.expand(selection), threads=_AT_ONCE)
    return publishing.failures


def undo(job: Job, connection: Connection, publicity: Publicity) -> list[Failure]:
    """Put back the exact lists from before (PutObjectAcl); what failed stays in `publicity`, to be tried again.

    An object that is gone by now is done with.

    Raises SignInError. One that is cancelled can be undone again as a whole.
    """
    failures: list[Failure] = []

    def put_back(change: Change) -> None:
        job.check()
        with noting_one(failures, change.key, doing=_DOING, bucket=publicity.bucket):
            try:
                write_acl(job, connection, publicity.bucket, change.key, change.former)
            except NotFoundError as error:
                if error.code == "NoSuchBucket":
                    raise
        job.advance(1)

    in_threads(job, connection, put_back, publicity.changes, threads=_AT_ONCE)
    failed = {failure.key for failure in failures}
    publicity.changes = [change for change in publicity.changes if change.key in failed]
    return failures


class _Publishing:
    """One change under way."""

    def __init__(self, job: Job, connection: Connection, publicity: Publicity) -> None:
        self._job, self._connection, self._publicity = job, connection, publicity
        self._lists: dict[AccessList, AccessList] = {}  # a million objects have but a few different ones
        self._lock = threading.Lock()
        self.failures: list[Failure] = []

    def expand(self, selection: Selection) -> Iterator[str]:
        """Every key that is meant; a folder that cannot be listed is a failure, not the end."""
        yield from selection.keys
        for folder in selection.folders:
            with noting_one(self.failures, folder, doing="see what is in this folder", bucket=selection.bucket):
                for entry in walk(self._job, self._connection, selection.bucket, folder):
                    if entry.key.endswith("/") and not entry.size:
                        self._job.advance(1)
                    else:
                        yield entry.key

    def change(self, key: str) -> None:
        """Change one object, unless it is as wished already."""
        self._job.check()
        publicity = self._publicity
        with noting_one(self.failures, key, doing=_DOING, bucket=publicity.bucket):
            seen = read_acl(self._job, self._connection, publicity.bucket, key)
            if seen.value is None:
                raise seen.error or S3Error("There is no access list to change.", "Refresh the folder.")
            wished = wished_list(seen.value, publicity.owner_id, public=publicity.public)
            if wished != seen.value:
                self._replace(key, seen.value, wished)
            with self._lock:
                publicity.same += wished == seen.value
                publicity.reached = publicity.reached or key
        self._job.advance(1)

    def _replace(self, key: str, former: AccessList, wished: AccessList) -> None:
        refused = False
        try:
            canned = canned_as(wished)
            if canned is not None:
                write_canned_acl(self._job, self._connection, self._publicity.bucket, key, canned)
            else:
                write_acl(self._job, self._connection, self._publicity.bucket, key, wished)
        except S3Error as error:
            refused = not isinstance(error, UnreachableError)
            raise
        finally:
            if not refused:  # one whose answer got lost, or that was cancelled, may have been done all the same
                self._publicity.changes.append(Change(key, self._lists.setdefault(former, former)))


def wished_list(former: AccessList, bucket_owner_id: str = "", *, public: bool) -> AccessList:
    """The list an object shall have.

    Public adds reading for everyone and takes nothing away. Private leaves the object's owner and the bucket's, who
    would otherwise lose what others uploaded here; where that one is not known, everybody with full control.
    """
    if public:
        grants = former.grants if anyone_reads(former) else (*former.grants, Grant(EVERYONE, Right.READ))
    else:
        grants = tuple(grant for grant in former.grants if _stays(grant, former, bucket_owner_id))
    return AccessList(former.owner_id, former.owner_name, grants)


def _stays(grant: Grant, acl: AccessList, bucket_owner_id: str) -> bool:
    if grant.grantee.kind is not GranteeKind.USER:
        return False
    if acl.is_owner(grant.grantee) or grant.grantee.id == bucket_owner_id:
        return True
    return not bucket_owner_id and grant.right is Right.FULL_CONTROL


def canned_as(acl: AccessList) -> Canned | None:
    """The canned list that says the same, which every server understands; None where there is none."""
    own = Grantee(GranteeKind.USER, acl.owner_id)
    said = [(Grantee(grant.grantee.kind, grant.grantee.id), grant.right) for grant in acl.grants]
    if said == [(own, Right.FULL_CONTROL)]:
        return "private"
    if len(said) == 2 and set(said) == {(own, Right.FULL_CONTROL), (EVERYONE, Right.READ)}:
        return "public-read"
    return None
