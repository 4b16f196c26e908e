"""What a parser found in a file: the only thing that comes back from the process the parsers run in."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from typing import IO, Any

LONGEST_CELL = 4096  # characters
MOST_CHARACTERS = 4_000_000  # of all cells together
MOST_COLUMNS = 200
_LONGEST_LINE = 64 << 20  # bytes

Cells = list[tuple[str | None, ...]]


@dataclass(frozen=True)
class Where:
    """Which rows are wanted: those `at` a part of the table from 0 to 1, or on from or up to a `Stretch`'s position."""

    start: int | None = 0
    before: int | None = None
    at: float | None = None

    @property
    def is_backward(self) -> bool:
        """Whether the last rows of what was read are wanted, where not all can be."""
        return self.before is not None or (self.at is not None and self.at >= 1)


@dataclass(frozen=True)
class Stretch:
    """Where rows stand: from position `begin` up to `end` of a table that reaches up to `extent`.

    Positions grow from row to row and mean something to the parser only. `number` is that of the first row from 0, an
    estimate unless `exact`; `rows` is about how many the table has, 0 when unknown.
    """

    begin: int
    end: int
    extent: int
    number: int
    exact: bool
    rows: int = 0


@dataclass(frozen=True)
class Parsed:
    """The first rows of a table, or a picture or the beginning of a member as `data`, or why there is neither.

    `rows_total` is exact, None when unknown; `details` are words for the line of facts, `notes` sentences. `parts` are
    the names of the sheets, members or pages one may choose among, `part` is the one shown. `data_size` is the size
    that the member in `data` claims to have in bytes. `stretch` is where the rows stand, None where only the first ones
    can be read. `header` tells whether a first row named the columns, None where
    that is beyond doubt. `refusal` is a sentence that stands in for content.
    """

    columns: tuple[str, ...] = ()
    numeric: tuple[bool, ...] = ()
    types: tuple[str, ...] = ()
    rows: Cells | None = None
    rows_total: int | None = None
    details: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    part: str = ""
    data: bytes = b""
    data_size: int = 0
    refusal: str = ""
    header: bool | None = None
    stretch: Stretch | None = None

    def as_bytes(self) -> bytes:
        """A line of JSON, a line for each row (to be read one by one: long ones would stop the window), and `data`."""
        plain = asdict(replace(self, data=b"", rows=None))
        rows = self.rows or []
        plain |= {"data": len(self.data), "rows": None if self.rows is None else len(rows)}
        lines = [json.dumps(line).encode() + b"\n" for line in (plain, *rows)]
        return b"".join(lines) + self.data


def from_stream(first: bytes, stream: IO[bytes]) -> Parsed:
    """The answer again, from its `first` line and what follows.

    It comes from a process that read a stranger's file: every value is made what it has to be. Raises ValueError,
    TypeError or KeyError when it is no such answer.
    """
    plain = json.loads(first)
    columns = _words(plain["columns"])
    rows = None
    if plain["rows"] is not None:
        rows = [_row(json.loads(stream.readline(_LONGEST_LINE)), len(columns)) for _ in range(int(plain["rows"]))]
    data = stream.read(min(int(plain["data"]), _LONGEST_LINE))
    total = plain["rows_total"]
    flags = [bool(flag) for flag in plain["numeric"]] + [False] * len(columns)
    return Parsed(
        columns,
        tuple(flags[: len(columns)]),
        _words(plain["types"]),
        rows,
        None if total is None else max(int(total), len(rows or ())),
        _words(plain["details"]),
        _words(plain["notes"]),
        _words(plain["parts"]),
        clean(str(plain["part"])),
        data,
        max(int(plain["data_size"]), len(data)),
        str(plain["refusal"]),
        None if plain["header"] is None else bool(plain["header"]),
        _stretch(plain["stretch"], len(rows or ())),
    )


def _stretch(plain: dict[str, Any] | None, rows: int) -> Stretch | None:
    if plain is None:
        return None
    begin, end, extent, number = (int(plain[name]) for name in ("begin", "end", "extent", "number"))
    if not 0 <= begin <= end <= extent or (rows and begin == end):
        raise ValueError("no stretch of a table")
    return Stretch(begin, end, extent, max(number, 0), bool(plain["exact"]), max(int(plain["rows"]), 0))


def _words(values: list[Any]) -> tuple[str, ...]:
    return tuple(clean(str(value)) for value in values)


def _row(cells: list[Any], width: int) -> tuple[str | None, ...]:
    known = tuple(None if cell is None else str(cell) for cell in cells[:width])
    return (*known, *(None,) * (width - len(known)))


def bounded(rows: Cells) -> tuple[Cells, tuple[str, ...]]:
    """As many of the rows as a window can hold, with long cells cut, and a sentence when some are left out."""
    kept: Cells = []
    characters = 0
    for row in rows:
        cut = tuple(_cut(cell) for cell in row)
        characters += sum(len(cell) for cell in cut if cell)
        if characters > MOST_CHARACTERS and kept:
            return kept, (f"Its cells are very long: only {len(kept):,} rows are shown.",)
        kept.append(cut)
    return kept, ()


def bounded_last(rows: Cells) -> Cells:
    """The same of the last of the rows."""
    return bounded(rows[::-1])[0][::-1]


def _cut(cell: str | None) -> str | None:
    if cell is None:
        return None
    return clean(cell if len(cell) <= LONGEST_CELL else cell[:LONGEST_CELL] + "…")


def clean(text: str) -> str:
    """The text without halves of characters, which JSON can spell and no window can show."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    return text


def columns_note(shown: int, found: int) -> tuple[str, ...]:
    """A sentence when not all columns are shown."""
    return (f"The first {shown:,} of {found:,} columns are shown.",) if shown < found else ()


def as_text(value: object) -> str | None:
    """A value of a nested or foreign type as text: JSON for lists and records, hexadecimal for bytes."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (bytes, bytearray)):
        return value[: LONGEST_CELL // 2].hex()
    if isinstance(value, (list, tuple, dict)):
        return json.dumps(value, ensure_ascii=False, default=as_text)
    return str(value)
