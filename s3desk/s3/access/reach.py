"""How far an object can be reached: by its owner only, by another account, by anyone who has the URL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from s3desk.s3.access.seen import Seen, Standing

if TYPE_CHECKING:
    from s3desk.s3.access.acl import AccessList
    from s3desk.s3.access.overview import BucketAccess
    from s3desk.s3.access.policy import Effect, Policy
    from s3desk.s3.connection import Connection
    from s3desk.s3.job import Job

_AT_ONCE = 8  # requests


class Reach(Enum):
    """Who can read an object; the value is what the user reads."""

    PRIVATE = "Only signed in"
    SHARED = "Another account too"
    PUBLIC = "Anyone with the URL"
    HIDDEN = "Not allowed to see"
    UNKNOWN = "?"


@dataclass(frozen=True)
class Reached:
    """Who can read one object, and the sentence that says why."""

    reach: Reach
    why: str


@dataclass(frozen=True)
class Ground:
    """What holds for all objects of a bucket, read once; the rest stands in each object's own access list.

    `lists_count` is False where access lists are switched off or unknown to the server, `public_lists_count` where
    they cannot make anything public, `public_policy_counts` where a policy cannot. `owner_id` is the bucket owner's.
    """

    bucket: str
    policy: Policy | None = None
    policy_standing: Standing = Standing.NOT_SET
    lists_count: bool = True
    public_lists_count: bool = True
    public_policy_counts: bool = True
    owner_id: str = ""


def ground_of(job: Job, connection: Connection, bucket: str) -> Ground:
    """Read what holds for the whole bucket; what may not be seen is left open. Raises nothing but a cancel."""
    from s3desk.s3.access.overview import bucket_access  # noqa: PLC0415  # with json and botocore behind it: heavy

    return ground_from(bucket_access(job, connection, bucket))


def ground_from(seen: BucketAccess) -> Ground:
    """The same from what was read already."""
    from s3desk.s3.access.policy import PolicyError, parse  # noqa: PLC0415
    from s3desk.s3.access.settings import Ownership  # noqa: PLC0415

    policy, standing, block = None, seen.policy.standing, seen.block.value
    if seen.policy.value is not None:
        try:
            policy = parse(seen.policy.value)
        except PolicyError:  # the server understands more than we do
            standing = Standing.FAILED
    return Ground(
        seen.bucket,
        policy,
        standing,
        lists_count=seen.ownership.value is not Ownership.ENFORCED and seen.acl.standing is not Standing.UNSUPPORTED,
        public_lists_count=block is None or not block.ignore_acls,
        public_policy_counts=block is None or not block.restrict_buckets,
        owner_id=seen.acl.value.owner_id if seen.acl.value is not None else "",
    )


def reaches(job: Job, connection: Connection, ground: Ground, keys: Sequence[str]) -> dict[str, Reached]:
    """Who can read each of some objects: at most one GetObjectAcl for each, eight at a time.

    Raises SignInError; what could not be read of one object is said in its answer.
    """
    from s3desk.s3.crew import in_threads  # noqa: PLC0415

    found: dict[str, Reached] = {}

    def ask(key: str) -> None:
        job.check()
        found[key] = reach_of(job, connection, ground, key)

    in_threads(job, connection, ask, [key for key in keys if not _settle(found, ground, key)], threads=_AT_ONCE)
    return found


def _settle(found: dict[str, Reached], ground: Ground, key: str) -> bool:
    settled = by_policy(ground, key)
    if settled is not None:
        found[key] = settled
    return settled is not None


def reach_of(job: Job, connection: Connection, ground: Ground, key: str) -> Reached:
    """Who can read one object: from the ground alone where that decides, else with its access list (GetObjectAcl)."""
    from s3desk.s3.access.acl import read_acl  # noqa: PLC0415

    settled = by_policy(ground, key)
    return settled or by_list(ground, key, read_acl(job, connection, ground.bucket, key))


def by_policy(ground: Ground, key: str) -> Reached | None:
    """What is certain without the object's access list; None where that has to be read."""
    from s3desk.s3.access.policy import Effect  # noqa: PLC0415

    effect = _for_anyone(ground, key)
    if effect is Effect.ALLOW and ground.public_policy_counts:
        return Reached(Reach.PUBLIC, "The bucket policy lets anyone read it.")
    if effect is Effect.DENY and not _named(ground, key):
        return Reached(Reach.PRIVATE, "The bucket policy denies it to everyone who is not signed in.")
    return None if ground.lists_count else _without_list(ground, key, "Access lists are switched off here")


