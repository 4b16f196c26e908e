"""The steps by which S3 decides who may read, each with what was found and what it does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from s3desk.s3.access.acl import AccessList, Grantee, GranteeKind, Right, anyone_reads
from s3desk.s3.access.policy import Effect, Policy, PolicyError, parse
from s3desk.s3.access.policy_verdict import Verdict, anyone, named_readers
from s3desk.s3.access.policy_words import principal_words, statement_words
from s3desk.s3.access.seen import Seen, Standing
from s3desk.s3.access.settings import Block, Ownership

if TYPE_CHECKING:
    from s3desk.s3.access.overview import BucketAccess

_STOPS_NOTHING = "Stops nothing."
_OPEN = "Cannot be told."


@dataclass(frozen=True)
class Step:
    """One question S3 asks, what was found, and what follows from it for people who did not sign in."""

    title: str
    found: str
    effect: str


@dataclass(frozen=True)
class Seeing:
    """All that was read about one object, or with key "" about the list of a bucket."""

    bucket: str
    key: str
    access: BucketAccess
    acl: Seen[AccessList]
    secure: bool
    version_id: str = ""

    @property
    def action(self) -> str:
        """What the policy calls reading it."""
        if not self.key:
            return "s3:ListBucket"
        return "s3:GetObjectVersion" if self.version_id else "s3:GetObject"

    @property
    def policy(self) -> Policy | None:
        """The bucket policy, an empty one where there is none; None where it may not be seen or makes no sense."""
        seen = self.access.policy
        if seen.standing in (Standing.NOT_ALLOWED, Standing.FAILED):
            return None
        try:
            return parse(seen.value) if seen.value else Policy()
        except PolicyError:
            return None

    @property
    def verdict(self) -> Verdict | None:
        """What the policy says to strangers; None where it may not be seen."""
        context = {"aws:SecureTransport": str(self.secure).lower()}
        return None if self.policy is None else anyone(self.policy, self.bucket, self.key, self.action, context)

    @property
    def lists_count(self) -> bool:
        """Whether access lists are looked at here at all."""
        return self.access.ownership.value is not Ownership.ENFORCED and self.acl.standing is not Standing.UNSUPPORTED

    @property
    def by_policy(self) -> bool | None:
        """Whether the policy lets strangers in, the block considered; None is not known."""
        verdict, block = self.verdict, self.access.block
        if block.value is not None and block.value.restrict_buckets:
            return False
        if verdict is None or verdict.effect is Effect.DEPENDS:
            return None
        return verdict.effect is Effect.ALLOW

    @property
    def by_list(self) -> bool | None:
        """Whether the access list lets strangers in, the block considered; None is not known."""
        block = self.access.block
        if not self.lists_count or (block.value is not None and block.value.ignore_acls):
            return False
        return None if self.acl.value is None else anyone_reads(self.acl.value)

    @property
    def is_denied(self) -> bool | None:
        """Whether the policy forbids it to strangers whatever else allows it."""
        verdict = self.verdict
        if verdict is None:
            return None
        if verdict.effect is Effect.DEPENDS and Effect.DENY in verdict.outcomes:
            return None
        return verdict.effect is Effect.DENY

    def others(self) -> tuple[str, ...]:
        """Who else is named as a reader: accounts, users and roles of the policy, then those of the access list."""
        named = list(named_readers(self.policy, self.bucket, self.key, self.action)) if self.policy else []
        found = [principal_words(principal) for principal in named]
        if self.acl.value is not None and self.lists_count:
            acl = self.acl.value
            found += [grantee.words for grantee in _readers(acl) if not acl.is_owner(grantee)]
        return tuple(dict.fromkeys(words[:1].upper() + words[1:] for words in found))


def _readers(acl: AccessList) -> list[Grantee]:
    """Whom the list lets read, everybody on the internet aside."""
    reading = (Right.READ, Right.FULL_CONTROL)
    return [
        grant.grantee
        for grant in acl.grants
        if grant.right in reading and grant.grantee.kind is not GranteeKind.EVERYONE
    ]


def steps_of(seeing: Seeing) -> tuple[Step, ...]:
    """The steps in S3's order."""
    steps = (_links(seeing), _block(seeing), _denied(seeing), _allowed(seeing), _listed(seeing), _owner(seeing))
    encryption = seeing.access.encryption.value
    if seeing.key and encryption is not None and "kms" in encryption.algorithm:
        found = "New objects are encrypted with a key that has rules of its own (KMS)."
        return (*steps, Step("Encryption", found, "Strangers cannot read what is encrypted so."))
    return steps


