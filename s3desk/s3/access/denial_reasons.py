"""From evidence to the layer that said no: rules asked in the order in which S3 itself decides."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from s3desk.s3.access.acl import Right
from s3desk.s3.access.denial_case import Case, hidden_facts, leaves_out
from s3desk.s3.access.denial_layers import READS_OBJECT, WRITES_ACL, WRITES_OBJECT, Finding, Layer
from s3desk.s3.access.policy import Effect
from s3desk.s3.access.settings import Ownership
from s3desk.s3.errors import Refusal

if TYPE_CHECKING:
    from s3desk.s3.access.denial_evidence import Evidence
    from s3desk.s3.errors import S3Error

_NETWORK_KEYS = ("aws:sourcevpc", "aws:sourcevpce", "aws:vpcsourceip", "aws:sourcevpcarn")


def reason(error: S3Error, told: Finding, evidence: Evidence, endpoint_url: str) -> Finding:
    """The first rule that has something to say; else what the refusal said by itself."""
    case = Case(error, error.refusal or Refusal(""), told, evidence, endpoint_url)
    found = next((finding for rule in _RULES if (finding := rule(case)) is not None), None)
    if found is not None:
        return found
    facts = (*told.facts, *_possible(case), *hidden_facts(evidence))
    return Finding(told.layer, told.certain, facts, told.beyond_permission)


def _anonymous(case: Case) -> Finding | None:
    if not case.evidence.asker.anonymous:
        return None
    fact = "The request was not signed: this connection has no keys."
    if not case.reads or case.evidence.may_list is True:
        return case.finding(Layer.SIGN_IN, fact, certain=True)
    sentence = "You are not signed in, and this is not public, or does not exist."
    return case.finding(Layer.SIGN_IN, fact, "Strangers are not told whether the object exists.", sentence=sentence)


def _bad_keys(case: Case) -> Finding | None:
    if case.evidence.keys_work is not False:
        return None
    facts = (
        "The same keys may not even list their own buckets.",
        "This server says “access denied” to a wrong access key and to a wrong secret key as well.",
    )
    return case.finding(Layer.WRONG_KEY, *facts, sentence="Most likely your keys are wrong, or no longer valid.")


def _of_the_account(case: Case) -> Finding | None:
    if case.refusal.operation not in ("CreateBucket", "ListBuckets"):
        return None
    return case.finding(Layer.IAM, "The keys are good, and this is a right of its own that no bucket can give.")


def _policy_denies(case: Case) -> Finding | None:
    asked = case.asked
    if asked is None:
        return None
    if asked.effect is Effect.DENY:
        return _explicit(case.finding(Layer.BUCKET_POLICY, *case.policy_facts(), certain=True))
    if asked.effect is Effect.DEPENDS and Effect.DENY in asked.outcomes:
        network = any(key.lower() in _NETWORK_KEYS for key in asked.depends_on)
        layer = Layer.VPC if network else Layer.BUCKET_POLICY
        return _explicit(case.finding(layer, *case.policy_facts()))
    return None


def _explicit(finding: Finding) -> Finding:
    return Finding(finding.layer, finding.certain, finding.facts, beyond_permission=True)


def _acl_is_off(case: Case) -> Finding | None:
    access = case.evidence.access
    if access is None or case.refusal.operation not in WRITES_ACL:
        return None
    if access.ownership.value is Ownership.ENFORCED:
        return case.finding(Layer.OWNERSHIP, "Access lists (ACLs) are switched off in this bucket.", certain=True)
    return None


def _is_blocked(case: Case) -> Finding | None:
    """The block refuses what would make something public: lists, policies, and uploads that bring a list along."""
    block = case.evidence.access.block.value if case.evidence.access else None
    operation = case.refusal.operation
    if block is None:
        return None
    if block.block_acls and operation in WRITES_ACL:
        return case.finding(Layer.BLOCK, "The public access block refuses access lists that let anyone in.")
    if block.block_policy and operation == "PutBucketPolicy":
        return case.finding(Layer.BLOCK, "The public access block refuses policies that let anyone in.")
    if block.block_acls and operation in WRITES_OBJECT and case.is_let_in:
        return case.finding(Layer.BLOCK, "The public access block refuses uploads that are to be public at once.")
    return None


def _is_somebody_elses_object(case: Case) -> Finding | None:
    evidence = case.evidence
    stranger = evidence.object_owner and evidence.bucket_owner and evidence.object_owner != evidence.bucket_owner
    if not stranger or case.refusal.operation not in READS_OBJECT | WRITES_ACL | {"GetObjectAcl"}:
        return None
    if evidence.object_owner == evidence.asker.canonical:
        return None
    facts = (
        f"The object belongs to the account {evidence.object_owner}, the bucket to {evidence.bucket_owner}.",
        "Here an object belongs to whoever uploaded it, and they have not let you in.",
    )
    return case.finding(Layer.OWNERSHIP, *facts, certain=bool(evidence.is_ours))


def _no_list(case: Case) -> Finding | None:
    """All that was seen lets the asker read, only listing is refused: then a missing object looks forbidden."""
    if not case.reads or case.evidence.may_list is not False or not case.is_let_in:
        return None
    facts = (
        "What can be seen of the settings lets you read the object.",
        "You may not list the bucket, and without that right the server calls a missing object forbidden.",
    )
    return case.finding(Layer.NO_LIST, *facts, certain=True)


def _key_of_its_own(case: Case) -> Finding | None:
    default = case.evidence.access.encryption.value if case.evidence.access else None
    if default is None or "kms" not in default.algorithm or not case.is_let_in:
        return None
    if case.refusal.operation not in READS_OBJECT | WRITES_OBJECT:
        return None
    return case.finding(Layer.KMS, "What is uploaded here is encrypted with a key that has rules of its own (KMS).")


def _nobody_allows(case: Case) -> Finding | None:
    """Somebody else's bucket whose policy can be seen, and it does not speak of the asker."""
    asked = case.asked
    if asked is None or case.evidence.is_ours is not False or asked.effect is not Effect.NONE:
        return None
    owner = case.evidence.bucket_owner
    facts = (
        f"The bucket belongs to the account {owner}, not to you." if owner else "The bucket is not one of yours.",
        asked.words or "There is no bucket policy that lets you in.",
    )
    return case.finding(Layer.BUCKET_POLICY, *facts)


