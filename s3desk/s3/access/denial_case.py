"""One refusal with all that was found about it, and what its rules ask of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from s3desk.s3.access.acl import AccessList, GranteeKind, Right
from s3desk.s3.access.denial_layers import READS_OBJECT, Finding, Layer, asked_for
from s3desk.s3.access.policy import Effect, Policy, PolicyError, parse
from s3desk.s3.access.policy_verdict import Verdict, verdict
from s3desk.s3.access.policy_words import statement_words
from s3desk.s3.access.seen import Seen, Standing

if TYPE_CHECKING:
    from s3desk.s3.access.denial_evidence import Evidence
    from s3desk.s3.errors import Refusal, S3Error


@dataclass(frozen=True)
class Case:
    """What was refused, what the refusal `told` by itself, and the evidence."""

    error: S3Error
    refusal: Refusal
    told: Finding
    evidence: Evidence
    endpoint_url: str

    @property
    def reads(self) -> bool:
        """Whether it was about reading an object."""
        return self.refusal.operation in READS_OBJECT

    @cached_property
    def policy(self) -> Policy | None:
        """The bucket policy, an empty one where there is none; None where it may not be seen or makes no sense."""
        seen = self.evidence.access.policy if self.evidence.access else None
        if seen is None or seen.standing is Standing.NOT_ALLOWED or seen.standing is Standing.FAILED:
            return None
        try:
            return parse(seen.value) if seen.value else Policy()
        except PolicyError:
            return None

    @cached_property
    def asked(self) -> Verdict | None:
        """What the policy says to what was refused; None where it may not be seen."""
        if self.policy is None:
            return None
        request = asked_for(self.refusal)
        key = self.refusal.key if "/" in request.resource else ""
        secure = urlsplit(self.endpoint_url).scheme != "http"
        context = {"aws:SecureTransport": str(secure).lower()}
        return verdict(self.policy, self.evidence.asker, request.action, self.refusal.bucket, key, context)

    @property
    def is_let_in(self) -> bool:
        """Whether the settings that were seen let the asker do what was refused."""
        asked = self.asked
        if asked is None or Effect.DENY in asked.outcomes:
            return False
        owns_object = self.evidence.object_owner in ("", self.evidence.bucket_owner)
        return asked.effect is Effect.ALLOW or bool(self.evidence.is_ours and owns_object)

    def policy_facts(self) -> list[str]:
        """The statement that decides, by its number and in plain words."""
        if self.asked is None or self.policy is None:
            return []
        facts = [f"Bucket policy: {self.asked.words}"]
        if self.asked.statement is not None:
            facts.append(statement_words(self.policy.statements[self.asked.statement], self.refusal.bucket))
        return facts

    def finding(self, layer: Layer, *facts: str, certain: bool = False, sentence: str = "") -> Finding:
        """A finding, with what of the settings could not be seen."""
        return Finding(layer, certain, (*facts, *hidden_facts(self.evidence)), sentence=sentence)


def hidden_facts(evidence: Evidence) -> tuple[str, ...]:
    """One line for all settings that may not be seen; none where all could be."""
    access = evidence.access
    if access is None:
        return ()
    standings = {
        "bucket policy": access.policy.standing,
        "public access block": access.block.standing,
        "object ownership": access.ownership.standing,
        "access list of the bucket": access.acl.standing,
    }
    if evidence.object_acl is not None:
        standings["access list of the object"] = evidence.object_acl.standing
    hidden = [name for name, standing in standings.items() if standing is Standing.NOT_ALLOWED]
    return (f"Not allowed to see: {', '.join(hidden)}.",) if hidden else ()


def leaves_out(seen: Seen[AccessList] | None, canonical: str, *rights: Right) -> bool:
    """Whether an access list was seen, and grants none of `rights` to this account or to everybody."""
    if seen is None or seen.value is None or not canonical:
        return False
    groups = (GranteeKind.EVERYONE, GranteeKind.SIGNED_IN)
    return not any(
        grant.right in (*rights, Right.FULL_CONTROL) and (grant.grantee.kind in groups or grant.grantee.id == canonical)
        for grant in seen.value.grants
    )
