"""A preview shows what is in an object at the price it promises: the proxy counts requests and bytes on its own."""

from __future__ import annotations

import gzip
import json
import struct
import subprocess
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from s3desk.data.looking.preview import ImagePreview, NothingToShow, Preview, TablePreview, TextPreview, preview
from s3desk.data.signature import Kind
from s3desk.s3.connection import Connection
from s3desk.s3.errors import S3Error
from s3desk.s3.job import Job, Unit
from tests.servers import faults
from tests.servers.fault_proxy import FaultProxy

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

KIB = 1 << 10
Shown = Callable[..., Preview]


@pytest.fixture
def shown(watched: Connection, server_client: S3Client, bucket: str, fault_proxy: FaultProxy) -> Shown:
    """Store a body under a key and preview it; the facts are checked against what the proxy saw."""

    def show(key: str, body: bytes, content_type: str = "binary/octet-stream", **options: object) -> Preview:
        server_client.put_object(Bucket=bucket, Key=key, Body=body, ContentType=content_type)
        fault_proxy.forget()
        job = Job(unit=Unit.BYTES)
        seen: Preview = preview(job, watched, bucket, key, **options)  # type: ignore[arg-type]  # as the test wants it
        assert {request.method for request in fault_proxy.requests} == {"GET"}
        assert seen.facts.requests == len(fault_proxy.requests)
        if body:
            assert seen.facts.bytes_fetched == job.done == fault_proxy.downloaded
        assert seen.facts.bytes_total == len(body)
        return seen

    return show


def table(seen: Preview) -> TablePreview:
    assert isinstance(seen, TablePreview)
    return seen


def text(seen: Preview) -> TextPreview:
    assert isinstance(seen, TextPreview)
    return seen


def nothing(seen: Preview) -> NothingToShow:
    assert isinstance(seen, NothingToShow)
    return seen


def png(width: int, height: int, size: int = 1000) -> bytes:
    head = b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR" + struct.pack(">II", width, height)
    return head + bytes(size - len(head))


def test_a_small_table_costs_one_request(shown: Shown) -> None:
    seen = table(shown("folder/sales.csv", b"id,name,amount\n007,Ann,1.5\n008,Bob,2.5\n"))
    assert [column.name for column in seen.table.columns] == ["id", "name", "amount"]
    assert seen.table.rows == [("007", "Ann", "1.5"), ("008", "Bob", "2.5")]
    assert [column.numeric for column in seen.table.columns] == [False, False, True]
    assert seen.facts.sentence == "2 rows · 39 bytes read, 1 request · UTF-8 · comma · header"


def test_many_short_rows_cost_one_request_of_128_kib(shown: Shown, fault_proxy: FaultProxy) -> None:
    body = ("id,name\n" + "".join(f"{n:07},some name\n" for n in range(100_000))).encode()
    seen = table(shown("x.csv", body))
    assert (len(seen.table.rows), seen.facts.rows) == (1000, 1000)
    assert seen.table.rows[999] == ("0000999", "some name")
    assert seen.facts.rows_total == pytest.approx(100_000, rel=0.02)
    assert [request.range for request in fault_proxy.requests] == ["bytes=0-131071"]
    assert seen.facts.sentence.startswith("1,000 of about 100,000 rows · 128 KB of 1.7 MB read, 1 request")


