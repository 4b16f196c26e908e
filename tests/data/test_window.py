"""A window over a big text: every row once, in order, wherever one reads on; the proxy counts what it costs."""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Callable
from concurrent.futures import CancelledError
from typing import TYPE_CHECKING

import pytest

from s3desk.data.looking.preview import TablePreview, TextPreview, preview
from s3desk.data.rows import Dialect
from s3desk.data.windows.kept import KEPT_ROWS, Block, Kept
from s3desk.data.windows.opening import window_over
from s3desk.data.windows.row_forms import CellRows, JsonRows, LineRows
from s3desk.data.windows.searching import pattern_of
from s3desk.data.windows.subject import Subject
from s3desk.data.windows.window import RANGE, RowWindow
from s3desk.s3.connection import Connection
from s3desk.s3.errors import ChangedError, UnsupportedError
from s3desk.s3.job import Job, Unit
from tests.servers.fault_proxy import FaultProxy

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

Row = tuple[str | None, ...]
Opened = Callable[..., RowWindow]


def written(rows: list[list[str]], **options: str) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator=options.pop("end", "\n"), **options).writerows(rows)  # type: ignore[arg-type]
    return out.getvalue()


def rows_of(count: int, seed: int = 1) -> list[list[str]]:
    """Numbered rows, some with line ends, quotes and delimiters inside their cells."""
    dice = random.Random(seed)  # noqa: S311  # the same rows each time
    odd = ['say "hi"', "two\nlines", "a,b", "Zürich, Köln", "", "plain", "first\n\n3,4,5\nlast", '"']
    return [[str(number), dice.choice(odd) if number % 7 == 0 else f"name {number}", "x" * dice.randrange(40)]
            for number in range(count)]  # fmt: skip


HEADER = [["id", "name", "note"]]
MANY = rows_of(60_000)


@pytest.fixture
def opened(watched: Connection, server_client: S3Client, bucket: str, fault_proxy: FaultProxy) -> Opened:
    """Store a body, preview it, and open a window over it."""

    def open_(body: bytes, key: str = "big.csv", **options: object) -> RowWindow:
        server_client.put_object(Bucket=bucket, Key=key, Body=body)
        found = preview(Job(), watched, bucket, key, **options)  # type: ignore[arg-type]  # as the test wants it
        window = window_over(found, watched, bucket, key)
        assert isinstance(window, RowWindow)
        fault_proxy.forget()
        return window

    return open_


def all_rows(kept: Kept) -> list[Row]:
    return [row for block in kept.blocks for row in block.rows]


def read_through(window: RowWindow) -> list[Row]:
    """Scroll from the start to the end and note each row once."""
    kept = window.opening
    seen: list[Row] = []
    while True:
        seen = seen[: kept.number] + all_rows(kept)
        assert kept.exact
        if kept.at_end:
            return seen
        kept = window.more(Job(), kept)


def as_rows(rows: list[list[str]]) -> list[Row]:
    return [tuple(row) for row in rows]


@pytest.mark.parametrize(
    ("codec", "end", "delimiter"),
    [("utf-8", "\n", ","), ("cp1252", "\r\n", ";"), ("utf-16", "\n", ","), ("utf-8-sig", "\r", "\t")],
)
def test_scrolling_down_shows_every_row_once(opened: Opened, codec: str, end: str, delimiter: str) -> None:
    rows = MANY[:25_000]
    if end == "\r":
        rows = [[cell.replace("\n", " ") for cell in row] for row in rows]
    window = opened(written(HEADER + rows, end=end, delimiter=delimiter).encode(codec))
    assert read_through(window) == as_rows(rows)


def test_reading_on_costs_one_request_of_128_kib_and_forgets_far_rows(opened: Opened, fault_proxy: FaultProxy) -> None:
    window = opened(written(HEADER + MANY).encode())
    kept = window.opening
    for count in range(1, 6):
        kept = window.more(Job(), kept)
        assert len(fault_proxy.requests) == count
        assert fault_proxy.downloaded == count * RANGE == window.bytes_fetched
    while not kept.at_end:
        kept = window.more(Job(), kept)
        assert kept.count <= KEPT_ROWS
    assert kept.number == 60_000 - kept.count > 0
    assert all_rows(kept) == as_rows(MANY[kept.number :])


