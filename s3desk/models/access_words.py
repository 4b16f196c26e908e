"""What a change of permissions would open, and what a document of theirs says, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3desk.models import text
from s3desk.models.policy_diff import policy_words, warnings
from s3desk.s3.access.acl import AccessList, GranteeKind, Right
from s3desk.s3.access.settings import Block, Encryption, Ownership
from s3desk.s3.offers import Feature

if TYPE_CHECKING:
    from s3desk.s3.access.documents import Document
    from s3desk.s3.access.saving import Subject

_STRANGERS = {
    GranteeKind.EVERYONE: "anyone on the internet",
    GranteeKind.SIGNED_IN: "anyone on the internet who has some AWS account",
}
_ON_OBJECT = {
    Right.READ: "read",
    Right.WRITE: "write",
    Right.READ_ACP: "see the access list of",
    Right.WRITE_ACP: "open or close",
    Right.FULL_CONTROL: "read, open or close",
}
_ON_BUCKET = {
    Right.READ: "list everything in",
    Right.WRITE: "upload to, replace and delete in",
    Right.READ_ACP: "see the access list of",
    Right.WRITE_ACP: "open or close",
    Right.FULL_CONTROL: "list, upload to, replace, delete, open or close",
}


_LONGEST = 300
_LOCKS = ("new public lists", "public lists", "a public policy", "strangers let in by the policy")
NAMES = {
    Feature.ACL: "the access list",
    Feature.POLICY: "the bucket policy",
    Feature.PUBLIC_ACCESS_BLOCK: "the public access block",
    Feature.OWNERSHIP: "object ownership",
    Feature.ENCRYPTION: "default encryption",
}


def document_words(subject: Subject, document: Document | None) -> str:
    """What a document says, in a few words for a tip or a question."""
    match document:
        case AccessList():
            grants = [f"{one.grantee.words}: {one.right.words(of_object=bool(subject.key))}" for one in document.grants]
            said = "; ".join(grants)
        case Block():
            locks = (document.block_acls, document.ignore_acls, document.block_policy, document.restrict_buckets)
            said = ", ".join(words for words, locked in zip(_LOCKS, locks, strict=True) if locked)
            said = f"locks out {said}" if said else "nothing locked"
        case Ownership():
            said = document.words
        case Encryption():
            said = " ".join((document.algorithm, document.kms_key)).strip()
        case str():
            said = text.count(len(policy_words(document, subject.bucket)), "statement")
        case _:
            said = "not set"
    return text.visible(said if len(said) <= _LONGEST else f"{said[:_LONGEST]}…")


def opens(subject: Subject, before: Document | None, after: Document | None, *, secure: bool = True) -> str:
    """What strangers could do after a change that they cannot do before it; of a policy, what else to think about.

    `secure` says that we are connected over https.
    """
    match before, after:
        case ((AccessList() | None), AccessList()):
            return _acl_opens(subject, before, after)
        case Block(), (Block() | None):
            return _block_opens(before, after or Block())
        case Ownership.ENFORCED, (Ownership() | None) if after is not before:
            return (
                "Access lists count again: anyone on the internet can then read the objects whose list grants it to "
                "everyone."
            )
        case str() as old, (str() | None) as new:
            return " ".join(warnings(old, new or "", subject.bucket, secure=secure))
        case None, str() as new:
            return " ".join(warnings("", new, subject.bucket, secure=secure))
    return ""


def _acl_opens(subject: Subject, before: AccessList | None, after: AccessList) -> str:
    known = before.grants if before else ()
    words = _ON_OBJECT if subject.key else _ON_BUCKET
    name = f"“{text.visible_path(subject.key)}”" if subject.key else f"the bucket “{subject.bucket}”"
    new = [
        f"{_STRANGERS[grant.grantee.kind]} can {words[grant.right]} {name}"
        for grant in after.grants
        if grant.grantee.kind in _STRANGERS and grant not in known
    ]
    return f"With this, {', and '.join(new)}." if new else ""


def _block_opens(before: Block, after: Block) -> str:
    gone = (
        (before.block_acls and not after.block_acls)
        or (before.ignore_acls and not after.ignore_acls)
        or (before.block_policy and not after.block_policy)
        or (before.restrict_buckets and not after.restrict_buckets)
    )
    if not gone:
        return ""
    return (
        "With this, anyone on the internet can get in wherever an access list or the bucket policy lets everyone in, "
        "now or later."
    )
