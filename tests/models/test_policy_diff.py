"""What changes in a policy, said before it is saved."""

from __future__ import annotations

import json
from typing import Any

from s3desk.models.policy_diff import SHUT_OUT, Side, change_words, changed_lines, policy_words, warnings
from s3desk.s3.access.policy_templates import ONLY_HTTPS, with_template


def policy(*changes: dict[str, Any]) -> str:
    usual = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [{**usual, **one} for one in changes]})


REPORTS = {"Resource": "arn:aws:s3:::b/reports/*"}
ALICE = {"Principal": {"AWS": "arn:aws:iam::123456789012:user/alice"}}
DENIAL = {"Effect": "Deny", **ALICE}


def test_spaces_are_no_change() -> None:
    assert all(
        line.side is Side.BOTH for line in changed_lines(policy({}), json.dumps(json.loads(policy({})), indent=7))
    )
    assert change_words(policy({}), policy({}), "b") == []


def test_lines_that_go_and_come() -> None:
    lines = changed_lines(policy(REPORTS), policy({"Resource": "arn:aws:s3:::b/x"}))
    assert [line.words.strip() for line in lines if line.side is Side.GONE] == [
        '"Resource": "arn:aws:s3:::b/reports/*"'
    ]
    assert [line.words.strip() for line in lines if line.side is Side.NEW] == ['"Resource": "arn:aws:s3:::b/x"']
    assert {line.side for line in changed_lines("", policy({}))} == {Side.NEW}
    assert {line.side for line in changed_lines(policy({}), "")} == {Side.GONE}


def test_sentences_that_go_and_come() -> None:
    said = change_words(policy(REPORTS, ALICE), policy(ALICE, {}), "b")
    assert [(one.side, one.words) for one in said] == [
        (Side.GONE, "Anyone on the internet may read every file under reports/."),
        (Side.NEW, "Anyone on the internet may read every file."),
    ]


def test_a_name_cannot_hide_what_it_is() -> None:
    (said,) = policy_words(policy({"Resource": "arn:aws:s3:::b/\u202egnp.exe"}), "b")
    assert "‹U+202E›" in said
    assert "\u202e" not in said


def test_warned_of_what_it_opens() -> None:
    assert warnings(policy(ALICE), policy(ALICE, REPORTS), "b") == [
        "After this, anyone on the internet can read what begins with reports/."
    ]
    assert warnings("", policy({}), "b") == [
        "After this, anyone on the internet can read files anywhere in this bucket."
    ]
    assert warnings(policy({}), policy({}, REPORTS), "b") == [], "it was open before"
    assert warnings(policy(ALICE, REPORTS), policy(ALICE), "b") == []


def test_warned_of_writing_by_everyone_and_of_a_denial_taken_away() -> None:
    (written,) = warnings("", policy({"Action": "s3:PutObject"}), "b")
    assert "could change or delete" in written
    (taken,) = warnings(policy({}, DENIAL), policy({}), "b")
    assert "A denial is taken away" in taken


def test_warned_of_shutting_oneself_out() -> None:
    https = with_template("", ONLY_HTTPS, {}, "b")
    assert warnings("", https, "b", secure=True) == []
    assert warnings("", https, "b", secure=False) == [SHUT_OUT]
    nobody = policy({"Effect": "Deny", "Action": "s3:*", "Resource": ["arn:aws:s3:::b", "arn:aws:s3:::b/*"]})
    assert warnings("", nobody, "b") == [SHUT_OUT]
