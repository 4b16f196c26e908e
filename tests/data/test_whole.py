"""One object as a whole table: every format, packed or not, and a sentence for what is hostile or no table."""

from __future__ import annotations

import bz2
import datetime as dt
import gzip
import io
import json
import lzma
import zipfile
from collections.abc import Callable
from concurrent.futures import CancelledError
from pathlib import Path
from typing import TYPE_CHECKING, Any

import fastavro
import openpyxl
import pyarrow as pa
import pytest
from pyarrow import feather, ipc, parquet

from s3desk.data.reading.leading_zeros import has_leading_zero
from s3desk.data.reading.reading_plan import plan_file
from s3desk.data.reading.whole import HEAD, parse, whole_table
from s3desk.data.sheet import Sheet
from s3desk.s3.errors import NotFoundError, UnsupportedError
from s3desk.s3.job import Job
from s3desk.s3.sharing.formats import Reading
from tests.s3.conftest import connect
from tests.s3.pasting import paste_in_python

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

    from s3desk.s3.connection import Connection
    from tests.servers.info import ServerInfo

TABLE = pa.table({"id": [1, 2, 3], "name": ["Zoë", None, "b"], "x": [1.5, 2.0, None]})
CSV = "id,name,x\n1,Zoë,1.5\n2,,2.0\n3,b,\n".encode()
MOST = 64 << 20
MORNING = dt.datetime(2026, 1, 5, 8, 30)  # noqa: DTZ001  # Excel knows no time zones


def read(data: bytes, key: str, reading: Reading | None = None, most: int = MOST) -> Sheet:
    """As whole_table, without a server."""
    plan = plan_file(data[:HEAD], key, whole=len(data) <= HEAD, reading=reading)
    parsed = parse(Job(), data, plan, most)
    parsed.table.validate(full=True)
    return Sheet(key, parsed.table, notes=parsed.notes)


def types(sheet: Sheet) -> dict[str, str]:
    return {field.name: str(field.type) for field in sheet.table.schema}


def _parquet() -> bytes:
    out = io.BytesIO()
    parquet.write_table(TABLE, out)
    return out.getvalue()


def _feather(**options: Any) -> bytes:
    out = io.BytesIO()
    feather.write_feather(TABLE, out, **options)
    return out.getvalue()


def _stream() -> bytes:
    out = io.BytesIO()
    with ipc.new_stream(out, TABLE.schema) as writer:
        writer.write_table(TABLE)
    return out.getvalue()


def _excel() -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    for row in [TABLE.column_names, *(list(row.values()) for row in TABLE.to_pylist())]:
        sheet.append(row)
    book.create_sheet("second").append(["other"])
    book.save(out)
    return out.getvalue()


def _avro() -> bytes:
    out = io.BytesIO()
    kinds = {"id": "long", "name": ["null", "string"], "x": ["null", "double"]}
    fields = [{"name": name, "type": kind} for name, kind in kinds.items()]
    fastavro.writer(out, {"type": "record", "name": "r", "fields": fields}, TABLE.to_pylist())
    return out.getvalue()


def _zip(body: bytes = CSV) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../inner.csv", body)
    return out.getvalue()


def _packed(kind: str, body: bytes = CSV) -> bytes:
    out = pa.BufferOutputStream()
    with pa.CompressedOutputStream(out, kind) as stream:
        stream.write(body)
        stream.flush()
        stream.close()
    return bytes(out.getvalue().to_pybytes())


