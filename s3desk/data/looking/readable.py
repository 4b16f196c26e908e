"""Text as a window can lay it out: long lines are cut, deep nesting is not rendered."""

from __future__ import annotations

import re

LONGEST_LINE = 1_000  # characters; laying out a line of a million takes a window ten seconds
MOST_LINES = 5_000
# Quotes, lists and brackets nested so deep that nobody wrote them: rendering takes longer the deeper they are.
_DEEP = re.compile(r"(?m)^(?:[ \t]*[>*+-]){12}|[\[(*_`]{40}|^[ \t]{60,}\S")
_MOST_RENDERED = 100_000  # characters of Markdown


def clipped(text: str) -> tuple[str, tuple[str, ...]]:
    """The text with overlong lines cut and overmany left out, and a sentence for each of both."""
    lines = text.split("\n", MOST_LINES)
    notes: tuple[str, ...] = ()
    if len(lines) > MOST_LINES:
        lines = lines[:MOST_LINES]
        notes = (f"Only the first {MOST_LINES:,} lines are shown.",)
    cut = sum(len(line) > LONGEST_LINE for line in lines)
    if cut:
        lines = [line if len(line) <= LONGEST_LINE else line[:LONGEST_LINE] + " …" for line in lines]
        words = "A line is" if cut == 1 else f"{cut:,} lines are"
        notes = (*notes, f"{words} longer than {LONGEST_LINE:,} characters and cut here.")
    return "\n".join(lines), notes


def may_be_rendered(markdown: str) -> bool:
    """Whether Markdown may be laid out as such; else its source is shown."""
    return len(markdown) <= _MOST_RENDERED and not _DEEP.search(markdown)
