"""Sorting and filtering in Arrow give what the plain Python would."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from fnmatch import translate
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from s3desk.models.arrangement import TYPE, Wish, arranged
from s3desk.models.kinds import kind_of
from s3desk.models.object_rows import ObjectRows
from s3desk.s3.columns import Entry
from s3desk.s3.location import Location
from tests.models.conftest import batch, page

PIECES = [*"abAB01.é-[*?\n", ".csv", ".gz", ".TXT", ".parquet"]
NAMES = st.lists(st.sampled_from(PIECES), min_size=1, max_size=8).map("".join)
TIMES = st.none() | st.integers(0, 2**32).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
ENTRIES = st.builds(
    Entry,
    key=NAMES,
    size=st.integers(0, 2**50),
    modified=TIMES,
    storage_class=st.sampled_from(["STANDARD", "GLACIER", "DEEP_ARCHIVE"]),
    etag=st.text("0123456789abcdef", max_size=4),
    owner=st.sampled_from(["", "me", "you"]),
)
KEYS: dict[str, Any] = {
    "name": lambda entry: entry.key,
    "size": lambda entry: entry.size,
    TYPE: lambda entry: kind_of(entry.key)[1],
    "modified": lambda entry: entry.modified or datetime.min.replace(tzinfo=UTC),
    "storage_class": lambda entry: entry.storage_class,
    "etag": lambda entry: entry.etag,
    "owner": lambda entry: entry.owner,
}


def fits(name: str, words: str) -> bool:
    if "*" in words or "?" in words:
        return re.match(translate(words.replace("[", "[[]")), name, re.IGNORECASE) is not None
    return words.lower() in name.lower()


@given(
    entries=st.lists(ENTRIES, unique_by=lambda entry: entry.key, max_size=30),
    column=st.sampled_from(list(KEYS)),
    backwards=st.booleans(),
    words=st.sampled_from(["", "a", "É", ".csv", "*.csv", "?1*", "[", "*.gz", "\n", "nothing"]),
)
@settings(deadline=None)  # the first one imports pyarrow
@example(entries=[], column=TYPE, backwards=True, words="")
def test_rows_stand_as_wished(entries: list[Entry], column: str, backwards: bool, words: str) -> None:
    rows = ObjectRows(Location("bucket"))
    rows.store(batch(page(*entries)))
    order = arranged(None, rows.work(Wish(column, backwards, words)))
    rows.show(order)
    expected = sorted((entry for entry in entries if fits(entry.key, words)), key=lambda entry: entry.key)
    expected.sort(key=KEYS[column], reverse=backwards)
    shown = [rows.row(number) for number in range(rows.shown)]
    assert [row.key for row in shown] == [entry.key for entry in expected]
    assert [row.entry for row in shown] == expected
    assert rows.shown_bytes == order.bytes == sum(entry.size for entry in expected)
