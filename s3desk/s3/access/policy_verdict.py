"""What a bucket policy says to one request: the statements that fit, and the rule that a denial always wins."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from s3desk.s3.access.policy import OLDEST, Effect, Policy, Principal, Statement
from s3desk.s3.access.policy_asker import (
    ANYONE,
    Asker,
    Fits,
    Request,
    all_of,
    any_of,
    opposite,
    principal_fits,
    request_of,
)
from s3desk.s3.access.policy_conditions import condition_fits
from s3desk.s3.access.policy_wildcards import fits, matches

__all__ = ["ANYONE", "Asker", "Effect", "Verdict", "anyone", "is_public", "named_readers", "public_prefixes", "verdict"]

ARN = "arn:aws:s3:::"
_PARTITION = re.compile(r"arn:aws-[a-z-]+:s3:")
_SOURCE_IP = "aws:SourceIp"
# Addresses no network owns (RFC 5737), far apart: a policy that lets in all three lets in anybody.
_ANYWHERE = ("192.0.2.1", "198.51.100.1", "203.0.113.1")
_FROM_THE_INTERNET: dict[str, str | None] = {
    "aws:SecureTransport": "true",
    "aws:SourceVpc": None,
    "aws:SourceVpce": None,
    "aws:VpcSourceIp": None,
    "aws:SourceArn": None,
    "aws:SourceAccount": None,
}


@dataclass(frozen=True)
class Verdict:
    """What the policy says.

    `statement` is the index of the statement that decides (None: none speaks of this), `outcomes` all that can come
    out (one, unless `effect` is DEPENDS), `depends_on` the condition keys nobody told us, `words` one sentence.
    """

    effect: Effect
    statement: int | None = None
    words: str = ""
    outcomes: frozenset[Effect] = field(default_factory=frozenset)
    depends_on: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Found:
    """How one statement stands to the request."""

    number: int
    statement: Statement
    fits: Fits
    unknown: frozenset[str]


def verdict(
    policy: Policy,
    asker: Asker,
    action: str,
    bucket: str,
    key: str = "",
    context: Mapping[str, str | None] | None = None,
) -> Verdict:
    """Whether the policy lets `asker` do `action` ("s3:GetObject") on the object, or on the bucket where key is "".

    `context` holds what is known of the request by condition key in any case ({"aws:SecureTransport": "true"}); None
    as a value says that the request does not have it. What is known of the asker, and the time, is added. A condition
    on anything else makes the answer DEPENDS. Speaks for the policy alone: not for the block, access lists, or IAM.
    """
    values = request_of(asker, context or {}).values
    resource = f"{ARN}{bucket}/{key}" if key else f"{ARN}{bucket}"
    found = []
    for number, statement in enumerate(policy.statements):
        request = Request(values)
        fit = _statement_fits(statement, asker, action, resource, request, variables=policy.version != OLDEST)
        found.append(_Found(number, statement, fit, frozenset(request.unknown)))
    return _decide(found)


def anyone(
    policy: Policy,
    bucket: str,
    key: str,
    action: str = "s3:GetObject",
    context: Mapping[str, str | None] | None = None,
) -> Verdict:
    """What it says to somebody who never signed in and comes over https from anywhere on the internet."""
    known = {**_FROM_THE_INTERNET, **(context or {})}
    plain = verdict(policy, ANYONE, action, bucket, key, known)
    if _SOURCE_IP.lower() not in (unknown.lower() for unknown in plain.depends_on):
        return plain
    tried = [verdict(policy, ANYONE, action, bucket, key, {**known, _SOURCE_IP: address}) for address in _ANYWHERE]
    return tried[0] if len({one.effect for one in tried}) == 1 else plain


def is_public(policy: Policy, bucket: str, key: str, context: Mapping[str, str | None] | None = None) -> bool:
    """Whether anyone on the internet may read this object as far as the policy goes, whatever its access list says."""
    return anyone(policy, bucket, key, context=context).effect is Effect.ALLOW


def public_prefixes(policy: Policy, bucket: str) -> list[str]:
    """The beginnings of keys that anyone may read, "" for the whole bucket; a single object's key stands as it is.

    A pattern is told by what stands before its first wildcard; what is denied as a whole is left out.
    """
    inside = f"{ARN}{bucket}/"
    prefixes = []
    for statement in policy.statements:
        if statement.effect is not Effect.ALLOW:
            continue
        for pattern in statement.resources or ("*",):
            start = re.split(r"[*?]", _usual(pattern), maxsplit=1)[0]
            if start.startswith(inside):
                prefix, sample = start.removeprefix(inside), _sample(_usual(pattern).removeprefix(inside))
            elif inside.startswith(start):
                prefix, sample = "", _sample("*" + pattern.rpartition("*")[2])
            else:
                continue
            if sample and is_public(Policy((*_denials(policy), statement), policy.version), bucket, sample):
                prefixes.append(prefix)
    return sorted(set(prefixes))


def named_readers(policy: Policy, bucket: str, key: str, action: str = "s3:GetObject") -> tuple[Principal, ...]:
    """Accounts, users, roles and services the policy lets read the object by name, conditions not looked at."""
    resource = f"{ARN}{bucket}/{key}"
    named: dict[Principal, None] = {}
    for statement in policy.statements:
        request = Request({})
        if statement.effect is Effect.ALLOW and _covers(statement, action, resource, request) is not False:
            named |= dict.fromkeys(one for one in statement.principals if not one.everyone)
    return tuple(named)


def _denials(policy: Policy) -> list[Statement]:
    return [statement for statement in policy.statements if statement.effect is Effect.DENY]


def _sample(pattern: str) -> str:
    """A key the pattern covers and hardly any other pattern speaks of."""
    return pattern.replace("*", "any~name").replace("?", "~")


def _statement_fits(
    statement: Statement, asker: Asker, action: str, resource: str, request: Request, *, variables: bool
) -> Fits:
    """Whether a statement speaks of the request. Conditions come last: what else rules it out leaves them unasked."""
    who = any_of(principal_fits(one, asker) for one in statement.principals)
    if statement.not_principals:
        who = opposite(any_of(principal_fits(one, asker) for one in statement.not_principals))
    what = _covers(statement, action, resource, request if variables else None)
    if who is False or what is False:
        return False
    when = [condition_fits(condition, request, variables=variables) for condition in statement.conditions]
    return all_of([who, what, *when])


def _covers(statement: Statement, action: str, resource: str, request: Request | None) -> Fits:
    """Whether the statement speaks of this action on this resource."""
    done = any(_action_fits(one, action) for one in statement.actions)
    if statement.not_actions:
        done = not any(_action_fits(one, action) for one in statement.not_actions)
    if not done:
        return False
    if statement.not_resources:
        return opposite(any_of(fits(_usual(one), resource, request) for one in statement.not_resources))
    return any_of(fits(_usual(one), resource, request) for one in statement.resources)


def _action_fits(pattern: str, action: str) -> bool:
    return matches(pattern.lower(), action.lower())


def _usual(pattern: str) -> str:
    """China's and the government's clouds write their ARNs with a partition of their own."""
    return _PARTITION.sub("arn:aws:s3:", pattern, count=1)


def _decide(found: Sequence[_Found]) -> Verdict:
    """An explicit denial wins, then an allowance; without either the policy says nothing."""
    denials = [one for one in found if one.statement.effect is Effect.DENY and one.fits is not False]
    allowances = [one for one in found if one.statement.effect is Effect.ALLOW and one.fits is not False]
    surely_denied = next((one for one in denials if one.fits), None)
    if surely_denied:
        return _sure(Effect.DENY, surely_denied)
    surely_allowed = next((one for one in allowances if one.fits), None)
    if not denials and surely_allowed:
        return _sure(Effect.ALLOW, surely_allowed)
    open_ones = [one for one in (*denials, *allowances) if one.fits is None]
    if not open_ones:
        return Verdict(Effect.NONE, None, "No statement of the policy speaks of this.", frozenset({Effect.NONE}))
    outcomes = {Effect.DENY} if denials else set()
    outcomes |= {Effect.ALLOW} if allowances else set()
    outcomes |= set() if surely_allowed else {Effect.NONE}
    unknown = sorted({key for one in open_ones for key in one.unknown})
    return Verdict(
        Effect.DEPENDS, open_ones[0].number, _depends_words(open_ones[0], unknown), frozenset(outcomes), tuple(unknown)
    )


def _sure(effect: Effect, by: _Found) -> Verdict:
    verb = "denies" if effect is Effect.DENY else "allows"
    return Verdict(effect, by.number, f"{_name(by)} {verb} this.", frozenset({effect}))


def _depends_words(first: _Found, unknown: Iterable[str]) -> str:
    verb = "denies" if first.statement.effect is Effect.DENY else "allows"
    what = ", ".join(unknown) or "who asks"
    return f"{_name(first)} {verb} this, depending on {what}."


def _name(found: _Found) -> str:
    named = f" (“{found.statement.sid}”)" if found.statement.sid else ""
    return f"Statement {found.number + 1}{named}"
