"""The grid shows every row, marks the uneven ones, and keeps what looks like a number but is an id."""

from __future__ import annotations

from dataclasses import replace

import pytest

from s3desk.data.sniff import sniff
from s3desk.data.table import Column, Table, read_table


def table_of(text: str | bytes, name: str = "x.csv", size: int | None = None) -> Table:
    head = text.encode() if isinstance(text, str) else text
    size = len(head) if size is None else size
    return read_table(head, sniff(head, name, whole=len(head) >= size), size=size)


def names(table: Table) -> list[str]:
    return [column.name for column in table.columns]


@pytest.mark.parametrize(
    ("cells", "numeric"),
    [
        (["1", "2.5", "-3", "+4", "1e5"], True),
        (["1.234,50", "3,20"], True),
        (["1,234.50", "12"], True),
        (["1 234", "5\u00a0678", "1'000"], True),
        (["$5.00", "7 %", "3 €", "(4)"], True),
        (["1", "", "NA", "null"], True),
        (["0", "0.5", "-0,25"], True),
        (["007", "008"], False),
        (["1", "0123"], False),
        (["1234567890123456", "2"], False),
        (["1", "two"], False),
        (["", "NA"], False),
        (["2024-01-01"], False),
        (["1.2.3.4"], False),
    ],
)
def test_numbers_align_right_and_ids_do_not(cells: list[str], numeric: bool) -> None:
    text = "name\tvalue\n" + "".join(f"x\t{cell}\n" for cell in cells)
    table = table_of(text, "x.tsv")
    assert table.columns[1].numeric is numeric
    assert [row[1] for row in table.rows] == cells


def test_uneven_rows_are_shown_padded_and_marked() -> None:
    table = table_of("a,b,c\n1,2,3\n1,2\n1,2,3,4\n4,5,6\n7,8,9\n")
    assert names(table) == ["a", "b", "c", "Column 4"]
    assert table.rows[1] == ("1", "2", None, None)
    assert table.rows[2] == ("1", "2", "3", "4")
    assert table.bad == frozenset((1, 2))
    assert (table.bad_rows, table.rows_total) == (2, 5)


def test_rows_that_all_end_with_a_delimiter_are_not_bad() -> None:
    table = table_of("a,b\n1,2,\n3,4,\n5,6,\n")
    assert (names(table), table.bad_rows) == (["a", "b", "Column 3"], 0)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("a,a,,b", ["a", "a (2)", "Column 3", "b"]),
        ("a,a,a (2),a", ["a", "a (3)", "a (2)", "a (4)"]),
        (" x ,Column 3,,y", ["x", "Column 3", "Column 3 (2)", "y"]),
    ],
)
def test_column_names_have_no_gaps_and_no_twins(header: str, expected: list[str]) -> None:
    head = f"{header}\n1,2,3,4\n5,6,7,8\n".encode()
    guess = replace(sniff(head, "x.csv", whole=True), header=True)
    assert names(read_table(head, guess, size=len(head))) == expected


def test_without_a_header_columns_are_numbered_and_no_row_is_lost() -> None:
    head = b"id,name\n1,Ann\n"
    table = read_table(head, replace(sniff(head, "x.csv", whole=True), header=False), size=len(head))
    assert names(table) == ["Column 1", "Column 2"]
    assert table.rows == [("id", "name"), ("1", "Ann")]


def test_another_delimiter_can_be_tried() -> None:
    head = b"a;b,c\n1;2,3\n"
    table = read_table(head, replace(sniff(head, "x.csv", whole=True), delimiter=";", header=True), size=len(head))
    assert table.columns == (Column("a", True), Column("b,c", True))


def test_marks_lines_and_zeros_of_strange_files() -> None:
    assert names(table_of(b"\xef\xbb\xbfa,b\n1,2\n")) == ["a", "b"]
    assert names(table_of("a,b\n1,2\n".encode("utf-16"))) == ["a", "b"]
    assert table_of("sep=;\r\na;b\r\n1;2\r\n").rows == [("1", "2")]
    assert table_of("a,b\r1,2\r3,4\r").rows == [("1", "2"), ("3", "4")]
    assert table_of("a,b\n1,\x00\n3,4\n").rows == [("1", "\x00"), ("3", "4")]
    assert table_of("a,b\n\n1,2\n\n\n3,4\n").rows_total == 2


def test_many_rows_and_columns_are_limited_and_counted() -> None:
    head = (",".join(f"c{n}" for n in range(1200)) + "\n").encode() + (b",".join([b"1"] * 1200) + b"\n") * 20
    table = read_table(head, sniff(head, "x.csv", whole=True), size=len(head), limit_rows=5)
    assert (len(table.columns), len(table.rows), table.rows_found, table.rows_total) == (1000, 5, 20, 20)
    assert all(len(row) == 1000 for row in table.rows)
    assert table.bad_rows == 0
    assert table.notes == ("The first 1,000 of 1,200 columns are shown.",)


def test_the_number_of_rows_is_estimated_from_the_beginning() -> None:
    data = ("id,name\n" + "".join(f"{n:06},name\n" for n in range(50_000))).encode()
    table = table_of(data[:100_000], size=len(data))
    assert not table.complete
    assert table.rows_total == pytest.approx(50_000, rel=0.01)
    assert table_of(data).rows_total == 50_000


def test_an_open_quote_is_told() -> None:
    lines = ["a,b,c", *(f"{n},x,y" for n in range(50))]
    lines[11] = '"10,x,y'
    table = table_of("\n".join(lines) + "\n")
    assert table.rows_total == 50
    assert table.notes == ("A quote in row 11 is never closed; the row is shown as it is written.",)


def test_what_cannot_be_decoded_is_counted() -> None:
    head = "a,b\né,2\n".encode("cp1252")
    table = read_table(head, replace(sniff(head, "x.csv", whole=True), encoding="utf-8"), size=len(head))
    assert table.rows[0][0] == "\ufffd"
    assert table.notes == ("1 character could not be read as UTF-8; in their place stands “\ufffd”.",)
