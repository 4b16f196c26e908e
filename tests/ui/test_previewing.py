"""Looking into objects by walking over them."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSlider, QTableView

from s3desk.data.looking.readable import LONGEST_LINE, MOST_LINES
from s3desk.ui.preview_pane import Subject
from s3desk.ui.preview_views import SafeBrowser
from tests.servers.fault_proxy import FaultProxy
from tests.servers.faults import Stall
from tests.ui.analyst import Analyst
from tests.ui.conftest import OpenDesk
from tests.ui.screen_reader import Role, find, tree

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


def test_json_that_is_none_says_where(me: Analyst, server_client: S3Client, bucket: str) -> None:
    server_client.put_object(Bucket=bucket, Key="bad.json", Body=b'{"a": [1,2,\n')
    me.desk.navigator.refresh()
    me.until(lambda: "bad.json" in me.column(0))
    look(me, "bad.json")
    assert me.words("Preview remarks").startswith("This is not valid JSON: line 2, character 1: ")
    assert "View" not in [name for _, name, _ in tree(me.desk.preview)], "it cannot be a table"


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
    assert me.words("Preview text").startswith("00000000  00 01 02")

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


BIG = [f"{number},name {number},{number * 7 % 1000}" for number in range(40_000)]


@pytest.fixture
def far(server_client: S3Client, bucket: str, open_desk: OpenDesk, fault_proxy: FaultProxy) -> Analyst:
    """At a bucket with a long table and a long text, whose requests the proxy counts."""
    rows = BIG.copy()
    rows[31_000] = "31000,the Needle,0"
    rows[31_900] = "31900,0,another needle"
    server_client.put_object(Bucket=bucket, Key="big.csv", Body="\n".join(["id,name,value", *rows, ""]).encode())
    lines = "\n".join(f"line {number}" for number in range(60_000))
    server_client.put_object(Bucket=bucket, Key="big.log", Body=lines.encode())
    return open_desk(bucket, endpoint_url=fault_proxy.endpoint_url)


def grid(me: Analyst) -> QTableView:
    return me.table("Preview table", me.desk.preview)


def ids(me: Analyst) -> list[str]:
    """The first column, and that row numbers say the same where they are exact."""
    model = grid(me).model()
    shown = [model.index(row, 0).data() for row in range(model.rowCount())]
    first = model.headerData(0, Qt.Orientation.Vertical)
    assert first.startswith("≈") or first == f"{int(shown[0]) + 1:,}"
    return shown


def numbers(first: int, count: int) -> list[str]:
    return [str(number) for number in range(first, first + count)]


def top_id(me: Analyst) -> str:
    """The first row that is seen."""
    return str(grid(me).model().index(grid(me).rowAt(0), 0).data())


def settle(me: Analyst, before: str) -> None:
    """Wait until other rows are shown, and nothing is being read."""
    me.until(lambda: me.words("Preview facts") != before and not me.desk.preview.far.busy)


def test_scrolling_on_shows_a_file_of_any_size(far: Analyst, fault_proxy: FaultProxy) -> None:
    me = far
    look(me, "big.csv")
    assert ids(me) == numbers(0, 1000)
    fault_proxy.forget()
    bar = grid(me).verticalScrollBar()
    for _ in range(3):
        before = me.words("Preview facts")
        bar.setValue(bar.maximum() - 1)
        top = top_id(me)
        settle(me, before)
        assert top_id(me) == top, "the rows one looks at stay where they are"
    shown = ids(me)
    assert shown == numbers(1000, len(shown)), "of more than 20,000 rows the first ones went"
    assert len(fault_proxy.requests) == 3
    assert fault_proxy.downloaded == 3 * 128 * 1024
    assert me.words("Preview facts").startswith(f"rows 1,001 to {len(shown) + 1000:,} of about ")
    assert " read, 4 requests · UTF-8 · comma · header" in me.words("Preview facts")


def test_the_end_the_middle_and_the_start_are_a_click_away(far: Analyst, fault_proxy: FaultProxy) -> None:
    me = far
    look(me, "big.csv")
    fault_proxy.forget()
    before = me.words("Preview facts")
    me.click("End")
    settle(me, before)
    assert ids(me)[-1] == "39999"
    assert grid(me).rowAt(grid(me).viewport().height() - 5) == len(ids(me)) - 1
    assert grid(me).model().headerData(0, Qt.Orientation.Vertical).startswith("≈ 3")
    assert me.words("Preview facts").startswith("rows ≈ 3")
    assert len(fault_proxy.requests) <= 2

    before = me.words("Preview facts")
    slider = find(Role.Slider, "Position", me.desk.preview)
    assert isinstance(slider, QSlider)
    slider.setValue(500)
    settle(me, before)
    assert 15_000 < int(ids(me)[0]) < 25_000
    assert len(fault_proxy.requests) <= 4

    before, first = me.words("Preview facts"), ids(me)[0]
    assert grid(me).rowAt(0) > 0, "there is something to scroll up to"
    bar = grid(me).verticalScrollBar()
    bar.setValue(0)
    settle(me, before)
    shown = ids(me)
    assert shown == numbers(int(shown[0]), len(shown))
    assert int(shown[0]) < int(first)
    assert top_id(me) == first

    me.click("Start")
    me.until(lambda: ids(me)[0] == "0")
    assert me.words("Preview facts").startswith("rows 1 to 1,000 of about ")


def test_finding_in_the_file_reads_forward_and_says_where(far: Analyst) -> None:
    me = far
    look(me, "big.csv")

    def said() -> str:
        return me.words("Position facts")

    me.write("Find in file", "needle", enter=True)
    me.until(lambda: said() == "Found in row 31,001.")
    current = grid(me).currentIndex()
    assert (current.data(), grid(me).model().headerData(current.row(), Qt.Orientation.Vertical)) == (
        "the Needle",
        "31,001",
    )
    me.click("Find next")
    me.until(lambda: said() == "Found in row 31,901.")
    assert grid(me).currentIndex().data() == "another needle"
    me.click("Find next")
    me.until(lambda: said() == "“needle” does not stand between here and the end.")


def test_a_search_is_stopped_by_a_click(far: Analyst, fault_proxy: FaultProxy) -> None:
    me = far
    look(me, "big.csv")
    hold = Stall()
    stalled = fault_proxy.on(lambda request: request.path.endswith("/big.csv"), hold)
    me.write("Find in file", "nowhere", enter=True)
    me.until(lambda: stalled.fired)
    me.click("Stop")
    me.until(lambda: not me.desk.preview.far.busy)
    hold.release.set()
    assert me.button("Find next").isVisible()
    assert ids(me) == numbers(0, 1000)


def test_a_long_text_is_read_on_too(far: Analyst) -> None:
    me = far
    look(me, "big.log")
    assert me.words("Preview text").startswith("line 0\n")
    me.click("End")
    me.until(lambda: me.words("Preview text").endswith("line 59999"))
    me.write("Find in file", "line 59990", enter=True)
    me.until(lambda: me.words("Position facts") and not me.desk.preview.far.busy)
    assert me.words("Position facts").startswith("Found in row ≈ 5")
    me.click("Start")
    me.until(lambda: me.words("Preview text").startswith("line 0\n"))
    (browser,) = me.desk.preview.findChildren(SafeBrowser)
    for _ in range(2):
        before = me.words("Preview facts")
        bar = browser.verticalScrollBar()
        bar.setValue(bar.maximum())
        settle(me, before)
    lines = me.words("Preview text").split("\n")
    assert len(lines) <= 4000
    first = int(lines[0].removeprefix("line "))
    assert lines == [f"line {number}" for number in range(first, first + len(lines))]


def test_loading_all_says_its_cost_first(far: Analyst) -> None:
    me = far
    look(me, "big.csv")
    asked: list[Subject] = []
    me.desk.preview.load_all_wanted.connect(asked.append)
    me.click("Load all…")
    dialog = me.dialog("Load all")
    assert "are read from the bucket, about " in me.words("Cost", dialog)
    me.click("Cancel", dialog)
    me.until(lambda: not dialog.isVisible())
    assert not asked
    me.click("Load all…")
    me.click("Load all", me.dialog("Load all"))
    me.until(lambda: asked)
    assert [subject.key for subject in asked] == ["big.csv"]


def test_a_file_shown_whole_has_no_bar(me: Analyst) -> None:
    look(me, "data.csv")
    assert "Position" not in [name for _, name, _ in tree(me.desk.preview)]


def test_a_file_replaced_meanwhile_says_so(far: Analyst, server_client: S3Client, bucket: str) -> None:
    me = far
    look(me, "big.csv")
    server_client.put_object(Bucket=bucket, Key="big.csv", Body=b"a,b\n1,2\n")
    me.click("End")
    me.until(lambda: "was replaced while it was read" in me.words("Position facts"))
    assert ids(me) == numbers(0, 1000)


def colors_in(browser: SafeBrowser, line: int) -> dict[str, str]:
    """The words of a line that have a colour of their own."""
    block = browser.document().findBlockByNumber(line)
    units = block.text().encode("utf-16-le")  # what Qt counts in
    return {
        units[2 * part.start : 2 * (part.start + part.length)].decode("utf-16-le"): part.format.foreground()
        .color()
        .name()
        for part in block.layout().formats()
    }


def test_source_code_has_colours(server_client: S3Client, bucket: str, open_desk: OpenDesk) -> None:
    code = 'def area(r):\n    """Two\n    lines."""\n    return "😀", 3.14 * r  # about\n'
    server_client.put_object(Bucket=bucket, Key="code.py", Body=code.encode())
    server_client.put_object(Bucket=bucket, Key="words.txt", Body=b"def is a word here, and return too\n")
    me = open_desk(bucket)
    look(me, "code.py")
    (browser,) = me.desk.preview.findChildren(SafeBrowser)
    me.until(lambda: "return" in colors_in(browser, 3))
    colors = me.desk.theme.colors
    last = colors_in(browser, 3)
    assert last["return"] == colors_in(browser, 0)["def"] == colors.accent.name()
    assert last["# about"] == colors.dim.name()
    assert last["3.14"] == colors.readable(colors.warning).name(), "a character of two units does not shift it"
    assert '    lines."""' in colors_in(browser, 2)
    look(me, "words.txt")
    assert colors_in(browser, 0) == {}


def test_nulls_are_seen_and_missing_cells_are_empty(server_client: S3Client, bucket: str, open_desk: OpenDesk) -> None:
    server_client.put_object(Bucket=bucket, Key="a.jsonl", Body=b'{"a": 1, "b": null}\n{"a": 2, "b": ""}\n')
    server_client.put_object(Bucket=bucket, Key="b.csv", Body=b"a,b\n1,2\n3\n4,5\n")
    me = open_desk(bucket)
    look(me, "a.jsonl")
    assert cells(me) == [["a", "b"], ["1", "null"], ["2", ""]]
    model = grid(me).model()
    dim = model.index(0, 1).data(Qt.ItemDataRole.ForegroundRole)
    assert dim == me.desk.theme.colors.dim
    assert model.index(1, 1).data(Qt.ItemDataRole.ForegroundRole) is None
    me.choose("View", "as text")
    me.until(lambda: me.words("Preview text").startswith('{"a": 1'))
    me.choose("View", "as table")
    me.until(lambda: "Preview table" in [name for _, name, _ in tree(me.desk.preview)])
    look(me, "b.csv")
    assert cells(me)[2] == ["3", ""]
