"""A comparison of two places in words."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from s3desk.models import text
from s3desk.s3.syncing.plan import Action, Why

if TYPE_CHECKING:
    from collections.abc import Sequence

    from s3desk.s3.location import Location
    from s3desk.s3.syncing.plan import SyncPlan
    from s3desk.s3.syncing.sides import Looked

ACTION_WORDS = {Action.COPY: "Copy new", Action.REPLACE: "Replace", Action.DELETE: "Delete"}
NOTHING = "Everything is the same"
_FOUND = {Action.COPY: "new", Action.REPLACE: "replaced", Action.DELETE: "deleted"}


def place_words(place: Path | Location) -> str:
    """A folder or an address."""
    return text.visible(str(place)) if isinstance(place, Path) else text.visible_path(place.uri)


def name_words(place: Path | Location) -> str:
    """The last part of it."""
    return text.visible(place.name or str(place))


def counts_words(counts: Sequence[int], size: int) -> str:
    """12 new, 3 replaced, 2 deleted; 35 MB. Counts in the order of actions; bytes of what is copied."""
    parts = [f"{count:,} {_FOUND[action]}" for action, count in zip(Action, counts, strict=True) if count]
    copies = counts[Action.COPY] + counts[Action.REPLACE]
    return ", ".join(parts) + (f"; {text.size(size)}" if copies else "")


def headline(plan: SyncPlan) -> str:
    """What was found: 12 new, 3 replaced, 2 deleted, 1,204 the same; 35 MB."""
    counts, size = [0, 0, 0], 0
    for row in plan.rows:
        counts[row.action] += 1
        size += 0 if row.action is Action.DELETE else row.size
    if not plan.rows and plan.stays:
        all_there = (
            f"All {text.count(plan.same, 'file')} are at the target" if plan.same else "There is nothing to copy"
        )
        return f"{all_there}; {plan.stays:,} more {'is' if plan.stays == 1 else 'are'} only there, and stay"
    if not plan.rows:
        return f"{NOTHING}: {text.count(plan.same, 'file')}" if plan.same else "There is nothing to do"
    found, semicolon, bytes_ = counts_words(counts, size).partition("; ")
    return f"{found}, {plan.same:,} the same{semicolon}{bytes_}"


def looking_words(looked: Looked) -> str:
    """How far a comparison is."""
    if looked.to_compare:
        return f"Comparing contents: {looked.compared:,} of {looked.to_compare:,}…"
    return f"Looking: {looked.source:,} at the source, {looked.target:,} at the target so far…"


def left_out_words(plan: SyncPlan) -> str:
    """What takes no part."""
    parts = []
    if plan.left_alone:
        parts.append(f"{text.count(len(plan.left_alone), 'name')} left alone on both sides.")
    if plan.excluded:
        parts.append(f"{plan.excluded:,} left out by your patterns.")
    if plan.renamed:
        first = " → ".join(map(text.visible_path, plan.renamed[0]))
        parts.append(f"{text.count(len(plan.renamed), 'name')} changed to fit this computer, for instance {first}.")
    uncertain = sum(row.why is Why.NOT_CERTAIN for row in plan.rows)
    if uncertain:
        parts.append(f"{uncertain:,} could not be compared by content.")
    return " ".join(parts)


def warning_words(plan: SyncPlan) -> str:
    """What must not be overlooked."""
    if not plan.would_empty:
        return ""
    count = sum(row.action is Action.DELETE for row in plan.rows)
    return (
        f"There is nothing at {place_words(plan.sync.source)}. All {text.count(count, 'file')} at "
        f"{place_words(plan.sync.target)} would be deleted, so nothing is ticked. Is this the place you mean?"
    )


def delete_words(plan: SyncPlan, count: int) -> str:
    """What is asked before anything is deleted."""
    target, source = place_words(plan.sync.target), place_words(plan.sync.source)
    what = text.count(count, "file" if isinstance(plan.sync.target, Path) else "object")
    return f"{what} will be deleted at {target}, because {'it is' if count == 1 else 'they are'} not at {source}."


def done_words(counts: Sequence[int], failed: int) -> str:
    """What came of it; `counts` is what was to be done."""
    done = counts_words(counts, 0).partition(";")[0]
    return f"{failed:,} of {sum(counts):,} could not be done." if failed else f"Done: {done}."
