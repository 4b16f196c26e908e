"""The policies people really want, as statements to be put into what is there already."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import ip_network
from typing import Any

from s3desk.s3.access.policy import NEWEST, parse

_SECURE = "aws:SecureTransport"
_ACCOUNT = re.compile(r"\d{12}|arn:aws[a-z-]*:(iam|sts)::[^:*?]*:[^*?]+")


@dataclass(frozen=True)
class Field:
    """Something a template asks for: `check` gives the sentence that says what is wrong with an answer, or ""."""

    name: str
    example: str
    check: Callable[[str], str]


@dataclass(frozen=True)
class Template:
    """A policy to start from: `name` for the list, `sentence` says what it does, `fields` what it asks for."""

    name: str
    sentence: str
    fields: tuple[Field, ...]
    statements: Callable[[Mapping[str, str], str], list[dict[str, Any]]]

    def problem(self, values: Mapping[str, str]) -> str:
        """What is wrong with the first answer that is; "" when all are good."""
        return next((said for field in self.fields if (said := field.check(values.get(field.name, "").strip()))), "")


def with_template(text: str, template: Template, values: Mapping[str, str], bucket: str) -> str:
    """The policy with the template's statements in it, all others as they were; "" is a policy to begin with.

    A statement the template made before for the same people and files is replaced. Raises PolicyError when `text`
    cannot be read, and ValueError when `values` are not as `template.problem` wants them.
    """
    if said := template.problem(values):
        raise ValueError(said)
    if text.strip():
        parse(text)
    policy: dict[str, Any] = json.loads(text) if text.strip() else {"Version": NEWEST, "Statement": []}
    there = policy.get("Statement", [])
    statements: list[dict[str, Any]] = list(there) if isinstance(there, list) else [there]
    answers = {name: value.strip() for name, value in values.items()}
    for made in template.statements(answers, bucket):
        place = next((at for at, one in enumerate(statements) if _replaces(made, one)), len(statements))
        taken = {one.get("Sid") for at, one in enumerate(statements) if at != place}
        statements[place : place + 1] = [{**made, "Sid": _free(made["Sid"], taken)}]
    return pretty(json.dumps({**policy, "Statement": statements}))


def pretty(text: str) -> str:
    """JSON with two spaces a level, the order kept and what cannot be seen escaped.

    What is no JSON stays as it is, and so does what would lose something: one name twice in an object.
    """
    try:
        written = json.dumps(json.loads(text, object_pairs_hook=_once), indent=2, ensure_ascii=False, allow_nan=False)
    except (ValueError, RecursionError):
        return text
    return "".join(letter if letter.isprintable() or letter == "\n" else json.dumps(letter)[1:-1] for letter in written)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("one name twice")
    return found


def _replaces(made: Mapping[str, Any], there: Mapping[str, Any]) -> bool:
    ours = re.fullmatch(re.escape(made["Sid"]) + r"\d*", str(there.get("Sid", "")))
    return ours is not None and _who_and_what(made) == _who_and_what(there)


def _who_and_what(statement: Mapping[str, Any]) -> list[object]:
    """What makes it the same statement; other addresses, in its condition, do not make it another."""
    condition = statement.get("Condition", {})
    folders = condition.get("StringLike") if isinstance(condition, dict) else None
    return [*(statement.get(name) for name in ("Effect", "Principal", "Action", "Resource")), folders]


def _free(name: str, taken: set[Any]) -> str:
    number = 1
    while (name if number == 1 else f"{name}{number}") in taken:
        number += 1
    return name if number == 1 else f"{name}{number}"


def _check_folder(value: str) -> str:
    if any(special in value for special in ("*", "?", "${")):
        return "A folder whose name holds *, ? or ${ cannot be named exactly in a policy."
    return ""


def _check_account(value: str) -> str:
    if _ACCOUNT.fullmatch(value):
        return ""
    return "An account is 12 digits, somebody in it like arn:aws:iam::123456789012:user/name."


def _check_addresses(value: str) -> str:
    for each in _addresses(value):
        try:
            if ip_network(each, strict=False).prefixlen == 0:
                return f"{each} is every address there is."
        except ValueError:
            return f"“{each}” is no address like 203.0.113.0/24."
    return "" if _addresses(value) else "Which addresses? Like 203.0.113.0/24, more than one with commas."


def _addresses(value: str) -> list[str]:
    return [each.strip() for each in value.split(",") if each.strip()]


def _folder(values: Mapping[str, str]) -> str:
    """As a prefix: people write reports and mean reports/."""
    folder = values.get(FOLDER.name, "")
    return folder if not folder or folder.endswith("/") else f"{folder}/"


def _statement(sid: str, effect: str, principal: object, actions: str | list[str], resource: object) -> dict[str, Any]:
    return {"Sid": sid, "Effect": effect, "Principal": principal, "Action": actions, "Resource": resource}


def _files(values: Mapping[str, str], bucket: str) -> str:
    return f"arn:aws:s3:::{bucket}/{_folder(values)}*"


def _account(values: Mapping[str, str]) -> dict[str, str]:
    named = values[ACCOUNT.name]
    return {"AWS": f"arn:aws:iam::{named}:root" if named.isdigit() else named}


def _public_read(values: Mapping[str, str], bucket: str) -> list[dict[str, Any]]:
    return [_statement("PublicRead", "Allow", "*", "s3:GetObject", _files(values, bucket))]


def _read_from(values: Mapping[str, str], bucket: str) -> list[dict[str, Any]]:
    made = _statement("ReadFromAddresses", "Allow", "*", "s3:GetObject", _files(values, bucket))
    return [{**made, "Condition": {"IpAddress": {"aws:SourceIp": _addresses(values[ADDRESSES.name])}}}]


def _account_read(values: Mapping[str, str], bucket: str) -> list[dict[str, Any]]:
    who, folder = _account(values), _folder(values)
    listing = _statement("AccountList", "Allow", who, "s3:ListBucket", f"arn:aws:s3:::{bucket}")
    if folder:
        listing["Condition"] = {"StringLike": {"s3:prefix": [folder, f"{folder}*"]}}
    return [_statement("AccountRead", "Allow", who, "s3:GetObject", _files(values, bucket)), listing]


def _account_upload(values: Mapping[str, str], bucket: str) -> list[dict[str, Any]]:
    actions = ["s3:PutObject", "s3:AbortMultipartUpload"]
    return [_statement("AccountUpload", "Allow", _account(values), actions, _files(values, bucket))]


def _only_https(_values: Mapping[str, str], bucket: str) -> list[dict[str, Any]]:
    everything = [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"]
    told = _statement("DenyPlainHttp", "Deny", "*", "s3:*", everything)
    # Ceph does not say "false" over plain http but nothing at all; SeaweedFS knows no BoolIfExists
    untold = _statement("DenyHttpUntold", "Deny", "*", "s3:*", everything)
    return [
        {**told, "Condition": {"Bool": {_SECURE: "false"}}},
        {**untold, "Condition": {"Null": {_SECURE: "true"}}},
    ]


FOLDER = Field("Folder", "reports/ (empty: the whole bucket)", _check_folder)
ACCOUNT = Field("Account", "123456789012 or an ARN", _check_account)
ADDRESSES = Field("Addresses", "203.0.113.0/24, 198.51.100.7", _check_addresses)

PUBLIC_READ = Template(
    "Anyone may read…", "Anyone on the internet may read every file of a folder.", (FOLDER,), _public_read
)
ACCOUNT_READ = Template(
    "Another account may read…", "Another AWS account may list and read a folder.", (ACCOUNT, FOLDER), _account_read
)
ACCOUNT_UPLOAD = Template(
    "Another account may upload…",
    "Another AWS account may put files into a folder.",
    (ACCOUNT, FOLDER),
    _account_upload,
)
READ_FROM = Template(
    "Read from some addresses…",
    "Whoever comes from these internet addresses, an office's for instance, may read every file of a folder.",
    (ADDRESSES, FOLDER),
    _read_from,
)
ONLY_HTTPS = Template("Deny plain HTTP", "Nobody may reach the bucket unencrypted, over plain http.", (), _only_https)
TEMPLATES = (PUBLIC_READ, ACCOUNT_READ, ACCOUNT_UPLOAD, READ_FROM, ONLY_HTTPS)
