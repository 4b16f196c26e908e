"""Text that a window can lay out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3desk.data.looking.readable import LONGEST_LINE, MOST_LINES, clipped, may_be_rendered


@given(st.text(max_size=500))
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert clipped(text) == (text, ())


def test_long_lines_are_cut_and_said() -> None:
    text, notes = clipped("short\n" + "x" * 3_000_000)
    assert text == "short\n" + "x" * LONGEST_LINE + " …"
    assert notes == ("A line is longer than 1,000 characters and cut here.",)


def test_too_many_lines_are_left_out_and_said() -> None:
    text, notes = clipped("\n" * 300_000)
    assert text.count("\n") == MOST_LINES - 1
    assert notes == ("Only the first 5,000 lines are shown.",)


@pytest.mark.parametrize("deep", [">" * 20_000, "* " * 5_000, "[" * 50_000, " " * 80 + "x", "x" * 200_000])
def test_what_takes_long_to_render_is_shown_as_source(deep: str) -> None:
    assert not may_be_rendered(deep)


def test_usual_markdown_is_rendered() -> None:
    assert may_be_rendered("# Title\n\n> quoted\n\n* one\n  * two\n    * three\n\n[link](http://h/) **bold** `code`\n")