def test_scrolling_back_comes_to_the_start_by_the_same_rows(opened: Opened, fault_proxy: FaultProxy) -> None:
    window = opened(written(HEADER + MANY).encode())
    kept = window.jump(Job(), 1)
    assert kept.at_end
    assert len(fault_proxy.requests) <= 2
    assert not kept.exact
    assert all_rows(kept) == as_rows(MANY[-kept.count :])
    assert kept.number == pytest.approx(60_000 - kept.count, rel=0.1)
    below = kept.count
    while not kept.at_start:
        before = len(fault_proxy.requests)
        kept = window.back(Job(), kept)
        assert len(fault_proxy.requests) - before <= 2
        below = max(below, kept.count)
    assert below <= KEPT_ROWS
    assert (kept.number, kept.exact) == (0, True)
    assert all_rows(kept) == as_rows(MANY[: kept.count])
    again = window.more(Job(), kept)
    assert again.exact, "what was passed on the way back is known now"


@pytest.mark.parametrize("fraction", [0.001, 0.1, 0.37, 0.5, 0.77, 0.999, 1.0])
def test_a_jump_costs_two_requests_at_most_and_starts_on_a_row(
    opened: Opened, fault_proxy: FaultProxy, fraction: float
) -> None:
    body = written(HEADER + MANY).encode()
    window = opened(body)
    kept = window.jump(Job(), fraction)
    assert len(fault_proxy.requests) <= 2
    rows = all_rows(kept)
    number = int(rows[0][0] or "")
    assert rows == as_rows(MANY[number : number + len(rows)])
    if fraction < 0.9:
        assert kept.blocks[0].begin == pytest.approx(len(body) * fraction, abs=RANGE)
    assert kept.number == pytest.approx(number, rel=0.1, abs=50)
    assert not kept.exact or kept.number == number


def test_where_a_jump_lands_in_a_long_quoted_cell_rows_are_found_by_their_width(opened: Opened) -> None:
    rows = [[str(number), "\n".join(["some words, and more words"] * 40), "end"] for number in range(3000)]
    window = opened(written(HEADER + rows).encode())
    for percent in range(1, 100, 7):
        shown = all_rows(window.jump(Job(), percent / 100))
        number = int(shown[0][0] or "")
        assert shown == as_rows(rows[number : number + len(shown)])


