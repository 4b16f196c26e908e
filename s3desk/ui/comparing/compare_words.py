"""A comparison in sentences."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from s3desk.models import text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from s3desk.data.comparing.compare import Comparison
    from s3desk.s3.versions import Version

_NAMED = 4  # columns a sentence names
_SHORT = 8  # characters of a version's id


def versions_words(versions: Sequence[Version]) -> list[str]:
    """When each was made, to the second where a minute has two, and as much of its id as tells it from the others."""
    minutes = [text.when(one.modified) for one in versions]
    many = Counter(minutes)
    ids = [one.version_id for one in versions]
    length = next((size for size in (_SHORT, 2 * _SHORT) if len({one[:size] for one in ids}) == len(ids)), None)
    return [
        f"{minute}{f':{one.modified.astimezone():%S}' if many[minute] > 1 else ''}, version {one.version_id[:length]}"
        for minute, one in zip(minutes, versions, strict=True)
    ]


def rows_words(found: Comparison) -> str:
    """How many rows differ, and how many there are."""
    there = f"{found.rows_before:,} rows before, {found.rows_after:,} after"
    if not (found.added or found.removed or found.changed):
        return f"No row differs ({there})."
    counts = f"{text.count(found.added, 'row')} added, {found.removed:,} removed"
    if found.key:
        counts += f", {found.changed:,} changed"
    return f"{counts} ({there})."


def cells_words(found: Comparison) -> str:
    """Where the changed cells are, the column with the most first; without a key why there are none."""
    if not found.key:
        return "No key column is chosen: whole rows are compared, so a changed row is one removed and one added."
    if not found.cells:
        return ""
    most = sorted(found.cells_by_column, key=lambda column: -column[1])
    told = [f"“{text.visible(name)}” {count:,}" for name, count in most]
    return f"{text.count(found.cells, 'cell')} changed: {_some(told)}."


def columns_words(found: Comparison) -> str:
    """What became of the columns."""
    removed = [_quoted(column.name) for column in found.columns if not column.after]
    added = [_quoted(column.name) for column in found.columns if not column.before]
    turned = [
        f"{_quoted(column.name)} was {column.before}, is {column.after}"
        for column in found.columns
        if column.before and column.after
    ]
    sentences = []
    if added:
        sentences.append(f"{text.count(len(added), 'column')} added: {_some(added)}.")
    if removed:
        sentences.append(f"{text.count(len(removed), 'column')} removed: {_some(removed)}.")
    if turned:
        sentences.append(f"{text.count(len(turned), 'type')} changed: {_some(turned)}.")
    if found.reordered:
        sentences.append("The columns stand in another order.")
    return " ".join(sentences) or "The columns are the same."


def repeated_words(found: Comparison) -> str:
    """Whether the key names more than one row, "" where it does not."""
    if not (found.repeated_before or found.repeated_after):
        return ""
    return (
        f"The key is not unique: {text.count(found.repeated_before, 'row repeats', 'rows repeat')} one before, "
        f"{found.repeated_after:,} after. Those are matched in their order; more key columns may tell them apart."
    )


def _quoted(name: str) -> str:
    return f"“{text.visible(name)}”"


def _some(told: list[str]) -> str:
    more = len(told) - _NAMED
    return ", ".join(told[:_NAMED]) + (f" and {more:,} more" if more > 0 else "")
