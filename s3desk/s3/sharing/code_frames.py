"""Python that reads tables with Polars and DuckDB."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from s3desk.s3.sharing.code import Snippet, each, given, pandas_code, quoted
from s3desk.s3.sharing.tables import Layout

if TYPE_CHECKING:
    from s3desk.s3.sharing.code import Paste
    from s3desk.s3.sharing.tables import Table

_POLARS = {
    Layout.DELIMITED: "read_csv",
    Layout.JSON: "read_json",
    Layout.JSON_LINES: "read_ndjson",
    Layout.PARQUET: "read_parquet",
    Layout.ARROW: "read_ipc",
    Layout.EXCEL: "read_excel",
}
_DUCKDB = {
    Layout.DELIMITED: "read_csv",
    Layout.JSON: "read_json",
    Layout.JSON_LINES: "read_json",
    Layout.PARQUET: "read_parquet",
}
_DUCKDB_ENCODINGS = {"": "", "utf-8-sig": "", "iso8859-1": "latin-1"}  # without another extension
_PYTHON_UNPACKS = {"gzip": "gzip", "bz2": "bz2", "xz": "lzma"}


def polars_code(paste: Paste, table: Table) -> Snippet:
    """Polars gets the bytes: an address it takes for the name of a file in some of its readers."""
    content, imports = "file.read()", ["import urllib.request", "import polars as pl"]
    if table.packed in _PYTHON_UNPACKS:
        module = _PYTHON_UNPACKS[table.packed]
        content = f"{module}.decompress({content})"
        imports.append(f"import {module}")
    options = {}
    if table.layout is Layout.DELIMITED:
        options = {
            "separator": quoted(table.delimiter) if table.delimiter != "," else "",
            "encoding": quoted(table.encoding) if table.encoding else "",
            "decimal_comma": "True" if table.decimal == "," else "",
            "has_header": "" if table.header else "False",
            "skip_rows": str(table.starts_at or ""),
            "schema_overrides": each(table.ids, "pl.String") if table.header else "",
            "infer_schema": "False"
            if table.ids and not table.header
            else "",  # its versions number columns differently
        }
    elif table.layout is Layout.EXCEL:
        options = {"engine": '"openpyxl"'}
    lines = (
        f"with urllib.request.urlopen({quoted(paste.link.url)}) as file:",
        f"    {paste.frame} = pl.{_POLARS[table.layout]}({content}{given(options)})",
    )
    return Snippet(tuple(imports), lines, frozenset(["openpyxl"] if table.layout is Layout.EXCEL else []))


def duckdb_code(paste: Paste, table: Table) -> Snippet:
    """DuckDB reads the link by its extension httpfs, which it gets by itself; what it cannot read, pandas can."""
    known = table.packed in ("", "gzip", "zstd") and table.encoding in _DUCKDB_ENCODINGS
    known = known and (table.header or not table.ids)  # how it names columns depends on how many there are
    if table.layout not in _DUCKDB or not known:
        first = pandas_code(paste, table)
        line = f'{paste.frame} = duckdb.sql("FROM {paste.frame}").df()'
        return Snippet(("import duckdb", *first.imports), (*first.lines, line), first.needs)
    options = {}
    if table.layout is Layout.DELIMITED:
        options = {
            "delim": _sql(table.delimiter) if table.delimiter != "," else "",
            "encoding": _sql(encoding) if (encoding := _DUCKDB_ENCODINGS[table.encoding]) else "",
            "decimal_separator": _sql(table.decimal) if table.decimal else "",
            "header": "true" if table.header else "false",
            "skip": str(table.starts_at or ""),
            "types": _sql_types(table.ids),
        }
    elif table.layout is Layout.JSON_LINES:
        options = {"format": _sql("newline_delimited")}
    options["compression"] = _sql(table.packed) if table.packed else ""
    query = f"FROM {_DUCKDB[table.layout]}({_sql(paste.link.url)}{given(options)})"
    return Snippet(("import duckdb",), (f"{paste.frame} = duckdb.sql({quoted(query)}).df()",))


def _sql_types(columns: Sequence[str | int]) -> str:
    pairs = ", ".join(f"{_sql(str(name))}: 'VARCHAR'" for name in columns)
    return f"{{{pairs}}}" if pairs else ""


def _sql(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
