"""Whether access lists can make the objects of a bucket public, or private, before anybody tries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from s3desk.s3.access.overview import bucket_access
from s3desk.s3.access.policy import PolicyError, parse
from s3desk.s3.access.policy_verdict import public_prefixes
from s3desk.s3.access.seen import Standing
from s3desk.s3.access.settings import Ownership

if TYPE_CHECKING:
    from s3desk.s3.access.overview import BucketAccess
    from s3desk.s3.connection import Connection
    from s3desk.s3.job import Job
    from s3desk.s3.objects import Selection

_LISTS_OFF = (
    "Access lists are switched off in this bucket (its ownership setting is “bucket owner enforced”), so no single "
    "file can be made public or private."
)
_BLOCKS = "The public access block of this bucket refuses to make files public."
_IGNORES = "The public access block of this bucket keeps files closed even if they are made public."
_UNSEEN = "You are not allowed to see the {setting} of this bucket, so this may have no effect."
_OWNERSHIP, _BLOCK = "ownership setting", "public access block"


@dataclass(frozen=True)
class Readiness:
    """What stands in the way, in sentences.

    `lists_off` is "" where access lists work, `blocked` holds what keeps files from being public; `unseen` names the
    settings that could not be read. `policy_opens` says that the bucket policy lets anyone read some of it, whatever
    the lists say. `owner_id` is the bucket owner's, "" where it cannot be seen.
    """

    lists_off: str = ""
    blocked: tuple[str, ...] = ()
    unseen: tuple[str, ...] = ()
    policy_opens: bool = False
    owner_id: str = ""

    def obstacles(self, *, public: bool) -> tuple[str, ...]:
        """Why it cannot work, nothing where it can."""
        return ((self.lists_off,) if self.lists_off else ()) + (self.blocked if public else ())

    def doubts(self, *, public: bool) -> tuple[str, ...]:
        """Why it may have no effect: the block does not keep anything from being private."""
        return tuple(_UNSEEN.format(setting=name) for name in self.unseen if public or name != _BLOCK)


def readiness(job: Job, connection: Connection, selection: Selection) -> Readiness:
    """Read ownership, public access block and policy of a bucket. Raises nothing but a cancel."""
    return readiness_in(bucket_access(job, connection, selection.bucket), selection)


def readiness_in(seen: BucketAccess, selection: Selection) -> Readiness:
    """The same from what was read already."""
    lists_off = _LISTS_OFF if seen.ownership.value is Ownership.ENFORCED else ""
    if seen.acl.standing is Standing.UNSUPPORTED:
        lists_off = f"{seen.acl.error or 'This server does not have access lists (ACLs).'}"
    block = seen.block.value
    blocked = (_BLOCKS,) if block and block.block_acls else (_IGNORES,) if block and block.ignore_acls else ()
    settings = {_OWNERSHIP: seen.ownership.standing, _BLOCK: seen.block.standing}
    unseen = tuple(name for name, standing in settings.items() if standing in (Standing.NOT_ALLOWED, Standing.FAILED))
    owner_id = seen.acl.value.owner_id if seen.acl.value else ""
    return Readiness(lists_off, blocked, unseen, _policy_opens(seen, selection), owner_id)


def _policy_opens(seen: BucketAccess, selection: Selection) -> bool:
    """Whether the policy makes something public here, as far as it can be seen and has any effect."""
    restricted = seen.block.value is not None and seen.block.value.restrict_buckets
    if seen.policy.value is None or restricted:
        return False
    try:
        prefixes = tuple(public_prefixes(parse(seen.policy.value), seen.bucket))
    except PolicyError:  # the server understands more than we do
        return False
    beginning = any(name.startswith(prefixes) for name in (*selection.keys, *selection.folders))
    return beginning or any(prefix.startswith(folder) for prefix in prefixes for folder in selection.folders)
