"""Indenting JSON changes white space and nothing else."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3desk.data.looking.jsontext import indented
from tests.data.texts import any_text

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | any_text(8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(any_text(5), inner, max_size=4),
    max_leaves=20,
)


@given(VALUES, st.booleans())
def test_the_value_stays_and_looks_as_python_writes_it(value: object, ascii_only: bool) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only)
    assert indented(text) == json.dumps(value, ensure_ascii=ascii_only, indent=2)


@given(VALUES, st.floats(0, 1))
def test_a_cut_end_keeps_every_word(value: object, share: float) -> None:
    text = json.dumps(value, ensure_ascii=False, indent=None, separators=(",", ":"))
    cut = text[: int(share * len(text))]
    readable = indented(cut)
    assert readable is not None
    assert "".join(readable.split()) == "".join(cut.split())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"a":1,"a":2}', '{\n  "a": 1,\n  "a": 2\n}'),
        ("[NaN,1e999,123456789012345678901234567890]", "[\n  NaN,\n  1e999,\n  123456789012345678901234567890\n]"),
        ('{"a":[],"b":{}}', '{\n  "a": [],\n  "b": {}\n}'),
        ('["a\\"b,c"]', '[\n  "a\\"b,c"\n]'),
        ("]]}", "]\n]\n}"),
        ("", ""),
    ],
)
def test_odd_json_stays_as_it_is_written(text: str, expected: str) -> None:
    assert indented(text) == expected


@pytest.mark.parametrize("text", ["[" * 131_072, '{"a":' * 1000 + "1" + "}" * 1000, ("[" * 90 + "1" + "]" * 90) * 1500])
def test_what_would_outgrow_the_screen_is_refused_quickly(text: str) -> None:
    started = time.perf_counter()
    assert indented(text) is None
    assert time.perf_counter() - started < 5
