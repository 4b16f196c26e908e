"""Keys as local names: contained, distinct, told; and keys as people type them."""

from __future__ import annotations

import os
from pathlib import Path, PureWindowsPath

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from s3desk.s3.content_type import guess
from s3desk.s3.errors import BadNameError
from s3desk.s3.names import TakenNames, check_key, local_path, numbered, shortened
from tests.s3.keys import KEYS

_HOSTILE = st.sampled_from(["..", ".", "", "/", "\\", "C:", "CON", "nul.txt", "a ", "b.", "\0", "\x1f", "x" * 300, "é"])


@given(st.one_of(KEYS, st.lists(_HOSTILE, min_size=1).map("/".join)), st.booleans())
@settings(max_examples=300, deadline=None)
def test_no_key_leaves_the_folder(key: str, windows: bool) -> None:
    folder = Path("/target/folder")
    path = local_path(folder, key, windows=windows).path
    assert Path(os.path.normpath(path)) == path
    assert path.is_relative_to(folder)
    assert path != folder
    below = path.relative_to(folder)
    assert len(below.parts) == key.removesuffix("/").count("/") + 1
    assert all(len(part.encode()) <= 255 and "\0" not in part for part in below.parts)
    if windows:
        as_windows = PureWindowsPath("D:/target") / str(below)
        assert as_windows.is_relative_to("D:/target")
        assert not any(part[-1] in ". " or set(part) & set('\\:*?"<>|') for part in below.parts)
        assert not any(PureWindowsPath(part).is_reserved() for part in below.parts)


@given(KEYS)
@settings(max_examples=200, deadline=None)
def test_a_name_that_differs_from_its_key_says_why(key: str) -> None:
    name = local_path(Path("/t"), key, windows=False)
    assert name.renamed == (name.path != Path("/t") / key or "//" in key or key.startswith("/") or key == ".")
    assert name.renamed == bool(name.reason)


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("a/b.csv", "a/b.csv"),
        ("../x", "．．/x"),
        ("a//b", "a/∅/b"),
        ("a\rb", "a␍b"),
        ("CON", "＿CON"),
        ("com1.txt", "＿com1.txt"),
        ("a:b?", "a：b？"),
        ("dot.", "dot．"),
        ("space ", "space␠"),
        ("C:\\x", "C：＼x"),
    ],
)
def test_look_alikes_on_windows(key: str, name: str) -> None:
    assert local_path(Path(), key, windows=True).path.as_posix() == name


def test_long_names_keep_their_ending_and_stay_two() -> None:
    one, two = shortened("ä" * 200 + "1.parquet"), shortened("ä" * 200 + "2.parquet")
    assert one != two
    assert one.endswith(".parquet")
    assert len(one.encode()) <= 255


def test_twins_get_numbers() -> None:
    taken = TakenNames([Path("t/data")], ignore_case=True)
    names = [taken.claim(Path("t") / name).name for name in ("A.csv", "a.csv", "a.CSV", "Data", "x")]
    assert names == ["A.csv", "a (1).csv", "a (2).CSV", "Data (1)", "x"]
    assert numbered(".profile", 2) == ".profile (2)"


@pytest.mark.parametrize("key", ["", "a" * 1025, "é" * 513, "\ud800", "a\0b"])
def test_keys_s3_cannot_hold_are_refused(key: str) -> None:
    with pytest.raises(BadNameError):
        check_key(key)


def test_the_longest_key_is_fine() -> None:
    check_key("é" * 512)


@pytest.mark.parametrize(
    ("name", "head", "kind"),
    [
        ("x.parquet", b"", "application/vnd.apache.parquet"),
        ("x.JSONL", b"", "application/x-ndjson"),
        ("x.csv", b"a;b", "text/csv; charset=utf-8"),
        ("x.csv", "ä;b".encode("latin-1"), "text/csv"),
        ("x.csv", ("x" * 4095 + "ä").encode()[:4096], "text/csv; charset=utf-8"),
        ("x.csv.gz", b"\x1f\x8b", "application/gzip"),
        ("report.html", b"", "text/html; charset=utf-8"),
        ("photo.png", b"", "image/png"),
        ("no-ending", b"PAR1xx", "application/vnd.apache.parquet"),
        ("v1.2/README", b"", "application/octet-stream"),
        (".html", b"", "text/html; charset=utf-8"),
    ],
)
def test_content_types(name: str, head: bytes, kind: str) -> None:
    assert guess(name, head) == kind
