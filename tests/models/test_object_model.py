"""The table of objects: order, filter and selection while pages arrive in any way."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester

from s3desk.models.object_model import Column, ObjectModel
from s3desk.s3.listing import Page
from s3desk.s3.location import Location
from tests.models.conftest import batch, entry, page

if TYPE_CHECKING:
    from PySide6.QtCore import QCoreApplication

UP, DOWN = Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder
PAGE = page(
    entry("p/b.csv", 10, 3, "GLACIER"),
    entry("p/a.txt", 30, 1),
    entry("p/c.json", 20, 2, "STANDARD_IA"),
    folders=("p/z/", "p/y/"),
)


@pytest.fixture
def model(qapp: QCoreApplication) -> ObjectModel:
    """A place with two folders and three objects, watched by Qt's own test of models."""
    model = ObjectModel()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal, model)
    model.clear(Location("bucket", "p/"))
    model.append(batch(PAGE, "p/"))
    return model


def keys_in(model: ObjectModel) -> list[str]:
    return [model.row(model.index(row, 0)).key for row in range(model.rowCount())]


def names(model: ObjectModel) -> list[str]:
    return [model.index(row, 0).data() for row in range(model.rowCount())]


@pytest.mark.parametrize(
    ("column", "up"),
    [
        (Column.NAME, ["y", "z", "a.txt", "b.csv", "c.json"]),
        (Column.SIZE, ["y", "z", "b.csv", "c.json", "a.txt"]),
        (Column.TYPE, ["y", "z", "b.csv", "c.json", "a.txt"]),
        (Column.MODIFIED, ["y", "z", "a.txt", "c.json", "b.csv"]),
        (Column.STORAGE_CLASS, ["y", "z", "b.csv", "a.txt", "c.json"]),
    ],
)
def test_every_column_sorts_with_folders_first(model: ObjectModel, column: Column, up: list[str]) -> None:
    model.sort(column, UP)
    assert names(model) == up
    model.sort(column, DOWN)
    assert names(model)[2:] == up[2:][::-1]
    assert set(names(model)[:2]) == {"y", "z"}


def test_what_is_selected_stays_selected(model: ObjectModel) -> None:
    kept = QPersistentModelIndex(model.index_of("p/b.csv"))
    model.sort(Column.SIZE, DOWN)
    assert kept.data() == "b.csv"
    model.set_filter(".c")
    assert kept.data() == "b.csv"
    assert names(model) == ["b.csv"]
    model.append(batch(page(entry("p/0.csv", 99), entry("p/other.txt", 98)), "p/"))
    assert names(model) == ["0.csv", "b.csv"]
    assert kept.data() == "b.csv"
    model.set_filter("other")
    assert not kept.isValid(), "a row that is hidden is not selected"
    model.set_filter("")
    assert model.rowCount() == 7
    assert model.hidden == 0


def test_patterns_match_whole_names(model: ObjectModel) -> None:
    for words, expected in {
        "*.CSV": ["b.csv"],
        "?.txt": ["a.txt"],
        "csv": ["b.csv"],
        "*": ["y", "z", "a.txt", "b.csv", "c.json"],
        "[ab]": [],
        "*[ab]*": [],
    }.items():
        model.set_filter(words)
        assert names(model) == expected, words
        assert model.hidden == 5 - len(expected)
    model.append(batch(page(entry("p/data[1].csv")), "p/"))
    model.set_filter("*[1]*")
    assert names(model) == ["data[1].csv"]


def test_a_key_a_moving_listing_brings_twice_stays_once(model: ObjectModel) -> None:
    model.append(batch(PAGE, "p/"))
    assert model.rowCount() == 5


def test_an_empty_place_and_another_one(model: ObjectModel) -> None:
    model.clear(Location("bucket", "q/"))
    assert model.rowCount() == 0
    model.append(batch(page(entry("q/one")), "q/"))
    assert names(model) == ["one"]


KEYS = st.text(st.sampled_from("abAB01.é/ \u200b\n"), min_size=1, max_size=6)


@given(
    keys=st.lists(KEYS, unique=True, max_size=12),
    cuts=st.lists(st.integers(0, 12), max_size=4),
    column=st.sampled_from(Column),
    order=st.sampled_from([UP, DOWN]),
    words=st.sampled_from(["", "a", "*1*", "?"]),
    when=st.integers(0, 4),
)
def test_however_the_pages_come_the_rows_are_the_same(
    keys: list[str], cuts: list[int], column: Column, order: Qt.SortOrder, words: str, when: int
) -> None:
    """One page with everything, against the same in pieces backwards, sorted and filtered somewhere in between."""

    def part(some: list[str]) -> Page:
        folders = tuple(dict.fromkeys(f"{key.replace('/', '')}/" for key in some if "/" in key))
        return page(*(entry(key, len(key)) for key in some if "/" not in key), folders=folders)

    at_once, in_pieces = ObjectModel(), ObjectModel()
    QAbstractItemModelTester(in_pieces, QAbstractItemModelTester.FailureReportingMode.Fatal, in_pieces)
    at_once.append(batch(part(keys)))
    at_once.set_filter(words)
    at_once.sort(column, order)
    edges = [0, *sorted(min(cut, len(keys)) for cut in cuts), len(keys)]
    pieces = [keys[a:b] for a, b in pairwise(edges)]
    for number, piece in enumerate(reversed(pieces)):
        if number == min(when, len(pieces) - 1):
            in_pieces.set_filter(words)
            in_pieces.sort(column, order)
        in_pieces.append(batch(part(piece)))
    assert keys_in(in_pieces) == keys_in(at_once)
