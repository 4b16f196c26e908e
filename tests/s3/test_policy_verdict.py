"""The verdict of a policy against oracles that try everything."""

from __future__ import annotations

import itertools
import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from s3desk.s3.access.policy import Condition, Effect, Policy, Principal, Statement, Word, parse
from s3desk.s3.access.policy_conditions import OPERATORS, known_operator
from s3desk.s3.access.policy_verdict import ANYONE, Asker, anyone, is_public, named_readers, public_prefixes, verdict
from s3desk.s3.access.policy_wildcards import matches

ALICE = Asker(arn="arn:aws:iam::111122223333:user/alice", account="111122223333")
ROLE = Asker(arn="arn:aws:sts::111122223333:assumed-role/reader/session")
BOB = Asker(arn="arn:aws:iam::444455556666:user/bob")
B = "arn:aws:s3:::b"


# wildcards


def by_regular_expression(pattern: str, text: str) -> bool:
    """The slow and plain way."""
    parts = {"*": "(?s:.*)", "?": "(?s:.)"}
    return re.fullmatch("".join(parts.get(letter, re.escape(letter)) for letter in pattern), text) is not None


@settings(max_examples=200)
@given(st.text("ab*?/\n", max_size=9), st.text("ab/\n", max_size=12))
def test_wildcards_match_as_a_regular_expression_does(pattern: str, text: str) -> None:
    assert matches(pattern, text) == by_regular_expression(pattern, text)


def test_no_pattern_is_slow() -> None:
    assert not matches("*a" * 60 + "b", "a" * 1024)


# the whole decision

KEYS = ("r/a", "r/b", "x")
ASKERS = (ANYONE, ALICE, ROLE, BOB)
PRINCIPALS = (
    "*",
    "111122223333",
    ALICE.arn,
    "arn:aws:iam::111122223333:role/path/reader",
    "arn:aws:iam::444455556666:root",
)
MEANT = {  # by principal, who of ASKERS
    PRINCIPALS[0]: {ANYONE, ALICE, ROLE, BOB},
    PRINCIPALS[1]: {ALICE, ROLE},
    PRINCIPALS[2]: {ALICE},
    PRINCIPALS[3]: {ROLE},
    PRINCIPALS[4]: {BOB},
}
COVERED = {
    f"{B}/*": {"r/a", "r/b", "x"},
    f"{B}/r/*": {"r/a", "r/b"},
    f"{B}/?": {"x"},
    f"{B}/r/a": {"r/a"},
    B: set[str](),
}
DONE = {"s3:*": True, "s3:GET*": True, "s3:GetObject": True, "s3:PutObject": False}


@st.composite
def statements(draw: st.DrawFn) -> Statement:
    def some(values: Any) -> tuple[Word, ...]:
        return tuple(map(Word, draw(st.lists(st.sampled_from(sorted(values)), min_size=1, max_size=2))))

    people = tuple(Principal("AWS", name) for name in some(PRINCIPALS))
    things, deeds = some(COVERED), some(DONE)
    wish = Condition(Word(draw(st.sampled_from(["Bool", "BoolIfExists"]))), Word("aws:SecureTransport"), ("true",))
    not_people, not_things, not_deeds = draw(st.tuples(st.booleans(), st.booleans(), st.booleans()))
    return Statement(
        draw(st.sampled_from([Effect.ALLOW, Effect.DENY])),
        () if not_people else people,
        people if not_people else (),
        () if not_deeds else deeds,
        deeds if not_deeds else (),
        () if not_things else things,
        things if not_things else (),
        draw(st.sampled_from([(), (wish,)])),
    )


def fits(statement: Statement, asker: Asker, key: str, secure: str | None) -> bool:
    who = any(asker in MEANT[one.name] for one in statement.principals or statement.not_principals)
    what = any(key in COVERED[one] for one in statement.resources or statement.not_resources)
    how = any(DONE[one] for one in statement.actions or statement.not_actions)
    sides = (
        who != bool(statement.not_principals),
        what != bool(statement.not_resources),
        how != bool(statement.not_actions),
    )
    operators = {condition.operator for condition in statement.conditions}
    when = not operators or secure == "true" or (secure is None and operators == {"BoolIfExists"})
    return all(sides) and when


def by_trying(policy: Policy, asker: Asker, key: str, secure: str | None) -> Effect:
    spoken = {one.effect for one in policy.statements if fits(one, asker, key, secure)}
    return Effect.DENY if Effect.DENY in spoken else Effect.ALLOW if spoken else Effect.NONE


@settings(max_examples=150, deadline=None)
@given(st.lists(statements(), max_size=4))
def test_the_verdict_is_what_trying_everything_gives(found: list[Statement]) -> None:
    policy = Policy(tuple(found))
    for asker, key in itertools.product(ASKERS, KEYS):
        each = set()
        for secure in ("true", "false", None):
            expected = by_trying(policy, asker, key, secure)
            told = verdict(policy, asker, "s3:GetObject", "b", key, {"aws:securetransport": secure})
            assert told.effect is expected
            assert told.outcomes == {expected}
            each.add(expected)
        open_ = verdict(policy, asker, "s3:GetObject", "b", key)
        assert each <= open_.outcomes, "whatever the request turns out to be was foreseen"
        assert (open_.effect is Effect.DEPENDS) == (len(open_.outcomes) > 1)
        assert open_.effect is Effect.DEPENDS or each == {open_.effect}


