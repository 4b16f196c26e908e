"""The conditions of a statement, held against what is known of a request."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from ipaddress import ip_address, ip_network
from operator import eq, ge, gt, le, lt
from typing import TYPE_CHECKING, Any

from s3desk.s3.access.policy_asker import Fits, Request, any_of, opposite
from s3desk.s3.access.policy_wildcards import fits

if TYPE_CHECKING:
    from s3desk.s3.access.policy import Condition

Test = Callable[[str, str, Request | None], Fits]


def condition_fits(condition: Condition, request: Request, *, variables: bool = True) -> Fits:
    """Whether the request is as the condition wants it; None where something is not known, or the operator is not.

    Any one of the condition's values will do; of a negative operator none may.
    """
    name, absent_fits = _operator(condition.operator)
    if name == "null":
        known = request.knows(condition.key)
        return any_of(_is_absent(value, condition, request) for value in condition.values) if known else None
    positive = _POSITIVE.get(name, name)
    test = _TESTS.get(positive)
    if test is None or not request.knows(condition.key):
        return None
    there = request.value(condition.key)
    if there is None:
        return positive != name if absent_fits is None else absent_fits
    found = any_of(test(value, there, request if variables else None) for value in condition.values)
    return found if positive == name else opposite(found)


def known_operator(operator: str) -> bool:
    """Whether this is an operator of the language."""
    name, _ = _operator(operator)
    return name == "null" or _POSITIVE.get(name, name) in _TESTS


def operator_name(operator: str) -> tuple[str, bool]:
    """The operator in small letters, turned positive, and whether it was a negative one."""
    name, _ = _operator(operator)
    return _POSITIVE.get(name, name), name in _POSITIVE


OPERATORS = (
    *(
        f"String{kind}"
        for kind in ("Equals", "NotEquals", "EqualsIgnoreCase", "NotEqualsIgnoreCase", "Like", "NotLike")
    ),
    *(f"Arn{kind}" for kind in ("Equals", "NotEquals", "Like", "NotLike")),
    *(
        f"{family}{kind}"
        for family in ("Numeric", "Date")
        for kind in ("Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals")
    ),
    *("Bool", "BinaryEquals", "IpAddress", "NotIpAddress", "Null"),
)


def _operator(operator: str) -> tuple[str, Fits]:
    """The bare name, and whether a request without the key fits where the operator itself says so."""
    name, absent = operator.lower(), None
    if name.startswith("forallvalues:"):
        name, absent = name.removeprefix("forallvalues:"), True
    elif name.startswith("foranyvalue:"):
        name, absent = name.removeprefix("foranyvalue:"), False
    if name.endswith("ifexists"):
        name, absent = name.removesuffix("ifexists"), True
    return name, absent


def _is_absent(value: str, condition: Condition, request: Request) -> bool:
    return (request.value(condition.key) is None) == (value.lower() == "true")


def _equal(value: str, there: str, request: Request | None) -> Fits:
    return fits(value, there, request, wild=False)


def _equal_in_any_case(value: str, there: str, request: Request | None) -> Fits:
    return fits(value.lower(), there.lower(), request, wild=False)


def _bool(value: str, there: str, _request: Request | None) -> Fits:
    return value.lower() == there.lower()


def _arn_like(value: str, there: str, request: Request | None) -> Fits:
    """Part by part, so that a star does not reach over a colon; the last part may hold colons of its own."""
    patterns, parts = value.split(":", 5), there.split(":", 5)
    if len(patterns) != len(parts):
        return False
    found = [fits(pattern, part, request) for pattern, part in zip(patterns, parts, strict=True)]
    return opposite(any_of(opposite(one) for one in found))


def _address(value: str, there: str, _request: Request | None) -> Fits:
    try:
        return ip_address(there) in ip_network(value, strict=False)
    except ValueError:
        return False


def _numbers(compare: Callable[[Any, Any], bool]) -> Test:
    def test(value: str, there: str, _request: Request | None) -> Fits:
        try:
            return compare(float(there), float(value))
        except ValueError:
            return False

    return test


def _dates(compare: Callable[[Any, Any], bool]) -> Test:
    def test(value: str, there: str, _request: Request | None) -> Fits:
        try:
            return compare(moment(there), moment(value))
        except (ValueError, OverflowError, OSError):
            return False

    return test


def moment(value: str) -> datetime:
    """A date of a policy: ISO 8601, in UTC where it names no zone, or seconds since 1970. Raises ValueError."""
    if value.isdecimal() and len(value) > 4:
        return datetime.fromtimestamp(int(value), UTC)
    found = datetime.fromisoformat(value)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


_COMPARISONS = {
    "equals": eq,
    "lessthan": lt,
    "lessthanequals": le,
    "greaterthan": gt,
    "greaterthanequals": ge,
}
_TESTS: dict[str, Test] = {
    "stringequals": _equal,
    "stringequalsignorecase": _equal_in_any_case,
    "stringlike": fits,
    "binaryequals": _equal,
    "bool": _bool,
    "arnequals": _arn_like,
    "arnlike": _arn_like,
    "ipaddress": _address,
    **{f"numeric{name}": _numbers(compare) for name, compare in _COMPARISONS.items()},
    **{f"date{name}": _dates(compare) for name, compare in _COMPARISONS.items()},
}
_POSITIVE = {
    "stringnotequals": "stringequals",
    "stringnotequalsignorecase": "stringequalsignorecase",
    "stringnotlike": "stringlike",
    "arnnotequals": "arnequals",
    "arnnotlike": "arnlike",
    "numericnotequals": "numericequals",
    "datenotequals": "dateequals",
    "notipaddress": "ipaddress",
}
