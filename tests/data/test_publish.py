"""Published pages, opened in a real browser: no cell and no key ever runs a script, and sorting works."""

from __future__ import annotations

import base64
import hashlib
import re
from concurrent.futures import CancelledError
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from urllib.parse import unquote, urljoin

import pyarrow as pa
import pytest

from s3desk.data.publishing.index_page import IndexEntry, IndexPage, index_page, relative
from s3desk.data.publishing.page import shown, web_address
from s3desk.data.publishing.publish import MOST_CELL, MOST_ROWS, PageOptions, table_page
from s3desk.s3.errors import S3Error
from s3desk.s3.job import Job
from tests.servers.chromium import opened

HOSTILE = (
    "<script>document.title = 'taken'</script>",
    "<img src=x onerror=\"document.title = 'taken'\">",
    "<svg onload=\"document.title = 'taken'\">",
    "</td></table></body><script>document.title = 'taken'</script>",
    "</script><script>document.title = 'taken'</script>",
    "\" onmouseover=\"document.title = 'taken'\" autofocus onfocus=\"document.title = 'taken'",
    "javascript:document.title='taken'",
    "data:text/html,<script>document.title='taken'</script>",
    "http://x/\" onclick=\"document.title = 'taken'",
    "http://x/' autofocus onfocus='document.title=1",
    "{{ 7 * 7 }}{% raw %}",
    "=HYPERLINK(\"http://x/\")",
    "\u202egpj.exe",
    "a\x00b\x1bc",
)  # fmt: skip
SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)


def page_of(table: pa.Table, options: PageOptions) -> str:
    return table_page(Job("test"), table, options)


def cells(document: str) -> list[list[str]]:
    """The body's cells, without markup."""
    body = document.partition("<tbody>")[2].partition("</tbody>")[0]
    rows = re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)
    return [
        [re.sub(r"<[^>]*>", "", cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)] for row in rows
    ]


def with_click(page: str, column: int, times: int = 1) -> str:
    """The page with one more script, which its policy is told of, that clicks a heading."""
    click = f"document.querySelectorAll('th button')[{column}].click();" * times
    allowed = base64.b64encode(hashlib.sha256(click.encode()).digest()).decode()
    assert page.count("script-src ") == 1
    page = page.replace("script-src ", f"script-src 'sha256-{allowed}' ")
    return page.replace("</body>", f"<script>{click}</script></body>")


@pytest.mark.parametrize("sortable", [True, False])
def test_hostile_cells_and_headings_run_no_script(tmp_path: Path, sortable: bool) -> None:
    table = pa.table({"id": range(len(HOSTILE)), **dict.fromkeys(HOSTILE, HOSTILE)})
    page = page_of(table, PageOptions(title=HOSTILE[0], sortable=sortable))
    document = opened(page, tmp_path)
    assert "<title>&lt;script&gt;document.title = 'taken'&lt;/script&gt;</title>" in document
    assert document.count("<script") == sortable
    assert not re.search(r"<(img|svg|iframe|object)", document)
    assert not re.search(r"<[a-z]+ [^>]*\bon[a-z]+=", document)
    hrefs = re.findall(r'href="([^"]*)"', document)
    assert all(href.startswith(("http://", "https://")) for href in hrefs)
    assert "‹U+202E›gpj.exe" in document
    assert "a‹U+0000›b‹U+001B›c" in document


def test_even_a_script_that_got_in_would_not_run(tmp_path: Path) -> None:
    page = page_of(pa.table({"a": [1]}), PageOptions(title="calm"))
    document = opened(page.replace("</h1>", "</h1><script>document.title = 'taken'</script>"), tmp_path)
    assert "<title>calm</title>" in document


def test_sorting_by_numbers_by_text_and_back(tmp_path: Path) -> None:
    table = pa.table({"n": [10, 9, None, -1], "zip": ["10001", "00501", None, "9"], "word": ["b", "", "C", "a"]})
    page = page_of(table, PageOptions())
    assert [row[0] for row in cells(opened(with_click(page, 0), tmp_path))] == ["-1", "9", "10", ""]
    assert [row[0] for row in cells(opened(with_click(page, 0, 2), tmp_path))] == ["10", "9", "-1", ""]
    by_word = opened(with_click(page, 2), tmp_path)
    assert [row[2] for row in cells(by_word)] == ["a", "b", "C", ""]
    assert (
        by_word.count("aria-sort") - SCRIPT.findall(by_word)[0].count("aria-sort") - by_word.count("th[aria-sort") == 1
    )


def test_what_the_cells_say(tmp_path: Path) -> None:
    noon = datetime(2019, 3, 18, 12, tzinfo=UTC)
    table = pa.table(
        {
            "zip": ["00501"],
            "float": [0.1],
            "price": [Decimal("12.50")],
            "when": pa.array([noon], pa.timestamp("us", "UTC")),
            "day": [date(2019, 3, 18)],
            "list": [[1, 2]],
            "lines": ["one\r\ntwo"],
            "null": pa.nulls(1),
            "kind": pa.array(["x"]).dictionary_encode(),
            "yes": [True],
        }
    )
    (row,) = cells(opened(page_of(table, PageOptions()), tmp_path))
    assert row == ["00501", "0.1", "12.50", "2019-03-18 12:00:00Z", "2019-03-18", "[1, 2]", "one\ntwo", "", "x", "true"]


