"""Whether a server kept what was asked for with an upload: some drop what they do not know without a word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from s3desk.s3.errors import AccessDeniedError, S3Error
from s3desk.s3.explain import explaining

if TYPE_CHECKING:
    from collections.abc import Callable

    from types_boto3_s3 import S3Client

    from s3desk.s3.connection import Connection
    from s3desk.s3.job import Job
    from s3desk.s3.transfer.whole import Target

_LONG = 1 << 20  # bytes; a list of tags is never so long, so an answer that is may be the object itself
_GROUPS = {"public-read": "AllUsers", "authenticated-read": "AuthenticatedUsers"}


def check_kept(job: Job, connection: Connection, target: Target, *, in_parts: bool) -> None:
    """Look at what was stored where something was asked for; tags that were dropped are set once more.

    Amazon is trusted and asked nothing. Asks GetObjectAcl, HeadObject and GetObjectTagging, each only where needed.
    Raises S3Error: the object is there then, but not as it was wished.
    """
    options = target.options
    if not connection.endpoint_url or options.are_plain:
        return
    client = connection.client(target.bucket)
    checks: dict[str, tuple[str, Callable[[S3Client, Target], bool]]] = {
        "acl": (options.acl, _has_access),
        "encryption": (options.encryption, _is_encrypted),
        "tags": (options.tags[0][0] if options.tags and in_parts else "", _is_tagged),
    }
    for name, (asked, is_kept) in checks.items():
        if asked:
            job.check()
            if not _seen(client, target, is_kept):
                raise _dropped(target.key, _WHAT[name])


def _seen(client: S3Client, target: Target, is_kept: Callable[[S3Client, Target], bool]) -> bool:
    """Who may write but not look has to trust the answer to the write."""
    try:
        with explaining("see what was stored", bucket=target.bucket, key=target.key):
            return is_kept(client, target)
    except AccessDeniedError:
        return True


def _has_access(client: S3Client, target: Target) -> bool:
    grants = client.get_object_acl(Bucket=target.bucket, Key=target.key).get("Grants", [])
    groups = {str(grant.get("Grantee", {}).get("URI", "")).rpartition("/")[2] for grant in grants} - {""}
    group = _GROUPS.get(target.options.acl)
    return group in groups if group else not groups & set(_GROUPS.values())


def _is_encrypted(client: S3Client, target: Target) -> bool:
    told = client.head_object(Bucket=target.bucket, Key=target.key).get("ServerSideEncryption", "")
    return str(told) == target.options.encryption


def _is_tagged(client: S3Client, target: Target) -> bool:
    """Ceph forgets the tags of an upload in parts. They are only set where the answer proves that it knows them."""
    wanted = dict(target.options.tags)
    there, length = _tags(client, target)
    if there == wanted:
        return True
    if length >= _LONG:
        return False
    tags: Any = [{"Key": name, "Value": value} for name, value in target.options.tags]
    client.put_object_tagging(Bucket=target.bucket, Key=target.key, Tagging={"TagSet": tags})
    return _tags(client, target)[0] == wanted


def _tags(client: S3Client, target: Target) -> tuple[dict[str, str], int]:
    answer = client.get_object_tagging(Bucket=target.bucket, Key=target.key)
    length = answer["ResponseMetadata"]["HTTPHeaders"].get("content-length", "0")
    return {tag["Key"]: tag["Value"] for tag in answer.get("TagSet", [])}, int(length)


def _dropped(key: str, what: str) -> S3Error:
    return S3Error(
        f"“{key}” was stored, but the server did not keep the {what} that was asked for.",
        "This server may not offer it. Delete the object if it must not stay there like that.",
        code="OptionNotKept",
    )


_WHAT = {"acl": "access list", "encryption": "encryption", "tags": "tags"}
