"""Rows come out of a cut text exactly as they were written, and an open quote does not swallow the rest."""

from __future__ import annotations

import csv
import io
import itertools
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from s3desk.data.rows import Dialect, split_rows, usual_width
from s3desk.data.signature import Kind
from s3desk.data.sniff import Guess
from s3desk.data.table import read_table
from tests.data.texts import any_text

ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp1252", "shift_jis", "gb18030")


@st.composite
def written_tables(draw: st.DrawFn) -> tuple[list[list[str]], list[bytes], Guess]:
    """Rows, the bytes of the file up to the end of each of them (and before the first), and how they were written."""
    encoding = draw(st.sampled_from(ENCODINGS))
    letters = {"cp1252": "éŸ€", "shift_jis": "名前ｱ"}.get(encoding, "é名𝄞")
    cells = st.text(st.sampled_from("ab1,;|\t'\"\r\n 0" + letters), max_size=6)
    if encoding.startswith(("utf", "gb")):
        cells |= any_text(6)
    rows = draw(st.lists(st.lists(cells, min_size=1, max_size=4), min_size=1, max_size=6))
    delimiter = draw(st.sampled_from(",;\t|\x01 "))
    line_end = draw(st.sampled_from(["\r\n", "\n", "\r"]))
    # With other line ends than CRLF Python 3.11 writes a bare CR or LF inside a cell without quotes.
    quoting: Literal[0, 1] = csv.QUOTE_MINIMAL if line_end == "\r\n" and draw(st.booleans()) else csv.QUOTE_ALL
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator=line_end, quoting=quoting)
    ends = [buffer.getvalue().encode(encoding)]
    for row in rows:
        writer.writerow(row)
        ends.append(buffer.getvalue().encode(encoding))
    return rows, ends, Guess(Kind.TABLE, "CSV table", encoding, delimiter)


@given(written_tables(), st.floats(0, 1))
@settings(max_examples=300)
def test_a_file_cut_at_any_byte_gives_the_rows_before_the_cut(
    written: tuple[list[list[str]], list[bytes], Guess], share: float
) -> None:
    rows, ends, guess = written
    data = ends[-1]
    cut = int(share * len(data))
    table = read_table(data[:cut], guess, size=len(data))
    found = [[cell for cell in row if cell is not None] for row in table.rows]
    complete = sum(1 for end in ends[1:] if len(end) <= cut)
    assert found == rows[: len(found)]
    assert len(found) in (complete, complete + 1)  # the CR of a CRLF ends a row, too
    assert table.complete == (cut == len(data))


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_the_last_row_needs_no_line_end_only_in_a_whole_file(line_end: str) -> None:
    text = line_end.join(["a,b", "1,2", "3,4"])
    assert split_rows(text, Dialect(), whole=True).cells == [["a", "b"], ["1", "2"], ["3", "4"]]
    assert split_rows(text, Dialect(), whole=False).cells == [["a", "b"], ["1", "2"]]


def test_consumed_ends_with_the_last_row() -> None:
    text = 'a,b\r\n"1\n2",x\r\n"cut'
    rows = split_rows(text, Dialect(), whole=False)
    assert rows.cells == [["a", "b"], ["1\n2", "x"]]
    assert text[rows.consumed :] == '"cut'


@pytest.mark.parametrize("whole", [True, False])
def test_an_open_quote_costs_one_row_only(whole: bool) -> None:
    lines = [f"{n},x,y" for n in range(100)]
    lines[30] = '"30,x,y'
    lines[60] = '60,"x,y'
    rows = split_rows("\n".join(lines) + "\n", Dialect(), whole=whole)
    # The two quotes enclose rows 30 to 60, which nothing can tell from one long cell; a third stays open.
    assert len(rows.cells) == 70
    lines[60] = "60,x,y"
    rows = split_rows("\n".join(lines) + "\n", Dialect(), whole=whole)
    assert len(rows.cells) == 100
    assert rows.cells[30] == ['"30', "x", "y"]
    assert rows.stray == [30]


def test_a_long_cell_with_line_ends_is_not_taken_for_an_open_quote() -> None:
    letter = "\n".join(["Dear Sir", "this is a letter."] * 30)
    text = f'id,text\n1,short\n2,"{letter}'
    rows = split_rows(text, Dialect(), whole=False)
    assert (rows.cells, rows.stray) == ([["id", "text"], ["1", "short"]], [])
    assert split_rows(text, Dialect(), whole=True).cells[2] == ["2", letter]


def test_a_cell_beyond_all_measure_ends_the_reading() -> None:
    rows = split_rows("a,b\n1,2\n3," + "x" * 200_000 + "\n5,6\n", Dialect(), whole=True)
    assert rows.cells == [["a", "b"], ["1", "2"]]
    assert rows.too_long


@given(st.text(st.sampled_from("a,\"'\\\r\n\x00;é"), max_size=200), st.sampled_from(["", "\\"]), st.booleans())
@settings(max_examples=300)
def test_nothing_makes_it_raise_or_lose_its_place(text: str, escape: str, whole: bool) -> None:
    for delimiter, quote in itertools.product(",;\x00", ('"', "'", "")):
        rows = split_rows(text, Dialect(delimiter, quote, escape), whole=whole)
        assert 0 <= rows.consumed <= len(text)
        assert all(rows.cells)
        assert usual_width(rows.cells) <= 201
