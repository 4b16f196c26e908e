"""How the check of a receipt is told to people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3desk.models import text
from s3desk.s3.receipts.findings import Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

VERDICTS = {
    Verdict.CHANGED: "Changed",
    Verdict.MISSING: "Missing",
    Verdict.UNKNOWN: "Could not be checked",
    Verdict.VERIFIED: "Verified",
    Verdict.NOT_DONE: "Was not done",
}
_WRONG = (Verdict.CHANGED, Verdict.MISSING, Verdict.UNKNOWN)
_COUNTED = {
    Verdict.CHANGED: "changed",
    Verdict.MISSING: "missing",
    Verdict.UNKNOWN: "could not be checked",
    Verdict.NOT_DONE: "had not been done",
}


def count_words(counts: Mapping[Verdict, int]) -> str:
    """12,431 verified, 2 changed, 1 missing, 3 could not be checked; what there is none of is left out."""
    parts = [f"{counts[verdict]:,} {word}" for verdict, word in _COUNTED.items() if counts[verdict]]
    return ", ".join([f"{counts[Verdict.VERIFIED]:,} verified", *parts])


def conclusion(counts: Mapping[Verdict, int], planned: int) -> tuple[str, str]:
    """What it comes to, and the kind of words it is, once all is checked."""
    wrong = sum(counts[verdict] for verdict in _WRONG)
    if wrong:
        it = "it is" if wrong == 1 else "they are"
        return f"{text.count(wrong, 'item')} should be looked at; {it} on top.", "warning"
    if counts[Verdict.NOT_DONE] == planned:
        return "Nothing of this was done, so there is nothing to check.", "dim"
    return "Everything that was done is still as it was.", "good"
