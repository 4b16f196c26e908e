"""The first rows of a delimited text as a grid: every cell stays text, nothing is dropped silently."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from s3desk.data.delimited import NUMBER, without_separator_line
from s3desk.data.encoding import damage, decode
from s3desk.data.rows import Rows, split_rows, usual_width
from s3desk.data.windows.line_index import Span, byte_offsets, codec_inside

if TYPE_CHECKING:
    from s3desk.data.sniff import Guess

_MISSING = frozenset(("", "-", "na", "n/a", "nan", "null", "none", "nil", "#n/a", "\\n", "inf", "-inf"))
_LEADING_ZERO = re.compile(r"\s*[-+]?0\d")
_LONG_NUMBER = 16  # digits; longer ones are ids, and a number of this length would lose its end

Row = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column's name, made up where the file has none, and whether its cells are numbers (and align to the right)."""

    name: str
    numeric: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """The first rows of a table. Every row has one cell a column; None where the file's row was too short.

    `bad` are the numbers (from 0) of shown rows that do not have the usual number of cells. `rows_found` counts the
    complete rows in the fetched bytes, shown or not, and `rows_total` those of the whole file: exact when `complete`,
    an estimate otherwise, None when nothing can be said. `span` tells where the rows stand in the bytes they were read
    from, None where one can only read in order.
    """

    columns: tuple[Column, ...]
    rows: list[Row]
    bad: frozenset[int]
    bad_rows: int
    rows_found: int
    rows_total: int | None
    complete: bool
    notes: tuple[str, ...] = ()
    span: Span | None = None
    width: int = 0  # the usual number of cells of a row


def read_table(head: bytes, guess: Guess, *, size: int, limit_rows: int = 1000, limit_columns: int = 1000) -> Table:
    """The rows that are complete in the first bytes of a file of `size` bytes, split the way `guess` says.

    Raises ValueError with a sentence for an encoding that does not exist.
    """
    whole = len(head) >= size
    text = decode(head, guess.encoding or "utf-8", whole=whole)
    body = without_separator_line(text) if guess.separator_line else text
    found = split_rows(body, guess.dialect, whole=whole)
    names = found.cells[0] if guess.header and found.cells else None
    cells = found.cells[1:] if names is not None else found.cells
    width = _width(names or [], cells)
    shown = cells[:limit_rows]
    columns_found = max(width, len(names or []), max(map(len, shown), default=0))
    columns = min(columns_found, limit_columns)
    rows = [_fitted(row, columns) for row in shown]
    complete = whole and not found.too_long
    notes = _notes(guess, text, found, columns=columns, columns_found=columns_found)
    return Table(
        columns=_columns(names, columns, rows),
        rows=rows,
        bad=frozenset(index for index, row in enumerate(shown) if len(row) != width),
        bad_rows=sum(1 for row in cells if len(row) != width),
        rows_found=len(cells),
        rows_total=len(cells) if complete else _estimate(head, body, found, guess, size),
        complete=complete,
        notes=notes,
        span=_span(head, text, len(text) - len(body), found.ends[: len(shown) + guess.header], guess),
        width=width,
    )


def _width(names: list[str], cells: list[list[str]]) -> int:
    """The number of cells a row should have: as many as there are names, unless all rows agree upon another."""
    if names and len(set(map(len, cells))) != 1:
        return len(names)
    return usual_width(cells) or len(names)


def fitted_rows(cells: list[list[str]], columns: int) -> list[Row]:
    """Rows of exactly so many cells: None where a row is too short, and the rest of a longer one left out."""
    return [_fitted(row, columns) for row in cells]


def _fitted(row: list[str], columns: int) -> Row:
    if len(row) == columns:
        return tuple(row)
    return (*row[:columns], *(None,) * (columns - len(row)))


def _span(head: bytes, text: str, skipped: int, ends: list[int], guess: Guess) -> Span | None:
    """Where the shown rows stand: `ends` count characters after the `skipped` ones, the header's row first."""
    mark, codec = codec_inside(head, guess.encoding or "utf-8")
    if not codec:
        return None
    at = [
        mark + offset for offset in byte_offsets(head[mark:], text, [skipped, *(skipped + end for end in ends)], codec)
    ]
    begin = at[1] if guess.header and len(at) > 1 else at[0]
    return Span(begin, tuple(at[1 + guess.header :]), codec)


def _columns(names: list[str] | None, count: int, rows: list[Row]) -> tuple[Column, ...]:
    return tuple(
        Column(name, _is_numeric([row[index] for row in rows]))
        for index, name in enumerate(_distinct((names or [])[:count], count))
    )


def _distinct(names: list[str], count: int) -> list[str]:
    """Column names without gaps and twins: `Column 3`, and `price (2)` for the second `price`."""
    taken: set[str] = set()
    again: dict[str, int] = {}
    result = []
    given = {name.strip() for name in names}
    for index in range(count):
        plain = names[index].strip() if index < len(names) else ""
        name = plain = plain or f"Column {index + 1}"
        while name in taken or (name != plain and name in given):
            again[plain] = again.get(plain, 1) + 1
            name = f"{plain} ({again[plain]})"
        taken.add(name)
        result.append(name)
    return result


def _is_numeric(cells: list[str | None]) -> bool:
    """Numbers, and at least one; not where a leading zero or a great length says that these are ids."""
    seen = False
    for cell in cells:
        if cell is None or cell.strip().lower() in _MISSING:
            continue
        if len(cell) > 40 or _LEADING_ZERO.match(cell) or not NUMBER.fullmatch(cell):
            return False
        if cell.strip().isdigit() and len(cell.strip()) >= _LONG_NUMBER:
            return False
        seen = True
    return seen


def _estimate(head: bytes, body: str, found: Rows, guess: Guess, size: int) -> int | None:
    """The rows of the whole file, if the rest is like the beginning."""
    rows = len(found.cells) - guess.header
    if rows < 1 or not found.consumed or found.too_long:
        return None
    read = len(head) * found.consumed / len(body)
    return max(rows, round(rows * size / read))


def _notes(guess: Guess, text: str, found: Rows, *, columns: int, columns_found: int) -> tuple[str, ...]:
    notes = list(damage(text, guess.encoding))
    if columns < columns_found:
        notes.append(f"The first {columns:,} of {columns_found:,} columns are shown.")
    if found.stray:
        row = found.stray[0] + 1 - guess.header
        more = f" (and {len(found.stray) - 1} more)" if len(found.stray) > 1 else ""
        where = f"row {row:,}" if row else "the header"
        notes.append(f"A quote in {where}{more} is never closed; the row is shown as it is written.")
    if found.too_long and found.cells:
        notes.append(f"A cell after row {len(found.cells) - guess.header:,} is too long to show; reading ended there.")
    return tuple(notes)
