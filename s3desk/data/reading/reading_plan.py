"""How the table in a file lies there: its form, what it is packed with, and for text its encoding and delimiter."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING

from s3desk.data.delimited import delimiter_words
from s3desk.data.encoding import decode, encoding_words
from s3desk.data.names import with_article
from s3desk.data.reading.unpacking import Packing, packing_of, unpacked_start
from s3desk.data.rows import split_rows
from s3desk.data.signature import Kind
from s3desk.data.sniff import Guess, sniff
from s3desk.s3.errors import UnsupportedError

if TYPE_CHECKING:
    from s3desk.s3.sharing.formats import Reading

MOST_COLUMNS = 10_000
MORE = "More cells"  # the column for what stands beyond the last one


class Form(Enum):
    """How the rows of a table are written; the value is what people read."""

    DELIMITED = "delimited text"
    JSON_LINES = "JSON lines"
    JSON = "JSON"
    PARQUET = "Parquet"
    ARROW = "Arrow"
    EXCEL = "Excel"
    AVRO = "Avro"


_MARKS = (
    (b"PAR1", Form.PARQUET),
    (b"ARROW1\x00\x00", Form.ARROW),
    (b"\xff\xff\xff\xff", Form.ARROW),  # the stream, which begins with its schema's message
    (b"Obj\x01", Form.AVRO),
)


@dataclass(frozen=True, slots=True)
class FilePlan:
    """What has to be known to read a file. `guess` and `columns` speak for delimited text, with one name a column.

    `decimal` is the character between whole and part of its numbers.
    """

    form: Form
    packing: Packing = Packing.NONE
    guess: Guess | None = None
    columns: tuple[str, ...] = ()
    decimal: str = "."

    @property
    def words(self) -> str:
        """For example `delimited text, comma, UTF-8` or `JSON lines in gzip`."""
        words = self.form.value
        if self.guess is not None and self.form is Form.DELIMITED:
            words += f", {delimiter_words(self.guess.delimiter or ',')}, {encoding_words(self.guess.encoding)}"
        return f"{words} in {self.packing.value}" if self.packing is not Packing.NONE else words


def plan_file(
    head: bytes, key: str, content_type: str = "", *, whole: bool, reading: Reading | None = None
) -> FilePlan:
    """How to read a file that begins with `head` (`whole` when that is all); what `reading` knows is not guessed.

    Raises UnsupportedError with a sentence for what is not a table.
    """
    packing = packing_of(head, key)
    inner = key
    if packing is not Packing.NONE:
        head, whole = unpacked_start(head, packing), False
        inner = key.rpartition(".")[0] if "." in key.rpartition("/")[2] else key
        content_type = ""
    if not head.strip(b"\xef\xbb\xbf \t\r\n"):
        raise UnsupportedError("This file is empty.", "There is nothing to read in it.")
    for mark, form in _MARKS:
        if head.startswith(mark):
            return FilePlan(form, packing)
    return _text_plan(head, inner, content_type, packing, whole=whole, reading=reading)


def _text_plan(
    head: bytes, key: str, content_type: str, packing: Packing, *, whole: bool, reading: Reading | None
) -> FilePlan:
    guess = sniff(
        head,
        key,
        content_type,
        whole=whole,
        encoding=(reading.encoding if reading else "") or None,
        delimiter=(reading.delimiter if reading else "") or None,
        header=reading.header if reading else None,
    )
    match guess.kind:
        case Kind.TABLE:
            return delimited_plan(head, guess, packing, whole=whole)
        case Kind.JSON_LINES:
            return FilePlan(Form.JSON_LINES, packing, guess)
        case Kind.JSON:
            return FilePlan(Form.JSON, packing, guess)
        case Kind.EXCEL:
            return FilePlan(Form.EXCEL, packing)
        case Kind.TEXT if key.lower().endswith((".txt", ".dat", ".data", ".out")) or reading is not None:
            return delimited_plan(head, replace(guess, delimiter=guess.delimiter or ","), packing, whole=whole)
    raise UnsupportedError(
        f"This is {with_article(guess.words)}, not a table.", "Choose files that hold tables, such as CSV or Parquet."
    )


def delimited_plan(head: bytes, guess: Guess, packing: Packing = Packing.NONE, *, whole: bool) -> FilePlan:
    """The plan for a delimited text: names of its columns, and how its numbers are written."""
    text = decode(head, guess.encoding, whole=whole)
    if guess.separator_line:
        text = text.partition("\n")[2]
    cells = split_rows(text[:65536], guess.dialect, whole=whole and len(text) <= 65536).cells
    if not cells:  # a single line without an end, or one longer than what was read
        cells = split_rows(text, guess.dialect, whole=True).cells[:1]
    if guess.header:
        names, body = cells[0], cells[1:]
    else:
        names, body = [""] * max(map(len, cells[:100]), default=1), cells
    if len(names) > MOST_COLUMNS:
        raise UnsupportedError(
            f"This table has {len(names):,} columns; {MOST_COLUMNS:,} are the most.", "Download it instead."
        )
    decimal = "," if guess.delimiter != "," and _has_decimal_commas(body) else "."
    return FilePlan(Form.DELIMITED, packing, guess, distinct_names(names), decimal)


def _has_decimal_commas(body: list[list[str]]) -> bool:
    """Whether numbers like 1,5 occur and none like 1.5 does."""
    numbers = [cell.strip() for row in body[:200] for cell in row[:200] if len(cell) < 30]
    commas = sum(_is_number_with(cell, ",") for cell in numbers)
    return bool(commas) and not any(_is_number_with(cell, ".") for cell in numbers)


def _is_number_with(cell: str, mark: str) -> bool:
    whole, found, part = cell.partition(mark)
    whole = whole.removeprefix("-")
    return bool(found) and part.isdecimal() and (whole.isdecimal() or not whole)


def distinct_names(names: list[str]) -> tuple[str, ...]:
    """Column names without gaps and twins: `Column 3`, and `price (2)` for the second `price`."""
    taken: set[str] = set()
    given = {name.strip() for name in names}
    result = []
    for number, written in enumerate(names, 1):
        plain = name = written.strip() or f"Column {number}"
        again = 1
        while name in taken or (again > 1 and name in given):
            again += 1
            name = f"{plain} ({again})"
        taken.add(name)
        result.append(name)
    return tuple(result)
