"""Whether two documents say the same: servers write what they were given in their own way."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from s3desk.s3.access.acl import AccessList
from s3desk.s3.access.settings import Block, Encryption

if TYPE_CHECKING:
    from s3desk.s3.access.documents import Document

_WHOLE_ACCOUNT = re.compile(r"arn:aws[\w-]*:iam::(\d{12}):root")


def same(one: Document | None, other: Document | None) -> bool:
    """Whether two documents of one feature mean the same, whatever the order, the spaces and the names beside ids."""
    return one == other or _plain(one) == _plain(other)


def _plain(document: Document | None) -> object:
    match document:
        case AccessList():
            return {(grant.grantee.kind, grant.grantee.id, grant.right) for grant in document.grants}
        case Block() if document == Block():
            return None  # four open locks are none
        case Encryption() if not document.algorithm.startswith("aws:kms"):
            return Encryption(document.algorithm)  # a bucket key without KMS means nothing, though AWS tells one
        case str():
            return _plain_policy(document)
    return document


def _plain_policy(policy: str) -> object:
    try:
        return _element(json.loads(policy))
    except (ValueError, RecursionError):
        return policy.strip() or None


def _element(found: Any) -> Any:
    """An element of a policy: one of a list stands for itself, and only statements have an order worth keeping."""
    if isinstance(found, dict):
        return {name: _element(value) for name, value in found.items()}
    if not isinstance(found, list):
        words = found if isinstance(found, str) else json.dumps(found)
        return _WHOLE_ACCOUNT.sub(r"\1", words)
    inner = [_element(one) for one in found]
    if all(isinstance(one, str) for one in inner):
        inner = sorted(set(inner))
    return inner[0] if len(inner) == 1 else inner
