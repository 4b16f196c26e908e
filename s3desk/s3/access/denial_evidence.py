"""What can be looked at to find out why a request was refused, without changing anything."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from s3desk.s3.access.acl import AccessList, read_acl
from s3desk.s3.access.overview import BucketAccess, bucket_access
from s3desk.s3.access.policy_verdict import Asker
from s3desk.s3.account import SignIn
from s3desk.s3.errors import ChangedError, NotFoundError, S3Error, SignInError
from s3desk.s3.explain import explaining
from s3desk.s3.identity import quick_identity
from s3desk.s3.profiles import tells_wrong_keys

if TYPE_CHECKING:
    from s3desk.s3.access.seen import Seen
    from s3desk.s3.connection import Connection
    from s3desk.s3.errors import Refusal
    from s3desk.s3.job import Job

_USER = re.compile(r"User: (arn:aws[\w-]*:(?:iam|sts)::(\d*):[^\s\"]+)")


@dataclass(frozen=True)
class Evidence:
    """What was found; None is not known, for everything here.

    `keys_work` is whether the same keys may do anything at all, `is_listed` whether the bucket is among theirs,
    `may_list` whether they may list this bucket, `exists` whether the object is in that listing, and `object_owner`
    the canonical id it names there.
    """

    asker: Asker
    keys_work: bool | None = None
    is_listed: bool | None = None
    access: BucketAccess | None = None
    object_acl: Seen[AccessList] | None = None
    may_list: bool | None = None
    exists: bool | None = None
    object_owner: str = ""

    @property
    def bucket_owner(self) -> str:
        """The canonical id of the bucket's owner, "" where the access list may not be seen."""
        acl = self.access.acl.value if self.access else None
        return acl.owner_id if acl else ""

    @property
    def is_ours(self) -> bool | None:
        """Whether the bucket is the asker's own; one that is not even listed for them is not."""
        if self.is_listed is False:
            return False
        if not self.bucket_owner or not self.asker.canonical:
            return None
        return self.bucket_owner == self.asker.canonical


def asker_told(connection: Connection, error: S3Error) -> Asker:
    """Who asked, as far as the refusal names them."""
    if connection.account.sign_in is SignIn.ANONYMOUS:
        return Asker(anonymous=True)
    named = _USER.search(error.refusal.message) if error.refusal else None
    return Asker(named[1], named[2]) if named else Asker()


def told_more(job: Job, connection: Connection, error: S3Error) -> tuple[S3Error, bool]:
    """The refusal with its reason, and whether it works by now.

    The answer to a HEAD has no body, and so no reason; the same right is needed to GET the first byte.
    """
    refusal = error.refusal
    if refusal is None or refusal.operation not in ("HeadObject", "HeadBucket") or error.status not in (400, 403):
        return error, False
    try:
        with connection.interrupting(job), explaining("look at this", bucket=refusal.bucket, key=refusal.key):
            client = connection.client(refusal.bucket)
            if refusal.operation == "HeadObject":
                client.get_object(Bucket=refusal.bucket, Key=refusal.key, Range="bytes=0-0")["Body"].close()
            else:
                client.list_objects_v2(Bucket=refusal.bucket, MaxKeys=1)
    except ChangedError:  # 416: it is empty, and may be read
        return error, True
    except S3Error as told:
        return (told if told.refusal is not None else error), False
    return error, True


def gather(job: Job, connection: Connection, refusal: Refusal, asker: Asker) -> Evidence:
    """Look at all that says something about a refusal; what may not be seen is left out."""
    evidence = _keys(job, connection, refusal.bucket, Evidence(asker))
    if evidence.keys_work is False or not refusal.bucket or refusal.operation == "CreateBucket":
        return evidence
    evidence = replace(evidence, access=bucket_access(job, connection, refusal.bucket))
    if refusal.key:
        evidence = replace(evidence, object_acl=read_acl(job, connection, refusal.bucket, refusal.key))
    return _listing(job, connection, refusal, evidence)


def with_identity(job: Job, connection: Connection, asker: Asker) -> Asker:
    """The asker with what the token service (STS) tells of them, where there is one to ask."""
    if asker.anonymous or asker.arn or asker.canonical:
        return asker
    identity = quick_identity(job, connection)
    return replace(asker, arn=identity.arn, account=identity.account) if identity else asker


def _keys(job: Job, connection: Connection, bucket: str, evidence: Evidence) -> Evidence:
    """Whether the keys are good for anything: some servers call unknown keys “access denied” too. Amazon does not."""
    if evidence.asker.anonymous:
        return evidence
    if not connection.endpoint_url:
        return replace(evidence, asker=with_identity(job, connection, evidence.asker), keys_work=True)
    try:
        with connection.interrupting(job), explaining("list the buckets"):
            answer = connection.client().list_buckets()
    except SignInError:
        return replace(evidence, keys_work=False)
    except S3Error as error:
        if error.status != 403:
            return evidence
        return replace(evidence, keys_work=tells_wrong_keys(connection))
    names = {found.get("Name", "") for found in answer.get("Buckets", [])}
    canonical = answer.get("Owner", {}).get("ID", "")
    asker = evidence.asker if evidence.asker.arn or not canonical else _own(canonical)
    return replace(evidence, keys_work=True, is_listed=bucket in names, asker=asker)


def _own(canonical: str) -> Asker:
    """How own servers write the ARN of a user: without an account, or with the part before a `$` as one."""
    tenant, _, user = canonical.rpartition("$")
    return Asker(f"arn:aws:iam::{tenant}:user/{user}", tenant, canonical)


def _listing(job: Job, connection: Connection, refusal: Refusal, evidence: Evidence) -> Evidence:
    """Whether the bucket can be listed, and what the listing says of the object."""
    try:
        with connection.interrupting(job), explaining("see what is in here", bucket=refusal.bucket):
            client = connection.client(refusal.bucket)
            answer = client.list_objects_v2(Bucket=refusal.bucket, Prefix=refusal.key, MaxKeys=1, FetchOwner=True)
    except NotFoundError:
        return evidence
    except S3Error as error:
        return replace(evidence, may_list=False if error.status == 403 else None)
    found = next((item for item in answer.get("Contents", []) if item.get("Key") == refusal.key), None)
    owner = found.get("Owner", {}).get("ID", "") if found else ""
    return replace(evidence, may_list=True, exists=found is not None, object_owner=owner)