FORMATS: dict[str, Callable[[], bytes]] = {
    "a.csv": lambda: CSV,
    "a.tsv": lambda: CSV.replace(b",", b"\t"),
    "bom.csv": lambda: b"\xef\xbb\xbf" + CSV,
    "utf16.csv": lambda: CSV.decode().encode("utf-16"),
    "latin.csv": lambda: CSV.decode().encode("cp1252"),
    "cr.csv": lambda: CSV.replace(b"\n", b"\r"),
    "sep.csv": lambda: b"sep=;\n" + CSV.replace(b",", b";"),
    "a.csv.gz": lambda: gzip.compress(CSV),
    "two.csv.gz": lambda: gzip.compress(CSV[:20]) + gzip.compress(CSV[20:]),
    "a.csv.bz2": lambda: bz2.compress(CSV),
    "a.csv.xz": lambda: lzma.compress(CSV),
    "a.csv.zst": lambda: _packed("zstd"),
    "a.csv.lz4": lambda: _packed("lz4"),
    "a.csv.zip": _zip,
    "a.jsonl": lambda: "\n".join(map(json.dumps, TABLE.to_pylist())).encode(),
    "a.json": lambda: json.dumps(TABLE.to_pylist()).encode(),
    "inner.json": lambda: json.dumps({"data": TABLE.to_pylist(), "next": None}).encode(),
    "columns.json": lambda: json.dumps(TABLE.to_pydict()).encode(),
    "a.parquet": _parquet,
    "a.feather": _feather,
    "a.arrows": _stream,
    "a.xlsx": _excel,
    "a.avro": _avro,
    "lie.csv": _parquet,
}


@pytest.mark.parametrize("key", FORMATS)
def test_every_format_gives_the_same_table(key: str) -> None:
    sheet = read(FORMATS[key](), key)
    assert sheet.table.to_pydict() == TABLE.to_pydict()


def test_a_workbook_tells_of_its_other_sheets() -> None:
    assert read(_excel(), "a.xlsx").notes == ("This is the sheet “Sheet”; there is 1 more.",)


def test_numbers_dates_and_ids() -> None:
    text = (
        "zip,card,day,at,clock,euro,flag,empty,mixed\n"
        '"01234",12345678901234567890,2026-01-05,2026-01-05 08:30:00,08:30:00,1,true,,1\n'
        "99999,22345678901234567890,2026-02-05,2026-01-06 09:00:00,09:00:00,2,false,,x\n"
    )
    assert types(read(text.encode(), "a.csv")) == {
        "zip": "string",
        "card": "string",
        "day": "date32[day]",
        "at": "timestamp[s]",
        "clock": "time32[s]",
        "euro": "int64",
        "flag": "bool",
        "empty": "null",
        "mixed": "string",
    }


def test_an_id_with_a_leading_zero_far_down_keeps_it() -> None:
    body = "id,n\n" + "".join(f"{number},{number}\n" for number in range(10, 30_000)) + "007,1\n"
    sheet = read(body.encode(), "a.csv")
    assert sheet.table["id"].to_pylist()[-1] == "007"
    assert types(sheet) == {"id": "string", "n": "int64"}


@pytest.mark.parametrize(
    ("text", "delimiter", "expected"),
    [
        (b"a,b\n007,1\n", ",", True),
        (b"a\n07", ",", True),
        (b"07,1\n", ",", True),
        (b'a\n"07"', ",", True),
        (b"a|b\n1|01\n", "|", True),
        (b"a-b\n1-01\n", "-", True),
        (b"x," + b"1" * 200_000 + b",01\n", ",", True),
        (b"1," * 65_535 + b"1,02,3", ",", True),
        (b"a,b\n1,2026-01-05\n2,0.05\n3,1.005\n", ",", False),
        (b"a,b\n100,2001\n0,0\n1,A01\n1,12:05:00\n", ",", False),
        (b"", ",", False),
        (b"0", ",", False),
        (b"0,1\n", ",", False),
        (b"a,b\n-01,1\n", ",", True),
        (b"a,b\n1,-01\n", ",", True),
        (b"a,b\n1,\t01\n", ",", True),
        (b"a,b\n1,0x1F\n", ",", True),
        (b"-01,1\n", ",", True),
        (b"\xef\xbb\xbf007,1\n", ",", True),
        (b"a,b\n1,'07'\n", ",", True),
        (b"a;b\n1;07\n", ";", True),
        (b"a/b\n1/07\n", "/", True),
        (b"a,b\n-1,13/04/2024\n-2,2024-01-05 x\n", ",", False),
    ],
)
def test_leading_zeros_are_seen_wherever_they_are(text: bytes, delimiter: str, expected: bool) -> None:
    assert has_leading_zero(text, ord(delimiter)) is expected


