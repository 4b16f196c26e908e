"""Records of JSON as rows: values as they are written, nested ones as JSON, nothing dropped silently."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from s3desk.data.looking.jsonlines import array_table, lines_table
from s3desk.data.table import Table
from tests.data.texts import any_text


def of_lines(text: str, *, whole: bool = True, size: int | None = None) -> Table:
    table = lines_table(text, whole=whole, size=size or len(text), read=len(text))
    assert table is not None
    return table


def of_array(text: str, *, whole: bool = True) -> Table | None:
    return array_table(text, whole=whole, size=len(text) + (not whole) * 1000, read=len(text))


def test_columns_are_the_names_in_their_order() -> None:
    table = of_lines('{"b": 1, "a": "x"}\n\n{"a": null, "c": true}\n')
    assert [column.name for column in table.columns] == ["b", "a", "c"]
    assert [column.numeric for column in table.columns] == [True, False, False]
    assert table.rows == [("1", "x", None), (None, None, "true")]
    assert (table.rows_total, table.complete) == (2, True)


@pytest.mark.parametrize("number", ["1.10", "1e999", "-0", "123456789012345678901234567890", "NaN", "1E+2"])
def test_numbers_stay_as_they_are_written(number: str) -> None:
    table = of_lines(f'{{"n": {number}, "deep": [{number}]}}\n')
    assert table.rows == [(number, f"[{number}]")]


def test_long_digits_are_ids() -> None:
    assert not of_lines('{"n": 1234567890123456}\n').columns[0].numeric


def test_a_cut_last_line_is_left_out_and_the_rest_estimated() -> None:
    table = of_lines('{"a": 1}\n{"a": 2}\n{"a": 3', whole=False, size=9000)
    assert [row[0] for row in table.rows] == ["1", "2"]
    assert not table.complete
    assert table.rows_total == 1000


def test_lines_that_are_no_records_are_shown_and_told() -> None:
    table = of_lines('{"a": 1, "b": 2}\nnot json\n{"a": 2}\n[1]\n{"a": 5}\n')
    assert table.rows[1] == ("not json", None)
    assert (table.bad, table.bad_rows) == (frozenset((1, 3)), 2)
    assert table.notes == ("2 lines are no JSON records, the first is line 2; they are shown as they are written.",)
    assert lines_table("[1]\n[2]\n", whole=True, size=8, read=8) is None


def test_an_array_is_read_up_to_where_it_is_cut() -> None:
    whole = json.dumps([{"a": n, "b": [n]} for n in range(50)], indent=1)
    table = of_array(whole)
    assert table is not None
    assert (len(table.rows), table.complete) == (50, True)
    cut = of_array(whole[: len(whole) // 2], whole=False)
    assert cut is not None
    assert 20 <= len(cut.rows) <= 30
    assert cut.rows[3] == ("3", "[3]")
    assert not cut.complete


@pytest.mark.parametrize("text", ["{}", "[1, 2]", "[]", '[{"a": 1}, 2]', '[{"a": 1}', '[{"a": 1}] x', '["a"]', ""])
def test_what_is_no_array_of_records_is_no_table(text: str) -> None:
    assert of_array(text) is None


RECORDS = st.lists(
    st.dictionaries(any_text(4), st.none() | st.integers() | any_text(6) | st.lists(st.integers(), max_size=2)),
    min_size=1,
    max_size=5,
)


@settings(deadline=None)  # the machine may be busy
@given(RECORDS, st.integers(0, 300))
def test_any_records_cut_anywhere_have_an_answer(records: list[dict[str, object]], at: int) -> None:
    lines = "".join(json.dumps(record) + "\n" for record in records)
    table = lines_table(lines, whole=True, size=len(lines), read=len(lines))
    assert table is not None
    assert len(table.rows) == len(records)
    for text in (lines[:at], json.dumps(records)[:at]):
        for read in (lines_table, array_table):
            read(text, whole=False, size=1000, read=max(len(text), 1))


def test_a_line_separator_inside_a_string_ends_no_line() -> None:
    text = '{"a": "x\u2028y"}\n{"a": "p\u0085q"}\r\n{"a": "z"}'
    found = lines_table(text, whole=True, size=len(text), read=len(text))
    assert found is not None
    assert (found.rows, found.bad_rows) == ([("x\u2028y",), ("p\u0085q",), ("z",)], 0)
