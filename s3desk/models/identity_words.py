"""How it reads who one is: a line for each fact, and for each that may not be seen the reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from s3desk.models import text
from s3desk.s3.access.seen import Seen, Standing

if TYPE_CHECKING:
    from s3desk.s3.identity import Identity, KeyFacts, Me

FACTS = ("Name", "Account", "ARN", "Session", "Access key", "Last use of the key")
NOBODY = "Nobody: requests go out without keys, and reach only what is public."
_NOT_TOLD = "the server does not tell"
_NOTHING = ("—", False)


@dataclass(frozen=True)
class Fact:
    """One line of the panel; `known` is False where it gives only the reason why there is nothing."""

    name: str
    words: str
    known: bool = True


def facts(me: Me) -> list[Fact]:
    """A line for each name of `FACTS`, in that order."""
    if me.anonymous:
        return [Fact(FACTS[0], NOBODY)] + [Fact(name, *_NOTHING) for name in FACTS[1:]]
    lines = [*_who(me), _key(me), _use(me)]
    return [Fact(name, *line) for name, line in zip(FACTS, lines, strict=True)]


def told(me: Me) -> str:
    """All of it for the clipboard, a line each, without what is not known."""
    known = [f"{fact.name}: {fact.words}" for fact in facts(me) if fact.known]
    return "\n".join([*known, *me.warnings])


def _who(me: Me) -> list[tuple[str, bool]]:
    """Name, account, ARN and session."""
    who = me.identity.value
    if who is None:
        why = _why(me.identity)
        name = (f"{me.s3_name} (as S3 calls you)", True) if me.s3_name else why
        rest = _NOTHING if me.identity.standing is Standing.FAILED else why  # an error is said once
        return [name, rest, rest, rest]
    account = f"{who.account} ({me.alias.value})" if me.alias.value else who.account
    return [
        (f"{who.name} ({who.kind})" if who.kind else who.name, True),
        (account, True),
        (who.arn, True),
        _session(who),
    ]


def _session(who: Identity) -> tuple[str, bool]:
    if who.ends is not None:
        left = (who.ends - datetime.now(UTC)).total_seconds()
        end = text.until(who.ends)
        return (f"Ends {end}, in {text.duration(left)}" if left > 0 else f"Ended {end}: sign in again"), True
    if who.temporary:
        return "Ends by itself; these keys do not tell when", True
    return "Does not end by itself", True


def _key(me: Me) -> tuple[str, bool]:
    age = me.key.value.age_days if me.key.value is not None else None
    if me.key.value is None or age is None:
        return me.key_hint or _NOT_TOLD, bool(me.key_hint)
    days = {0: "today", 1: "yesterday"}.get(age, f"{age:,} days ago")
    return f"{me.key_hint}, made {days} ({text.when(me.key.value.created)})", True


def _use(me: Me) -> tuple[str, bool]:
    used = me.key.value
    if me.identity.value is not None and me.identity.value.temporary:
        return "not told for temporary keys", False
    if used is None:
        return _why(me.key)
    if used.last_used is None:
        return _NOT_TOLD, False
    service = f"for {used.last_service.upper()}" if used.last_service else ""
    region = f"in {used.last_region}" if used.last_region else ""
    return " ".join(filter(None, (text.when(used.last_used), service, region))), True


def _why(seen: Seen[Identity] | Seen[KeyFacts]) -> tuple[str, bool]:
    if seen.standing is Standing.NOT_SET:
        return _NOTHING
    if seen.standing is Standing.FAILED and seen.error is not None:
        return f"{seen.error} {seen.error.advice}".strip(), False
    return seen.words, False