def by_list(ground: Ground, key: str, seen: Seen[AccessList]) -> Reached:
    """What an object's access list adds."""
    if seen.standing is Standing.NOT_ALLOWED and not _named(ground, key):
        return Reached(Reach.HIDDEN, "You are not allowed to see its access list.")
    if seen.standing is Standing.FAILED:
        return Reached(Reach.UNKNOWN, f"Its access list {seen.words}")
    if seen.value is None:
        return _without_list(ground, key, "It has no access list")
    from s3desk.s3.access.acl import anyone_reads  # noqa: PLC0415
    from s3desk.s3.access.policy import Effect  # noqa: PLC0415

    public = anyone_reads(seen.value)
    if public and ground.public_lists_count and _for_anyone(ground, key) is not Effect.DENY:
        return Reached(Reach.PUBLIC, "Its access list lets anyone read it.")
    if others := others_in(seen.value, ground.owner_id):
        return Reached(Reach.SHARED, f"Its access list names {', '.join(others)}.")
    reason = "The public access block switches off its public access list" if public else "Its access list names nobody"
    return _without_list(ground, key, reason)


def others_in(acl: AccessList, bucket_owner_id: str) -> list[str]:
    """Whom an access list lets read besides its owner, the bucket's owner and the whole internet."""
    from s3desk.s3.access.acl import GranteeKind, Right  # noqa: PLC0415

    readers = [grant.grantee for grant in acl.grants if grant.right in (Right.READ, Right.FULL_CONTROL)]
    known = {acl.owner_id, bucket_owner_id} - {""}
    no_account = (GranteeKind.EVERYONE, GranteeKind.LOGS)
    others = [one for one in readers if one.kind not in no_account and one.id not in known]
    return list(dict.fromkeys(one.words for one in others))


def _for_anyone(ground: Ground, key: str) -> Effect:
    """What the policy says to somebody who never signed in."""
    from s3desk.s3.access.policy import Effect  # noqa: PLC0415
    from s3desk.s3.access.policy_verdict import anyone  # noqa: PLC0415

    return Effect.NONE if ground.policy is None else anyone(ground.policy, ground.bucket, key).effect


def _may_let_in(ground: Ground, key: str) -> bool:
    """Whether it comes to conditions, such as the network one is in, if the policy lets strangers in."""
    from s3desk.s3.access.policy import Effect  # noqa: PLC0415
    from s3desk.s3.access.policy_verdict import ANYONE, verdict  # noqa: PLC0415

    if ground.policy is None or not ground.public_policy_counts:
        return False
    secure = {"aws:SecureTransport": "true"}
    return Effect.ALLOW in verdict(ground.policy, ANYONE, "s3:GetObject", ground.bucket, key, secure).outcomes


def _named(ground: Ground, key: str) -> str:
    """Whom the policy lets read it by name."""
    if ground.policy is None:
        return ""
    from s3desk.s3.access.policy_verdict import named_readers  # noqa: PLC0415

    return ", ".join(dict.fromkeys(str(one.name) for one in named_readers(ground.policy, ground.bucket, key)))


def _without_list(ground: Ground, key: str, reason: str) -> Reached:
    """What is left to the policy."""
    if named := _named(ground, key):
        return Reached(Reach.SHARED, f"The bucket policy names {named}.")
    if ground.policy_standing is Standing.NOT_ALLOWED:
        return Reached(Reach.HIDDEN, f"{reason}, and you are not allowed to see the bucket policy.")
    if ground.policy_standing is Standing.FAILED:
        return Reached(Reach.UNKNOWN, f"{reason}, and the bucket policy could not be read.")
    if _may_let_in(ground, key):
        return Reached(Reach.UNKNOWN, "The bucket policy lets people in without keys, but only under conditions.")
    return Reached(Reach.PRIVATE, f"{reason}, and no bucket policy lets others in.")
