"""What a file is comes from its content first; a name that lies is told; what the user says is not guessed."""

from __future__ import annotations

import gzip
import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from s3desk.data.delimited import guess_layout
from s3desk.data.looking.images import dimensions
from s3desk.data.signature import Kind
from s3desk.data.sniff import sniff
from s3desk.data.table import read_table
from tests.data.texts import any_text

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR\x00\x00\x00\x01\x00\x00\x00\x01"


def zipped(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, "<x/>")
    return buffer.getvalue()


MARKED = [
    (PNG, Kind.IMAGE, "PNG image"),
    (b"\xff\xd8\xff\xe0\x00\x10JFIF", Kind.IMAGE, "JPEG image"),
    (b"GIF89a\x01\x00\x01\x00", Kind.IMAGE, "GIF image"),
    (b"RIFF\x24\x00\x00\x00WEBPVP8 ", Kind.IMAGE, "WebP image"),
    (b"BM\x46\x00\x00\x00\x00\x00\x00\x00\x36\x00\x00\x00\x28\x00\x00\x00" + bytes(40), Kind.IMAGE, "BMP image"),
    (b"%PDF-1.7\n", Kind.PDF, "PDF document"),
    (b"PAR1\x15\x04", Kind.PARQUET, "Parquet table"),
    (gzip.compress(b"a,b\n", mtime=0), Kind.GZIP, "gzip file"),
    (b"\x28\xb5\x2f\xfd\x24", Kind.COMPRESSED, "Zstandard file"),
    (zipped("a.csv"), Kind.ZIP, "zip archive"),
    (zipped("[Content_Types].xml", "xl/workbook.xml"), Kind.EXCEL, "Excel workbook"),
    (zipped("[Content_Types].xml", "word/document.xml"), Kind.BINARY, "Word document"),
    (b"\x80\x04\x95\x1a\x00", Kind.BINARY, "Python pickle (never opened here: it could run a program)"),
    (b"ORC\x0a\x03\x00\x00", Kind.BINARY, "ORC table"),
    (b"SQLite format 3\x00", Kind.BINARY, "SQLite database"),
]


@pytest.mark.parametrize(("head", "kind", "words"), MARKED)
def test_formats_with_a_mark_are_known_under_any_name(head: bytes, kind: Kind, words: str) -> None:
    for name in ("x", "x.bin", "folder.csv/x"):
        guess = sniff(head, name, whole=True)
        assert (guess.kind, guess.words, guess.lie) == (kind, words, "")


@pytest.mark.parametrize(
    "text", ["ORCHID,2\nrose,3\n", "PAR1,PAR2\n1,2\n", "BM,PQ\n1,2\n", "RIFF,RAFF\n1,2\n", "MZ\n1\n"]
)
def test_a_text_that_begins_like_a_mark_stays_a_text(text: str) -> None:
    assert sniff(text.encode(), "x.csv", whole=True).kind is Kind.TABLE


@pytest.mark.parametrize(
    ("head", "name", "lie"),
    [
        (PNG, "sales.csv", "The name ends in .csv, but the content is a PNG image."),
        (PNG, "x.jpg", "The name ends in .jpg, but the content is a PNG image."),
        (zipped("xl/a"), "sales.CSV", "The name ends in .csv, but the content is an Excel workbook."),
        (b"<!DOCTYPE html><html>", "sales.csv", "The name ends in .csv, but the content is a web page (HTML)."),
        (b'{"error": "no"}', "sales.csv", "The name ends in .csv, but the content is JSON."),
        (b"a,b\n1,2\n3,4\n", "sales.parquet", "The name ends in .parquet, but the content is a CSV table."),
        (b"plain words", "sales.csv.gz", "The name ends in .gz, but the content is text."),
        (b"a,b\n1,2\n3,4\n", "x.json", "The name ends in .json, but the content is a CSV table."),
        (bytes(range(256)), "sales.csv", "The name ends in .csv, but the content is not text."),
        (b"\x01\x02\x03\x04" * 9, "x.parquet", "The name ends in .parquet, but the content is not a Parquet table."),
    ],
)  # fmt: skip
def test_a_name_that_lies_is_told(head: bytes, name: str, lie: str) -> None:
    assert sniff(head, name, whole=True).lie == lie


@pytest.mark.parametrize(
    ("text", "name", "kind", "language"),
    [
        ('{"a": [1, 2]}', "x", Kind.JSON, "json"),
        ("[1, 2, 3]", "x.json", Kind.JSON, "json"),
        ('{"a": 1}\n{"a": 2}\n', "x", Kind.JSON_LINES, "json"),
        ('{"a": 1}\n', "x.jsonl", Kind.JSON_LINES, "json"),
        ("# Title\n\n* a, b\n", "README.md", Kind.MARKDOWN, "markdown"),
        ("<html><body>", "x", Kind.HTML, "html"),
        ("<p>part</p>", "x.html", Kind.HTML, "html"),
        ('<?xml version="1.0"?><a/>', "x", Kind.TEXT, "xml"),
        ("import os, sys\nx = 1, 2\ny = 3, 4\n", "x.py", Kind.TEXT, "python"),
        ("[tool.ruff]\na=1\n", "x.toml", Kind.TEXT, "toml"),
        ("[2024-01-01 10:00] a, b\n[2024-01-02 10:00] a, b\n", "x.log", Kind.TEXT, ""),
        ("Hello, this is a text.\nIt has, commas, here.\nAnd none there\n", "x.txt", Kind.TEXT, ""),
        ("a\tb\tc\n1\t2\t3\n4\t5\t6\n7\t8\t9\n", "x.txt", Kind.TABLE, ""),
        ("a\x01b\n1\x012\n3\x014\n", "000000_0", Kind.TABLE, ""),
        ("id\n1\n2\n", "x.csv", Kind.TABLE, ""),
    ],
)  # fmt: skip
def test_texts_are_told_apart(text: str, name: str, kind: Kind, language: str) -> None:
    guess = sniff(text.encode(), name, whole=True)
    assert (guess.kind, guess.language, guess.lie) == (kind, language, "")