@pytest.mark.parametrize("cell", ["0x1F", "0X1F", "+4915112345678", "-01", "\t01", "007", "1234567890123456789012"])
def test_ids_stay_as_they_are_written(cell: str) -> None:
    sheet = read(f"id,n\n{cell},-1\n42,+5\n".encode(), "a.csv")
    assert sheet.table.to_pydict() == {"id": [cell, "42"], "n": [-1.0, 5.0]}


@pytest.mark.parametrize("open_row", ['1,"x', '"x,2'])
@pytest.mark.parametrize("rows", [1000, 100_000])
def test_an_open_quote_swallows_no_rows(open_row: str, rows: int) -> None:
    body = "a,b\n" + "1,2\n" * rows + f"{open_row}\n" + "1,2\n" * rows
    sheet = read(body.encode(), "a.csv")
    assert sheet.table.num_rows == 2 * rows + 1
    assert list(sheet.table.slice(rows, 1).to_pylist()[0].values()) in ([1, '"x'], ['"x', 2])
    assert sheet.notes == ("1 quotation mark is never closed, and read as plain text.",)


def test_an_open_quote_that_may_be_meant_is_told() -> None:
    sheet = read(b'a,b\n1,2\n3,"one\nlong text\nto the end\n', "a.csv")
    assert sheet.table["b"].to_pylist() == ["2", "one\nlong text\nto the end\n"]
    assert sheet.notes == ("A quotation mark is never closed: all that follows it is one cell.",)
    assert read(b'a,b\n1,2\n3,"one\ntext"\n', "a.csv").notes == ()


def test_half_a_character_in_json_is_shown_as_it_is_written() -> None:
    sheet = read(b'{"\\ud800": "a\\udc00", "\\\\ud800": 2}', "a.json")
    assert sheet.table.to_pylist() == [{"\\ud800 (2)": "a\\udc00", "\\ud800": 2}]


def test_decimal_commas() -> None:
    sheet = read(b"a;b\n1,5;x\n-2,25;y\n", "a.csv")
    assert sheet.table["a"].to_pylist() == [1.5, -2.25]


def test_uneven_rows_are_evened_and_told() -> None:
    sheet = read(b"id,name\n1,a\n2\n3,c,d,e\n4,f\n", "a.csv")
    assert sheet.table.to_pydict() == {
        "id": [1, 2, 3, 4],
        "name": ["a", None, "c", "f"],
        "More cells": [None, None, "d,e", None],
    }
    assert sheet.notes[0].startswith("2 rows have another number of cells")


def test_quotes_line_ends_nul_bytes_and_damage() -> None:
    sheet = read(b'a,b\n1,"x\ny"\n2,"say ""hi"""\n3,n\0l\n4,\xff\xfe\n' + "5,ö\n".encode() * 200, "a.csv")
    assert sheet.table["b"].to_pylist()[:4] == ["x\ny", 'say "hi"', "n\0l", "\ufffd\ufffd"]
    assert "could not be read as UTF-8" in sheet.notes[0]


def test_what_the_user_knows_is_not_guessed() -> None:
    sheet = read(b"1|2\n3|4\n", "a.txt", Reading("utf-8", "|", header=False))
    assert sheet.table.to_pydict() == {"Column 1": [1, 3], "Column 2": [2, 4]}
    with pytest.raises(ValueError, match="encoding"):
        read(b"a,b\n", "a.csv", Reading("klingon"))


def test_nested_json_becomes_text_and_bad_lines_are_told() -> None:
    sheet = read(b'{"a": {"b": [1]}, "n": 1}\n{"a": null, "n": "x"}\nbroken\n{"n": 123456789012345678901}\n', "a.jsonl")
    assert sheet.table.to_pydict() == {
        "a": ['{"b": [1]}', None, None],
        "n": ["1", "x", "123456789012345678901"],
    }
    assert sheet.notes == ("1 line is not valid JSON and left out.",)