def test_a_known_place_has_exact_numbers_again(opened: Opened) -> None:
    body = written(HEADER + MANY).encode()
    window = opened(body)
    kept = window.more(Job(), window.more(Job(), window.opening))
    counted = kept.blocks[-1]
    far = window.jump(Job(), 0.9)
    assert not far.exact
    near = window.jump(Job(), (counted.begin - 1 - RANGE // 2 - window.begin) / (len(body) - window.begin))
    assert not near.exact
    while near.blocks[-1].end < counted.begin:
        near = window.more(Job(), near)
    assert all_rows(near)[-1] == as_rows(MANY)[int(all_rows(near)[-1][0] or "")]


def test_texts_are_read_on_by_lines(opened: Opened) -> None:
    lines = [f"line {number} é" + " word" * (number % 30) if number % 11 else "" for number in range(12_000)]
    window = opened("\n".join(lines).encode(), "big.log")
    assert [row[0] for row in read_through(window)] == lines
    kept = window.jump(Job(), 0.5)
    first = all_rows(kept)[0][0]
    assert first in lines
    kept = window.jump(Job(), 1)
    assert all_rows(kept)[-1] == (lines[-1],)
    assert all_rows(window.start(Job()))[0] == (lines[0],)


def test_a_text_without_line_ends_goes_on_all_the_same(opened: Opened) -> None:
    window = opened(("é" * 500_000).encode(), "one.txt")
    kept = window.more(Job(), window.opening)
    for _ in range(3):
        kept = window.more(Job(), kept)
    assert {character for row in all_rows(kept) for character in row[0] or ""} == {"é"}
    assert set(all_rows(window.jump(Job(), 0.5))[0][0] or "") == {"é"}


def test_json_lines_keep_their_columns(watched: Connection, server_client: S3Client, bucket: str) -> None:
    values = [{"id": n, "deep": {"a": [n]}, "gone": None, "text": f"ü {n}"} for n in range(8000)]
    lines = [json.dumps(value, ensure_ascii=False) for value in values]
    lines[6000] = "not json"
    lines[6001] = "[1, 2]"
    body = "\n".join(lines).encode()
    server_client.put_object(Bucket=bucket, Key="x.jsonl", Body=body)
    subject = Subject(watched, bucket, "x.jsonl", len(body))
    first = Block(0, 0, [("0", '{"a": [0]}', None, "ü 0")], [], 0, exact=True)
    window = RowWindow(subject, JsonRows("utf-8", ("id", "deep", "gone", "text")), first)
    rows = read_through(window)
    assert rows[4321] == ("4321", '{"a": [4321]}', None, "ü 4321")
    assert (len(rows), rows[6000], rows[6001]) == (8000, ("not json", *[None] * 3), ("[1, 2]", *[None] * 3))
    assert window.jump(Job(), 0.5).blocks[0].rows[0][3] is not None


def test_found_text_is_the_first_row_and_its_number_is_counted(opened: Opened, fault_proxy: FaultProxy) -> None:
    rows = [list(row) for row in MANY]
    rows[41_000][1] = "here is the NEEDLE\nand a line"
    rows[41_003][2] = "another needle"
    window = opened(written(HEADER + rows).encode())
    kept = window.opening
    hit = window.search(Job(unit=Unit.BYTES), "Needle", kept.mark(0))
    assert hit is not None
    assert (hit.number, hit.exact) == (41_000, True)
    assert all_rows(hit)[0] == tuple(rows[41_000])
    assert len(fault_proxy.requests) <= 4
    second = window.search(Job(), "needle", hit.mark(1))
    assert second is not None
    assert (second.number, second.exact) == (41_003, True)
    assert window.search(Job(), "needle", second.mark(1)) is None
    assert window.search(Job(), "nowhere at all", kept.mark(0)) is None
    before = window.back(Job(), hit)
    assert before.exact
    assert all_rows(before)[before.count - hit.count] == tuple(rows[41_000])


@pytest.mark.parametrize(("codec", "text"), [("utf-8", "ÜBER"), ("utf-16", "über"), ("cp1252", "Über")])
def test_upper_and_lower_case_are_the_same_in_every_encoding(opened: Opened, codec: str, text: str) -> None:
    rows = [list(row) for row in MANY[:20_000]]
    rows[12_345][2] = "weit über alles"
    hit = (window := opened(written(HEADER + rows).encode(codec))).search(Job(), text, window.opening.mark(0))
    assert hit is not None
    assert (hit.number, all_rows(hit)[0]) == (12_345, tuple(rows[12_345]))
    assert pattern_of("日本", "cp1252") is None


def test_blank_lines_are_no_rows_for_the_count_either(opened: Opened) -> None:
    body = "a,b\n\n" + "".join(f"{n},x\n" + "\n" * (n % 3) for n in range(100_000)) + "1,last\n"
    window = opened(body.encode())
    hit = window.search(Job(), "last", window.opening.mark(0))
    assert hit is not None
    assert (hit.number, hit.exact, hit.at_end) == (100_000, True, True)


def test_a_search_can_be_stopped(opened: Opened) -> None:
    window = opened(written(HEADER + MANY).encode())
    job = Job()
    job.cancel()
    with pytest.raises(CancelledError):
        window.search(job, "nothing", window.opening.mark(0))


def test_a_file_that_was_replaced_is_not_mixed_with_the_new_one(
    opened: Opened, server_client: S3Client, bucket: str
) -> None:
    body = written(HEADER + MANY).encode()
    window = opened(body)
    kept = window.more(Job(), window.opening)
    server_client.put_object(Bucket=bucket, Key="big.csv", Body=body.replace(b"name", b"NAME"))
    with pytest.raises(ChangedError):
        window.more(Job(), kept)


def test_a_row_without_an_end_says_so(opened: Opened) -> None:
    body = written(HEADER + MANY[:6000]).encode() + b'7,"' + b"x" * (2 << 20)
    window = opened(body)
    kept = window.opening
    while kept.count < 6000:
        kept = window.more(Job(), kept)
    with pytest.raises(UnsupportedError, match="No row ends"):
        window.more(Job(), kept)
    with pytest.raises(UnsupportedError, match="No row ends"):
        window.jump(Job(), 0.9)


def test_what_is_shown_as_a_whole_needs_no_window(watched: Connection, server_client: S3Client, bucket: str) -> None:
    for key, body, kind in (("x.csv", b"a,b\n1,2\n", TablePreview), ("x.txt", b"text", TextPreview)):
        server_client.put_object(Bucket=bucket, Key=key, Body=body)
        found = preview(Job(), watched, bucket, key)
        assert isinstance(found, kind)
        assert window_over(found, watched, bucket, key) is None


@pytest.mark.parametrize("cut", range(60))
def test_rows_are_found_from_any_byte(cut: int) -> None:
    rows = [[str(n), 'a "b"\n1,2,3\n' if n % 3 else "plain", "é"] for n in range(50)]
    raw = written(rows).encode()
    form = CellRows("utf-8", Dialect(), 3, 3)
    at = form.sync(raw[cut:])
    found = form.split(raw[cut + at :], whole=True).rows
    assert found == as_rows(rows)[-len(found) :]
    assert len(found) > 45


def test_lines_are_found_in_wide_characters() -> None:
    raw = "ਊĀ\nzwei\n".encode("utf-16-le")
    form = LineRows("utf-16-le")
    assert form.split(raw, whole=True).rows == [("ਊĀ",), ("zwei",)]
    assert form.sync(raw) == 6
