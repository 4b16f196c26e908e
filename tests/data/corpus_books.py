"""Workbooks: what programs write, and what people who mean harm do."""

from __future__ import annotations

import io
import zipfile

import openpyxl

from tests.data.corpus_bytes import zipped


def workbook() -> bytes:
    """Two sheets, with a formula that reads a file elsewhere."""
    import datetime as dt

    book = openpyxl.Workbook()
    first = book.active
    assert first is not None
    first.title = "Sales"
    for row in (["id", "amount", "day"], ["007", 1.5, dt.date(2024, 5, 1)], ["008", 2, None]):
        first.append(row)
    book.create_sheet("Costs").append(["=cmd|'/c calc'!A1", "='file:///etc/[passwd]x'!A1"])
    sink = io.BytesIO()
    book.save(sink)
    return sink.getvalue()


def sheet(xml: str) -> bytes:
    """A workbook whose only sheet is this XML."""
    with zipfile.ZipFile(io.BytesIO(workbook())) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members["xl/worksheets/sheet1.xml"] = xml.encode()
    return zipped(members)


SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
)


def far_cells() -> bytes:
    """Two cells at opposite corners: a table of 17 billion cells, were it laid out."""
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'
    return sheet(SHEET.format(rows))


def laughing_workbook() -> bytes:
    """Entities of XML that unfold to a billion words."""
    names = [f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "lol"}">' for n in range(10)]
    head = f"<!DOCTYPE x [{''.join(names)}]>"
    return sheet(head + SHEET.format('<row r="1"><c r="A1" t="str"><v>&l9;</v></c></row>'))


def heavy_workbook() -> bytes:
    """Half a gigabyte of blanks in a few hundred KB."""
    with zipfile.ZipFile(io.BytesIO(workbook())) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
        with archive.open("xl/blanks.xml", "w") as blanks:
            for _ in range(500):
                blanks.write(b" " * 1_000_000)
    return sink.getvalue()


def opendocument() -> bytes:
    """A spreadsheet of LibreOffice."""
    names = ("office", "table", "text")
    spaces = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in names)
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    number = '<table:table-cell office:value-type="float" office:value="{}"><text:p>{}</text:p></table:table-cell>'
    rows = cell.format("id") + cell.format("n"), cell.format("007") + number.format(1.5, 1.5)
    body = "".join(f"<table:table-row>{row}</table:table-row>" for row in rows)
    sheets = f'<office:spreadsheet><table:table table:name="One">{body}</table:table></office:spreadsheet>'
    content = f"<office:document-content {spaces}><office:body>{sheets}</office:body></office:document-content>"
    mime = b"application/vnd.oasis.opendocument.spreadsheet"
    manifest = b'<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"></m:manifest>'
    members = {"mimetype": mime, "content.xml": content.encode(), "META-INF/manifest.xml": manifest}
    return zipped(members, zipfile.ZIP_STORED)