def test_dates_of_a_workbook() -> None:
    book, out = openpyxl.Workbook(), io.BytesIO()
    assert book.active is not None
    book.active.append(["day", "n", "=1+1"])
    book.active.append([MORNING, 2.0, True])
    book.save(out)
    sheet = read(out.getvalue(), "a.xlsx")
    assert sheet.table["day"].to_pylist() == [MORNING]
    assert types(sheet)["n"] == "int64"


def _far_cells() -> bytes:
    """Two cells in opposite corners of a sheet."""
    out, source = io.BytesIO(), zipfile.ZipFile(io.BytesIO(_excel()))
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in source.namelist():
            body = source.read(name)
            if name.endswith("sheet1.xml"):
                cells = b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
                start, end = body.index(b"<sheetData>") + 11, body.index(b"</sheetData>")
                body = body[:start] + cells + body[end:]
            archive.writestr(name, body)
    return out.getvalue()


HOSTILE: dict[str, Callable[[], bytes]] = {
    "bomb.csv.gz": lambda: gzip.compress(b"a,b\n" + b"1,2\n" * 20_000_000, 1),
    "bomb.csv.bz2": lambda: bz2.compress(b"a,b\n" + b"0" * (MOST + 10)),
    "bomb.csv.xz": lambda: lzma.compress(b"a,b\n" + b"0" * (MOST + 10), preset=0),
    "bomb.csv.zst": lambda: _packed("zstd", b"a,b\n" + b"0" * (MOST + 10)),
    "bomb.csv.zip": lambda: _zip(b"a,b\n" + b"0" * (MOST + 10)),
    "cut.csv.gz": lambda: gzip.compress(CSV * 1000)[:-50],
    "cut.parquet": lambda: _parquet()[:-20],
    "footer.parquet": lambda: _parquet()[:-8] + b"\xff\xff\xff\x7fPAR1",
    "negative.parquet": lambda: _parquet()[:-8] + b"\xff\xff\xff\xffPAR1",
    "cut.feather": lambda: _feather()[:300],
    "offsets.feather": lambda: _feather(compression="uncompressed").replace(
        b"\0\0\0\0\4\0\0\0\4\0\0\0\5\0\0\0", b"\0\0\0\0\xff\xff\xff\x7f\4\0\0\0\5\0\0\0"
    ),
    "far.xlsx": _far_cells,
    "no.xlsx": lambda: b"PK\x03\x04" + b"xl/workbook.xml" * 10,
    "cut.avro": lambda: _avro()[:-10],
    "deep.json": lambda: b"[" * 100_000 + b"]" * 100_000,
    "cut.json": lambda: b'[{"a": 1}, {"a": ',
    "wide.csv": lambda: b",".join(b"c%d" % number for number in range(10_500)) + b"\n" + b"," * 10_499 + b"\n",
    "image.csv": lambda: b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    "pickle.csv": lambda: b"\x80\x04\x95\x00",
    "empty.csv": lambda: b"",
    "blank.csv": lambda: b"\n\n  \n",
    "page.csv": lambda: b"<!DOCTYPE html><html><body>no</body></html>",
}


@pytest.mark.parametrize("key", HOSTILE)
def test_the_hostile_ones_end_in_a_sentence(key: str) -> None:
    with pytest.raises(UnsupportedError) as refused:
        read(HOSTILE[key](), key)
    assert len(str(refused.value)) < 300
    assert refused.value.advice


@pytest.fixture
def connection(server: ServerInfo) -> Connection:
    return connect(server)