def _links(seeing: Seeing) -> Step:
    if not seeing.key:
        return Step("Temporary links", "They open single objects, not lists.", _STOPS_NOTHING)
    return Step(
        "Temporary links",
        "Whoever may read it can make one, and nobody can see which were made.",
        "Whoever has one gets in until it ends.",
    )


def _block(seeing: Seeing) -> Step:
    title, seen = "Public access block", seeing.access.block
    if seen.value is None:
        unset = seen.standing in (Standing.NOT_SET, Standing.UNSUPPORTED)
        return Step(title, _sentence(seen.words), _STOPS_NOTHING if unset else _OPEN)
    return Step(title, _block_words(seen.value), _block_effect(seen.value))


def _block_words(block: Block) -> str:
    names = {
        "new public access lists": block.block_acls,
        "public access lists": block.ignore_acls,
        "new public policies": block.block_policy,
        "public policies": block.restrict_buckets,
    }
    on = [name for name, is_on in names.items() if is_on]
    return f"Blocks {', '.join(on)}." if on else "Set, and blocks nothing."


def _block_effect(block: Block) -> str:
    if block.restrict_buckets and block.ignore_acls:
        return "No policy and no access list lets strangers in."
    if block.restrict_buckets:
        return "No policy lets strangers in."
    return "No access list lets strangers in." if block.ignore_acls else _STOPS_NOTHING


def _denied(seeing: Seeing) -> Step:
    title, verdict = "Does the bucket policy forbid it?", seeing.verdict
    if verdict is None:
        return Step(title, _sentence(seeing.access.policy.words or "makes no sense to this program"), _OPEN)
    if Effect.DENY not in verdict.outcomes:
        return Step(title, _no_policy(seeing) or "No statement forbids it to strangers.", _STOPS_NOTHING)
    effect = "Nobody gets in without signing in." if verdict.effect is Effect.DENY else _depends(verdict)
    return Step(title, _statement(seeing, verdict), effect)


def _allowed(seeing: Seeing) -> Step:
    title, verdict = "Does the bucket policy allow it?", seeing.verdict
    if verdict is None:
        return Step(title, _sentence(seeing.access.policy.words or "makes no sense to this program"), _OPEN)
    if Effect.ALLOW not in verdict.outcomes:
        found = _no_policy(seeing) or "No statement allows it to strangers."
        return Step(title, found, "Lets no strangers in.")
    if seeing.by_policy is False:
        return Step(title, _statement(seeing, verdict), "Lets strangers in, but the public access block overrules it.")
    effect = "Lets anyone on the internet in." if verdict.effect is Effect.ALLOW else _depends(verdict)
    return Step(title, _statement(seeing, verdict), effect)


def _listed(seeing: Seeing) -> Step:
    title, acl = "Does the access list (ACL) allow it?", seeing.acl.value
    if seeing.access.ownership.value is Ownership.ENFORCED:
        return Step(title, "Access lists are switched off in this bucket.", "Lets nobody in.")
    if acl is None:
        unset = seeing.acl.standing in (Standing.NOT_SET, Standing.UNSUPPORTED)
        return Step(title, _sentence(seeing.acl.words), "Lets nobody in." if unset else _OPEN)
    of_object = bool(seeing.key)
    lines = [f"{grant.grantee.words}: {grant.right.words(of_object=of_object)}" for grant in acl.grants]
    found = "; ".join(lines) + "." if lines else "It is empty."
    if not anyone_reads(acl):
        return Step(title, found, "Lets no strangers in.")
    blocked = seeing.by_list is False
    effect = (
        "Lets strangers in, but the public access block overrules it." if blocked else "Lets anyone on the internet in."
    )
    return Step(title, found, effect)


def _owner(seeing: Seeing) -> Step:
    title, acl = "Who owns it", seeing.acl.value or seeing.access.acl.value
    found = f"The account {acl.owner_name or acl.owner_id}." if acl and acl.owner_id else _sentence(seeing.acl.words)
    return Step(title, found, "The owner's account gets in, and so do its users as its own permissions (IAM) say.")


def _no_policy(seeing: Seeing) -> str:
    return "" if seeing.access.policy.value else _sentence(f"Bucket policy: {seeing.access.policy.words}")


def _statement(seeing: Seeing, verdict: Verdict) -> str:
    if verdict.statement is None or seeing.policy is None:
        return verdict.words
    return statement_words(seeing.policy.statements[verdict.statement], seeing.bucket)


def _depends(verdict: Verdict) -> str:
    return f"Depends on {', '.join(verdict.depends_on) or 'who asks'}."


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:].rstrip(".") + "."
