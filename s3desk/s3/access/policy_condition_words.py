"""The condition of a statement in words that fit behind `only` and `when`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3desk.s3.access.policy_conditions import operator_name

if TYPE_CHECKING:
    from s3desk.s3.access.policy import Condition

_WHERE = {
    "aws:sourceip": "from {}",
    "aws:vpcsourceip": "from the private addresses {}",
    "aws:sourcevpc": "from the private network {}",
    "aws:sourcevpce": "through the private endpoint {}",
    "aws:principalaccount": "for account {}",
    "aws:principalarn": "for {}",
    "aws:principalorgid": "for members of the organization {}",
    "aws:username": "for the user {}",
    "aws:userid": "for the user ID {}",
    "aws:sourceaccount": "on behalf of account {}",
    "aws:sourcearn": "on behalf of {}",
    "aws:referer": "from pages that say they are {}",
    "aws:useragent": "with programs that say they are {}",
    "s3:prefix": "under {}",
    "s3:x-amz-acl": "with the access list {}",
    "s3:x-amz-server-side-encryption": "encrypted with {}",
    "s3:x-amz-server-side-encryption-aws-kms-key-id": "encrypted with the key {}",
    "s3:x-amz-storage-class": "in the storage class {}",
    "s3:versionid": "for the version {}",
    "s3:authtype": "signed by {}",
}
_COMPARED = {
    "lessthan": "less than {}",
    "lessthanequals": "at most {}",
    "greaterthan": "more than {}",
    "greaterthanequals": "at least {}",
}
_DATES = {
    "lessthan": "before {}",
    "lessthanequals": "until {}",
    "greaterthan": "after {}",
    "greaterthanequals": "since {}",
}
_SECURE = "aws:securetransport"
_TAG = "s3:existingobjecttag/"


def condition_words(condition: Condition) -> str:
    """`over https`, `from 10.0.0.0/8`, or `if …` for what has no shorter words."""
    operator, negative = operator_name(condition.operator)
    key = condition.key.lower()
    told = " (or where it is not told)" if condition.operator.lower().endswith("ifexists") else ""
    values = list(condition.values)
    if operator == "bool" and key == _SECURE and len(values) == 1:
        return "over https" if values[0].lower() == "true" else "over plain http"
    if operator == "null":
        return _null_words(condition)
    comparison = operator.removeprefix("numeric").removeprefix("date")
    if operator.startswith("date") and comparison in _DATES:
        return _DATES[comparison].format(_or(values))
    if comparison in _COMPARED:
        return f"if {_key(condition.key)} is {_COMPARED[comparison].format(_or(values))}{told}"
    if key == "s3:prefix":
        values = list(dict.fromkeys(value.removesuffix("*") for value in values))
    if key in _WHERE:
        return ("not " if negative else "") + _WHERE[key].format(_or(values)) + told
    verb = ("is not" if negative else "is") + (" like" if operator.endswith("like") else "")
    return f"if {_key(condition.key)} {verb} {_or(values, quoted=True)}{told}"


def _null_words(condition: Condition) -> str:
    absent = [value.lower() for value in condition.values] == ["true"]
    if condition.key.lower() == _SECURE:
        return "if it is not said whether it is https" if absent else "if it is said whether it is https"
    return f"if {condition.key} is {'not ' if absent else ''}there"


def _key(key: str) -> str:
    return f"the tag “{key[len(_TAG) :]}”" if key.lower().startswith(_TAG) else key


def _or(values: list[str], *, quoted: bool = False) -> str:
    shown = [f"“{value}”" if quoted or not value else value for value in values]
    if len(shown) > 4:
        return f"{', '.join(shown[:3])} or {len(shown) - 3} more"
    return " or ".join(filter(None, [", ".join(shown[:-1]), shown[-1] if shown else "nothing"]))
