"""What a key's name tells of the table inside, so that code can read it; and the names of files to save it under."""

from __future__ import annotations

import codecs
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from s3desk.s3.sharing.formats import name_of

if TYPE_CHECKING:
    from s3desk.s3.sharing.formats import Reading
    from s3desk.s3.sharing.links import Link


class Layout(Enum):
    """How the rows of a table lie in a file."""

    DELIMITED = "delimited"
    JSON = "json"
    JSON_LINES = "json lines"
    PARQUET = "parquet"
    ARROW = "arrow"  # the IPC file, which Feather is as well
    EXCEL = "excel"


_LAYOUTS = {
    "csv": Layout.DELIMITED,
    "tsv": Layout.DELIMITED,
    "tab": Layout.DELIMITED,
    "json": Layout.JSON,
    "jsonl": Layout.JSON_LINES,
    "ndjson": Layout.JSON_LINES,
    "parquet": Layout.PARQUET,
    "pq": Layout.PARQUET,
    "feather": Layout.ARROW,
    "arrow": Layout.ARROW,
    "xlsx": Layout.EXCEL,
    "xlsm": Layout.EXCEL,
}
TEXTS = frozenset({Layout.DELIMITED, Layout.JSON, Layout.JSON_LINES})  # what may be packed as a whole
_PACKED = {"gz": "gzip", "bz2": "bz2", "xz": "xz", "zst": "zstd"}
_PLAIN = ("utf-8", "ascii")


@dataclass(frozen=True)
class Table:
    """A table in an object. `packed` is "gzip", "bz2", "xz", "zstd" or ""; `encoding` a Python codec, "" for UTF-8.

    `decimal`, `ids` and `starts_at` are as in `Reading`.
    """

    layout: Layout
    packed: str = ""
    delimiter: str = ","
    encoding: str = ""
    header: bool = True
    decimal: str = ""
    ids: tuple[str | int, ...] = ()
    starts_at: int = 0


def table_of(key: str, reading: Reading) -> Table | None:
    """The table a key promises, or that was seen in the object; None for everything else."""
    parts = key.rpartition("/")[2].lower().split(".")
    packed = _PACKED.get(parts.pop(), "") if len(parts) > 1 and parts[-1] in _PACKED else ""
    ending = parts[-1] if len(parts) > 1 else ""
    layout = Layout.DELIMITED if reading.delimiter else _LAYOUTS.get(ending)
    if layout is None or (packed and layout not in TEXTS):
        return None
    usual = "\t" if ending in ("tsv", "tab") else ","
    return Table(
        layout,
        packed,
        reading.delimiter or usual,
        _codec(reading.encoding),
        reading.header is not False,
        "" if reading.decimal == "." else reading.decimal,
        reading.ids,
        reading.starts_at,
    )


def file_names(links: Sequence[Link]) -> list[str]:
    """A name for each object in one folder of any system: no two alike, also where case does not count."""
    names, taken, numbers = [], set[str](), dict[str, int]()
    for link in links:
        plain = name = _file_name(link)
        while name.casefold() in taken:
            number = numbers[plain.casefold()] = numbers.get(plain.casefold(), 1) + 1
            stem, dot, ending = plain.partition(".")
            name = f"{stem} ({number}){dot}{ending}"
        taken.add(name.casefold())
        names.append(name)
    return names


def _file_name(link: Link) -> str:
    """A key may end in anything; a file's name may not."""
    name = "".join(c if c.isprintable() and c not in '\\/:*?"<>|' else "_" for c in name_of(link))
    while len(name.encode()) > 200:  # most systems allow 255 bytes
        name = name[1:]
    name = name.rstrip(". ")
    return name if name.strip(". ") and name[0] not in "-~" else f"download{'_' if name else ''}{name}"


def _codec(encoding: str) -> str:
    try:
        name = codecs.lookup(encoding).name if encoding else ""
    except LookupError:
        return ""
    return "" if name in _PLAIN else name