def test_only_the_columns_chosen_in_their_order_and_the_looks() -> None:
    table = pa.table({"a": [1], "b": ["http://127.0.0.1/x?a=1&b=2"], "c": ["z"]})
    page = page_of(table, PageOptions("T", ("c", "b"), border=False, sortable=False, links=True))
    assert cells(page) == [["z", "http://127.0.0.1/x?a=1&amp;b=2"]]
    assert 'href="http://127.0.0.1/x?a=1&amp;b=2" rel="noopener noreferrer nofollow"' in page
    assert 'class="cells"' in page
    assert "<script" not in page
    assert "script-src" not in page
    assert "<a " not in page_of(table, PageOptions(links=False))
    assert 'class="cells border"' in page_of(table, PageOptions())
    with pytest.raises(S3Error, match="no column"):
        page_of(table, PageOptions(columns=()))


def test_large_tables_are_cut_and_say_so() -> None:
    table = pa.table({"n": range(MOST_ROWS + 5), "text": ["x" * (MOST_CELL + 1), *["x"] * (MOST_ROWS + 4)]})
    page = page_of(table, PageOptions(part="the first half"))
    assert f"The first {MOST_ROWS:,} of {MOST_ROWS + 5:,} rows (of the first half)." in page
    assert page.count("<tr>") == MOST_ROWS + 1
    assert "x" * MOST_CELL + "…" in page
    wide = pa.table({f"c{n}": range(1_000) for n in range(1_000)})
    assert "The first 300 of 1,000 rows." in page_of(wide, PageOptions())


def test_a_cancelled_job_makes_no_page() -> None:
    job = Job("test")
    job.cancel()
    with pytest.raises(CancelledError):
        table_page(job, pa.table({"a": [1]}), PageOptions())


@pytest.mark.parametrize(
    ("text", "clickable"),
    [
        ("https://example.org/a?b=c#d", True),
        ("HTTP://example.org", True),
        ("http://127.0.0.1:8333/x", True),
        ("javascript:alert(1)", False),
        ("https:example.org", False),
        ("http://", False),
        ("http:///x", False),
        ("http://a b", False),
        ("http://a/\nx", False),
        ('http://a/"x', False),
        ("http://[::1", False),
        ("http://a:99999999/", False),
        ("http://ex\u202eample.org", False),
        ("see http://a/", False),
        ("", False),
    ],
)
def test_what_can_be_clicked(text: str, clickable: bool) -> None:
    assert web_address(text) == (text if clickable else "")


def test_line_ends_stay_and_what_draws_nothing_is_seen() -> None:
    assert shown("a\r\nb\rc\td\u200be") == "a\nb\nc d‹U+200B›e"


KEYS = (
    "a b.csv",
    "100%.txt",
    "ü/ß.txt",
    "q?x=1#y.csv",
    "javascript:alert(1)",
    "a:b",
    "%2e%2e/x",
    "a&b\"'<>.txt",
)


@pytest.mark.parametrize("key", KEYS)
def test_relative_addresses_lead_to_the_key(key: str) -> None:
    href = relative("top/in/", f"top/in/{key}")
    assert (
        unquote(urljoin("http://127.0.0.1/bucket/top/in/index.html", href)) == f"http://127.0.0.1/bucket/top/in/{key}"
    )


@pytest.mark.parametrize("key", ["../x", "a/./b", "..", "a/.."])
def test_what_browsers_would_change_cannot_be_clicked(key: str) -> None:
    assert relative("top/", f"top/{key}") == ""


def test_hostile_keys_run_no_script(tmp_path: Path) -> None:
    entries = [IndexEntry(key, relative("", key), 1, datetime(2020, 1, 2, 3, 4, tzinfo=UTC), key) for key in HOSTILE]
    page = index_page(HOSTILE[0], IndexPage(tuple(entries), complete=False, up="../index.html"))
    document = opened(page, tmp_path)
    assert "<title>&lt;script&gt;" in document
    assert "<script" not in document
    assert not re.search(r"<(img|svg|iframe|object)", document)
    assert not re.search(r"<[a-z]+ [^>]*\bon[a-z]+=", document)
    assert all(href.startswith(("./", "../")) for href in re.findall(r'href="([^"]*)"', document))
    assert f"The first {len(HOSTILE)} of more." in document
    assert "2020-01-02 03:04" in document


def test_an_empty_folder_and_one_file() -> None:
    assert "Nothing is here yet." in index_page("x", IndexPage(()))
    page = IndexPage((IndexEntry("f/", ""), IndexEntry("a", "./a", 2411724)))
    assert "2.3 MB" in index_page("x", page)
    assert "2 entries." in index_page("x", page)
    assert [entry.name for entry in page.files] == ["a"]
