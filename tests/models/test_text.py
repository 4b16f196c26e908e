"""How names, sizes and times are written."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3desk.models import text
from s3desk.models.kinds import Kind, kind_of


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("plain.csv", "plain.csv"),
        ("日本 語😀.csv", "日本 語😀.csv"),
        ("", "∅ (empty name)"),
        ("a\nb", "a‹U+000A›b"),
        ("\x7f", "‹U+007F›"),
        ("\u202egpj.exe", "‹U+202E›gpj.exe"),
        ("zero\u200bwidth", "zero‹U+200B›width"),
        ("\ufeffbom", "‹U+FEFF›bom"),
        ("non\u00a0breaking", "non‹U+00A0›breaking"),
        ("hangul\u3164filler", "hangul‹U+3164›filler"),
    ],
)
def test_what_the_eye_would_miss_is_seen(name: str, shown: str) -> None:
    assert text.visible(name) == shown


@pytest.mark.parametrize("name", [" x", "x ", "  ", " "])
def test_outer_spaces_are_seen(name: str) -> None:
    shown = text.visible(name)
    assert shown == shown.strip()
    assert shown != text.visible(name.strip())


@given(st.text(max_size=20), st.text(max_size=20))
def test_two_names_never_look_blank_or_end_in_a_space(one: str, other: str) -> None:
    for name in (one, other):
        shown = text.visible(name)
        assert shown.strip(" ") == shown != ""
        assert shown.isprintable()


def test_paths_keep_their_slashes() -> None:
    assert text.visible_path("a//b/") == "a/∅/b/"
    assert text.visible_path("b/\u200b/x") == "b/‹U+200B›/x"
    assert text.visible_path("") == ""
    assert text.visible_path("s3://b/a /x//") == "s3://b/a‹space›/x/∅/"


@pytest.mark.parametrize(
    ("size", "words"), [(0, "0 B"), (1, "1 B"), (1023, "1,023 B"), (1024, "1 KB"), (2411724, "2.3 MB")]
)
def test_sizes(size: int, words: str) -> None:
    assert text.size(size).replace(".0 ", " ") == words


def test_accents_in_pieces_are_remarked() -> None:
    assert text.remark("é") == ""
    assert "another object" in text.remark("e\u0301")


def test_counts() -> None:
    assert [text.count(n, "object") for n in (0, 1, 1204)] == ["0 objects", "1 object", "1,204 objects"]
    assert text.count(2, "name exists", "names exist") == "2 names exist"


def test_moments_are_local() -> None:
    moment = datetime(2019, 3, 18, 13, 48, tzinfo=UTC)
    local = moment.astimezone()
    assert text.when(moment) == f"{local.day} Mar 2019, {local:%H:%M}"
    assert text.when(None) == ""
    noon = datetime.now().astimezone().replace(hour=12, minute=5)
    assert text.until(noon) == "today at 12:05"
    assert text.until(noon + timedelta(days=1)) == "tomorrow at 12:05"
    assert text.until(datetime(2031, 11, 5, 9, 5).astimezone()) == "Wednesday 5 Nov 2031 at 09:05"


@pytest.mark.parametrize(("seconds", "words"), [(-1, "0 s"), (22, "22 s"), (180, "3 min"), (4200, "1 h 10 min")])
def test_durations(seconds: float, words: str) -> None:
    assert text.duration(seconds) == words


@pytest.mark.parametrize(
    ("name", "kind", "words"),
    [
        ("x.CSV", Kind.TABLE, "CSV table"),
        ("x.csv.gz", Kind.TABLE, "CSV table, gzip"),
        ("x.gz", Kind.ARCHIVE, "gzip archive"),
        ("x.parquet", Kind.COLUMNAR, "Parquet table"),
        ("README", Kind.UNKNOWN, "File"),
        ("x.qqq", Kind.UNKNOWN, "QQQ file"),
        ("x.not an ending", Kind.UNKNOWN, "File"),
    ],
)
def test_kinds(name: str, kind: Kind, words: str) -> None:
    assert kind_of(name) == (kind, words)


def test_storage_classes() -> None:
    names = ["", "STANDARD_IA", "GLACIER", "DEEP_ARCHIVE"]
    assert [text.storage_class(name) for name in names] == ["Standard", "Standard IA", "Glacier", "Deep Archive"]
