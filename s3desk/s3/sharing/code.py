"""Python that reads what a link leads to, each runnable as pasted; and the way to what other languages do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from s3desk.s3.sharing.formats import READERS, LinkFormat, Reading
from s3desk.s3.sharing.links import LinkKind
from s3desk.s3.sharing.tables import Layout, Table, file_names, table_of

if TYPE_CHECKING:
    from s3desk.s3.sharing.formats import Readings, Where
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


def code(links: Sequence[Link], form: LinkFormat, readings: Readings, where: Where) -> str:
    """Code or commands for all links; what holds no table is saved as a file, an upload link sends one."""
    pastes = _pastes(links, readings)
    said = _unseen_words(pastes, readings) if form in READERS else ""
    return said + _code(pastes, form, where)


def _code(pastes: Sequence[Paste], form: LinkFormat, where: Where) -> str:
    # The other languages build on what stands here.
    from s3desk.s3.sharing.code_frames import duckdb_code, polars_code  # noqa: PLC0415
    from s3desk.s3.sharing.code_own_keys import aws, boto3_code  # noqa: PLC0415
    from s3desk.s3.sharing.code_r import r_code  # noqa: PLC0415
    from s3desk.s3.sharing.commands import curl  # noqa: PLC0415

    match form:
        case LinkFormat.CURL:
            return "\n".join(curl(paste) for paste in pastes)
        case LinkFormat.AWS:
            return "\n".join(aws(paste, where) for paste in pastes)
        case LinkFormat.R:
            return r_code(pastes)
        case LinkFormat.BOTO3:
            return boto3_code(pastes, where)
    ways = {LinkFormat.POLARS: polars_code, LinkFormat.DUCKDB: duckdb_code, LinkFormat.PANDAS: pandas_code}
    return python([_read(paste, ways[form]) for paste in pastes])


def _unseen_words(pastes: Sequence[Paste], readings: Readings) -> str:
    """A comment, where some tables were looked at and others were not."""
    texts = [paste for paste in pastes if paste.table and paste.table.layout is Layout.DELIMITED]
    unseen = sum(paste.link.key not in readings for paste in texts)
    if not unseen or unseen == len(texts):
        return ""
    return f"# {len(texts) - unseen:,} of the {len(texts):,} tables were looked at; the others are read as UTF-8.\n"


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
        "decimal": quoted(table.decimal) if table.decimal else "",
        "header": "" if table.header else "None",
        "skiprows": str(table.starts_at or ""),
        "dtype": each(table.ids, "str"),
    }
    if table.layout is Layout.JSON_LINES:
        options = {"lines": "True"}
    elif table.layout is Layout.EXCEL:
        options = {"engine": '"openpyxl"'}  # which engine comes by itself is about to change
    elif table.layout is not Layout.DELIMITED:
        options = {}
    if table.packed:  # a signed address does not end in .gz
        options["compression"] = quoted(table.packed)
    return f"pd.{_PANDAS[table.layout]}({source}{given(options)})"


def pandas_needs(table: Table) -> frozenset[str]:
    """What pandas wants for such a table and does not bring along."""
    zstd = ["zstandard"] if table.packed == "zstd" else []
    return frozenset([*_PANDAS_NEEDS.get(table.layout, ()), *zstd])


def quoted(text: str) -> str:
    """A Python literal in double quotes where that needs no escapes; nothing invisible stands in it as it is."""
    literal = repr(text)
    return f'"{literal[1:-1]}"' if literal[0] == "'" and '"' not in text else literal


def each(columns: Sequence[str | int], kind: str) -> str:
    """The same type for each of these columns, as a Python dict; "" where there are none."""
    pairs = ", ".join(f"{quoted(name) if isinstance(name, str) else name}: {kind}" for name in columns)
    return f"{{{pairs}}}" if pairs else ""


def _pastes(links: Sequence[Link], readings: Readings) -> list[Paste]:
    frames = ["df"] if len(links) == 1 else [f"df{number}" for number in range(1, len(links) + 1)]
    names = zip(links, frames, file_names(links), strict=True)
    unknown = Reading()
    return [Paste(link, table_of(link.key, readings.get(link.key, unknown)), *rest) for link, *rest in names]


def _read(paste: Paste, way: Callable[[Paste, Table], Snippet]) -> Snippet:
    if paste.link.kind is LinkKind.UPLOAD:
        return upload(paste)
    return way(paste, paste.table) if paste.table else _download(paste)


def _download(paste: Paste) -> Snippet:
    line = f"urllib.request.urlretrieve({quoted(paste.link.url)}, {quoted(paste.file)})"
    return Snippet(("import urllib.request",), (line,))


def pandas_code(paste: Paste, table: Table) -> Snippet:
    """pandas reads the link by itself."""
    line = f"{paste.frame} = {pandas_call(table, quoted(paste.link.url))}"
    return Snippet(("import pandas as pd",), (line,), pandas_needs(table))


def given(options: dict[str, str]) -> str:
    """The options of a call that are given."""
    return "".join(f", {name}={value}" for name, value in options.items() if value)


def _as_sorted(line: str) -> tuple[bool, str]:
    """What Python ships first."""
    return line.split()[1] in ("pandas", "polars", "duckdb", "boto3", "botocore"), line
