"""Links as text: every name there can be stands in every format without breaking it."""

from __future__ import annotations

import csv
import html
import io
import shlex
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3desk.s3.connection import Connection
from s3desk.s3.job import Job
from s3desk.s3.sharing.formats import LinkFormat, Reading, Where, written
from s3desk.s3.sharing.links import Link, LinkKind, presign
from s3desk.s3.sharing.pages import visible
from s3desk.s3.sharing.tables import file_names
from tests.s3.pasting import r_is_balanced, r_is_installed

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

URL = "https://h/b/k?X-Amz-Signature=abc&x='\""
PYTHON = (LinkFormat.PANDAS, LinkFormat.POLARS, LinkFormat.DUCKDB, LinkFormat.BOTO3)
ENDS = datetime(2031, 5, 6, 7, 8, tzinfo=UTC)
HOSTILE = ("it's", 'a"b', "a\\", "a\nb", "$(x)", "`x`", "-rf", "..", "😀\u202e", "%s {x}", "a\0b", "#!", "~", "con\t")
NAMES = st.lists(st.text(min_size=1, max_size=30) | st.sampled_from(HOSTILE), min_size=1, max_size=3)


def link_to(key: str, kind: LinkKind = LinkKind.TEMPORARY, version_id: str = "") -> Link:
    return Link("b", key, URL, ENDS, kind=kind, version_id=version_id)


def test_the_formats_and_their_order() -> None:
    assert [form.value for form in LinkFormat] == [
        *("Link", "Markdown", "HTML", "CSV", "pandas", "Polars", "DuckDB", "boto3", "R", "curl", "aws", "Web page")
    ]
    assert [form.ending for form in LinkFormat] == [
        *(".txt", ".md", ".html", ".csv", ".py", ".py", ".py", ".py", ".R", ".sh", ".sh", ".html")
    ]


@pytest.mark.parametrize(
    ("key", "reader"),
    [
        ("x.csv", "read_csv"),
        ("x.CSV.GZ", 'compression="gzip"'),
        ("x.tsv", r'sep="\t"'),
        ("x.parquet", "read_parquet"),
        ("x.jsonl", "lines=True"),
        ("x.json", "read_json"),
        ("x.xlsx", "read_excel"),
        ("x", "urlretrieve"),
        ("x.parquet.gz", "urlretrieve"),
        ("folder.csv/x", "urlretrieve"),
        ("x.pdf", "urlretrieve"),
    ],
)
def test_code_reads_what_the_name_says(key: str, reader: str) -> None:
    assert reader in written([link_to(key)], LinkFormat.PANDAS)


def test_code_reads_what_somebody_has_seen() -> None:
    seen = Reading("cp1252", "|", False)
    assert written([link_to("part-0000")], LinkFormat.PANDAS, seen).endswith(
        ', sep="|", encoding="cp1252", header=None)'
    )
    assert 'separator="|"' in written([link_to("part-0000")], LinkFormat.POLARS, Reading("ascii", "|"))
    assert "urlretrieve" in written([link_to("part-0000")], LinkFormat.PANDAS, Reading("no such encoding"))


@given(NAMES)
def test_any_name_can_be_pasted(names: list[str]) -> None:
    links = [link_to(name, version_id="v'1" if len(name) > 5 else "") for name in names]
    where = Where("https://s3.example", "eu-west-1", "it's mine")
    for form in PYTHON:
        compile(written(links, form, where=where), "pasted", "exec")
    for form in (LinkFormat.HTML, LinkFormat.MARKDOWN, LinkFormat.LINK):
        assert written(links, form).count("https://h/b/k?X-Amz-Signature=abc") == len(links)
    for name, link in zip(names, links, strict=True):
        words = shlex.split(written([link], LinkFormat.AWS, where=where))
        assert any(word.endswith(name) for word in words)
        assert words[:2] in (["aws", "s3"], ["aws", "s3api"])
        assert shlex.split(written([link], LinkFormat.CURL))[:2] == ["curl", "-fgL"]
        last = name.removesuffix("/").rpartition("/")[2] or name
        assert html.escape(visible(" ".join(last.splitlines()))) in written([link], LinkFormat.HTML)
    assert r_is_balanced(written(links, LinkFormat.R))


@given(NAMES)
def test_upload_code_holds_any_name(names: list[str]) -> None:
    links = [link_to(name, LinkKind.UPLOAD) for name in names]
    for form in PYTHON:
        compile(written(links, form), "pasted", "exec")
    assert r_is_balanced(written(links, LinkFormat.R))
    assert shlex.split(written(links, LinkFormat.CURL)).count("-T") == len(names)


@given(st.lists(st.text(max_size=300), max_size=8))
def test_files_get_names_that_every_system_takes(keys: list[str]) -> None:
    names = file_names([link_to(key) for key in keys])
    assert len({name.casefold() for name in names}) == len(keys)
    for name in names:
        assert 0 < len(name.encode()) < 255
        assert name == Path(name).name
        assert name[0] not in "-~"
        assert not set('\\:*?"<>|\n') & set(name)
        assert not name.endswith((".", " "))


def test_r_parses_code_for_every_name(tmp_path: Path) -> None:
    texts = [written([link_to(name, kind)], LinkFormat.R) for name in HOSTILE for kind in LinkKind]
    assert all(map(r_is_balanced, texts))
    if not r_is_installed():
        pytest.skip("R IS NOT INSTALLED: ITS CODE WAS NOT PARSED, ONLY ITS STRINGS AND BRACKETS WERE COUNTED")
    (tmp_path / "all.R").write_text("\n".join(texts))
    subprocess.run(["Rscript", "--vanilla", "-e", "invisible(parse('all.R'))"], cwd=tmp_path, check=True, timeout=60)


def test_many_links_as_a_table_for_a_spreadsheet() -> None:
    formula = '=HYPERLINK("http://evil")'
    links = [link_to("f/a,b.csv"), link_to(formula), link_to("-1\n2"), Link("b", "p", "https://h/p", never())]
    rows = list(csv.reader(io.StringIO(written(links, LinkFormat.CSV), newline="")))
    assert rows[0] == ["object", "link", "works until"]
    assert [row[0] for row in rows[1:]] == ["f/a,b.csv", "'" + formula, "'-1\n2", "p"]
    assert {row[1] for row in rows[1:]} == {URL, "https://h/p"}
    assert datetime.fromisoformat(rows[1][2]) == ENDS
    assert rows[4][2] == ""


def never() -> datetime:
    return datetime.max.replace(tzinfo=UTC)


def test_a_web_page_of_all_links() -> None:
    page = written([link_to("<script>alert(1)</script>.csv"), link_to("b")], LinkFormat.PAGE)
    assert "<script>alert" not in page
    assert page.count(html.escape(URL).replace("&#x27;", "&#39;").replace("&quot;", "&#34;")) == 2


def test_curl_as_pasted_fetches_the_object(
    job: Job, connection: Connection, server_client: S3Client, bucket: str, tmp_path: Path
) -> None:
    key = "it's a $(name) `x`; & more.csv"
    server_client.put_object(Bucket=bucket, Key=key, Body=b"1,2\n")
    command = written([presign(job, connection, bucket, key, timedelta(hours=1))], LinkFormat.CURL)
    subprocess.run(["bash", "-c", command], cwd=tmp_path, check=True, capture_output=True, timeout=20)
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"1,2\n"]
