"""A policy is read, marked where it is wrong, and said in words."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3desk.s3.access.policy import Effect, PolicyError, parse, read
from s3desk.s3.access.policy_check import MOST_BYTES, check
from s3desk.s3.access.policy_json import Members, Node, read_json
from s3desk.s3.access.policy_words import statement_words

GOOD = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-999, 999) | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


def written(*statements: dict[str, Any], version: str = "2012-10-17") -> str:
    return json.dumps({"Version": version, "Statement": list(statements)}, indent=1)


def plain(node: Node) -> Any:
    """The tree as Python's own reader gives it."""
    if isinstance(node.value, Members):
        return {str(name): plain(value) for name, value in node.value.pairs}
    return [plain(each) for each in node.value] if isinstance(node.value, tuple) else node.value


@given(ANY_JSON, st.sampled_from([None, 1, "\t"]), st.booleans())
def test_json_is_read_as_python_reads_it(value: Any, indent: int | str | None, ascii_only: bool) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    assert plain(read_json(text)) == json.loads(text)


@given(st.text(alphabet="{}[]\",:\\ \n1tfn/'a", max_size=60))
def test_what_python_refuses_is_refused_at_a_place_in_the_text(text: str) -> None:
    try:
        expected = json.loads(text)
    except ValueError:
        with pytest.raises(PolicyError) as caught:
            read_json(text)
        lines = text.split("\n")
        assert 1 <= caught.value.line <= len(lines)
        assert 1 <= caught.value.column <= len(lines[caught.value.line - 1]) + 1
    else:
        assert plain(read_json(text)) == expected


@given(ANY_JSON)
def test_no_document_breaks_the_check(value: Any) -> None:
    policy, problems = read(json.dumps(value))
    assert problems or policy.statements
    assert check(json.dumps({"Version": "2012-10-17", "Statement": value}), "b")


MALFORMED = {
    "": (1, "empty"),
    "{": (1, "in the middle"),
    '{\n "Statement": [\n': (3, "in the middle"),
    '{\n "Version": "2012-10-17"\n "Statement": []}': (2, "A comma is missing here"),
    '{\n "Version": "2012-10-17",\n}': (2, "a comma too many"),
    '{"Statement": [{"a": 1},\n]}': (1, "a comma too many"),
    "{\n 'Version': 1}": (2, "straight double"),
    "{\n “Version”: 1}": (2, "straight double"),
    "{\n Version: 1}": (2, "name in double quotes"),
    '{\n "Version" "x"}': (2, "A colon is missing"),
    '{"a": [1}': (1, "A “]” should stand here"),
    '{"a": 1\n// why\n}': (2, "no comments"),
    '{"a": True}': (1, "text in double quotes"),
    '{"a": "x\n"}': (1, "closing quote"),
    '{"a": "\\s3"}': (1, "backslash"),
    '{"a": {"b": 1}': (1, "A “}” is missing at the end; it was opened in line 1"),
    '{"a": 1} }': (1, "Nothing may stand after"),
    "[" * 1000: (1, "too deeply"),
}


@pytest.mark.parametrize("text", MALFORMED)
def test_malformed_json_is_marked_at_its_line(text: str) -> None:
    (problem,) = check(text, "b")
    assert problem.fatal
    line, words = MALFORMED[text]
    assert problem.line == line
    assert words in problem.sentence


