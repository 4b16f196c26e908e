"""Names that look like nothing, like something else or like paths: Ceph keeps them all, and so must the window."""

from __future__ import annotations

import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.servers.info import ServerInfo
from tests.ui.analyst import clipboard
from tests.ui.conftest import OpenDesk
from tests.ui.content import keys_of, put

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

# The key, and a piece of what must stand in the table for it.
HOSTILE = {
    "\u202egpj.exe": "‹U+202E›gpj.exe",
    "zero\u200bwidth.txt": "zero‹U+200B›width.txt",
    "new\nline.txt": "new‹U+000A›line.txt",
    " outer ": "outer",
    "per%2Fcent+plus.txt": "per%2Fcent+plus.txt",
    "what?is=this&that#here.txt": "what?is=this&that#here.txt",
    "'quotes\"<b>.txt": "'quotes\"<b>.txt",
    "日本 語😀.csv": "日本 語😀.csv",
    "e\u0301.txt": "e\u0301.txt",
    "é.txt": "é.txt",
    "back\\slash:*|.txt": "back\\slash:*|.txt",
    "-rf.txt": "-rf.txt",
}


@pytest.fixture(params=["ceph"])
def server(request: pytest.FixtureRequest) -> ServerInfo:
    """SeaweedFS keeps objects in a file tree, which cannot hold these names."""
    info: ServerInfo = request.getfixturevalue(request.param)
    return info


def shown_as(names: list[str], piece: str) -> int:
    rows = [row for row, name in enumerate(names) if piece in name]
    assert len(rows) == 1, f"{len(rows)} of {piece!r} in {names}"
    return rows[0]


def test_each_is_recognised_linked_and_named_exactly(server_client: S3Client, bucket: str, open_desk: OpenDesk) -> None:
    put(server_client, bucket, *HOSTILE)
    me = open_desk(bucket)
    assert len(me.names()) == len(HOSTILE)
    assert " outer " not in me.names(), "outer spaces must be seen"
    for size, (key, piece) in enumerate(HOSTILE.items(), 1):
        row = shown_as(me.names(), piece)
        me.select_row(row)
        assert me.column(1)[row] == f"{size} B"
        me.do("Copy S3 URI")
        assert clipboard() == f"s3://{bucket}/{key}"
        me.do("Copy link")
        me.until(lambda: clipboard().startswith("http"))
        with urllib.request.urlopen(clipboard()) as answer:  # a link of the test's own server
            assert answer.read() == b"x" * size


def test_they_come_down_and_are_renamed_and_deleted(
    server_client: S3Client, bucket: str, open_desk: OpenDesk, tmp_path: Path
) -> None:
    put(server_client, bucket, *HOSTILE)
    me = open_desk(bucket)
    me.press("Ctrl+A", me.objects)
    me.press("Ctrl+D")
    (tmp_path / "down").mkdir()
    me.choose_files("Download", tmp_path / "down")
    me.click("Continue", me.dialog("Names that change"))
    me.until(lambda: me.finished(1))
    sizes = [len(path.read_bytes()) for path in (tmp_path / "down").iterdir()]
    assert sorted(sizes) == list(range(1, len(HOSTILE) + 1))

    me.select_row(shown_as(me.names(), "‹U+202E›"))
    me.press("F2")
    question = me.dialog("Rename")
    me.write("New name", "../up.txt", question)
    assert "would move it into another folder" in me.words("Notice", question)
    assert not me.button("Rename", question).isEnabled()
    me.write("New name", "..%2e\u202e..#?.txt", question)
    me.click("Rename", question)
    me.until(lambda: "..%2e‹U+202E›..#?.txt" in me.names())
    assert "..%2e\u202e..#?.txt" in keys_of(server_client, bucket)
    assert "\u202egpj.exe" not in keys_of(server_client, bucket)

    me.select_row(shown_as(me.names(), "‹U+000A›"))
    me.press("Del", me.objects)
    question = me.dialog("Delete")
    me.expect("new‹U+000A›line.txt", question)
    me.click("Delete", question)
    me.until(lambda: not any("‹U+000A›" in name for name in me.names()))
    assert "new\nline.txt" not in keys_of(server_client, bucket)

    me.press("Ctrl+A", me.objects)
    me.press("Del", me.objects)
    me.click("Delete", me.dialog("Delete"))
    me.until(lambda: me.names() == [])
    assert keys_of(server_client, bucket) == []


@pytest.fixture
def twins(server_client: S3Client, bucket: str) -> str:
    """An object, a folder and a folder without a name side by side."""
    put(server_client, bucket, "a", "a/", "a/x", "a//deep", "b/../c")
    return bucket


def test_an_object_and_a_folder_of_one_name(server_client: S3Client, twins: str, open_desk: OpenDesk) -> None:
    me = open_desk(twins)
    assert me.names() == ["a", "b", "a"]
    assert me.column(2) == ["Folder", "Folder", "File"]
    me.select_row(2)
    me.do("Copy S3 URI")
    assert clipboard() == f"s3://{twins}/a"
    me.select_row(0)
    me.press("Return", me.objects)
    me.arrive(twins, "a/")
    assert me.names() == ["∅ (empty name)", "x"], "the marker of the folder itself is no object in it"
    me.double_click("∅ (empty name)")
    me.arrive(twins, "a//")
    assert me.names() == ["deep"]
    me.press("Alt+Up")
    me.arrive(twins, "a/")
    me.go(twins, "b/")
    me.double_click("..")
    me.arrive(twins, "b/../")
    me.select("c")
    me.do("Copy link")
    error = me.dialog("Error")
    me.expect("browsers change such addresses", error)
    me.click("Close", error)

    me.go(twins)
    me.select_row(2)
    me.press("Del", me.objects)
    question = me.dialog("Delete")
    me.expect("1 object, 1 B?", question)
    me.click("Delete", question)
    me.until(lambda: me.column(2) == ["Folder", "Folder"])
    assert sorted(keys_of(server_client, twins)) == ["a/", "a//deep", "a/x", "b/../c"]