@pytest.mark.parametrize("server", ["seaweedfs"], indirect=True)
def test_the_code_reads_the_same(
    server: ServerInfo, server_client: S3Client, connection: Connection, bucket: str, tmp_path: Path
) -> None:
    more: dict[str, Callable[[], bytes]] = {
        **{key: make for key, make in FORMATS.items() if key != "inner.json"},  # a list inside an answer
        "packed.parquet.gz": lambda: gzip.compress(_parquet()),
        "packed.jsonl.zip": lambda: _zip(FORMATS["a.jsonl"]()),
        "headless.csv": lambda: b"1;x\n2;y\n3;z\n",
        "twice.csv": lambda: b"a,a,\n1,2,3\n4,5,6\n",
        "quotes.csv": lambda: b"a,b\n1,'x,y'\n2,'z'\n3,'w,w'\n",
        "uneven.csv": lambda: b"a,b,c\n1,2\n3,4,5,6\n\n7,8,x,9,007\n",
        "uneven.txt": lambda: b"\xef\xbb\xbfsep=;\r\nid;b\r\n007;1,5\r\n8;2,5;x;y\r\n9;'z;\r\n10;1,5\r\n",
        "uneven.csv.gz": lambda: gzip.compress(b"a|b\n1|2\n3|4|5\n6|7\n8|9\n"),
        "ids.jsonl": lambda: b'{"id": "007", "day_at": "2026-01-05"}\n{"id": "8", "day_at": null}\n',
        "numbers.xlsx": lambda: _book([[1, 2.5], [3, 4.5]]),
        "second.xlsx": lambda: _book([], [["id", "x"], [1, 2.5]]),
    }
    for key, make in more.items():
        server_client.put_object(Bucket=bucket, Key=key, Body=make())
    sheets = [whole_table(Job(), connection, bucket, key, most_bytes=MOST) for key in more]
    keys = {"AWS_ACCESS_KEY_ID": server.access_key, "AWS_SECRET_ACCESS_KEY": server.secret_key}
    pasted = paste_in_python([sheet.code for sheet in sheets], tmp_path / "code", {**keys, "AWS_REGION": "us-east-1"})
    for sheet, found in zip(sheets, pasted, strict=True):
        assert found.error == "", sheet.title
        ours = sheet.table.to_pandas().to_numpy().tolist()
        assert found.columns["df"] == sheet.table.column_names, sheet.title
        assert _plain(found.rows["df"]) == _plain(ours), sheet.title
        assert server.secret_key not in sheet.code
        assert "# No keys are in this: boto3 finds yours in the environment" in sheet.code
        assert f'endpoint_url="{server.endpoint_url}"' in sheet.code


def _book(*sheets: list[list[Any]]) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.remove(book.worksheets[0])
    for number, rows in enumerate(sheets):
        sheet = book.create_sheet(f"sheet {number}")
        for row in rows:
            sheet.append(row)
    book.save(out)
    return out.getvalue()


def _plain(rows: list[list[Any]]) -> list[list[Any]]:
    """Cells as JSON carries them; NaN is how pandas says null."""
    return [[None if cell is None or cell != cell else cell for cell in row] for row in rows]  # noqa: PLR0124


@pytest.mark.parametrize("server", ["seaweedfs"], indirect=True)
def test_from_a_server_with_limits(server_client: S3Client, connection: Connection, bucket: str) -> None:
    large = b"id,word\n" + b"".join(b"%d,word %d\n" % (number, number % 97) for number in range(2_400_000))
    for key, body in {"d/a.csv": CSV, "large.csv": large, "empty.csv": b""}.items():
        server_client.put_object(Bucket=bucket, Key=key, Body=body)

    def ask(key: str, most: int = MOST) -> tuple[Sheet, Job]:
        job = Job()
        return whole_table(job, connection, bucket, key, most_bytes=most), job

    small, job = ask("d/a.csv")
    assert (small.title, small.rows, job.done) == ("a.csv", 3, len(CSV))
    big, job = ask("large.csv")
    assert big.rows == 2_400_000
    assert job.done == len(large) > 32 << 20
    assert big.table["word"][-1].as_py() == f"word {2_399_999 % 97}"
    with pytest.raises(UnsupportedError, match="at most 1 MB"):
        ask("large.csv", 1 << 20)
    with pytest.raises(UnsupportedError, match="empty"):
        ask("empty.csv")
    with pytest.raises(NotFoundError):
        ask("gone.csv")
    job.cancel()
    with pytest.raises(CancelledError):
        whole_table(job, connection, bucket, "large.csv", most_bytes=MOST)
