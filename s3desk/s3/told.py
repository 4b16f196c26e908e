"""What may be told of a call's parameters: nothing secret, nothing long, nothing that a script cannot say."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from s3desk.s3.redact import redact

_MOST_ENTRIES = 100  # of one list
_LONGEST = 4_096  # characters of one text
# Keys, bodies, codes; an address somebody is told at may be a secret by itself.
_LEFT_OUT = frozenset(
    {"Body", "MFA", "Token", "TokenCode", "Password", "SecretAccessKey", "SessionToken", "Endpoint"}
    | {f"{of}SSECustomerKey{md5}" for of in ("", "CopySource") for md5 in ("", "MD5")}
)
_PAGE_TOKENS = frozenset({"ContinuationToken", "NextToken"})  # long, and of no use to anybody else
_SUSPICIOUS = ("amz", "signature", "accesskey", "access_key", "secret", "token", "credential", "authorization", "akia")


def told(given: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The parameters of a call without what is secret or long, and the names of what is missing."""
    left_out: list[str] = []
    return _without(given, left_out), tuple(left_out)


def _without(given: Mapping[str, Any], left_out: list[str]) -> dict[str, Any]:
    told = {}
    for name, value in given.items():
        if name in _PAGE_TOKENS:
            continue
        if name in _LEFT_OUT:
            left_out.append(name)
            continue
        before = len(left_out)
        clean = _clean(value, name, left_out)
        if clean is not None or len(left_out) == before:
            told[name] = clean
    return told


def _clean(value: Any, name: str, left_out: list[str]) -> Any:
    """Something a script can say, None where there is no such thing."""
    if isinstance(value, str):
        return _clean_text(value, name, left_out)
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, Mapping):
        return _without(value, left_out)
    if isinstance(value, (list, tuple)):
        if len(value) > _MOST_ENTRIES:
            left_out.append(name)
        return [_clean(one, name, left_out) for one in value[:_MOST_ENTRIES]]
    if isinstance(value, datetime):
        return value.isoformat()
    left_out.append(name)
    return None


def _clean_text(value: str, name: str, left_out: list[str]) -> str:
    small = value.lower()
    clean = redact(value) if any(one in small for one in _SUSPICIOUS) or "asia" in small else value
    if clean is not value and clean != value:
        left_out.append(name)
    if len(clean) > _LONGEST:
        left_out.append(name)
        clean = clean[:_LONGEST]
    return clean


def bare(endpoint_url: str) -> str:
    """The address without a name, a password or anything behind the path."""
    parts = urlsplit(endpoint_url)
    return redact(urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", "")))
