"""Where to cut a range of keys that nobody has seen yet: guesses from the keys that were seen.

A wrong guess costs a request and never a key: shards stay exact wherever they are cut.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable

_DEPTH = 6  # characters that weigh in an estimate
_DIGITS, _HEX = frozenset("0123456789"), frozenset("abcdef")
_LOWER, _UPPER = frozenset("abcdefghijklmnopqrstuvwxyz"), frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
# Where nothing is known: the ends of ASCII's groups, and the scripts people write names in.
_LANDMARKS = "0:A[a{\u00a0\u0370\u0400\u0590\u0900\u3040\u4e00\ua000\uac00\ue000\U00010000\U0001f300\U00020000"


class KeySpace:
    """What is known of the keys below a prefix: the characters met at each position, and those they hint at.

    Positions count Unicode characters from the start of the key; order is that of code points, which is UTF-8's.
    """

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._met: defaultdict[int, set[str]] = defaultdict(set)
        self._likely: dict[int, str] = {}
        self._explored: set[tuple[str, str, str]] = set()
        self._common: str | None = None

    def learn(self, keys: Iterable[str]) -> None:
        """Take note of a few keys of a page."""
        for key in keys:
            self._common = key if self._common is None else key[: common_length(self._common, key)]
            for position in range(len(self._prefix), len(key)):
                if key[position] not in self._met[position]:
                    self._met[position].add(key[position])
                    self._likely.pop(position, None)

    def cuts(self, low: str, high: str | None, count: int) -> list[str]:
        """Up to `count` strings strictly between `low` and `high`, ascending; None stands for the end of the prefix.

        None at all when nothing is left to guess.
        """
        if high is None and (beyond := self._beyond_common(low)) is not None:
            return [beyond]
        start = len(self._prefix) if high is None else common_length(low, high)
        for position in range(start, len(low) + 1):
            if len(self._met.get(position, ())) < 2:  # the same in all keys, as far as they are known
                continue
            below = high[position] if high is not None and position == start else ""
            found = self._between(low[:position], low[position : position + 1], below, count)
            cuts = [low[:position] + character for character in found]
            if cuts := [cut for cut in cuts if low < cut and (high is None or cut < high)]:
                return cuts
        return []

    def _beyond_common(self, low: str) -> str | None:
        """After everything that starts like all keys so far: a shard there finds out whether they all do."""
        common = self._common or ""
        if len(common) <= len(self._prefix):
            return None
        beyond = successor(common)
        return beyond if beyond > low and self._once(common, "", "") else None

    def _between(self, stem: str, above: str, below: str, count: int) -> list[str]:
        likely = self._likely_at(len(stem))
        known = likely[bisect_right(likely, above) if above else 0 : bisect_left(likely, below) if below else None]
        if known:
            return _spread(known, count)
        marks = [mark for mark in _LANDMARKS if mark > above and (not below or mark < below)]
        return _spread(marks, count) or _halfway(above, below)

    def _once(self, *question: str) -> bool:
        new = (question[0], question[1], question[2]) not in self._explored
        self._explored.add((question[0], question[1], question[2]))
        return new

    def _likely_at(self, position: int) -> str:
        if position not in self._likely:
            self._likely[position] = "".join(sorted(_hinted(self._met.get(position, set()))))
        return self._likely[position]

    def share_left(self, start: str, at: str, high: str | None) -> float:
        """How much lies ahead between `at` and `high`, in units of what lies between `start` and `at`; a guess."""
        stem = common_length(start, at) if high is None else min(common_length(start, at), common_length(start, high))
        stem = max(stem, len(self._prefix)) if high is None else stem
        done = self._weigh(at, stem) - self._weigh(start, stem)
        ahead = (1.0 if high is None else self._weigh(high, stem)) - self._weigh(at, stem)
        return ahead / done if done > 0 else float("inf")

    def _weigh(self, key: str, stem: int) -> float:
        """The key as a number from 0 to 1 among all that share its first `stem` characters."""
        weight, unit = 0.0, 1.0
        for position in range(stem, min(len(key), stem + _DEPTH)):
            likely = self._likely_at(position)
            unit /= len(likely) + 1
            # A character not met lies after everything that starts with the one before it.
            weight += unit * (bisect_right(likely, key[position]) + (key[position] not in likely))
        return weight


def _hinted(met: set[str]) -> set[str]:
    """Two digits make the others likely, and so do letters; a to f beside digits hint at hexadecimal."""
    hinted = set(met)
    if len(met) < 2:
        return hinted
    if met & _DIGITS:
        hinted |= _DIGITS
    for letters in (_LOWER, _UPPER):
        if found := {letter.lower() for letter in met & letters}:
            only_hex = found <= _HEX and met & _DIGITS
            hinted |= {letter for letter in letters if letter.lower() in _HEX} if only_hex else letters
    return hinted


def _spread(characters: str | list[str], count: int) -> list[str]:
    """At most `count` of them, evenly spread."""
    if len(characters) <= count:
        return list(characters)
    return [characters[(2 * n + 1) * len(characters) // (2 * count)] for n in range(count)]


def _halfway(above: str, below: str) -> list[str]:
    """The character in the middle between two, as far as there is one that can be sent."""
    low, high = ord(above) if above else 0x20, ord(below) if below else 0x2FFFF
    middle = (low + high) // 2
    if 0xD800 <= middle <= 0xDFFF:
        middle = 0xE000
    return [chr(middle)] if low < middle < high and middle & 0xFFFE != 0xFFFE else []


def common_length(one: str, other: str) -> int:
    """How many characters two keys share at their start."""
    shortest = min(len(one), len(other))
    if one[:shortest] == other[:shortest]:
        return shortest
    low, high = 0, shortest
    while high - low > 1:
        middle = (low + high) // 2
        if one[:middle] == other[:middle]:
            low = middle
        else:
            high = middle
    return low


def successor(stem: str) -> str:
    """The least string after everything that starts with `stem`, as far as one can be sent."""
    while stem:
        following = ord(stem[-1]) + 1
        if 0xD800 <= following <= 0xDFFF:
            following = 0xE000
        if following in (0xFFFE, 0xFFFF):
            following = 0x10000
        if following <= 0x10FFFD:
            return stem[:-1] + chr(following)
        stem = stem[:-1]
    return "\U0010fffd"
