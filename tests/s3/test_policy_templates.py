"""Templates hold what they promise, and leave alone what was there."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3desk.s3.access.policy import Effect, parse
from s3desk.s3.access.policy_templates import (
    ACCOUNT_READ,
    ACCOUNT_UPLOAD,
    ONLY_HTTPS,
    PUBLIC_READ,
    READ_FROM,
    TEMPLATES,
    Template,
    pretty,
    with_template,
)
from s3desk.s3.access.policy_verdict import ANYONE, Asker, anyone, is_public, public_prefixes, verdict

ALICE = Asker(arn="arn:aws:iam::111122223333:user/alice", account="111122223333")
BOB = Asker(arn="arn:aws:iam::444455556666:user/bob")
B = "arn:aws:s3:::b"

ANSWERS = {"Folder": "reports", "Account": "111122223333", "Addresses": "192.0.2.0/24, 198.51.100.7"}
FOLDERS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="*?"), max_size=12).filter(
    lambda folder: "${" not in folder
)


@given(FOLDERS, st.text(max_size=8))
def test_public_read_opens_the_folder_and_nothing_else(folder: str, name: str) -> None:
    policy = parse(with_template("", PUBLIC_READ, {"Folder": folder}, "b"))
    prefix = folder.strip() if not folder.strip() or folder.strip().endswith("/") else f"{folder.strip()}/"
    assert is_public(policy, "b", f"{prefix}{name}x")
    assert is_public(policy, "b", f"-{prefix}x") == (not prefix)
    assert public_prefixes(policy, "b") == [prefix]
    assert anyone(policy, "b", f"{prefix}x", "s3:PutObject").effect is not Effect.ALLOW


def test_each_template_does_what_it_says() -> None:
    def effect(template: Template, asker: Asker, action: str, key: str, **known: str) -> Effect:
        context = {"aws:SecureTransport": "true", **{name.replace("_", ":"): value for name, value in known.items()}}
        return verdict(parse(with_template("", template, ANSWERS, "b")), asker, action, "b", key, context).effect

    assert effect(ACCOUNT_READ, ALICE, "s3:GetObject", "reports/a") is Effect.ALLOW
    assert effect(ACCOUNT_READ, ALICE, "s3:GetObject", "a") is Effect.NONE
    assert effect(ACCOUNT_READ, BOB, "s3:GetObject", "reports/a") is Effect.NONE
    assert effect(ACCOUNT_READ, ALICE, "s3:ListBucket", "", s3_prefix="reports/2024") is Effect.ALLOW
    assert effect(ACCOUNT_READ, ALICE, "s3:ListBucket", "", s3_prefix="") is Effect.NONE
    assert effect(ACCOUNT_UPLOAD, ALICE, "s3:PutObject", "reports/a") is Effect.ALLOW
    assert effect(ACCOUNT_UPLOAD, ALICE, "s3:GetObject", "reports/a") is Effect.NONE
    assert effect(READ_FROM, ANYONE, "s3:GetObject", "reports/a", aws_SourceIp="192.0.2.9") is Effect.ALLOW
    assert effect(READ_FROM, ANYONE, "s3:GetObject", "reports/a", aws_SourceIp="192.0.3.9") is Effect.NONE
    https = parse(with_template("", ONLY_HTTPS, {}, "b"))
    for said, expected in (("true", Effect.NONE), ("false", Effect.DENY), (None, Effect.DENY)):
        assert verdict(https, ALICE, "s3:GetObject", "b", "x", {"aws:SecureTransport": said}).effect is expected


def test_templates_leave_the_rest_alone_and_come_once() -> None:
    mine = {
        "Sid": "Mine",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:Put*",
        "Resource": f"{B}/*",
        "Condition": {},
    }
    text = json.dumps({"Id": "x", "Version": "2012-10-17", "Statement": mine})
    for template in (*TEMPLATES, *TEMPLATES):
        text = with_template(text, template, ANSWERS, "b")
    document = json.loads(text)
    assert document["Id"] == "x"
    assert document["Statement"][0] == mine
    names = [one["Sid"] for one in document["Statement"]]
    assert names == [
        "Mine",
        "PublicRead",
        "AccountRead",
        "AccountList",
        "AccountUpload",
        "ReadFromAddresses",
        "DenyPlainHttp",
        "DenyHttpUntold",
    ]
    more = json.loads(with_template(text, ACCOUNT_READ, {**ANSWERS, "Folder": "other/"}, "b"))
    assert [one["Sid"] for one in more["Statement"]] == [*names, "AccountRead2", "AccountList2"]
    changed = json.loads(with_template(text, READ_FROM, {**ANSWERS, "Addresses": "10.0.0.0/8"}, "b"))
    assert [one["Sid"] for one in changed["Statement"]] == names
    assert changed["Statement"][5]["Condition"] == {"IpAddress": {"aws:SourceIp": ["10.0.0.0/8"]}}


@pytest.mark.parametrize(
    ("template", "wrong"),
    [
        (PUBLIC_READ, {"Folder": "a*"}),
        (ACCOUNT_READ, {"Account": "1234"}),
        (ACCOUNT_READ, {"Account": "arn:aws:iam::123456789012:user/*"}),
        (READ_FROM, {"Addresses": ""}),
        (READ_FROM, {"Addresses": "0.0.0.0/0"}),
        (READ_FROM, {"Addresses": "10.0.0.0/8, office"}),
    ],
)
def test_wrong_answers_are_refused(template: Template, wrong: dict[str, str]) -> None:
    assert template.problem({**ANSWERS, **wrong})
    with pytest.raises(ValueError, match=re.escape(template.problem({**ANSWERS, **wrong}))):
        with_template("", template, {**ANSWERS, **wrong}, "b")


def test_pretty_loses_nothing() -> None:
    assert pretty('{"a":1,"a":2}') == '{"a":1,"a":2}'
    assert pretty("{") == "{"
    assert pretty('{"b":"\\u2029\\ud800é"}') == '{\n  "b": "\\u2029\\ud800é"\n}'
