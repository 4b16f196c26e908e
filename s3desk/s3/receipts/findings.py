"""What the check of a receipt finds, told to whoever watches while it goes on."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass
from enum import IntEnum


class Verdict(IntEnum):
    """How it is with one line today; the order is the one in which people want to see them."""

    CHANGED = 0
    MISSING = 1
    UNKNOWN = 2  # it could not be checked
    VERIFIED = 3
    NOT_DONE = 4  # skipped or failed then: there is nothing to check

    @property
    def is_trouble(self) -> bool:
        """Whether somebody should look."""
        return self in (Verdict.CHANGED, Verdict.MISSING, Verdict.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: its number in the receipt from 0, and what was found, a sentence without its full stop."""

    number: int
    action: str
    key: str
    path: str
    verdict: Verdict
    words: str


class Findings:
    """What was found so far; any thread may call any method."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._news: list[Finding] = []
        self._counts: Counter[Verdict] = Counter()

    def put(self, finding: Finding) -> None:
        """Tell one."""
        with self._lock:
            self._news.append(finding)
            self._counts[finding.verdict] += 1

    def take(self) -> list[Finding]:
        """What was told since the last call."""
        with self._lock:
            news, self._news = self._news, []
        return news

    @property
    def counts(self) -> dict[Verdict, int]:
        """How many there are of each."""
        with self._lock:
            return {verdict: self._counts[verdict] for verdict in Verdict}
