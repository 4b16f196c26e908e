"""Delimited text as an Arrow table: numbers and dates recognised, ids with leading zeros kept as text."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from s3desk.data.encoding import damage, decode
from s3desk.data.reading.leading_zeros import has_leading_zero
from s3desk.data.reading.open_quotes import MOST_STRAY, all_rows, is_stray, literal, open_quote
from s3desk.data.reading.reading_plan import MORE
from s3desk.data.sizes import size_words
from s3desk.s3.errors import UnsupportedError

if TYPE_CHECKING:
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    from s3desk.data.reading.reading_plan import FilePlan
    from s3desk.data.rows import Dialect

# What pandas.read_csv takes for a missing value, so that both make the same table.
NULLS = (
    "", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>", "N/A", "NA",
    "NULL", "NaN", "None", "n/a", "nan", "null",
)  # fmt: skip
_PLAIN = ("utf-8", "utf-8-sig", "ascii")
_BLOCK = 32 << 20
_PARALLEL = 8 << 20  # bytes from which on several threads are worth it
_MOST_REPAIRED = 200 << 20
_MANY_DIGITS = 1e15  # where broken numbers begin to skip whole ones
_LONG = 1e6  # of so many digits a number with a plus is more likely one to call
_PLUS = re.compile(rb"\+[0-9]{7}")


@dataclass(frozen=True)
class Parsed:
    """A table and sentences about what had to be mended."""

    table: pa.Table
    notes: tuple[str, ...] = ()


def read_delimited(data: bytes | bytearray, plan: FilePlan, text_columns: Collection[str] = ()) -> Parsed:
    """The whole of a delimited text; `text_columns` stay as they are written.

    Uneven rows are evened: what is missing is null, what is too much stands in a column of its own. Raises
    UnsupportedError with a sentence for what cannot be read.
    """
    import pyarrow as pa  # noqa: PLC0415  # heavy

    if plan.guess is None:
        raise ValueError("a plan for delimited text has a guess")
    codec = plan.guess.encoding or "utf-8"
    notes: tuple[str, ...] = ()
    if codec not in _PLAIN:
        text = decode(bytes(data), codec, whole=True)
        data, notes = text.encode("utf-8", "replace"), damage(text, codec)
    if len(plan.guess.dialect.delimiter.encode()) == 1:  # Arrow splits at single bytes only
        try:
            return _closed(data, plan, text_columns, notes)
        except (pa.ArrowInvalid, pa.ArrowKeyError):
            pass
    return _mended(data, plan, text_columns, notes)


def _closed(data: bytes | bytearray, plan: FilePlan, text_columns: Collection[str], notes: tuple[str, ...]) -> Parsed:
    """The table, with quotes that are opened by mistake and would swallow all rows behind them taken as they stand."""
    table, mended = _parsed(data, plan, text_columns), 0
    while (start := open_quote(data, plan, table)) is not None:
        if not is_stray(data, start, plan):
            return Parsed(table, (*notes, "A quotation mark is never closed: all that follows it is one cell."))
        mended += 1
        if mended > MOST_STRAY and plan.guess is not None:
            plan = replace(plan, guess=replace(plan.guess, quote=""))
        else:
            data = literal(data, start, plan)
        table = _parsed(data, plan, text_columns)
    return Parsed(table, (*notes, _stray_words(mended)) if mended else notes)


def _stray_words(count: int) -> str:
    marks = "1 quotation mark is" if count == 1 else f"{count} quotation marks are"
    return f"{marks} never closed, and read as plain text."


def _mended(data: bytes | bytearray, plan: FilePlan, text_columns: Collection[str], notes: tuple[str, ...]) -> Parsed:
    """The slow way, for damaged characters and uneven rows."""
    import pyarrow as pa  # noqa: PLC0415

    if len(data) > _MOST_REPAIRED:
        raise UnsupportedError(
            f"This table of {size_words(len(data))} has damaged or uneven rows, and is too large to mend them.",
            "Mend the file, or look at it in the preview.",
        )
    text = decode(bytes(data), "utf-8", whole=True)
    notes = notes or damage(text, "utf-8")
    evened, columns, uneven, stray = _evened(text, plan)
    if stray:
        notes = (*notes, _stray_words(stray))
    if uneven:
        rows = "1 row has" if uneven == 1 else f"{uneven:,} rows have"
        notes = (*notes, f"{rows} another number of cells; missing ones are null, surplus ones are under “{MORE}”.")
    assert plan.guess is not None  # noqa: S101  # for mypy: checked by the caller
    plain = replace(plan.guess, delimiter=",", quote='"', escape="", separator_line=False, header=False)
    try:
        return Parsed(_parsed(evened, replace(plan, guess=plain, columns=columns), text_columns), notes)
    except (pa.ArrowInvalid, pa.ArrowKeyError) as error:
        raise UnsupportedError(f"This table cannot be read: {error}", "Look at it in the preview.") from error


def _evened(text: str, plan: FilePlan) -> tuple[bytes, tuple[str, ...], int, int]:
    """The rows written anew with the same number of cells each, the columns, how many were uneven, had open quotes."""
    assert plan.guess is not None  # noqa: S101
    if plan.guess.separator_line:
        text = text.partition("\n")[2]
    dialect: Dialect = plan.guess.dialect
    split = all_rows(text, dialect, len(plan.columns))
    rows = split.cells[int(plan.guess.header) :]
    width = len(plan.columns)
    has_more = any(len(row) > width for row in rows)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    uneven = 0
    for row in rows:
        uneven += len(row) != width
        more = [dialect.delimiter.join(row[width:])] if has_more else []
        writer.writerow([*row[:width], *[""] * (width - len(row)), *more])
    columns = plan.columns + ((MORE,) if has_more else ())
    return out.getvalue().encode("utf-8", "replace"), columns, uneven, len(split.stray)


def _parsed(data: bytes | bytearray, plan: FilePlan, text_columns: Collection[str]) -> pa.Table:
    import pyarrow as pa  # noqa: PLC0415

    text = set(text_columns) & set(plan.columns)
    table = _read(data, plan, {name: pa.string() for name in text})
    numeric = [
        field.name
        for field in table.schema
        if field.name not in text and (pa.types.is_integer(field.type) or pa.types.is_floating(field.type))
    ]
    if not numeric or not _may_be_ids(data, plan, table.select(numeric)):
        return table
    written = _read(data, plan, {name: pa.string() for name in numeric}, numeric)
    for name in numeric:
        if _are_ids(written[name], floating=pa.types.is_floating(table.schema.field(name).type)):
            table = table.set_column(table.schema.get_field_index(name), name, written[name])
    return table


def _may_be_ids(data: bytes | bytearray, plan: FilePlan, numbers: pa.Table) -> bool:
    """Whether some numbers may lose zeros or a plus in front, or the end of many digits: a quick look at all."""
    import pyarrow as pa  # noqa: PLC0415  # heavy
    import pyarrow.compute as pc  # noqa: PLC0415

    least = 0
    for column in numbers.columns:
        ends = [end.as_py() or 0 for end in pc.min_max(column).values()]
        least = min(least, ends[0])
        if pa.types.is_floating(column.type):  # which a plus makes of whole ones, too
            size = max(map(abs, ends))
            if size >= _MANY_DIGITS or (size >= _LONG and b"+" in data and _PLUS.search(data)):
                return True
    delimiter = plan.guess.delimiter if plan.guess is not None else ""
    return has_leading_zero(data, ord(delimiter or ","), negative=least < 0)


def _are_ids(cells: pa.ChunkedArray, *, floating: bool) -> bool:
    """Numbers that would lose something: their zeros or `0x` in front, a long one's plus, the end of many digits."""
    import pyarrow.compute as pc  # noqa: PLC0415

    pattern = r"^\s*[-+]?0[0-9xX]" + (r"|^\s*(?:[-+]?[0-9]{16,}|\+[0-9]{7,})\s*$" if floating else "")
    return bool(pc.any(pc.match_substring_regex(cells, pattern)).as_py())