FORMS: list[tuple[dict[str, Any], str, bool]] = [
    ({"Effect": "allow"}, "“Allow” or “Deny”", True),
    ({"Effect": None}, "“Allow” or “Deny”", True),
    ({"Principal": {}}, "names nobody", True),
    ({"Principal": "123456789012"}, "Principal", True),
    ({"Principal": {"aws": "*"}}, "Did you mean “AWS”?", True),
    ({"Principal": {"AWS": "12345"}}, "12 digits, this has 5", False),
    ({"Principal": {"AWS": "arn:aws:iam::123456789012:user/*"}}, "cannot hold a *", False),
    ({"Principal": {"AWS": "bob"}}, "12 digits", False),
    ({"NotPrincipal": "*"}, "not both", True),
    ({"Action": []}, "is empty", True),
    ({"Action": 7}, "must be a text", True),
    ({"Action": "s3:GetObjct"}, "Did you mean “s3:GetObject”?", False),
    ({"Action": "ec2:Run"}, "no action of S3", False),
    ({"Action": "GetObject"}, "no action of S3", True),
    ({"Action": "s3:ListBucket"}, "the resource “arn:aws:s3:::b” is missing", False),
    ({"Resource": "arn:aws:s3:::b"}, "“arn:aws:s3:::b/*” is missing", False),
    ({"Resource": "b/*"}, "A resource is written like", True),
    ({"Resource": "arn:aws:s3:::other/*"}, "speaks of the bucket “other”", False),
    ({"Action": "s3:*"}, "could change or delete", False),
    ({"Effect": "Deny", "Action": "s3:*"}, "shuts out everyone", False),
    ({"Sid": 1}, "“Sid” is a name", True),
    ({"resource": "x"}, "Did you mean “Resource”?", True),
    ({"Condition": {"StringEqual": {"aws:Referer": "x"}}}, "Did you mean “StringEquals”?", False),
    ({"Condition": {"IpAddress": {"aws:SourceIp": "1.2.3"}}}, "no address", True),
    ({"Condition": {"Bool": "x"}}, "must be written in braces", True),
    ({"Condition": {"Bool": {"aws:SecureTransport": {}}}}, "compares with a text", True),
]


@pytest.mark.parametrize(("change", "sentence", "fatal"), FORMS, ids=[str(form[0]) for form in FORMS])
def test_what_is_wrong_is_said_once_at_its_line(change: dict[str, Any], sentence: str, fatal: bool) -> None:
    found = check(written({"Sid": "first", **GOOD, "Resource": "arn:aws:s3:::b/a"}, {**GOOD, **change}), "b")
    matching = [problem for problem in found if sentence in problem.sentence]
    assert len(matching) == 1, found
    assert matching[0].fatal == fatal
    assert matching[0].line > 10, "the second statement"


def test_a_good_policy_has_no_problem() -> None:
    assert check(written(GOOD), "b") == []
    assert check(written({**GOOD, "Resource": "arn:aws-cn:s3:::b/*"}), "b") == []


@pytest.mark.parametrize("left_out", ["Effect", "Principal", "Action", "Resource"])
def test_a_field_left_out_is_told(left_out: str) -> None:
    text = written({name: value for name, value in GOOD.items() if name != left_out})
    (problem,) = check(text, "b")
    assert left_out in problem.sentence
    assert problem.fatal
    with pytest.raises(PolicyError, match=left_out):
        parse(text)


def test_names_twice_too_many_bytes_and_wrong_versions() -> None:
    twice = check(written({**GOOD, "Sid": "one"}, {**GOOD, "Sid": "one"}), "b")
    assert [(problem.line, problem.fatal) for problem in twice] == [(16, True)]  # where the second Sid stands
    (repeated,) = check(written(GOOD).replace('"Effect"', '"Effect": "Deny", "Effect"'), "b")
    assert "stands here twice" in repeated.sentence
    assert "20,480 bytes" in check(written(GOOD) + " " * MOST_BYTES, "b")[0].sentence
    assert "The version must be" in check(written(GOOD, version="2024-01-01"), "b")[0].sentence
    old = check(written({**GOOD, "Resource": "arn:aws:s3:::b/${aws:username}/*"}, version="2008-10-17"), "b")
    assert "2012-10-17" in old[0].sentence


def test_one_statement_needs_no_list_and_values_no_quotes() -> None:
    text = json.dumps({"Statement": {**GOOD, "Condition": {"Bool": {"aws:SecureTransport": False}}}})
    policy = parse(text)
    assert policy.version == "2008-10-17"
    (statement,) = policy.statements
    assert statement.effect is Effect.ALLOW
    assert statement.conditions[0].values == ("false",)


