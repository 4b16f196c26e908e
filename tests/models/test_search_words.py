"""A search in words."""

from __future__ import annotations

from datetime import datetime

import pytest

from s3desk.models.search_words import STORAGE_CLASSES, TYPES, found_words, search_words
from s3desk.s3.finding import Search

MARCH = datetime(2024, 3, 1).astimezone()  # local, as the dialog means days
MB = 1 << 20


@pytest.mark.parametrize(
    ("search", "words"),
    [
        (Search(), "all objects"),
        (Search(" "), "all objects"),
        (Search("sales 2024"), "names with “sales 2024”"),
        (Search("*.csv"), "names like “*.csv”"),
        (Search("2024/*.csv"), "paths like “2024/*.csv”"),
        (Search("raw/a"), "paths with “raw/a”"),
        (Search("\u202egpj.x"), "names with “‹U+202E›gpj.x”"),
        (Search(larger_than=MB, smaller_than=1536), "larger than 1 MB, smaller than 1.5 KB"),
        (Search(after=MARCH, before=MARCH.replace(day=9)), "changed since 1 Mar 2024, changed before 9 Mar 2024"),
        (Search(endings=TYPES["Tables"]), "tables"),
        (Search(endings=TYPES["JSON"]), "JSON"),
        (Search(endings=frozenset({"b", "a"})), "a or b"),
        (Search(storage_classes=STORAGE_CLASSES["Glacier IR"]), "stored as Glacier IR"),
        (Search("a", 1, endings=TYPES["Images"]), "names with “a”, images, larger than 1 B"),
    ],
)
def test_what_is_searched(search: Search, words: str) -> None:
    assert search_words(search) == words


def test_what_came_of_it() -> None:
    assert found_words(12, MB, 34_000, 35, loading=True) == "12 found so far, looked at 34,000 objects in 35 requests…"
    assert (
        found_words(12, 1_258_291, 1_204_000, 1210)
        == "12 found, 1.2 MB · looked at 1,204,000 objects in 1,210 requests"
    )
    assert found_words(0, 0, 1, 1) == "Nothing found · looked at 1 object in 1 request"
    assert found_words(3, 3, 2000, 2, stopped=True) == "3 found, 3 B · stopped after 2,000 objects in 2 requests"