def _read(
    data: bytes | bytearray, plan: FilePlan, types: dict[str, pa.DataType], only: list[str] | None = None
) -> pa.Table:
    import pyarrow as pa  # noqa: PLC0415
    from pyarrow import csv as arrow  # noqa: PLC0415

    convert = arrow.ConvertOptions(
        column_types=types,
        null_values=NULLS,
        strings_can_be_null=True,
        decimal_point=plan.decimal,
        include_columns=only or [],
    )
    parse, read = _options(data, plan)
    table = arrow.read_csv(pa.BufferReader(pa.py_buffer(data)), read, parse, convert, memory_pool=_pool())
    if any(pa.types.is_binary(field.type) for field in table.schema):
        raise pa.ArrowInvalid("text that is not UTF-8")  # which Arrow takes for bytes
    return table


def _pool() -> pa.MemoryPool | None:
    """Where the columns are kept. Arrow's first choice, mimalloc, takes half as long again for tables that stay."""
    import pyarrow as pa  # noqa: PLC0415

    return pa.jemalloc_memory_pool() if "jemalloc" in pa.supported_memory_backends() else None


def _options(data: bytes | bytearray, plan: FilePlan) -> tuple[arrow_csv.ParseOptions, arrow_csv.ReadOptions]:
    """How Arrow is to split the rows."""
    from pyarrow import csv as arrow  # noqa: PLC0415

    guess = plan.guess
    assert guess is not None  # noqa: S101
    quoted = bool(guess.quote) and guess.quote.encode() in data
    parse = arrow.ParseOptions(
        delimiter=guess.delimiter or ",",
        quote_char=guess.quote if quoted else False,
        escape_char=guess.escape or False,
        newlines_in_values=quoted,
    )
    read = arrow.ReadOptions(
        use_threads=len(data) > _PARALLEL,
        block_size=len(data) + 1 if len(data) < 2 * _BLOCK else _BLOCK,
        column_names=plan.columns,
        skip_rows=int(guess.separator_line),
        skip_rows_after_names=int(guess.header),
    )
    return parse, read