USER = {"AWS": "arn:aws:iam::123456789012:user/team/alice"}
HTTPS = {"Bool": {"aws:SecureTransport": "true"}}
WORDS: list[tuple[dict[str, Any], str]] = [
    (
        {"Resource": "arn:aws:s3:::b/reports/*", "Condition": HTTPS},
        "Anyone on the internet may read every file under reports/ — only over https.",
    ),
    ({"Resource": "arn:aws:s3:::b/a.csv"}, "Anyone on the internet may read the file a.csv."),
    ({"Resource": "arn:aws:s3:::b/a*"}, "Anyone on the internet may read every file whose name begins with a."),
    ({"Resource": "arn:aws:s3:::b/*.csv"}, "Anyone on the internet may read every file like “*.csv”."),
    ({"Resource": "arn:aws:s3:::c/*"}, "Anyone on the internet may read every file of the bucket “c”."),
    (
        {"Principal": USER, "Action": ["s3:GetObject", "s3:DeleteObject"]},
        "The user “alice” of account 123456789012 may read and delete every file.",
    ),
    (
        {"Principal": {"AWS": ["111122223333", "arn:aws:iam::444455556666:root"]}, "Effect": "Deny"},
        "Account 111122223333 and account 444455556666 may not read any file.",
    ),
    (
        {
            "Effect": "Deny",
            "Action": "s3:*",
            "Resource": ["arn:aws:s3:::b", "arn:aws:s3:::b/*"],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        },
        "Nobody may do anything with this bucket and any file in it — when over plain http.",
    ),
    (
        {"Action": ["s3:ListBucket", "s3:GetObject"], "Resource": ["arn:aws:s3:::b", "arn:aws:s3:::b/*"]},
        "Anyone on the internet may read every file and list the files of this bucket.",
    ),
    ({"Action": "s3:ListBucket"}, "Anyone on the internet may do nothing: “ListBucket” does not go with every file."),
    ({"Action": "s3:PutObject"}, "Anyone on the internet may upload or replace any file."),
    ({"Action": "s3:get*"}, "Anyone on the internet may do every “s3:get*” with every file."),
    ({"Action": "s3:Fly"}, "Anyone on the internet may do “s3:Fly” with every file."),
    (
        {"Condition": {"NotIpAddress": {"aws:SourceIp": ["10.0.0.0/8", "192.168.0.0/16"]}}},
        "Anyone on the internet may read every file — only not from 10.0.0.0/8 or 192.168.0.0/16.",
    ),
    (
        {
            "Condition": {
                "StringLike": {"s3:ExistingObjectTag/team": "a*"},
                "DateLessThan": {"aws:CurrentTime": "2030-01-01"},
            }
        },
        "Anyone on the internet may read every file — only if the tag “team” is like “a*” and before 2030-01-01.",
    ),
    (
        {"Effect": "Deny", "Condition": {"Null": {"aws:SourceVpce": "true"}}},
        "Nobody may read any file — when aws:SourceVpce is not there.",
    ),
    ({"Principal": {"Service": "logging.s3.amazonaws.com"}}, "The AWS service logging.s3 may read every file."),
    ({"Principal": {"CanonicalUser": "79a59df900b949e5"}}, "The account with the ID 79a59df9… may read every file."),
]


@pytest.mark.parametrize(("change", "sentence"), WORDS, ids=[words[1][:50] for words in WORDS])
def test_a_statement_in_words(change: dict[str, Any], sentence: str) -> None:
    (statement,) = parse(written({**GOOD, **change})).statements
    assert statement_words(statement, "b") == sentence


def test_the_negative_forms_in_words() -> None:
    statement = {
        "Effect": "Deny",
        "NotPrincipal": USER,
        "NotAction": "s3:GetObject",
        "NotResource": "arn:aws:s3:::b/open/*",
    }
    (found,) = parse(written(statement)).statements
    said = statement_words(found, "b")
    assert said.startswith("Nobody except the user “alice” of account 123456789012 may do anything except “GetObject” ")
    assert "everything except any file under open/" in said
