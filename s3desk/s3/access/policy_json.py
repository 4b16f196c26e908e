"""JSON that remembers where everything stands, so that a mistake in a policy can be marked at its line."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from json import JSONDecodeError, JSONDecoder

DEEPEST = 40
_SPACE = re.compile(r"[ \t\n\r]*")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_WORD = re.compile(r"[A-Za-z_]+")
_CONSTANTS = {"true": True, "false": False, "null": None}
_DECODER = JSONDecoder()
_QUOTES = "'‘’“”„`"


class PolicyError(ValueError):
    """The text is not a policy: `line` and `column` (from 1) say where, `sentence` says why."""

    def __init__(self, line: int, column: int, sentence: str) -> None:
        super().__init__(f"Line {line}: {sentence}")
        self.line = line
        self.column = column
        self.sentence = sentence


class Word(str):
    """A string of the document that knows where it stands (from 1; 0 where it never stood in a text)."""

    __slots__ = ("column", "line")
    line: int
    column: int

    def __new__(cls, value: str, line: int = 0, column: int = 0) -> Word:
        """Equal to any other string of the same letters."""
        word = super().__new__(cls, value)
        word.line = line
        word.column = column
        return word


@dataclass(frozen=True)
class Members:
    """The pairs of an object as they were written, one name twice included."""

    pairs: tuple[tuple[Word, Node], ...]


@dataclass(frozen=True)
class Node:
    """A value and where it begins (from 1)."""

    line: int
    column: int
    value: str | float | bool | Members | tuple[Node, ...] | None


def read_json(text: str) -> Node:
    """The document as a tree of nodes. Raises PolicyError at the first place that is no JSON."""
    return _Reader(text).document()


class _Reader:
    """Walks over the text once, from left to right."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._depth = 0
        self._starts = [0, *(found.end() for found in re.finditer("\n", text))]

    def document(self) -> Node:
        if not self._look():
            raise self._error("The policy is empty.")
        node = self._value()
        if self._look():
            raise self._error("Nothing may stand after the end of the policy.")
        return node

    def _look(self) -> str:
        """The next letter that is no space, "" at the end."""
        found = _SPACE.match(self._text, self._at)
        self._at = found.end() if found else self._at
        return self._text[self._at : self._at + 1]

    def _place(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def _error(self, sentence: str, offset: int | None = None) -> PolicyError:
        return PolicyError(*self._place(self._at if offset is None else offset), sentence)

    def _value(self) -> Node:
        letter, line, column = self._look(), *self._place(self._at)
        if letter and letter in "{[":
            return Node(line, column, self._nested(letter))
        if letter == '"':
            return Node(line, column, self._string())
        number = _NUMBER.match(self._text, self._at)
        if number:
            self._at = number.end()
            return Node(line, column, float(number[0]))
        word = _WORD.match(self._text, self._at)
        if word and word[0] in _CONSTANTS:
            self._at = word.end()
            return Node(line, column, _CONSTANTS[word[0]])
        raise self._error(self._no_value(letter))

    def _no_value(self, letter: str) -> str:
        if not letter:
            return "The policy ends here, in the middle of something."
        if letter in "}]":
            return f"A value is missing before this “{letter}”, or there is a comma too many."
        if letter in _QUOTES:
            return 'Quotes must be straight double ones: "'
        if letter in "/#":
            return "A policy can hold no comments."
        if letter == ",":
            return "There is a comma too many here."
        return "A text in double quotes, a {, or a [ should stand here."

    def _nested(self, opening: str) -> Members | tuple[Node, ...]:
        self._depth += 1
        if self._depth > DEEPEST:
            raise self._error("This is nested too deeply for a policy.")
        opened, closing = self._at, "}" if opening == "{" else "]"
        self._at += 1
        pairs: list[tuple[Word, Node]] = []
        items: list[Node] = []
        more = self._look() != closing
        while more:
            if opening == "{":
                pairs.append((self._name(), self._value()))
            else:
                items.append(self._value())
            more = self._goes_on(closing, opened)
        self._at += 1
        self._depth -= 1
        return Members(tuple(pairs)) if opening == "{" else tuple(items)

    def _goes_on(self, closing: str, opened: int) -> bool:
        """Whether a comma follows, which is stepped over."""
        end = self._at
        letter = self._look()
        if letter == ",":
            comma = self._at
            self._at += 1
            if self._look() == closing:
                raise self._error(f"There is a comma too many before the “{closing}”.", comma)
            return True
        if not letter:
            raise self._error(f"A “{closing}” is missing at the end; it was opened in line {self._place(opened)[0]}.")
        if letter == closing:
            return False
        if letter in "]}":
            raise self._error(f"A “{closing}” should stand here, not a “{letter}”.")
        if letter in "/#":
            raise self._error("A policy can hold no comments.")
        raise self._error("A comma is missing here.", end)

    def _name(self) -> Word:
        letter, place = self._look(), self._place(self._at)
        if not letter:
            raise self._error("The policy ends here, in the middle of something.")
        if letter != '"':
            raise self._error(
                self._no_value(letter) if letter in _QUOTES + "/#," else "A name in double quotes should stand here."
            )
        name = Word(self._string(), *place)
        if self._look() != ":":
            raise self._error(f"A colon is missing after “{name}”.")
        self._at += 1
        return name

    def _string(self) -> str:
        start = self._at
        try:
            value, self._at = _DECODER.raw_decode(self._text, start)
        except JSONDecodeError as problem:
            if problem.msg.startswith("Unterminated") or "control character" in problem.msg:
                raise self._error("The closing quote of this text is missing.", start) from problem
            raise self._error("A backslash here is followed by something it cannot be.", problem.pos) from problem
        return str(value)