@pytest.mark.parametrize(
    ("text", "delimiter", "header"),
    [
        ("id,name\n1,Ann\n2,Bob\n", ",", True),
        ("id;name;amount\n007;Ann;1.234,50\n008;Bob;3,20\n", ";", True),
        ("1,5;2,5;3,5\n2,5;3,5;4,5\n1,1;2,2;3,3\n", ";", False),
        ("a|b\n1|2\n3|4\n", "|", True),
        ('id;note\n1;"a, b, c"\n2;"d, e, f"\n', ";", True),
        ("sep=;\r\na;b\r\n1;2\r\n", ";", True),
        ("SEP=|\ra|b\r1|2\r", "|", True),
        ("name,city\nAnn,Paris\nBob,Rome\n", ",", True),
        ("Paris,3,4\nRome,5,6\n", ",", False),
        ("country,2019,2020\nFR,3.1,4.2\nDE,5.1,6.2\n", ",", True),
        ("2019,1\n2020,2\n", ",", False),
        (",a,b\n0,1,2\n1,3,4\n", ",", True),
        ("when,what\n2024-01-01,a\n2024-01-02,b\n", ",", True),
        ("a:b:c\nd:e:f\ng:h:i\n", ":", True),
        ("only one line,of names", ",", False),
    ],
)  # fmt: skip
def test_delimiter_and_header(text: str, delimiter: str, header: bool) -> None:
    guess = sniff(text.encode(), "x.csv", whole=True)
    assert (guess.kind, guess.delimiter, guess.header) == (Kind.TABLE, delimiter, header)


def test_a_tsv_is_split_at_tabs_even_where_commas_fit() -> None:
    assert sniff(b"a, b\t1\nc, d, e\t2\n", "x.tsv", whole=True).delimiter == "\t"


def test_quotes_and_escapes_of_other_programs() -> None:
    assert sniff(b"'a, b',2\n'c','d'\n'x','y'\n", "x.csv", whole=True).quote == "'"
    assert sniff(b'1,"a \\"q\\" b, c",3\n2,"x",4\n3,"y",5\n', "x.csv", whole=True).escape == "\\"


def test_what_the_user_says_is_not_guessed() -> None:
    head = "id;name\n1;Müller\n".encode("cp1252")
    guess = sniff(head, "x.csv", whole=True, encoding="cp850", delimiter=",", header=False)
    assert (guess.encoding, guess.delimiter, guess.header) == ("cp850", ",", False)
    assert sniff(b"just words", "x.txt", whole=True, delimiter=" ").kind is Kind.TABLE
    with pytest.raises(ValueError, match="single character"):
        sniff(head, "x.csv", whole=True, delimiter="::")
    with pytest.raises(ValueError, match="text encoding"):
        sniff(head, "x.csv", whole=True, encoding="klingon")


def test_the_content_type_speaks_where_the_name_is_silent() -> None:
    assert sniff(b"id\n1\n2\n", "x", "text/csv; charset=utf-8", whole=True).kind is Kind.TABLE
    assert sniff(b"# Title", "x", "text/markdown", whole=True).kind is Kind.MARKDOWN


STARTS = st.sampled_from(
    [b"", *(head for head, _, _ in MARKED), b"\xff\xfe", b"\xef\xbb\xbf", b"sep=;\n", b"{", b"<html", b'"']
)
NAMES = st.sampled_from(
    ["", "x.csv", "x.tsv", "x.json", "x.md", "x.parquet", "..", "a/.csv", "x." + "ü" * 5]
) | any_text(20)


@settings(deadline=None)  # the machine may be busy
@given(STARTS, st.binary(max_size=400) | any_text(200).map(str.encode), NAMES, st.booleans())
def test_any_bytes_under_any_name_have_an_answer(start: bytes, rest: bytes, name: str, whole: bool) -> None:
    head = start + rest
    guess = sniff(head, name, whole=whole)
    dimensions(head)
    if guess.kind is Kind.TABLE:
        table = read_table(head, guess, size=len(head) + (not whole))
        assert all(len(row) == len(table.columns) for row in table.rows)


def test_a_nul_byte_is_no_trouble_for_who_knows_rare_delimiters() -> None:
    text = "".join(f"{number}*{number + 1}*w{number}\n" for number in range(20))
    assert guess_layout(text, whole=True, thorough=True).dialect.delimiter == "*"
    assert guess_layout("a\0\n" + text, whole=True, thorough=True).columns == 1
