"""Access lists, policies and settings as JSON, to keep them and to read them back after a restart."""

from __future__ import annotations

import json
from dataclasses import asdict
from enum import Enum
from typing import Any

from s3desk.s3.access.acl import AccessList, Grant, Grantee, GranteeKind, Right
from s3desk.s3.access.settings import Block, Encryption, Ownership
from s3desk.s3.offers import Feature

Document = AccessList | Block | Ownership | Encryption | str  # the text is a policy


def to_json(document: Document | None) -> str:
    """What `from_json` reads; None, which is "not set", too."""
    if document is None or isinstance(document, (str, Ownership)):
        return json.dumps(document, default=_value)
    return json.dumps(asdict(document), default=_value)


def from_json(feature: Feature, written: str) -> Document | None:
    """The document of this feature. Raises ValueError, KeyError or TypeError for what `to_json` did not write."""
    found = json.loads(written)
    if found is None:
        return None
    match feature:
        case Feature.ACL:
            grants = tuple(Grant(_grantee(one["grantee"]), Right(one["right"])) for one in found["grants"])
            return AccessList(found["owner_id"], found["owner_name"], grants)
        case Feature.PUBLIC_ACCESS_BLOCK:
            return Block(**found)
        case Feature.OWNERSHIP:
            return Ownership(found)
        case Feature.ENCRYPTION:
            return Encryption(**found)
        case _:
            return str(found)


def _grantee(found: dict[str, Any]) -> Grantee:
    return Grantee(GranteeKind(found["kind"]), found["id"], found["name"])


def _value(one: object) -> object:
    if isinstance(one, Enum):
        return one.value
    raise TypeError(f"{type(one).__name__} is no part of a document")
