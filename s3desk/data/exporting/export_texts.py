"""A table written as text: CSV, TSV, JSON lines, Markdown, HTML."""

from __future__ import annotations

import io
import re
from html import escape
from typing import TYPE_CHECKING, Any, BinaryIO

import pyarrow as pa
import pyarrow.compute as pc

from s3desk.data.exporting.cell_text import as_python, as_text, flat, is_numeric
from s3desk.data.exporting.export import distinct, text_rows

if TYPE_CHECKING:
    from s3desk.data.exporting.export import Writing

# With these a spreadsheet takes a text for something to compute; the wide ones are what Japanese keyboards type.
_FORMULA = r"^[=+\-@\t\r\n\x00＝＋－＠]"
_NUMBER = r"^[+-]?[0-9][0-9.,]*([eE][+-]?[0-9]+)?%?$"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_HTML_HEAD = """<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ font: 14px system-ui, sans-serif; margin: 2em; }}
table {{ border-collapse: collapse; }}
th, td {{ border: 1px solid #8886; padding: 4px 10px; text-align: left; }}
td.n {{ text-align: right; font-variant-numeric: tabular-nums; }}
</style></head><body>
<h1>{title}</h1>
<table><thead><tr>{names}</tr></thead><tbody>
"""


def guarded(column: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    """Texts that no spreadsheet takes for a formula: one that looks like it gets a ' in front, numbers do not."""
    dangerous = pc.and_not(pc.match_substring_regex(column, _FORMULA), pc.match_substring_regex(column, _NUMBER))
    quote = pa.scalar("'", column.type)
    return pc.if_else(dangerous, pc.binary_join_element_wise(quote, column, pa.scalar("", column.type)), column)


def write_csv(writing: Writing, file: BinaryIO) -> None:
    """UTF-8 with LF; a null is empty, an empty text is "". For spreadsheets with a byte order mark, guarded."""
    _write_delimited(writing, file, ",")


def write_tsv(writing: Writing, file: BinaryIO) -> None:
    """The same with tabs."""
    _write_delimited(writing, file, "\t")


def _write_delimited(writing: Writing, file: BinaryIO, delimiter: str) -> None:
    from pyarrow import csv  # noqa: PLC0415  # not before the first paint

    safe = writing.saving.for_spreadsheets
    if safe:
        file.write(_BYTE_ORDER_MARK)  # without it Excel reads accents wrongly
    names = pa.array(writing.shown.schema.names, pa.string())
    file.write(_header((guarded(names) if safe else names).to_pylist(), delimiter))
    options = csv.WriteOptions(include_header=False, delimiter=delimiter, quoting_style="needed")
    for block in writing.blocks():
        columns = [_cells(column, safe=safe) for column in block.columns]
        numbered = pa.table(columns, names=[str(number) for number in range(len(columns))])
        csv.write_csv(numbered, file, options)


def _header(names: list[str], delimiter: str) -> bytes:
    import csv  # noqa: PLC0415  # Arrow would refuse names that occur twice

    line = io.StringIO()
    csv.writer(line, delimiter=delimiter, lineterminator="\n").writerow(names)
    return line.getvalue().encode(errors="replace")


def _cells(column: pa.ChunkedArray, *, safe: bool) -> pa.Array | pa.ChunkedArray:
    if is_numeric(column.type) or pa.types.is_boolean(column.type):
        return flat(column)
    text = as_text(column)
    return guarded(text) if safe and not pa.types.is_null(column.type) else text


def write_json_lines(writing: Writing, file: BinaryIO) -> None:
    """One object a line; numbers stay numbers, moments are ISO 8601, what JSON cannot say (nan) is null."""
    import json  # noqa: PLC0415  # not before the first paint

    names = distinct(writing.shown.schema.names)
    for block in writing.steps():
        columns = [_values(column) for column in block.columns]
        lines = (
            json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False, allow_nan=False, default=str)
            for row in zip(*columns, strict=True)
        )
        file.write("".join(f"{line}\n" for line in lines).encode(errors="replace"))


def _values(column: pa.ChunkedArray) -> list[Any]:
    kind = column.type
    if pa.types.is_floating(kind):
        column = flat(column)
        column = pc.if_else(pc.is_finite(column), column, pa.scalar(None, column.type))
    if pa.types.is_floating(kind) or pa.types.is_integer(kind) or pa.types.is_boolean(kind):
        values: list[Any] = column.to_pylist()
        return values
    if pa.types.is_nested(kind):
        return [_finite(as_python(cell)) for cell in column]
    return [cell for (cell,) in text_rows(pa.table([column], names=["0"]))]


def _finite(value: Any) -> Any:
    """A nested value without what JSON has no word for."""
    if isinstance(value, dict):
        return {str(key): _finite(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(one) for one in value]
    return None if isinstance(value, float) and not abs(value) < float("inf") else value


def write_markdown(writing: Writing, file: BinaryIO) -> None:
    """A table as GitHub draws it; numbers to the right."""
    schema = writing.shown.schema
    head = " | ".join(_markdown(name) for name in schema.names)
    marks = " | ".join("---:" if is_numeric(field.type) else "---" for field in schema)
    file.write(f"| {head} |\n| {marks} |\n".encode(errors="replace"))
    for block in writing.steps():
        rows = (" | ".join(_markdown(cell or "") for cell in row) for row in text_rows(block))
        file.write("".join(f"| {row} |\n" for row in rows).encode(errors="replace"))


def _markdown(cell: str) -> str:
    """Nothing in a cell ends the cell, begins a tag, a link or a picture, or is drawn as anything but itself."""
    marked = re.sub(r"([\\`*_{}\[\]<>|!~#&])", r"\\\1", cell)
    return re.sub(r"\r\n|\r|\n", "<br>", marked)


def write_html(writing: Writing, file: BinaryIO) -> None:
    """A page with nothing but the table; every cell is escaped, and the page may load and run nothing."""
    schema = writing.shown.schema
    names = "".join(f"<th>{escape(name)}</th>" for name in schema.names)
    file.write(_HTML_HEAD.format(title=escape(writing.saving.title or "Table"), names=names).encode(errors="replace"))
    opening = ['<td class="n">' if is_numeric(field.type) else "<td>" for field in schema]
    for block in writing.steps():
        for row in text_rows(block):
            cells = (f"{tag}{escape(cell or '')}</td>" for tag, cell in zip(opening, row, strict=True))
            file.write(f"<tr>{''.join(cells)}</tr>\n".encode(errors="replace"))
    file.write(b"</tbody></table></body></html>\n")
