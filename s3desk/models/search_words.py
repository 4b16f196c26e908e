"""A search in words: what one may look for, what was asked, and what came of it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from s3desk.models import text
from s3desk.models.kinds import Kind, endings_of

if TYPE_CHECKING:
    from s3desk.s3.finding import Search

# What people call groups of endings; the first entry of either list stands for no wish.
ANY_TYPE, ANY_STORAGE_CLASS = "Any type", "Any storage class"
TYPES = {
    ANY_TYPE: frozenset[str](),
    "Tables": endings_of(Kind.TABLE, Kind.COLUMNAR),
    "JSON": endings_of(Kind.JSON),
    "Text": endings_of(Kind.TEXT),
    "Web pages": endings_of(Kind.WEB_PAGE),
    "Code": endings_of(Kind.CODE),
    "Images": endings_of(Kind.IMAGE),
    "PDF and presentations": endings_of(Kind.PDF),
    "Audio": endings_of(Kind.AUDIO),
    "Video": endings_of(Kind.VIDEO),
    "Archives": endings_of(Kind.ARCHIVE),
}
_STORAGE_CLASSES = (
    "STANDARD",
    "STANDARD_IA",
    "ONEZONE_IA",
    "INTELLIGENT_TIERING",
    "GLACIER_IR",
    "GLACIER",
    "DEEP_ARCHIVE",
    "REDUCED_REDUNDANCY",
    "EXPRESS_ONEZONE",
)
STORAGE_CLASSES = {
    ANY_STORAGE_CLASS: frozenset[str](),
    **{text.storage_class(name): frozenset({name}) for name in _STORAGE_CLASSES},
}


def search_words(search: Search) -> str:
    """names like “*.csv”, larger than 1 MB, changed since 1 Mar 2024; "all objects" for an empty search."""
    parts = []
    if name := search.name.strip():
        what = "paths" if search.is_path else "names"
        parts.append(f"{what} {'like' if search.is_pattern else 'with'} “{text.visible_path(name)}”")
    if search.endings:
        parts.append(_of(search.endings, TYPES))
    if search.larger_than is not None:
        parts.append(f"larger than {_size(search.larger_than)}")
    if search.smaller_than is not None:
        parts.append(f"smaller than {_size(search.smaller_than)}")
    if search.after is not None:
        parts.append(f"changed since {_day(search.after)}")
    if search.before is not None:
        parts.append(f"changed before {_day(search.before)}")
    if search.storage_classes:
        parts.append(f"stored as {_of(search.storage_classes, STORAGE_CLASSES, keep_case=True)}")
    return ", ".join(parts) or "all objects"


def _of(wanted: frozenset[str], groups: dict[str, frozenset[str]], *, keep_case: bool = False) -> str:
    """What the list calls this wish; a wish that is in no list is told member by member."""
    label = next((label for label, members in groups.items() if members == wanted), "")
    if not label:
        return " or ".join(sorted(wanted))
    return label if keep_case or label[:2].isupper() else label[0].lower() + label[1:]


def _size(bytes_: int) -> str:
    return text.size(bytes_).replace(".0 ", " ")


def _day(moment: datetime) -> str:
    local = moment.astimezone()
    return f"{local.day} {local:%b %Y}"


def found_words(
    found: int, size: int, looked_at: int, requests: int, *, loading: bool = False, stopped: bool = False
) -> str:
    """`12 found so far, looked at 34,000 objects in 35 requests…`, and when it is over how much that is in all."""
    cost = f"{text.count(looked_at, 'object')} in {text.count(requests, 'request')}"
    if loading:
        return f"{found:,} found so far, looked at {cost}…"
    much = f"{found:,} found, {text.size(size)}" if found else "Nothing found"
    return f"{much} · {'stopped after' if stopped else 'looked at'} {cost}"
