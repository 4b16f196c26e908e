"""What a sync leaves out: patterns as a simple .gitignore has them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Patterns:
    """Names that nobody looks at, on both sides."""

    _expression: re.Pattern[str] | None = None

    @staticmethod
    def parse(lines: str) -> Patterns:
        """One pattern a line: `*.tmp` anywhere, `folder/` with all in it, `/x` and `a/b` from the top, `**/x`.

        Empty lines and those that begin with # say nothing. Raises ValueError with a sentence for the user.
        """
        alternatives = [_expression(line) for each in lines.splitlines() if (line := each.strip()) and line[0] != "#"]
        return Patterns(re.compile("|".join(alternatives), re.DOTALL) if alternatives else None)

    def exclude(self, name: str) -> bool:
        """Whether a name below the top is left out; a folder's ends in "/", and then all in it is."""
        if self._expression is None:
            return False
        plain = name if name.isascii() else unicodedata.normalize("NFC", name)
        return self._expression.fullmatch(plain) is not None


def _expression(line: str) -> str:
    if line.startswith("!"):
        raise ValueError(f"“{line}”: patterns that begin with ! are not known here. Write what is to be left out.")
    pattern = unicodedata.normalize("NFC", line.removeprefix("\\"))
    only_folder, pattern = pattern.endswith("/"), pattern.rstrip("/")
    if not pattern.strip("/"):
        raise ValueError(f"“{line}” is no pattern. Write *.tmp, folder/ or **/name.")
    start = "" if "/" in pattern else "(?:.*/)?"
    return f"(?:{start}{_translated(pattern.lstrip('/'))}{'/.*' if only_folder else '(?:/.*)?'})"


def _translated(pattern: str) -> str:
    found = []
    for piece in re.split(r"(\*\*/|/\*\*$|\*\*|\*|\?|\[[^\]/]+\])", pattern):
        if piece.startswith("[") and piece.endswith("]") and len(piece) > 2:
            found.append(_one_of(piece))
        else:
            found.append(_WILD.get(piece) or re.escape(piece))
    return "".join(found)


def _one_of(piece: str) -> str:
    """`[abc]` and `[!a-c]`, with nothing in it that means something else to `re`."""
    inner = piece[1:-1]
    negated = inner[0] in "!^" and len(inner) > 1
    ranges = "".join(char if char == "-" else re.escape(char) for char in inner[negated:])
    expression = f"[{'^/' if negated else ''}{ranges}]"
    try:
        re.compile(expression)
    except re.error as error:
        raise ValueError(f"“{piece}” is no set of letters. Write [abc] or [a-z].") from error
    return expression


_WILD = {"**/": "(?:.*/)?", "/**": "/.*", "**": ".*", "*": "[^/]*", "?": "[^/]"}