def _acl_leaves_out(case: Case) -> Finding | None:
    """Somebody else's, where the access list can be seen and the policy cannot."""
    evidence, canonical = case.evidence, case.evidence.asker.canonical
    if evidence.is_ours is not False or case.policy is not None:
        return None
    if case.reads and leaves_out(evidence.object_acl, canonical, Right.READ):
        return case.finding(Layer.ACL, "The access list of the object does not name you.")
    of_bucket = {"ListObjectsV2": Right.READ, "HeadBucket": Right.READ, "PutObject": Right.WRITE}
    wanted = of_bucket.get(case.refusal.operation)
    if wanted and evidence.access and leaves_out(evidence.access.acl, canonical, wanted):
        return case.finding(Layer.ACL, "The access list of the bucket does not name you.")
    return None


def _other_account(case: Case) -> Finding | None:
    """Amazon gives the reason to the bucket's own account only."""
    if case.endpoint_url or case.told.layer is not Layer.UNKNOWN or case.refusal.message != "Access Denied":
        return None
    fact = "Amazon names no reason, as it does when a bucket belongs to another account."
    return case.finding(Layer.BUCKET_POLICY, fact, *_possible(case))


def _lacks_one_right(case: Case) -> Finding | None:
    """Servers that give rights by the bucket: this one is shown to the keys, so they have some right to it."""
    evidence = case.evidence
    if not evidence.is_listed or evidence.is_ours or evidence.may_list is not True:
        return None
    return case.finding(Layer.IAM, "Your keys may list this bucket, but not do this in it.")


_RULES: tuple[Callable[[Case], Finding | None], ...] = (
    _anonymous,
    _bad_keys,
    _of_the_account,
    _policy_denies,
    _acl_is_off,
    _is_blocked,
    _is_somebody_elses_object,
    _no_list,
    _key_of_its_own,
    _nobody_allows,
    _acl_leaves_out,
    _other_account,
    _lacks_one_right,
)


def _possible(case: Case) -> tuple[str, ...]:
    """What else it may be, where nothing settles it."""
    facts = []
    if case.evidence.is_listed is False:
        facts.append("The bucket is not one of yours: its owner, or whoever gave you the keys, has to let you in.")
    if case.reads and case.evidence.may_list is False:
        facts.append("You may not list the bucket either, so the object may also simply not exist.")
    if not case.endpoint_url:
        facts.append("Also possible: in a “requester pays” bucket, whoever reads has to agree to pay.")
    return tuple(facts)
