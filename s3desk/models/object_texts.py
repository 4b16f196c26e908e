"""The columns of the table of objects, and what their cells say."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from typing import TYPE_CHECKING

from s3desk.models import text

if TYPE_CHECKING:
    from s3desk.models.object_rows import Row
    from s3desk.s3.columns import Entry


class Column(IntEnum):
    """The columns of the table, left to right; the last three are shown by choice."""

    NAME = 0
    SIZE = 1
    TYPE = 2
    MODIFIED = 3
    STORAGE_CLASS = 4
    ETAG = 5
    OWNER = 6
    ACCESS = 7


def text_in(row: Row, column: int) -> str:
    """What a cell says; what Access says is no part of a listing (`AccessColumn`)."""
    if column == Column.NAME:
        return text.visible_path(row.name) if "/" in row.name else text.visible(row.name)
    if column == Column.TYPE:
        return row.kind_words
    if column == Column.MODIFIED:
        return text.when(row.entry.modified) if row.entry else ""
    if row.entry is None or row.is_folder:
        return "—" if column == Column.SIZE else ""
    return _FACTS[Column(column)](row.entry)


def tip_of(row: Row, column: int) -> str:
    """The exact key where the name is shown; "" elsewhere."""
    if column != Column.NAME:
        return ""
    return "\n".join(filter(None, (text.visible_path(row.name), text.remark(row.name))))


_FACTS: dict[Column, Callable[[Entry], str]] = {
    Column.SIZE: lambda entry: text.size(entry.size),
    Column.STORAGE_CLASS: lambda entry: text.storage_class(entry.storage_class),
    Column.ETAG: lambda entry: entry.etag,
    Column.OWNER: lambda entry: entry.owner,
}