# what is not known


def policy_of(*found: dict[str, Any], version: str = "2012-10-17") -> Policy:
    usual = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"{B}/*"}
    return parse(json.dumps({"Version": version, "Statement": [{**usual, **one} for one in found]}))


def condition(operator: str, key: str, *values: str) -> dict[str, Any]:
    return {"Condition": {operator: {key: list(values)}}}


def test_somebody_unknown_is_met_only_by_everyone() -> None:
    named = policy_of({"Principal": {"AWS": "111122223333"}})
    assert verdict(named, Asker(), "s3:GetObject", "b", "k").effect is Effect.DEPENDS
    assert verdict(named, Asker(account="444455556666"), "s3:GetObject", "b", "k").effect is Effect.NONE
    assert verdict(named, ANYONE, "s3:GetObject", "b", "k").effect is Effect.NONE
    assert verdict(policy_of({}), Asker(), "s3:GetObject", "b", "k").effect is Effect.ALLOW
    canonical = policy_of({"Principal": {"CanonicalUser": "abc"}})
    assert verdict(canonical, Asker(canonical="abc"), "s3:GetObject", "b", "k").effect is Effect.ALLOW
    assert verdict(canonical, ALICE, "s3:GetObject", "b", "k").effect is Effect.DEPENDS


def test_what_it_depends_on_is_named() -> None:
    found = verdict(policy_of(condition("StringEquals", "aws:Referer", "x")), ANYONE, "s3:GetObject", "b", "k")
    assert found.depends_on == ("aws:Referer",)
    assert found.outcomes == {Effect.ALLOW, Effect.NONE}
    assert found.words == "Statement 1 allows this, depending on aws:Referer."


def test_the_one_who_decides_is_named() -> None:
    policy = policy_of({"Sid": "Open"}, {"Sid": "Shut", "Effect": "Deny", "Resource": f"{B}/r/*"})
    assert verdict(policy, ANYONE, "s3:GetObject", "b", "x").words == "Statement 1 (“Open”) allows this."
    denied = verdict(policy, ANYONE, "s3:GetObject", "b", "r/a")
    assert (denied.statement, denied.words) == (1, "Statement 2 (“Shut”) denies this.")
    assert verdict(policy, ANYONE, "s3:PutObject", "b", "x").statement is None


CONDITIONS: list[tuple[dict[str, Any], dict[str, str | None], bool]] = [
    (condition("StringEquals", "k", "a", "b"), {"k": "b"}, True),
    (condition("StringEquals", "k", "A"), {"k": "a"}, False),
    (condition("StringEquals", "k", "*"), {"k": "a"}, False),
    (condition("StringEqualsIgnoreCase", "k", "A"), {"k": "a"}, True),
    (condition("StringNotEquals", "k", "a", "b"), {"k": "b"}, False),
    (condition("StringNotEquals", "k", "a", "b"), {"k": None}, True),
    (condition("StringEquals", "k", "a"), {"k": None}, False),
    (condition("StringLike", "K", "a*"), {"k": "abc"}, True),
    (condition("StringNotLike", "k", "a*"), {"K": "abc"}, False),
    (condition("NumericLessThanEquals", "s3:max-keys", "10"), {"s3:max-keys": "10"}, True),
    (condition("NumericGreaterThan", "k", "10"), {"k": "9"}, False),
    (condition("NumericEquals", "k", "ten"), {"k": "10"}, False),
    (condition("DateGreaterThan", "d", "2024-01-01T00:00:00Z"), {"d": "2024-06-01T00:00:00Z"}, True),
    (condition("DateLessThan", "d", "1700000000"), {"d": "2024-06-01"}, False),
    (condition("DateGreaterThan", "aws:CurrentTime", "2020-01-01T00:00:00Z"), {}, True),
    (condition("Bool", "b", "TRUE"), {"b": "true"}, True),
    (condition("IpAddress", "aws:SourceIp", "10.0.0.0/8", "2001:db8::/32"), {"aws:SourceIp": "2001:db8::1"}, True),
    (condition("IpAddress", "aws:SourceIp", "10.0.0.0/8"), {"aws:SourceIp": "11.0.0.1"}, False),
    (condition("NotIpAddress", "aws:SourceIp", "10.0.0.0/8"), {"aws:SourceIp": "11.0.0.1"}, True),
    (condition("ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:user/*"), {"aws:PrincipalArn": ALICE.arn}, True),
    (condition("ArnLike", "aws:PrincipalArn", "arn:*:user/alice"), {"aws:PrincipalArn": ALICE.arn}, False),
    (condition("ArnNotEquals", "aws:PrincipalArn", ALICE.arn), {"aws:PrincipalArn": BOB.arn}, True),
    (condition("Null", "k", "true"), {"k": None}, True),
    (condition("Null", "k", "false"), {"k": None}, False),
    (condition("StringEqualsIfExists", "k", "a"), {"k": None}, True),
    (condition("ForAllValues:StringEquals", "k", "a"), {"k": None}, True),
    (condition("ForAnyValue:StringEquals", "k", "a"), {"k": None}, False),
    (condition("ForAnyValue:StringEquals", "k", "a"), {"k": "a"}, True),
]


