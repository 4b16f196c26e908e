"""Patterns as policies write them: `*` is any letters, `?` is one, `${…}` is something about the request."""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from s3desk.s3.access.policy_asker import Fits, Request

_VARIABLE = re.compile(r"\$\{([^}]*)\}")


class Wild(Enum):
    """A place in a pattern where letters may differ."""

    ANY = "*"
    ONE = "?"


Token = str | Wild


def matches(pattern: str, text: str) -> bool:
    """Whether a pattern without variables covers the whole text; big and small letters differ."""
    return _covers(_tokens(pattern, wild=True), text)


def fits(pattern: str, text: str, request: Request | None, *, wild: bool = True) -> Fits:
    """Whether a pattern covers the text; None where it holds a variable nobody told us.

    Without a `request` `${…}` is plain text, as in the oldest version of the language; without `wild` so are * and ?.
    """
    if request is None or "${" not in pattern:
        return _covers(_tokens(pattern, wild=wild), text)
    tokens: list[Token] = []
    end, known = 0, True
    for found in _VARIABLE.finditer(pattern):
        filling = _filling(found[1], request)
        if filling is None:
            return False
        tokens += [*_tokens(pattern[end : found.start()], wild=wild), *filling]
        known &= Wild.ANY not in filling
        end = found.end()
    covered = _covers([*tokens, *_tokens(pattern[end:], wild=wild)], text)
    return None if covered and not known else covered


def _filling(variable: str, request: Request) -> list[Token] | None:
    """What stands for a variable, letter by letter: anything where nobody told us, None where it has no value."""
    if variable in ("*", "?", "$"):
        return [variable]
    name, _, default = variable.partition(",")
    if not request.knows(name.strip()):
        return [Wild.ANY]
    value = request.value(name.strip())
    if value is None:
        return list(default.strip().strip("'")) or None
    return list(value)


def _tokens(pattern: str, *, wild: bool) -> list[Token]:
    return [Wild(letter) if wild and letter in "*?" else letter for letter in pattern]


def _covers(tokens: Sequence[Token], text: str) -> bool:
    """The usual walk that only ever goes back to the last star: no pattern makes it slow."""
    at = place = 0
    star, since = -1, 0
    while place < len(text):
        token = tokens[at] if at < len(tokens) else None
        if token is Wild.ANY:
            star, since = at, place
            at += 1
        elif token is Wild.ONE or token == text[place]:
            at, place = at + 1, place + 1
        elif star >= 0:
            since += 1
            at, place = star + 1, since
        else:
            return False
    return all(token is Wild.ANY for token in tokens[at:])
