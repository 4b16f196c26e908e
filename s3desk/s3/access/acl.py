"""Access lists (ACLs) of buckets and objects: who was granted what, read and written whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, Literal, cast

from s3desk.s3.access.raw_answer import settled
from s3desk.s3.access.subresource import converted, look, proving
from s3desk.s3.explain import explaining
from s3desk.s3.offers import Feature

if TYPE_CHECKING:
    from types_boto3_s3.type_defs import AccessControlPolicyTypeDef, GranteeTypeDef, GrantTypeDef

    from s3desk.s3.access.seen import Seen
    from s3desk.s3.connection import Connection
    from s3desk.s3.job import Job


class Right(Enum):
    """What a grant allows; the value is S3's own word."""

    READ = "READ"
    WRITE = "WRITE"
    READ_ACP = "READ_ACP"
    WRITE_ACP = "WRITE_ACP"
    FULL_CONTROL = "FULL_CONTROL"

    def words(self, *, of_object: bool) -> str:
        """What it means to a person: on a bucket, READ lists and WRITE uploads and deletes."""
        return (_OBJECT_WORDS if of_object else _BUCKET_WORDS)[self]


_OBJECT_WORDS = {
    Right.READ: "read",
    Right.WRITE: "write (means nothing for an object)",
    Right.READ_ACP: "see this list",
    Right.WRITE_ACP: "change this list",
    Right.FULL_CONTROL: "read, and change this list",
}
_BUCKET_WORDS = {
    Right.READ: "list what is in it",
    Right.WRITE: "upload, replace and delete",
    Right.READ_ACP: "see this list",
    Right.WRITE_ACP: "change this list",
    Right.FULL_CONTROL: "everything",
}


class GranteeKind(Enum):
    """Whom a grant is for; the value is what the user reads where a name says nothing."""

    USER = "An account"
    EVERYONE = "Everyone on the internet"
    SIGNED_IN = "Anyone signed in to AWS"
    LOGS = "S3's log delivery"
    EMAIL = "An account by its e-mail address"
    GROUP = "A group"


_GROUPS = {
    "http://acs.amazonaws.com/groups/global/AllUsers": GranteeKind.EVERYONE,
    "http://acs.amazonaws.com/groups/global/AuthenticatedUsers": GranteeKind.SIGNED_IN,
    "http://acs.amazonaws.com/groups/s3/LogDelivery": GranteeKind.LOGS,
}
_URIS = {kind: uri for uri, kind in _GROUPS.items()}


@dataclass(frozen=True)
class Grantee:
    """Who is granted something: `id` is the canonical user's, the e-mail address, or the URI of an unknown group."""

    kind: GranteeKind
    id: str = ""
    name: str = ""

    @property
    def words(self) -> str:
        """Who it is, for a table."""
        if self.kind in _URIS:
            return self.kind.value
        return self.name or self.id or self.kind.value


EVERYONE = Grantee(GranteeKind.EVERYONE)
SIGNED_IN = Grantee(GranteeKind.SIGNED_IN)


@dataclass(frozen=True)
class Grant:
    """One line of an access list."""

    grantee: Grantee
    right: Right


@dataclass(frozen=True)
class AccessList:
    """An access list: the owner, whose id S3 wants back with every change, and the grants in S3's order."""

    owner_id: str
    owner_name: str
    grants: tuple[Grant, ...]

    def is_owner(self, grantee: Grantee) -> bool:
        """Whether a grantee is the owner, who is named like any other account."""
        return grantee.kind is GranteeKind.USER and grantee.id == self.owner_id


Canned = Literal["private", "public-read", "authenticated-read", "bucket-owner-full-control"]


def read_acl(job: Job, connection: Connection, bucket: str, key: str = "", version_id: str = "") -> Seen[AccessList]:
    """The access list of an object, or without a key of the bucket (GetObjectAcl, GetBucketAcl).

    Raises nothing but CancelledError: what cannot be seen is in the result.
    """
    return converted(look(job, connection, bucket, Feature.ACL, key, version_id), _access_list)


