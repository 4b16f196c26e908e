"""R that reads what a link leads to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from s3desk.s3.sharing.code import content_type
from s3desk.s3.sharing.links import LinkKind
from s3desk.s3.sharing.tables import Layout

if TYPE_CHECKING:
    from s3desk.s3.sharing.code import Paste
    from s3desk.s3.sharing.tables import Table

_PACKAGES = {
    Layout.JSON: "jsonlite",
    Layout.JSON_LINES: "jsonlite",
    Layout.PARQUET: "arrow",
    Layout.ARROW: "arrow",
    Layout.EXCEL: "readxl",
}
_CALLS = {  # gzfile() unpacks gzip, bzip2 and xz, and reads what is not packed
    Layout.JSON: 'jsonlite::fromJSON(paste(readLines(gzfile(file), warn = FALSE), collapse = "\n"))',
    Layout.JSON_LINES: "jsonlite::stream_in(gzfile(file), verbose = FALSE)",
    Layout.PARQUET: "arrow::read_parquet(file)",
    Layout.ARROW: "arrow::read_feather(file)",
    Layout.EXCEL: "readxl::read_excel(file)",
}
_ENCODINGS = {"utf-8-sig": "UTF-8-BOM", "iso8859-1": "latin1", "mac-roman": "MACINTOSH"}
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}


def r_code(pastes: Sequence[Paste]) -> str:
    """One text for all; packages R does not ship are named on top."""
    tables = [table for paste in pastes if (table := _table(paste))]
    packages = sorted({_PACKAGES[table.layout] for table in tables if table.layout in _PACKAGES})
    lines = [f"# needed, once: install.packages({_quoted(package)})" for package in packages]
    if any(paste.link.kind is not LinkKind.UPLOAD for paste in pastes):
        lines.append("options(timeout = 3600)  # seconds; R would give up after a minute")
    for paste in pastes:
        lines += _send(paste) if paste.link.kind is LinkKind.UPLOAD else _fetch(paste)
    return "\n".join(lines)


def _table(paste: Paste) -> Table | None:
    """What R can read; it does not unpack zstd."""
    sent = paste.link.kind is LinkKind.UPLOAD
    return None if sent or (paste.table and paste.table.packed == "zstd") else paste.table


def _fetch(paste: Paste) -> list[str]:
    table, url = _table(paste), _quoted(paste.link.url)
    if table is None:
        return [f'download.file({url}, {_quoted(paste.file)}, mode = "wb", quiet = TRUE)']
    ending = 'fileext = ".xlsx"' if table.layout is Layout.EXCEL else ""
    fetch = f'download.file({url}, file, mode = "wb", quiet = TRUE)'
    read = _delimited(table) if table.layout is Layout.DELIMITED else _CALLS[table.layout]
    return [f"file <- tempfile({ending})", fetch, f"{paste.frame} <- {read}"]


def _delimited(table: Table) -> str:
    """read.csv unpacks by itself."""
    options = ["file"]
    options += [f"sep = {_quoted(table.delimiter)}"] if table.delimiter != "," else []
    options += [f"dec = {_quoted(table.decimal)}"] if table.decimal else []
    options += [] if table.header else ["header = FALSE"]
    options += [f"skip = {table.starts_at}"] if table.starts_at else []
    if table.ids:
        names = [name if isinstance(name, str) else f"V{name + 1}" for name in table.ids]
        kinds = ", ".join(f'{_quoted(name)} = "character"' for name in names)
        options.append(f"colClasses = c({kinds})")
    if table.encoding:
        options.append(f"fileEncoding = {_quoted(_ENCODINGS.get(table.encoding, table.encoding.upper()))}")
    else:
        options.append('encoding = "UTF-8"')
    return f"read.csv({', '.join(options)}, check.names = FALSE)"


def _send(paste: Paste) -> list[str]:
    """R itself cannot PUT; every system has curl."""
    header = _quoted(f"Content-Type: {content_type(paste.link)}")
    words = f'"-fg", "-T", shQuote({_quoted(paste.file)}), "-H", shQuote({header}), shQuote({_quoted(paste.link.url)})'
    return [f'stopifnot(system2("curl", c({words})) == 0)']


def _quoted(text: str) -> str:
    """An R string in any locale: what is not ASCII is written as its number."""
    return '"' + "".join(_escaped(c) for c in text) + '"'


def _escaped(c: str) -> str:
    if " " <= c <= "~" or c in _ESCAPES:
        return _ESCAPES.get(c, c)
    return f"\\U{ord(c):08x}" if ord(c) > 127 else f"\\x{ord(c):02x}"
