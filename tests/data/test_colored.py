"""Words of source code get their roles, and no text keeps the window waiting."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from s3desk.data.looking.colored import MOST, Role, spans
from s3desk.data.names import LANGUAGES
from tests.data.texts import any_text


def words(text: str, language: str) -> list[tuple[str, Role]]:
    return [(text[span.start : span.end], span.role) for span in spans(text, language)]


def test_python() -> None:
    found = words('def f(x):  # why\n    return "é" + 12\n', "python")
    assert found == [
        ("def", Role.KEYWORD),
        ("f", Role.NAME),
        ("# why", Role.COMMENT),
        ("return", Role.KEYWORD),
        ('"é"', Role.STRING),
        ("12", Role.NUMBER),
    ]


def test_every_language_a_name_can_mean_is_known() -> None:
    from pygments.lexers import get_lexer_by_name

    for language in {*LANGUAGES.values(), "json", "markdown", "html"}:
        get_lexer_by_name(language)


def test_an_unknown_language_and_a_long_text_have_no_colours() -> None:
    assert spans("x = 1", "klingon") == spans("x = 1", "") == ()
    assert spans("x = 1\n" * MOST, "python") == ()
    assert spans("1," * 5000, "python") == ()


@settings(deadline=None)  # the machine may be busy
@given(any_text(60), st.sampled_from(sorted({*LANGUAGES.values(), "json", "html"})))
def test_spans_lie_in_the_text_and_follow_each_other(text: str, language: str) -> None:
    found = spans(text, language)
    edges = [edge for span in found for edge in (span.start, span.end)]
    assert edges == sorted(edges)
    assert all(0 <= edge <= len(text) for edge in edges)


@pytest.mark.parametrize("language", ["python", "html", "sql", "perl"])
def test_hostile_text_ends_in_time(language: str) -> None:
    started = time.perf_counter()
    for text in ("(" * 1999 + "\n", '"\\' * 999 + "\n", "<!--" * 400 + "\n", "/*" * 900 + "\n", "$(" * 900 + "\n"):
        spans(text * 10, language)
    assert time.perf_counter() - started < 10
