"""Sorting, filtering and finding on Arrow."""

# ruff: noqa: DTZ001  # tables hold moments without a zone

from __future__ import annotations

from concurrent.futures import CancelledError
from datetime import date, datetime
from decimal import Decimal

import pyarrow as pa
import pytest

from s3desk.data.exporting.arrange import Arrangement, Condition, Filter, arrange
from s3desk.data.exporting.find_cell import Cell, find
from s3desk.s3.errors import S3Error
from s3desk.s3.job import Job

DAYS = [datetime(2024, 1, day, 12) for day in (1, 2, 3, 4)]
TABLE = pa.table(
    {
        "number": [3, None, 1, 9007199254740993],
        "text": ["x", "Yx", None, "100%_(a"],
        "moment": pa.array(DAYS, pa.timestamp("us")),
        "zoned": pa.array(DAYS, pa.timestamp("us", "+02:00")),
        "kind": pa.array(["q", "r", "q", None]).dictionary_encode(),
        "nested": [[1], [2], None, [0]],
        "day": [date(2024, 1, number) for number in (1, 2, 3, 4)],
        "money": [Decimal("1.10"), Decimal("2.20"), None, Decimal("0.05")],
        "float": [float("nan"), 1.0, None, -1.0],
    }
)


def rows(*filters: Filter, sort: int | None = None, descending: bool = False) -> list[int]:
    order = arrange(Job(), TABLE, Arrangement(filters, sort, descending))
    return list(range(TABLE.num_rows)) if order is None else order.to_pylist()


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        (Filter(0, Condition.BETWEEN, "1", "3"), [0, 2]),
        (Filter(0, Condition.BETWEEN, "9007199254740993", ""), [3]),
        (Filter(0, Condition.BETWEEN, "9007199254740994", ""), []),
        (Filter(0, Condition.BETWEEN, "1.5", ""), [0, 3]),
        (Filter(0, Condition.BETWEEN, "-1e30", "1e30"), [0, 2, 3]),
        (Filter(0, Condition.BETWEEN, "1e30", ""), []),
        (Filter(0, Condition.IS_NULL), [1]),
        (Filter(0, Condition.NOT_NULL), [0, 2, 3]),
        (Filter(0, Condition.EQUALS, "3"), [0]),
        (Filter(1, Condition.CONTAINS, "X"), [0, 1]),
        (Filter(1, Condition.LACKS, "x"), [2, 3]),
        (Filter(1, Condition.CONTAINS, "%_(a"), [3]),
        (Filter(1, Condition.REGEX, "^.x$"), [1]),
        (Filter(2, Condition.BETWEEN, "", "2024-01-02"), [0, 1]),
        (Filter(2, Condition.BETWEEN, "2024-01-02 12:00:01", ""), [2, 3]),
        (Filter(3, Condition.BETWEEN, "2024-01-02 14:00", "2024-01-02 14:00"), [1]),
        (Filter(4, Condition.EQUALS, "q"), [0, 2]),
        (Filter(5, Condition.CONTAINS, "1"), [0]),
        (Filter(6, Condition.BETWEEN, "2024-01-02", "2024-01-03"), [1, 2]),
        (Filter(7, Condition.BETWEEN, "0.05", "1.1"), [0, 3]),
        (Filter(8, Condition.BETWEEN, "0", ""), [1]),
    ],
)
def test_filters(wish: Filter, expected: list[int]) -> None:
    assert rows(wish) == expected


def test_filters_are_all_meant_and_then_sorted() -> None:
    wishes = Filter(0, Condition.NOT_NULL), Filter(6, Condition.BETWEEN, "", "2024-01-03")
    assert rows(*wishes) == [0, 2]
    assert rows(*wishes, sort=6, descending=True) == [2, 0]


@pytest.mark.parametrize("column", range(TABLE.num_columns))
def test_every_type_can_be_sorted_and_nulls_come_last(column: int) -> None:
    for descending in (False, True):
        order = rows(sort=column, descending=descending)
        assert sorted(order) == [0, 1, 2, 3]
        null = [row for row in order if not TABLE.column(column)[row].is_valid]
        assert order[len(order) - len(null) :] == null


def test_equal_rows_keep_their_order() -> None:
    table = pa.table({"a": ["b", "a", "b", "a"]})
    up, down = (arrange(Job(), table, Arrangement(sort=0, descending=way)) for way in (False, True))
    assert up is not None
    assert down is not None
    assert up.to_pylist() == [1, 3, 0, 2]
    assert down.to_pylist() == [0, 2, 1, 3]


def test_a_pattern_that_is_none_is_said_in_words() -> None:
    with pytest.raises(S3Error, match="not a pattern"):
        rows(Filter(1, Condition.REGEX, "("))


def test_a_cancelled_sort_ends() -> None:
    job = Job()
    job.cancel()
    with pytest.raises(CancelledError):
        arrange(job, TABLE, Arrangement(sort=0))


def test_finding_walks_through_all_places_and_round() -> None:
    table = pa.table({"a": ["x", "-", "X"], "b": [1, 2, 3], "c": ["-", "axa", None]})
    places = [Cell(0, 0), Cell(1, 2), Cell(2, 0)]
    at = Cell(0, 0)
    for wanted in (*places[1:], *places):
        found = find(Job(), table, None, (0, 1, 2), "x", at)
        assert found == wanted
        at = wanted
    for wanted in (*reversed(places[:-1]), *reversed(places)):
        found = find(Job(), table, None, (0, 1, 2), "x", at, back=True)
        assert found == wanted
        at = wanted


