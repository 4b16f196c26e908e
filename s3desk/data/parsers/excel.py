"""Excel workbooks: the values of one sheet; formulas, macros and links are never followed."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from typing import TYPE_CHECKING, Any

import python_calamine

from s3desk.data.delimited import NUMBER, guess_header
from s3desk.data.parsers.parsed import MOST_COLUMNS, Parsed, bounded, columns_note
from s3desk.data.sizes import size_words

if TYPE_CHECKING:
    from s3desk.data.parsers.source import Source

_UNFOLDED = 400_000_000  # bytes of XML
_MIDNIGHT = dt.time()


def parse(source: Source, *, rows: int, part: str = "", header: bool | None = None) -> Parsed:
    """The first rows of the sheet named `part`, or of the first. Raises what calamine raises for a damaged file."""
    data = source.read_at(0, source.size())
    unfolded, macros = _inside(data)
    if unfolded > _UNFOLDED:
        return Parsed(refusal=f"This workbook would unfold to {size_words(unfolded)}, too much for a preview.")
    book = python_calamine.load_workbook(io.BytesIO(data))
    names = tuple(book.sheet_names)
    if not names:
        return Parsed(refusal="This workbook has no sheets.")
    part = part if part in names else names[0]
    sheet = book.get_sheet_by_name(part)
    found = sheet.to_python(skip_empty_area=True, nrows=rows + 1)
    notes = ("This workbook holds macros; they are not run.",) if macros else ()
    return _parsed(found, sheet, header, rows, names, part, notes)


def _parsed(
    found: list[list[Any]], sheet: Any, header: bool | None, rows: int, names: tuple[str, ...], part: str,
    notes: tuple[str, ...],
) -> Parsed:  # fmt: skip
    width = max(map(len, found), default=0)
    shown = min(width, MOST_COLUMNS)
    cells: list[tuple[str | None, ...]] = [tuple(_text(cell) for cell in row[:shown]) for row in found]
    if header is None:
        header = guess_header([[cell or "" for cell in row] for row in cells])
    titles = cells[0] if header and cells else ()
    kept, more = bounded(cells[bool(titles) :][:rows])
    sheets = f"sheet “{part}”" if len(names) == 1 else f"sheet “{part}”, {names.index(part) + 1} of {len(names):,}"
    return Parsed(
        tuple((titles[index] if titles else None) or _letters(index) for index in range(shown)),
        tuple(_is_numeric([row[index] for row in found[bool(titles) :]], kept, index) for index in range(shown)),
        (),
        kept,
        max(sheet.height - bool(titles), 0),
        (sheets, f"{width:,} columns"),
        (*notes, *columns_note(shown, width), *more),
        names,
        part,
        header=bool(titles),
    )


def _inside(data: bytes) -> tuple[int, bool]:
    """How large the parts of a zipped workbook say they are, and whether there are macros among them."""
    if not data.startswith(b"PK"):
        return 0, b"_\0V\0B\0A\0_\0P\0R\0O\0J\0E\0C\0T\0" in data
    members = zipfile.ZipFile(io.BytesIO(data)).infolist()
    return sum(member.file_size for member in members), any("vbaProject" in member.filename for member in members)


def _text(value: object) -> str | None:
    """A cell's value as Excel would show it without formats."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, dt.datetime):
        whole_day = value.time() == _MIDNIGHT
        return value.date().isoformat() if whole_day else value.isoformat(" ")
    return str(value)


def _is_numeric(values: list[Any], kept: list[tuple[str | None, ...]], index: int) -> bool:
    """Cells that Excel holds as numbers; a number typed as text is an id to whoever typed it."""
    texts = [row[index] for row in kept]
    numbers = [isinstance(value, (int, float)) and not isinstance(value, bool) for value in values[: len(texts)]]
    filled = [number for number, text in zip(numbers, texts, strict=False) if text is not None]
    return bool(filled) and all(filled) and all(NUMBER.fullmatch(text) for text in texts if text)


def _letters(index: int) -> str:
    """The name Excel gives to a column: A, B … Z, AA."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name