def test_long_rows_of_a_big_table_cost_two_requests_and_256_kib(shown: Shown, fault_proxy: FaultProxy) -> None:
    row = b"1," + b"x" * 4000 + b"\n"
    body = b"id,text\n" + row * (50_000_000 // len(row))
    seen = table(shown("big.csv", body))
    assert [request.range for request in fault_proxy.requests] == ["bytes=0-131071", "bytes=131072-262143"]
    assert fault_proxy.downloaded == 256 * KIB
    assert len(seen.table.rows) == 256 * KIB // len(row)
    assert seen.facts.rows_total == pytest.approx(50_000_000 // len(row), rel=0.01)
    assert not seen.facts.complete


def test_the_limit_bounds_the_rows(shown: Shown) -> None:
    seen = table(shown("x.csv", b"id\n" + b"1\n" * 50, limit=10))
    assert (len(seen.table.rows), seen.facts.rows_total) == (10, 50)
    assert seen.facts.sentence.startswith("10 of 50 rows")


@pytest.mark.parametrize(
    ("body", "beginning"),
    [(b"a,b," * 250_000, "No row ends"), (b'a,b\n1,"' + b"text and more\n" * 90_000, "Only one row ends")],
    ids=["line", "quote"],
)
def test_a_row_without_end_is_shown_as_text(shown: Shown, fault_proxy: FaultProxy, body: bytes, beginning: str) -> None:
    seen = text(shown("x.csv", body))
    assert seen.facts.remarks[0] == f"{beginning} in the first 256 KB, so this is shown as text."
    assert seen.text == body[: 256 * KIB].decode()
    assert (seen.truncated, fault_proxy.downloaded) == (True, 256 * KIB)


def test_what_the_user_says_is_taken(shown: Shown) -> None:
    body = "id;name\n1;Müller, Köln\n".encode("cp1252")
    assert table(shown("x.csv", body)).table.rows == [("1", "Müller, Köln")]
    seen = table(shown("x.csv", body, encoding="cp850", delimiter=",", header=False))
    assert seen.table.rows == [("id;name", None), ("1;M³ller", " K÷ln")]
    assert seen.facts.sentence.endswith("DOS (850) · comma · no header · 1 uneven row")
    with pytest.raises(ValueError, match="single character"):
        shown("x.csv", body, delimiter="\n")


def test_text_is_read_up_to_256_kib(shown: Shown, fault_proxy: FaultProxy) -> None:
    body = "näh\n".encode() * 40_000
    seen = text(shown("x.log", body * 2))
    assert (fault_proxy.downloaded, seen.truncated) == (256 * KIB, True)
    assert seen.text.startswith("näh\nnäh\n")
    assert "\ufffd" not in seen.text
    assert seen.facts.notes == ("The first 256 KB are shown.",)
    whole = text(shown("y.log", body))
    assert (whole.text, whole.truncated, whole.facts.requests) == (body.decode(), False, 2)


def test_json_is_indented_and_hostile_json_shown_as_it_is(shown: Shown) -> None:
    value = {"name": "é", "list": [1, {"a": None}]}
    seen = text(shown("x.json", json.dumps(value, ensure_ascii=False).encode()))
    assert (seen.text, seen.language) == (json.dumps(value, ensure_ascii=False, indent=2), "json")
    deep = b"[" * 100_000
    seen = text(shown("deep.json", deep))
    assert seen.text == deep.decode()
    assert "nested too deep" in seen.facts.notes[0]
    records = b'{"a":1}\n{"a":2}\n'
    assert text(shown("x.jsonl", records, as_text=True)).text == records.decode()
    assert table(shown("x.jsonl", records)).table.rows == [("1",), ("2",)]


def test_markdown_and_html_come_as_their_source(shown: Shown) -> None:
    seen = text(shown("README.md", b"# Title\n<script>alert(1)</script>\n"))
    assert (seen.is_markdown, seen.text) == (True, "# Title\n<script>alert(1)</script>\n")
    page = b"<html><script src=http://evil/x.js></script></html>"
    seen = text(shown("x.html", page))
    assert (seen.is_markdown, seen.language, seen.text) == (False, "html", page.decode())


def test_a_picture_is_fetched_whole(shown: Shown, fault_proxy: FaultProxy) -> None:
    body = png(640, 480, 300_000)
    seen = shown("x.png", body)
    assert isinstance(seen, ImagePreview)
    assert (seen.data, seen.width, seen.height) == (body, 640, 480)
    assert len(fault_proxy.requests) == 2


def test_a_picture_too_large_is_not_fetched(shown: Shown, fault_proxy: FaultProxy) -> None:
    seen = nothing(shown("bomb.png", png(50_000, 50_000, 300_000)))
    assert seen.sentence == "This picture has 50,000 × 50,000 pixels, too many for a preview."
    assert fault_proxy.downloaded == 128 * KIB
    seen = nothing(shown("big.png", png(640, 480, 20_000_001)))
    assert seen.sentence == "This picture of 19.1 MB is too large for a preview."
    assert fault_proxy.downloaded == 128 * KIB
    assert nothing(shown("x.png", png(0, 0))).sentence == "This picture is damaged or incomplete."


def test_a_name_that_lies_is_told(shown: Shown) -> None:
    seen = shown("sales.csv", png(640, 480))
    assert isinstance(seen, ImagePreview)
    assert seen.facts.remarks == ("The name ends in .csv, but the content is a PNG image.",)


@pytest.mark.parametrize(
    ("key", "body", "sentence"),
    [
        ("x.parquet", b"PAR1\x15" + bytes(5000), "This Parquet table is damaged or incomplete."),
        ("x.csv.gz", b"\x1f\x8b\x08" + bytes(97), "This gzip file is damaged or incomplete."),
        ("x.csv.gz", gzip.compress(b"", mtime=0), "This gzip file holds an empty file."),
        (
            "x.xlsx",
            b"PK\x03\x04xl/" + bytes(20_000_000),
            "This Excel workbook has 19.1 MB; workbooks are",
        ),
    ],
)
def test_what_cannot_be_shown_says_what_it_is(shown: Shown, key: str, body: bytes, sentence: str) -> None:
    seen = nothing(shown(key, body))
    assert seen.sentence.startswith(sentence)
    assert seen.advice


def test_empty_objects_say_so(shown: Shown) -> None:
    assert nothing(shown("x.csv", b"")).sentence == "This file is empty (0 bytes)."
    assert nothing(shown("folder/", b"")).sentence == "This empty object only marks a folder."


def test_a_server_without_ranges_costs_one_request(watched: Connection, bucket: str, fault_proxy: FaultProxy) -> None:
    body = b"id,text\n" + (b"1," + b"x" * 4000 + b"\n") * 100
    fault_proxy.on(lambda request: request.method == "GET", faults.Answer(200, body, {"ETag": '"x"'}, "text/csv"))
    seen = table(preview(Job(), watched, bucket, "x.csv"))
    assert (len(fault_proxy.requests), seen.facts.bytes_fetched, seen.facts.complete) == (1, 128 * KIB, False)
    assert len(seen.table.rows) == 32


def test_an_archived_object_passes_its_error_on(watched: Connection, bucket: str, fault_proxy: FaultProxy) -> None:
    fault_proxy.on(lambda request: request.method == "GET", faults.error(403, "InvalidObjectState", "archived"))
    with pytest.raises(S3Error, match="is archived"):
        preview(Job(), watched, bucket, "x.csv")


def test_guess_and_facts_agree(shown: Shown) -> None:
    seen = table(shown("x.tsv", b"a\tb\n1\t2\n"))
    assert (seen.guess.kind, seen.guess.delimiter, seen.facts.delimiter) == (Kind.TABLE, "\t", "\t")


def test_a_preview_loads_neither_pandas_nor_pyarrow() -> None:
    program = (
        "import sys; from s3desk.data.looking.preview import preview; from s3desk.data.sniff import sniff;"
        "from s3desk.data.table import read_table; h = b'a;b\\n1;\\xe9\\n';"
        "read_table(h, sniff(h, 'x.csv', whole=True), size=len(h));"
        "print(sorted({'pandas', 'pyarrow', 'numpy', 'clevercsv', 'boto3', 'botocore'} & set(sys.modules)))"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "[]"
