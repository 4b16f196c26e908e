"""Python that reads what a link leads to, each runnable as pasted; and the way to what other languages do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from s3desk.s3.sharing.formats import LinkFormat
from s3desk.s3.sharing.links import LinkKind
from s3desk.s3.sharing.tables import Layout, Table, file_names, table_of

if TYPE_CHECKING:
    from s3desk.s3.sharing.formats import Reading, Where
    from s3desk.s3.sharing.links import Link

_PANDAS = {
    Layout.DELIMITED: "read_csv",
    Layout.JSON: "read_json",
    Layout.JSON_LINES: "read_json",
    Layout.PARQUET: "read_parquet",
    Layout.ARROW: "read_feather",
    Layout.EXCEL: "read_excel",
}
_PANDAS_NEEDS = {Layout.PARQUET: ["pyarrow"], Layout.ARROW: ["pyarrow"], Layout.EXCEL: ["openpyxl"]}
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


@dataclass(frozen=True)
class Snippet:
    """Some lines of Python, what they import, and the packages that are to be there besides."""

    imports: tuple[str, ...]
    lines: tuple[str, ...]
    needs: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Paste:
    """One link in a text of several: what its table and its file are called there."""

    link: Link
    table: Table | None
    frame: str
    file: str


def code(links: Sequence[Link], form: LinkFormat, reading: Reading, where: Where) -> str:
    """Code or commands for all links; what holds no table is saved as a file, an upload link sends one."""
    # The other languages build on what stands here.
    from s3desk.s3.sharing.code_own_keys import aws, boto3_code  # noqa: PLC0415
    from s3desk.s3.sharing.code_r import r_code  # noqa: PLC0415
    from s3desk.s3.sharing.commands import curl  # noqa: PLC0415

    pastes = _pastes(links, reading)
    match form:
        case LinkFormat.CURL:
            return "\n".join(curl(paste) for paste in pastes)
        case LinkFormat.AWS:
            return "\n".join(aws(paste, where) for paste in pastes)
        case LinkFormat.R:
            return r_code(pastes)
        case LinkFormat.BOTO3:
            return boto3_code(pastes, where)
    ways = {LinkFormat.POLARS: _polars, LinkFormat.DUCKDB: _duckdb, LinkFormat.PANDAS: _pandas}
    return python([_read(paste, ways[form]) for paste in pastes])


def python(snippets: Sequence[Snippet]) -> str:
    """One text: every import once, on top."""
    imports = sorted({line for snippet in snippets for line in snippet.imports}, key=_as_sorted)
    needs = sorted({package for snippet in snippets for package in snippet.needs})
    first = [f"# needed, once: pip install {' '.join(needs)}"] if needs else []
    return "\n".join([*first, *imports, "", *(line for snippet in snippets for line in snippet.lines)])


def upload(paste: Paste) -> Snippet:
    """Send a file through an upload link with nothing but Python."""
    headers = f'{{"Content-Type": {quoted(content_type(paste.link))}, "Content-Length": str(os.path.getsize(name))}}'
    return Snippet(
        ("import os", "import urllib.request"),
        (
            f"name = {quoted(paste.file)}  # the file to send",
            'with open(name, "rb") as file:',
            f"    headers = {headers}",
            f'    request = urllib.request.Request({quoted(paste.link.url)}, file, headers, method="PUT")',
            "    urllib.request.urlopen(request).close()",
        ),
    )


def content_type(link: Link) -> str:
    """What a file sent through an upload link is stored as: what its name says."""
    from s3desk.s3.content_type import guess  # noqa: PLC0415  # only for uploads

    return guess(link.key)


def pandas_call(table: Table, source: str) -> str:
    """The call that reads a table from `source`, an expression."""
    options = {
        "sep": quoted(table.delimiter) if table.delimiter != "," else "",
        "encoding": quoted(table.encoding) if table.encoding else "",
        "header": "" if table.header else "None",
    }
    if table.layout is Layout.JSON_LINES:
        options = {"lines": "True"}
    elif table.layout is not Layout.DELIMITED:
        options = {}
    if table.packed:  # a signed address does not end in .gz
        options["compression"] = quoted(table.packed)
    return f"pd.{_PANDAS[table.layout]}({source}{_given(options)})"


def pandas_needs(table: Table) -> frozenset[str]:
    """What pandas wants for such a table and does not bring along."""
    zstd = ["zstandard"] if table.packed == "zstd" else []
    return frozenset([*_PANDAS_NEEDS.get(table.layout, ()), *zstd])


def quoted(text: str) -> str:
    """A Python literal in double quotes where that needs no escapes; nothing invisible stands in it as it is."""
    literal = repr(text)
    return f'"{literal[1:-1]}"' if literal[0] == "'" and '"' not in text else literal


def _pastes(links: Sequence[Link], reading: Reading) -> list[Paste]:
    frames = ["df"] if len(links) == 1 else [f"df{number}" for number in range(1, len(links) + 1)]
    names = zip(links, frames, file_names(links), strict=True)
    return [Paste(link, table_of(link.key, reading), frame, file) for link, frame, file in names]


def _read(paste: Paste, way: Callable[[Paste, Table], Snippet]) -> Snippet:
    if paste.link.kind is LinkKind.UPLOAD:
        return upload(paste)
    return way(paste, paste.table) if paste.table else _download(paste)


def _download(paste: Paste) -> Snippet:
    line = f"urllib.request.urlretrieve({quoted(paste.link.url)}, {quoted(paste.file)})"
    return Snippet(("import urllib.request",), (line,))


def _pandas(paste: Paste, table: Table) -> Snippet:
    line = f"{paste.frame} = {pandas_call(table, quoted(paste.link.url))}"
    return Snippet(("import pandas as pd",), (line,), pandas_needs(table))


def _polars(paste: Paste, table: Table) -> Snippet:
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
            "has_header": "" if table.header else "False",
        }
    elif table.layout is Layout.EXCEL:
        options = {"engine": '"openpyxl"'}
    lines = (
        f"with urllib.request.urlopen({quoted(paste.link.url)}) as file:",
        f"    {paste.frame} = pl.{_POLARS[table.layout]}({content}{_given(options)})",
    )
    return Snippet(tuple(imports), lines, frozenset(["openpyxl"] if table.layout is Layout.EXCEL else []))


def _duckdb(paste: Paste, table: Table) -> Snippet:
    """DuckDB reads the link by its extension httpfs, which it gets by itself; what it cannot read, pandas can."""
    known = table.packed in ("", "gzip", "zstd") and table.encoding in _DUCKDB_ENCODINGS
    if table.layout not in _DUCKDB or not known:
        first = _pandas(paste, table)
        line = f'{paste.frame} = duckdb.sql("FROM {paste.frame}").df()'
        return Snippet(("import duckdb", *first.imports), (*first.lines, line), first.needs)
    options = {}
    if table.layout is Layout.DELIMITED:
        options = {
            "delim": _sql(table.delimiter) if table.delimiter != "," else "",
            "encoding": _sql(encoding) if (encoding := _DUCKDB_ENCODINGS[table.encoding]) else "",
            "header": "true" if table.header else "false",
        }
    elif table.layout is Layout.JSON_LINES:
        options = {"format": _sql("newline_delimited")}
    options["compression"] = _sql(table.packed) if table.packed else ""
    query = f"FROM {_DUCKDB[table.layout]}({_sql(paste.link.url)}{_given(options)})"
    return Snippet(("import duckdb",), (f"{paste.frame} = duckdb.sql({quoted(query)}).df()",))


def _given(options: dict[str, str]) -> str:
    return "".join(f", {name}={value}" for name, value in options.items() if value)


def _sql(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _as_sorted(line: str) -> tuple[bool, str]:
    """What Python ships first."""
    return line.split()[1] in ("pandas", "polars", "duckdb", "boto3", "botocore"), line