def write_acl(job: Job, connection: Connection, bucket: str, key: str, acl: AccessList, version_id: str = "") -> None:
    """Replace the access list of an object, or with key "" of the bucket (PutObjectAcl, PutBucketAcl).

    Raises UnsupportedError where the server has none, and other S3Errors as the server refuses.
    """
    _put(job, connection, bucket, key, version_id, {"AccessControlPolicy": _document(acl)})


def write_canned_acl(
    job: Job, connection: Connection, bucket: str, key: str, canned: Canned, version_id: str = ""
) -> None:
    """Replace an access list by one of S3's ready-made ones; otherwise like `write_acl`."""
    _put(job, connection, bucket, key, version_id, {"ACL": canned})


def is_public(acl: AccessList) -> bool:
    """Whether strangers are granted anything: everyone, or anyone with some AWS account, which is everyone too."""
    return any(grant.grantee.kind in (GranteeKind.EVERYONE, GranteeKind.SIGNED_IN) for grant in acl.grants)


def anyone_reads(acl: AccessList) -> bool:
    """Whether the list lets everyone on the internet read the object, or list the bucket, without signing in."""
    reading = (Right.READ, Right.FULL_CONTROL)
    return any(grant.grantee.kind is GranteeKind.EVERYONE and grant.right in reading for grant in acl.grants)


def _put(job: Job, connection: Connection, bucket: str, key: str, version_id: str, change: Mapping[str, Any]) -> None:
    doing = "change this access list (ACL)"
    with connection.interrupting(job):
        proving(job, connection, bucket, Feature.ACL, doing, key, version_id)
        job.check()
        with explaining(doing, bucket=bucket, key=key):
            client = connection.client(bucket)
            if not key:
                settled(client.put_bucket_acl(Bucket=bucket, **change))
            elif version_id:
                settled(client.put_object_acl(Bucket=bucket, Key=key, VersionId=version_id, **change))
            else:
                settled(client.put_object_acl(Bucket=bucket, Key=key, **change))


def _access_list(answer: Mapping[str, Any]) -> AccessList:
    owner = answer.get("Owner", {})
    grants = (_grant(item) for item in answer.get("Grants", ()))
    return AccessList(owner.get("ID", ""), owner.get("DisplayName", ""), tuple(grant for grant in grants if grant))


def _grant(item: GrantTypeDef) -> Grant | None:
    grantee: Mapping[str, str] = cast("Mapping[str, str]", item.get("Grantee", {}))
    try:
        right = Right(item.get("Permission", ""))
    except ValueError:
        return None  # Ceph tells grants of no right at all
    if uri := grantee.get("URI"):
        kind = _GROUPS.get(uri, GranteeKind.GROUP)
        return Grant(Grantee(kind, uri if kind is GranteeKind.GROUP else ""), right)
    if email := grantee.get("EmailAddress"):
        return Grant(Grantee(GranteeKind.EMAIL, email), right)
    return Grant(Grantee(GranteeKind.USER, grantee.get("ID", ""), grantee.get("DisplayName", "")), right)


def _document(acl: AccessList) -> AccessControlPolicyTypeDef:
    return {
        "Owner": {"ID": acl.owner_id},
        "Grants": [{"Grantee": _element(grant.grantee), "Permission": grant.right.value} for grant in acl.grants],
    }


def _element(grantee: Grantee) -> GranteeTypeDef:
    if grantee.kind is GranteeKind.USER:
        return {"Type": "CanonicalUser", "ID": grantee.id}
    if grantee.kind is GranteeKind.EMAIL:
        return {"Type": "AmazonCustomerByEmail", "EmailAddress": grantee.id}
    return {"Type": "Group", "URI": _URIS.get(grantee.kind, grantee.id)}