def test_finding_heeds_order_and_hidden_columns() -> None:
    table = pa.table({"a": ["x", "-", "x"], "b": ["-", "x", "-"]})
    order = pa.array([2, 1], pa.uint64())
    assert find(Job(), table, order, (0,), "x", Cell(1, 0)) == Cell(0, 0)
    assert find(Job(), table, order, (1,), "x", Cell(0, 1)) == Cell(1, 1)
    assert find(Job(), table, order, (0,), "zzz", Cell(0, 0)) is None
    assert find(Job(), table.slice(0, 0), None, (0,), "x", Cell(0, 0)) is None


@pytest.mark.parametrize(
    ("text", "cell"),
    [("900719", Cell(3, 0)), ("NaN", Cell(0, 8)), ("2024-01-04", Cell(3, 2)), ("1.1", Cell(0, 7)), ("q", Cell(0, 4))],
)
def test_finding_in_what_is_no_text(text: str, cell: Cell) -> None:
    assert find(Job(), TABLE, None, tuple(range(9)), text, Cell(0, -1)) == cell


def test_finding_far_away_in_pieces() -> None:
    cells = [["-"] * 40_000, ["-"] * 39_999 + ["Needle"]]
    table = pa.table({"a": pa.chunked_array(cells)})
    assert find(Job(), table, None, (0,), "needle", Cell(5, 0)) == Cell(79_999, 0)
    backwards = pa.array(range(79_999, -1, -1), pa.uint64())
    assert find(Job(), table, backwards, (0,), "needle", Cell(5, 0), back=True) == Cell(0, 0)


@pytest.mark.timeout(20)
def test_ends_beyond_all_bounds_are_compared_and_not_counted_out() -> None:
    for typed in ("1e1000000", "1e999999999"):
        assert rows(Filter(0, Condition.BETWEEN, typed, "")) == []
        assert rows(Filter(0, Condition.BETWEEN, "", f"-{typed}")) == []
        assert rows(Filter(0, Condition.BETWEEN, f"-{typed}", typed)) == [0, 2, 3]
        assert rows(Filter(7, Condition.BETWEEN, "0.05", typed)) == [0, 1, 3]


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_days_reach_to_the_end_of_the_calendar(unit: str) -> None:
    late = datetime(2024, 1, 3, 23, 59, 59)
    table = pa.table({"a": pa.array([late, datetime(2024, 1, 4), None], pa.timestamp(unit))})
    for ends, expected in (
        (("2024-01-03", "9999-12-31"), [0, 1]),
        (("2024-01-03", "2024-01-03"), [0]),
        (("9999-12-31", ""), []),
        (("0001-01-01", "2024-01-04"), [0, 1]),
        (("2024-01-03 23:59:59.5", "9999-12-31 23:59:59.999999"), [1]),
    ):
        found = arrange(Job(), table, Arrangement((Filter(0, Condition.BETWEEN, *ends),)))
        assert found is not None
        assert found.to_pylist() == expected, ends
    assert rows(Filter(6, Condition.BETWEEN, "2024-01-04", "9999-12-31")) == [3]


def folded(kind: str) -> pa.Table:
    """A terabyte of text that is small while it is folded."""
    if kind == "view":
        buffer = pa.array(["x" * 1_000_000], pa.string_view()).buffers()
        return pa.table({"long": pa.Array.from_buffers(pa.string_view(), 1_000_000, _repeated(buffer))})
    values = ["z" * 1_000_000, "A" * 1_000_000, None]
    indices = pa.array([0, None, 1, 2, 0] * 200_000, pa.int32())
    return pa.table({"long": pa.DictionaryArray.from_arrays(indices, values), "n": range(1_000_000)})


def _repeated(buffers: list[pa.Buffer | None]) -> list[pa.Buffer | None]:
    return [None, pa.py_buffer(bytes(buffers[1] or b"")[:16] * 1_000_000), *buffers[2:]]


def test_long_texts_in_a_dictionary_are_sorted_filtered_and_found_without_being_unfolded() -> None:
    table = folded("dictionary")

    def found(*filters: Filter, descending: bool = False, sort: int | None = 0) -> list[int]:
        order = arrange(Job(), table, Arrangement(filters, sort, descending))
        assert order is not None
        return [order[0].as_py(), order[-1].as_py(), len(order)]

    assert found() == [2, 999_998, 1_000_000]
    assert found(descending=True) == [0, 999_998, 1_000_000]
    assert found(Filter(0, Condition.CONTAINS, "Z" * 2000)) == [0, 999_999, 400_000]
    assert found(Filter(0, Condition.LACKS, "z"), sort=1) == [1, 999_998, 600_000]
    assert found(Filter(0, Condition.IS_NULL), sort=1) == [1, 999_998, 400_000]
    assert found(Filter(0, Condition.NOT_NULL), sort=1) == [0, 999_999, 600_000]
    assert find(Job(), table, None, (0, 1), "aaa", Cell(0, 0)) == Cell(2, 0)
    assert find(Job(), table, None, (0,), "q", Cell(0, 0)) is None


def test_long_texts_behind_views_are_refused_in_words() -> None:
    for wish in (Arrangement(sort=0), Arrangement((Filter(0, Condition.CONTAINS, "q"),))):
        with pytest.raises(S3Error, match="too long all together"):
            arrange(Job(), folded("view"), wish)


def test_nested_dictionaries_are_sorted_by_their_text() -> None:
    lists = pa.DictionaryArray.from_arrays(pa.array([1, 0, None], pa.int8()), pa.array([[2], [1]]))
    order = arrange(Job(), pa.table({"a": lists}), Arrangement(sort=0))
    assert order is not None
    assert order.to_pylist() == [0, 1, 2]
