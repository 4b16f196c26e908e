"""The ways a link is pasted: bare, in a document, in code."""

from __future__ import annotations

import html
import json
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from s3desk.s3.sharing.links import Link

# How pandas opens an object, by the end of its name; anything else is read as CSV.
_READERS = {
    ".parquet": "read_parquet",
    ".json": "read_json",
    ".jsonl": "read_json",
    ".ndjson": "read_json",
    ".xlsx": "read_excel",
    ".feather": "read_feather",
    ".html": "read_html",
    ".xml": "read_xml",
}


@dataclass(frozen=True)
class Reading:
    """How a table is to be read, where somebody has looked: as in `pandas.read_csv`; "" and None are not known."""

    encoding: str = ""
    delimiter: str = ""
    header: bool | None = None


_COMPRESSIONS = {"gz": "gzip", "zst": "zstd", "bz2": "bz2", "xz": "xz"}


class LinkFormat(Enum):
    """What the Share dialog offers; the value is what the user reads."""

    LINK = "Link"
    MARKDOWN = "Markdown"
    HTML = "HTML"
    PANDAS = "pandas"
    CURL = "curl"


def written(links: Sequence[Link], form: LinkFormat, reading: Reading | None = None) -> str:
    """The links as text to paste, one a line; code runs as pasted, and reads a table as the preview did."""
    if form is LinkFormat.PANDAS:
        lines = (_pandas(link, len(links) > 1, n, reading or Reading()) for n, link in enumerate(links))
        return "\n".join(["import pandas as pd", "", *lines])
    return "\n".join(_line(link, form) for link in links)


def _line(link: Link, form: LinkFormat) -> str:
    if form is LinkFormat.MARKDOWN:
        return _markdown(link)
    if form is LinkFormat.HTML:
        return f'<a href="{html.escape(link.url)}">{html.escape(_name(link))}</a>'
    if form is LinkFormat.CURL:
        return f"curl -fL -o {shlex.quote(_file_name(link))} {shlex.quote(link.url)}"
    return link.url


def _name(link: Link) -> str:
    return link.key.removesuffix("/").rpartition("/")[2] or link.key


def _file_name(link: Link) -> str:
    """A name curl can write: a key may end in anything."""
    name = "".join(c if c.isprintable() and c not in '\\:*?"<>|' else "_" for c in _name(link))
    return name if name.strip(". ") and not name.startswith("-") else f"download_{name}".rstrip(". ")


def _markdown(link: Link) -> str:
    name = _name(link).replace("\n", " ")
    for special in "\\[]`*_<>":
        name = name.replace(special, "\\" + special)
    return f"[{name}](<{link.url}>)"


def _pandas(link: Link, many: bool, number: int, reading: Reading) -> str:
    name = link.key.lower()
    packed = _COMPRESSIONS.get(name.rpartition(".")[2], "")
    inner = name.rpartition(".")[0] if packed else name
    ending = "." + inner.rpartition(".")[2]
    reader = _READERS.get(ending, "read_csv")
    extra = ""
    if reader == "read_json" and ending != ".json":
        extra = ", lines=True"
    elif reader == "read_csv":
        extra = _csv_options(reading, "\t" if ending in (".tsv", ".tab") else ",")
    if packed and reader in ("read_csv", "read_json"):  # a signed address does not end in .gz
        extra += f', compression="{packed}"'
    return f"df{number + 1 if many else ''} = pd.{reader}({json.dumps(link.url)}{extra})"


def _csv_options(reading: Reading, usual: str) -> str:
    """What pandas would not guess by itself."""
    delimiter = reading.delimiter or usual
    options = f", sep={json.dumps(delimiter)}" if delimiter != "," else ""
    if reading.encoding not in ("", "ascii", "utf-8"):
        options += f", encoding={json.dumps(reading.encoding)}"
    return options + (", header=None" if reading.header is False else "")
