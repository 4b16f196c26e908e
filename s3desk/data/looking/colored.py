"""The colours of source code: which words of a text are keywords, names, strings, numbers, comments."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pygments.token import _TokenType

MOST = 100_000  # characters
_LONGEST_LINE = 2_000  # patterns of some languages take quadratic time in the length of a line
_SECONDS = 1.0


class Role(Enum):
    """What a word is in its language."""

    KEYWORD = "keyword"
    NAME = "name"
    STRING = "string"
    NUMBER = "number"
    COMMENT = "comment"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Span:
    """Characters `start` up to `end` of the text, and their role."""

    start: int
    end: int
    role: Role


def spans(text: str, language: str) -> tuple[Span, ...]:
    """What to colour in a text, in order; nothing for languages pygments does not know and for texts too long.

    Ends early rather than late: a second is enough for any text people write.
    """
    if not language or len(text) > MOST or max(map(len, text.split("\n"))) > _LONGEST_LINE:
        return ()
    from pygments.lexers import get_lexer_by_name  # noqa: PLC0415  # seldom needed
    from pygments.util import ClassNotFound  # noqa: PLC0415

    try:
        lexer = get_lexer_by_name(language)
    except ClassNotFound:
        return ()
    return tuple(_joined(_roles(lexer.get_tokens_unprocessed(text))))


def _roles(tokens: Iterator[tuple[int, _TokenType, str]]) -> Iterator[Span]:
    """The words that have a role, as long as there is time."""
    end, reached = time.monotonic() + _SECONDS, 0
    for at, kind, word in tokens:
        if time.monotonic() > end:
            return
        role = _role(kind)
        if role is not None and word.strip() and at >= reached:  # some lexers go back over what they read
            reached = at + len(word)
            yield Span(at, at + len(word), role)


def _joined(found: Iterator[Span]) -> Iterator[Span]:
    """Neighbours of the same role as one."""
    last: Span | None = None
    for span in found:
        if last and last.end == span.start and last.role is span.role:
            last = Span(last.start, span.end, last.role)
            continue
        if last:
            yield last
        last = span
    if last:
        yield last


def _role(kind: _TokenType) -> Role | None:
    from pygments.token import Token  # noqa: PLC0415

    names = (Token.Name.Tag, Token.Name.Function, Token.Name.Class, Token.Name.Attribute, Token.Name.Builtin)
    roles = (
        (Token.Comment, Role.COMMENT),
        (Token.Literal.String, Role.STRING),
        (Token.Literal.Number, Role.NUMBER),
        (Token.Keyword, Role.KEYWORD),
        (Token.Operator.Word, Role.KEYWORD),
        (Token.Generic.Inserted, Role.ADDED),
        (Token.Generic.Deleted, Role.REMOVED),
        *((name, Role.NAME) for name in names),
    )
    return next((role for parent, role in roles if kind[: len(parent)] == parent), None)
