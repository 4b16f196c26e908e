"""The grid over Arrow: what cells read, what filters say, and that a million rows cost nothing to look at."""

# ruff: noqa: DTZ001  # tables hold moments without a zone

from __future__ import annotations

import time
from datetime import date, datetime

import pyarrow as pa
import pytest
from PySide6.QtCore import Qt
from pytestqt.modeltest import ModelTester

from s3desk.data.exporting.arrange import Condition, Filter
from s3desk.data.sheet import Sheet
from s3desk.models.grid_filter import conditions_for, problem, words
from s3desk.models.grid_model import NULL_ROLE, GridModel
from s3desk.models.grid_text import facts
from s3desk.models.object_model import ALIGN_LEFT, ALIGN_RIGHT

TABLE = pa.table(
    {
        "id": ["007", "008", None],
        "price": [1.5, None, 1e-5],
        "when": pa.array([datetime(2024, 1, 2, 3, 4, 5), None, datetime(1, 1, 1)], pa.timestamp("us")),
        "bytes": [b"\xff\x00", None, b""],
        "nested": [{"a": [1, None]}, None, {"a": None}],
        "kind": pa.array(["x", None, "y"]).dictionary_encode(),
    }
)


def column(model: GridModel, number: int) -> list[str]:
    return [model.index(row, number).data() for row in range(model.rowCount())]


def test_cells_read_as_people_write_them(qtmodeltester: ModelTester) -> None:
    model = GridModel(TABLE)
    qtmodeltester.check(model)  # type: ignore[no-untyped-call]  # pytest-qt has no types here
    assert column(model, 0) == ["007", "008", "null"]
    assert column(model, 1) == ["1.5", "null", "0.00001"]
    assert column(model, 2) == ["2024-01-02 03:04:05", "null", "0001-01-01 00:00:00"]
    assert column(model, 3) == ["0xff00", "null", "0x"]
    assert column(model, 4) == ['{"a": [1, null]}', "null", '{"a": null}']
    assert column(model, 5) == ["x", "null", "y"]
    assert model.index(2, 0).data(NULL_ROLE)
    assert not model.index(0, 0).data(NULL_ROLE)
    assert model.index(0, 1).data(Qt.ItemDataRole.TextAlignmentRole) == ALIGN_RIGHT
    assert model.index(0, 0).data(Qt.ItemDataRole.TextAlignmentRole) == ALIGN_LEFT


def test_the_word_null_is_not_nothing() -> None:
    model = GridModel(pa.table({"a": ["null", None]}))
    assert [model.index(row, 0).data(NULL_ROLE) for row in (0, 1)] == [False, True]


def test_an_order_changes_rows_and_their_numbers() -> None:
    model = GridModel(pa.concat_tables([TABLE.slice(0, 1), TABLE.slice(1, 2)]))
    model.show(pa.array([2, 0], pa.uint64()))
    assert column(model, 5) == ["y", "x"]
    assert [model.headerData(row, Qt.Orientation.Vertical) for row in (0, 1)] == ["3", "1"]
    model.show(None)
    assert column(model, 5) == ["x", "null", "y"]


def test_hostile_cells_stay_small_and_visible() -> None:
    broken = pa.Array.from_buffers(pa.string(), 1, [None, pa.py_buffer(b"\0\0\0\0\2\0\0\0"), pa.py_buffer(b"\xff\xfe")])
    table = pa.table({"a": ["x" * 100_000], "b": ["a\u202eb\x00"], "c": broken, "d": [2**63 - 1]})
    model = GridModel(table)
    assert len(model.index(0, 0).data()) == 301
    assert model.index(0, 1).data() == "a‹U+202E›b‹U+0000›"
    assert model.index(0, 2).data() == "\ufffd\ufffd"
    assert model.index(0, 3).data() == "9223372036854775807"


def test_moments_beyond_python_are_said_not_raised() -> None:
    model = GridModel(pa.table({"a": pa.array([2**60], pa.timestamp("s")), "b": pa.array([1], pa.duration("s"))}))
    assert "out of range" in model.index(0, 0).data()
    assert model.index(0, 1).data() == "0:00:01"


def test_a_million_rows_of_a_hundred_columns_are_only_looked_at_where_one_looks() -> None:
    numbers = pa.chunked_array([pa.array(range(start, start + 50_000)) for start in range(0, 1_000_000, 50_000)])
    table = pa.table({f"c{number}": numbers for number in range(100)})
    model = GridModel(table)
    model.show(pa.array(range(999_999, -1, -1), pa.uint64()))
    start = time.perf_counter()
    for row in (*range(40), *range(500_000, 500_040)):
        for number in range(15):
            assert model.index(row, number).data() == str(999_999 - row)
    assert time.perf_counter() - start < 1.5  # some 30 ms where nobody else works


@pytest.mark.parametrize(
    ("wish", "said", "trouble"),
    [
        (Filter(0, Condition.CONTAINS, "a\nb"), "id contains “a↵b”", ""),
        (Filter(0, Condition.CONTAINS), "", " "),
        (Filter(0, Condition.IS_NULL), "id is null", ""),
        (Filter(1, Condition.BETWEEN, "1", "2"), "price is between 1 and 2", ""),
        (Filter(1, Condition.BETWEEN, "", "2"), "price ≤ 2", ""),
        (Filter(1, Condition.BETWEEN, "1,5", ""), "price ≥ 1,5", ""),
        (Filter(1, Condition.BETWEEN, "x", ""), "", "“x” is not a number."),
        (Filter(1, Condition.BETWEEN, "nan", ""), "", "“nan” is not a number."),
        (Filter(1, Condition.BETWEEN, "3", "2"), "", "The first value is larger than the second."),
        (Filter(2, Condition.BETWEEN, "2024-13-01", ""), "", "“2024-13-01” is not a date like 2024-03-31."),
        (Filter(2, Condition.BETWEEN), "", " "),
    ],
)
def test_filters_in_words(wish: Filter, said: str, trouble: str) -> None:
    assert problem(wish, TABLE.schema.field(wish.column).type) == trouble
    if not trouble:
        assert words(wish, TABLE) == said


def test_only_what_has_a_range_is_asked_for_one() -> None:
    assert Condition.BETWEEN in conditions_for(pa.float32())
    assert Condition.BETWEEN in conditions_for(pa.date32())
    assert Condition.BETWEEN not in conditions_for(pa.string())


def test_facts() -> None:
    sheet = Sheet("a", pa.table({"a": [1, 2], "b": [date(2024, 1, 1), None]}), "the first 2 of 9 rows")
    assert facts(sheet, 2, 0) == "2 rows · 2 columns · the first 2 of 9 rows"
    assert facts(sheet, 1, 1) == "1 of 2 rows · 2 columns (1 hidden) · the first 2 of 9 rows"
