"""Looking into objects by walking over them."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

import pytest

from s3desk.data.readable import LONGEST_LINE, MOST_LINES
from s3desk.ui.preview_views import SafeBrowser
from tests.servers.fault_proxy import FaultProxy
from tests.servers.faults import Stall
from tests.ui.analyst import Analyst
from tests.ui.conftest import OpenDesk
from tests.ui.screen_reader import tree

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client


def png(width: int, height: int) -> bytes:
    """A white picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = zlib.compress(b"".join(b"\0" + b"\xff" * 3 * width for _ in range(height)))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


FILES = {
    "binary.dat": bytes(range(256)) * 4,
    "data.csv": "city;people\nKöln;1087863\nZürich;434335\n".encode("cp1252"),
    "data.json": b'{"b": [1, 2], "a": "\xc3\xa9"}',
    "empty.txt": b"",
    "notes.md": b"# Title\n\nSome *words* and ![](http://127.0.0.1:9/spy.png).\n",
    "pixel.png": png(12, 7),
    "text.txt": b"first line\nsecond line\n",
}


@pytest.fixture
def me(server_client: S3Client, bucket: str, open_desk: OpenDesk) -> Analyst:
    """At a bucket with a file of each kind."""
    for key, body in FILES.items():
        server_client.put_object(Bucket=bucket, Key=key, Body=body)
    return open_desk(bucket)


def look(me: Analyst, name: str) -> None:
    """Select an object and wait until the beginning of it is shown."""
    me.select(name)
    me.until(lambda: not me.desk.preview.loading and me.sentences(me.desk.preview)[0] == name)


def cells(me: Analyst) -> list[list[str]]:
    """The grid, header first."""
    model = me.table("Preview table").model()
    columns = range(model.columnCount())
    header = [model.headerData(column, me.horizontal) for column in columns]
    return [header, *([model.index(row, n).data() for n in columns] for row in range(model.rowCount()))]


def test_a_table_and_what_was_guessed(me: Analyst) -> None:
    look(me, "data.csv")
    assert cells(me) == [["city", "people"], ["Köln", "1087863"], ["Zürich", "434335"]]
    size = len(FILES["data.csv"])
    facts = f"2 rows · {size} bytes read, 1 request · "
    assert me.words("Preview facts").startswith(facts)
    assert me.words("Preview facts").endswith(" · semicolon · header")

    me.choose("Header", "no header")
    me.until(lambda: not me.desk.preview.loading and len(cells(me)) == 4)
    assert cells(me)[1] == ["city", "people"]
    assert me.words("Preview facts").endswith(" · no header")
    me.choose("Delimiter", "comma")
    me.until(lambda: not me.desk.preview.loading and len(cells(me)[0]) == 1)
    assert cells(me)[2] == ["Köln;1087863"]
    me.choose("Delimiter", "semicolon")
    me.choose("Encoding", "ISO 8859-15")
    me.until(lambda: "ISO 8859-15" in me.words("Preview facts"))
    assert cells(me)[2] == ["Köln", "1087863"]

    look(me, "text.txt")
    look(me, "data.csv")
    assert me.words("Preview facts").endswith(" · semicolon · header"), "the next look guesses anew"


def test_texts_pictures_and_what_cannot_be_shown(me: Analyst) -> None:
    look(me, "text.txt")
    assert me.words("Preview text") == "first line\nsecond line\n"
    assert "23 bytes read, 1 request · UTF-8" in me.words("Preview facts")
    look(me, "data.json")
    assert me.words("Preview text") == '{\n  "b": [\n    1,\n    2\n  ],\n  "a": "é"\n}'
    look(me, "notes.md")
    assert me.words("Preview text").startswith("Title\nSome words and ")
    look(me, "pixel.png")
    assert "Picture, 12 × 7 pixels" in [name for _, name, _ in tree(me.desk.preview)]
    assert me.words("Preview facts").startswith("12 × 7 pixels · ")
    look(me, "empty.txt")
    me.expect("This file is empty (0 bytes).", me.desk.preview)
    look(me, "binary.dat")
    me.expect("there is no preview of it yet.", me.desk.preview)

    me.select("binary.dat", "data.csv")
    me.until(lambda: not me.desk.preview.loading)
    me.expect("2 selected, 1.0 KB", me.desk.preview)


def test_the_panel_comes_and_goes_by_space(me: Analyst) -> None:
    look(me, "text.txt")
    me.press("Space", me.objects)
    assert not me.desk.preview.isVisible()
    me.press("Return", me.objects)
    assert me.desk.preview.isVisible()


def test_of_quick_steps_the_last_one_counts(
    server_client: S3Client, bucket: str, open_desk: OpenDesk, fault_proxy: FaultProxy
) -> None:
    for key, body in FILES.items():
        server_client.put_object(Bucket=bucket, Key=key, Body=body)
    me = open_desk(bucket, endpoint_url=fault_proxy.endpoint_url)
    hold = Stall()
    stalled = fault_proxy.on(lambda request: request.path.endswith("/data.csv") and request.method == "GET", hold)
    me.select("data.csv")
    me.until(lambda: stalled.fired)
    me.press("Down", me.objects)  # data.json
    me.press("Down", me.objects)  # empty.txt
    me.press("Down", me.objects)  # notes.md
    me.press("Down", me.objects)  # pixel.png
    me.press("Down", me.objects)  # text.txt
    me.until(lambda: me.words("Preview text") == "first line\nsecond line\n")
    hold.release.set()
    late = next(request for request in fault_proxy.requests if request.path.endswith("/data.csv"))
    me.until(lambda: late.status is not None)
    assert me.words("Preview text") == "first line\nsecond line\n"
    asked = {request.path.rpartition("/")[2] for request in fault_proxy.requests if request.method == "GET"}
    assert not asked & {"data.json", "empty.txt", "notes.md", "pixel.png"}, "what one walks over is not read"


def test_an_object_that_is_gone_says_so(me: Analyst, server_client: S3Client, bucket: str) -> None:
    server_client.delete_object(Bucket=bucket, Key="text.txt")
    look(me, "text.txt")
    me.expect("“text.txt” is not there any more.", me.desk.preview)


def test_hostile_texts_do_not_stop_the_window(server_client: S3Client, bucket: str, open_desk: OpenDesk) -> None:
    texts = {
        "long.txt": b"x" * 300_000,
        "lines.csv": b"\n" * 300_000,
        "commas.csv": b"," * 300_000,
        "deep.md": b">" * 20_000 + b"\n" + b"* " * 5_000 + b"\n" + b"[" * 50_000,
        "deep.json": b"[" * 100_000 + b"]" * 100_000,
    }
    for key, body in texts.items():
        server_client.put_object(Bucket=bucket, Key=key, Body=body)
    me = open_desk(bucket)
    for key in texts:
        look(me, key)
        me.window.resize(me.window.width() - 10, me.window.height())
        (browser,) = me.window.findChildren(SafeBrowser)
        lines = browser.toPlainText().split("\n")
        assert len(lines) <= MOST_LINES + 1
        assert max(map(len, lines)) <= LONGEST_LINE + 2
