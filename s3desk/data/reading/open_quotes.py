"""Quotes of a delimited text that are never closed, and would swallow all rows behind them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from s3desk.data.rows import Dialect, Rows, split_rows
from s3desk.s3.errors import UnsupportedError

if TYPE_CHECKING:
    import pyarrow as pa

    from s3desk.data.reading.reading_plan import FilePlan

_LOOKED_AT = 65536  # bytes after an open quote that tell whether it was meant
MOST_STRAY = 10  # quotes mended; more than these, and they mean nothing here, as in the preview
_LINE = re.compile(r"([^\r\n]*)(?:\r\n|\r|\n|$)")
_ADVICE = "Mend the file, or look at it in the preview."


def open_quote(data: bytes | bytearray, plan: FilePlan, table: pa.Table) -> int | None:
    """Where a quote stands that is not closed before the end: the last row then holds all that follows, as it stands.

    Arrow says nothing of it. One without a line behind it swallows nothing.
    """
    import pyarrow as pa  # noqa: PLC0415

    quote = plan.guess.quote if plan.guess is not None else ""
    if not quote or quote.encode() not in data or not table.num_rows:
        return None
    for column in table.columns:
        last = column[-1].as_py() if pa.types.is_string(column.type) else None
        if last is not None and ("\n" in last or "\r" in last):
            cell = (quote + last.replace(quote, quote * 2)).encode()
            if data.endswith(cell):
                return len(data) - len(cell)
    return None


def is_stray(data: bytes | bytearray, start: int, plan: FilePlan) -> bool:
    """Whether the lines behind an open quote look like rows: it is a slip then, by the rule of the preview."""
    assert plan.guess is not None  # noqa: S101  # for mypy: checked by the caller
    dialect, width = plan.guess.dialect, len(plan.columns)
    rest = data[start : start + _LOOKED_AT].decode(errors="replace")
    return _is_slip(dialect.delimiter * (width - 1) + rest, dialect, width, whole=len(data) - start <= _LOOKED_AT)


def _is_slip(rest: str, dialect: Dialect, width: int, *, whole: bool) -> bool:
    usual = dialect.delimiter * (width - 1)  # a row of this width
    return bool(split_rows(f"{usual}\n{rest}", dialect, whole=whole).stray)


def literal(data: bytes | bytearray, start: int, plan: FilePlan) -> bytes:
    """The text with the cell that begins here in quotes of its own, so that its quote stands for itself."""
    assert plan.guess is not None  # noqa: S101  # for mypy: checked by the caller
    quote, delimiter = plan.guess.quote.encode(), plan.guess.dialect.delimiter.encode()
    ends = [data.find(mark, start) for mark in (delimiter, b"\n", b"\r")]
    end = min((each for each in ends if each >= 0), default=len(data))
    cell = bytes(data[start:end]).replace(quote, quote * 2)
    return b"".join((data[:start], quote, cell, quote, data[end:]))


def all_rows(text: str, dialect: Dialect, width: int) -> Rows:
    """The rows of a whole text, also where an open quote would make a cell longer than the csv module takes.

    Raises UnsupportedError where such a cell seems meant.
    """
    rows = split_rows(text, dialect, whole=True)
    while rows.too_long:
        rest = text[rows.consumed :]
        if not _is_slip(rest[:_LOOKED_AT], dialect, width, whole=len(rest) <= _LOOKED_AT):
            raise UnsupportedError("A cell of this table is too long to mend its uneven rows.", _ADVICE)
        line = _LINE.match(rest)
        end = rows.consumed + (line.end() if line else len(rest))
        rows.stray.append(len(rows.cells))
        rows.add((line[1] if line else rest).split(dialect.delimiter), end)
        if len(rows.stray) > MOST_STRAY:
            dialect = Dialect(dialect.delimiter, "", dialect.escape)
        more = split_rows(text[end:], dialect, whole=True)
        rows.stray += [len(rows.cells) + number for number in more.stray]
        rows.cells += more.cells
        rows.consumed, rows.too_long = end + more.consumed, more.too_long
    return rows