@pytest.mark.parametrize(
    ("wish", "known", "allowed"), CONDITIONS, ids=[f"{one[0]['Condition']} {one[1]}" for one in CONDITIONS]
)
def test_a_condition(wish: dict[str, Any], known: dict[str, str | None], allowed: bool) -> None:
    found = verdict(policy_of(wish), ANYONE, "s3:GetObject", "b", "x", known)
    assert found.effect is (Effect.ALLOW if allowed else Effect.NONE)


def test_every_operator_is_known_and_others_leave_it_open() -> None:
    assert all(known_operator(name) for name in OPERATORS)
    strange = policy_of(condition("StringEqual", "k", "a"))
    assert verdict(strange, ANYONE, "s3:GetObject", "b", "x", {"k": "a"}).effect is Effect.DEPENDS


def test_variables_stand_for_who_asks() -> None:
    home = {"Resource": f"{B}/home/${{aws:username}}/*"}
    assert verdict(policy_of(home), ALICE, "s3:GetObject", "b", "home/alice/a").effect is Effect.ALLOW
    assert verdict(policy_of(home), BOB, "s3:GetObject", "b", "home/alice/a").effect is Effect.NONE
    assert verdict(policy_of(home), ANYONE, "s3:GetObject", "b", "home/alice/a").effect is Effect.NONE
    assert verdict(policy_of(home), Asker(), "s3:GetObject", "b", "home/alice/a").effect is Effect.DEPENDS
    assert verdict(policy_of(home), Asker(), "s3:GetObject", "b", "away/a").effect is Effect.NONE
    literal = verdict(policy_of(home, version="2008-10-17"), ANYONE, "s3:GetObject", "b", "home/${aws:username}/a")
    assert literal.effect is Effect.ALLOW
    starred = policy_of({"Resource": f"{B}/${{*}}"})
    assert verdict(starred, ANYONE, "s3:GetObject", "b", "*").effect is Effect.ALLOW
    assert verdict(starred, ANYONE, "s3:GetObject", "b", "x").effect is Effect.NONE


# the public


def test_public_is_what_anybody_gets_from_anywhere() -> None:
    assert is_public(policy_of({}), "b", "x")
    assert is_public(policy_of(condition("Bool", "aws:SecureTransport", "true")), "b", "x")
    assert is_public(policy_of(condition("IpAddress", "aws:SourceIp", "0.0.0.0/0")), "b", "x")
    assert not is_public(policy_of(condition("IpAddress", "aws:SourceIp", "192.0.2.0/24")), "b", "x")
    assert not is_public(policy_of(condition("StringEquals", "aws:SourceVpce", "vpce-1")), "b", "x")
    assert not is_public(policy_of(condition("StringEquals", "aws:PrincipalOrgID", "o-1")), "b", "x")
    assert not is_public(policy_of({"Principal": {"AWS": "111122223333"}}), "b", "x")
    assert Effect.ALLOW in anyone(policy_of(condition("StringEquals", "aws:Referer", "x")), "b", "x").outcomes


def test_public_prefixes() -> None:
    several = policy_of(
        {"Resource": [f"{B}/reports/*", f"{B}/a.csv", f"{B}/2024-*/x", "arn:aws:s3:::other/*", B]},
        {"Resource": f"{B}/secret/*"},
        {"Resource": f"{B}/office/*", **condition("IpAddress", "aws:SourceIp", "192.0.2.0/24")},
        {"Effect": "Deny", "Resource": f"{B}/secret*"},
    )
    assert public_prefixes(several, "b") == ["2024-", "a.csv", "reports/"]
    assert public_prefixes(policy_of({"Resource": "*"}), "b") == [""]
    assert public_prefixes(policy_of({"Resource": "arn:aws:s3:::*"}), "b") == [""]
    assert public_prefixes(policy_of({"Action": "s3:PutObject"}), "b") == []
    assert public_prefixes(policy_of({"Resource": "arn:aws-cn:s3:::b/r/*"}), "b") == ["r/"]


def test_who_is_named() -> None:
    policy = policy_of(
        {}, {"Principal": {"AWS": ["111122223333", BOB.arn]}}, {"Principal": {"AWS": "1"}, "Action": "s3:Put*"}
    )
    assert [one.name for one in named_readers(policy, "b", "x")] == ["111122223333", BOB.arn]
