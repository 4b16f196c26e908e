"""How a published table lies on a screen and on paper, measured in a real browser."""

from __future__ import annotations

import base64
import hashlib
import re
import subprocess
from html import unescape
from pathlib import Path

import pyarrow as pa
import pypdfium2
import pytest

from s3desk.data.publishing.publish import PageOptions, table_page
from s3desk.s3.job import Job
from tests.servers.chromium import chromium, opened

_MEASURE = """
const box = document.querySelector(".scroll"), head = document.querySelector("th");
box.scrollTo(0, 2000);
const top_ = box.getBoundingClientRect(), cell = document.querySelector("tr:nth-child(3)").getBoundingClientRect();
document.title = JSON.stringify([
  document.documentElement.scrollHeight <= innerHeight, top_.bottom <= innerHeight, box.scrollTop > 0,
  box.scrollWidth > box.clientWidth, Math.abs(head.getBoundingClientRect().top - top_.top) < 1, cell.height < 150]);
"""


def wide(rows: int) -> pa.Table:
    """Twelve columns, and texts of 2,000 characters among short ones."""
    numbers = {f"amount of month {number}": range(rows) for number in range(10)}
    texts = ["word " * 400 if row % 40 == 2 else "short" for row in range(rows)]
    return pa.table({"id": range(rows), **numbers, "said": texts})


@pytest.mark.parametrize("sortable", [True, False])
def test_a_wide_and_long_table_scrolls_below_its_header(tmp_path: Path, sortable: bool) -> None:
    page = table_page(Job(), wide(300), PageOptions(sortable=sortable))
    allowed = base64.b64encode(hashlib.sha256(_MEASURE.encode()).digest()).decode()
    old, new = ("script-src", "script-src") if sortable else ("base-uri", "script-src")
    rest = "" if sortable else "; base-uri"
    page = page.replace(f"{old} ", f"{new} 'sha256-{allowed}'{rest} ", 1)
    document = opened(page.replace("</body>", f"<script>{_MEASURE}</script></body>"), tmp_path)
    title = re.search("<title>(.*?)</title>", document)
    assert title is not None
    assert unescape(title[1]) == "[true,true,true,true,true,true]"


def test_on_paper_nothing_scrolls_and_every_page_has_the_header(tmp_path: Path) -> None:
    file, paper = tmp_path / "page.html", tmp_path / "page.pdf"
    file.write_text(table_page(Job(), wide(120), PageOptions()), encoding="utf-8")
    options = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}"]
    command = [chromium(), *options, "--no-pdf-header-footer", f"--print-to-pdf={paper}", file.as_uri()]
    subprocess.run(command, capture_output=True, timeout=60, check=True)
    with pypdfium2.PdfDocument(paper) as pdf:
        assert len(pdf) > 1
        texts = [page.get_textpage().get_text_range() for page in pdf]
        sizes = [page.get_size() for page in pdf]
    assert all(width > height for width, height in sizes)
    assert all({"amount", "month", "said"} <= set(text.split()) for text in texts)
    assert sum(text.count("word") for text in texts) == 3 * 400
    assert "119" in texts[-1].split()
