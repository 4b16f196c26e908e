"""What a server would refuse about a policy, and what its writer may regret."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches
from ipaddress import ip_network

from s3desk.s3.access.policy import OLDEST, Condition, Effect, Policy, Principal, Problem, Statement, Word, read
from s3desk.s3.access.policy_actions import ACTIONS, CHANGING, OF_BUCKETS, OF_OBJECTS, meant_by
from s3desk.s3.access.policy_conditions import OPERATORS, known_operator
from s3desk.s3.access.policy_wildcards import matches

__all__ = ["LOCKED", "MOST_BYTES", "Problem", "check", "regrets"]

MOST_BYTES = 20 * 1024
LOCKED = "This shuts out everyone, you too: only the account's root user could change it back."
_RESOURCE = re.compile(r"arn:[^:]+:s3:[^:]*:[^:]*:(?P<bucket>[^/]*)(?P<slash>/?)")
_PRINCIPAL = re.compile(r"\*|\d{12}|[A-Z0-9]{16,}|arn:[^:]+:(iam|sts):[^:]*:[^:]*:[^*?]+")


def check(text: str, bucket: str) -> list[Problem]:
    """Everything to say about a policy of this bucket, what no server would take first, then from top to bottom."""
    size = len(text.encode(errors="surrogatepass"))
    if size > MOST_BYTES:
        sentence = f"A policy can have {MOST_BYTES:,} bytes; this one has {size:,}."
        return [Problem(1, 1, sentence), *(read(text)[1] if size < 10 * MOST_BYTES else [])]
    policy, problems = read(text)
    found = [*problems, *_duplicates(policy)]
    for statement in policy.statements:
        found += [*_actions(statement), *_resources(statement, bucket), *_principals(statement)]
        found += [*_conditions(statement, policy), *regrets(statement)]
    return sorted(found, key=lambda problem: (not problem.fatal, problem.line, problem.column))


def _at(word: Word, sentence: str, *, fatal: bool = False) -> Problem:
    return Problem(word.line, word.column, sentence, fatal)


def _duplicates(policy: Policy) -> Iterator[Problem]:
    seen: set[str] = set()
    for statement in policy.statements:
        if statement.sid and statement.sid in seen:
            yield _at(statement.sid, f"Two statements are named “{statement.sid}”.", fatal=True)
        seen.add(statement.sid)


def _actions(statement: Statement) -> Iterator[Problem]:
    for action in (*statement.actions, *statement.not_actions):
        if action == "*" or meant_by(action):
            continue
        if not action.lower().startswith("s3:"):
            yield _at(action, f"“{action}” is no action of S3: those begin with “s3:”.", fatal=":" not in action)
            continue
        close = get_close_matches(action.lower(), [name.lower() for name in ACTIONS], 1)
        hint = next((f" Did you mean “{name}”?" for name in ACTIONS if close and name.lower() == close[0]), "")
        yield _at(action, f"S3 Desk knows no action “{action}”.{hint}")


def _resources(statement: Statement, bucket: str) -> Iterator[Problem]:
    whole, files = False, False
    for resource in (*statement.resources, *statement.not_resources):
        found = _RESOURCE.match(resource)
        if resource == "*" or resource.startswith("arn:*"):
            whole = files = True
        elif not found:
            hint = f"arn:aws:s3:::{bucket}/…" if "/" in resource or resource != bucket else f"arn:aws:s3:::{bucket}"
            yield _at(resource, f"A resource is written like “{hint}”.", fatal=True)
            whole = files = True
        else:
            if not matches(found["bucket"], bucket):
                yield _at(resource, f"This speaks of the bucket “{found['bucket']}”, but the policy is of “{bucket}”.")
            whole |= not found["slash"]
            files |= bool(found["slash"]) or found["bucket"].endswith("*")
    if statement.resources and statement.actions:
        yield from _mismatch(statement, bucket, whole=whole, files=files)


def _mismatch(statement: Statement, bucket: str, *, whole: bool, files: bool) -> Iterator[Problem]:
    """An action on files does nothing for the bucket itself, and the other way round: the usual mistake."""
    for action in statement.actions:
        names = meant_by(action)
        if names and not files and all(name in OF_OBJECTS for name in names):
            yield _at(action, f"“{action}” is about files: a resource like “arn:aws:s3:::{bucket}/*” is missing.")
        if names and not whole and all(name in OF_BUCKETS for name in names):
            yield _at(action, f"“{action}” is about the bucket: the resource “arn:aws:s3:::{bucket}” is missing.")


def _principals(statement: Statement) -> Iterator[Problem]:
    for principal in (*statement.principals, *statement.not_principals):
        if problem := _principal(principal):
            yield _at(principal.name, problem)
    if statement.not_principals and statement.effect is Effect.ALLOW:
        first = statement.not_principals[0].name
        yield _at(first, "Allowing everyone except somebody lets in the whole internet.")


def _principal(principal: Principal) -> str:
    if principal.kind != "AWS" or _PRINCIPAL.fullmatch(principal.name):
        return ""
    if "*" in principal.name or "?" in principal.name:
        return 'A principal cannot hold a * unless it is "*" alone, which is everyone.'
    if principal.name.isdigit():
        return f"An account has 12 digits, this has {len(principal.name)}."
    return "An account is 12 digits, somebody in it like “arn:aws:iam::123456789012:user/name”."


def _conditions(statement: Statement, policy: Policy) -> Iterator[Problem]:
    for condition in statement.conditions:
        if not known_operator(condition.operator):
            bare = condition.operator.split(":")[-1].removesuffix("IfExists")
            close = get_close_matches(bare, OPERATORS, 1)
            hint = f" Did you mean “{close[0]}”?" if close else ""
            yield _at(condition.operator, f"There is no condition “{condition.operator}”.{hint}")
        if wrong := _wrong_address(condition):
            yield _at(condition.key, f"“{wrong}” is no address like 203.0.113.0/24.", fatal=True)
    if policy.version == OLDEST:
        for word in (*statement.resources, *statement.not_resources):
            if "${" in word:
                yield _at(word, '“${…}” stands for something only with "Version": "2012-10-17".')


def _wrong_address(condition: Condition) -> str:
    if "ipaddress" not in condition.operator.lower():
        return ""
    for value in condition.values:
        try:
            ip_network(value, strict=False)
        except ValueError:
            return value
    return ""


def regrets(statement: Statement) -> Iterator[Problem]:
    """What the server takes and its writer may not have meant: the internet can write, or everyone is shut out."""
    everyone = next((one.name for one in statement.principals if one.everyone), None)
    if everyone is None or statement.conditions:
        return
    named = {name for action in statement.actions or statement.not_actions for name in meant_by(action)}
    changing = [name for name in CHANGING if (name in named) != bool(statement.not_actions)]
    if statement.effect is Effect.ALLOW and changing:
        yield _at(everyone, "Anyone on the internet could change or delete things here.")
    if statement.effect is Effect.DENY and "s3:PutBucketPolicy" in changing:
        yield _at(everyone, LOCKED)
