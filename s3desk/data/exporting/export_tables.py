"""A table written with its types: Parquet and Excel."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, BinaryIO

import pyarrow as pa

from s3desk.data.exporting.cell_text import as_text, flat, is_moment, is_numeric, texts
from s3desk.data.exporting.export import distinct

if TYPE_CHECKING:
    from collections.abc import Iterable

    from openpyxl.cell.cell import Cell
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

    from s3desk.data.exporting.export import Writing

EXCEL_TEXT = 32_767  # characters of a cell
_EXCEL_EXACT = 999_999_999_999_999  # Excel keeps 15 digits of a number and makes the rest zeros
_OLDEST = 1900
_LAST = datetime(9999, 12, 31, 23, 59, 59, 999_000)  # noqa: DTZ001  # rounded up, Excel's days end before


def write_parquet(writing: Writing, file: BinaryIO) -> None:
    """With the types of Arrow, compressed with Zstandard; most readers want each name once."""
    from pyarrow import parquet  # noqa: PLC0415  # not before the first paint

    names = distinct(writing.shown.schema.names)
    empty = writing.shown.schema.empty_table().rename_columns(names)
    with parquet.ParquetWriter(file, empty.schema, compression="zstd") as writer:
        writer.write_table(empty)
        for block in writing.blocks():
            writer.write_table(block.rename_columns(names))


def write_excel(writing: Writing, file: BinaryIO) -> None:
    """One sheet, numbers and dates as such. Texts are texts whatever they begin with: Excel computes none of them."""
    from openpyxl import Workbook  # noqa: PLC0415  # not before the first paint

    book = Workbook(write_only=True)
    try:
        sheet = book.create_sheet("Table")
        sheet.freeze_panes = "A2"
        sheet.append([_text_cell(sheet, name) for name in writing.shown.schema.names])
        for block in writing.steps():
            for row in zip(*(_excel_values(column) for column in block.columns), strict=True):
                sheet.append([_text_cell(sheet, cell) if isinstance(cell, str) else cell for cell in row])
        book.save(file)
    except BaseException:
        for sheet in book.worksheets:  # its rows are in a temporary file
            sheet.close()
        raise


def _text_cell(sheet: WriteOnlyWorksheet, text: str) -> Cell:
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE  # noqa: PLC0415

    cell = WriteOnlyCell(sheet)
    cell.value = ILLEGAL_CHARACTERS_RE.sub("\ufffd", text[:EXCEL_TEXT])
    cell.data_type = "s"  # else a text that begins with = would be computed
    return cell


def _excel_values(column: pa.ChunkedArray) -> Iterable[Any]:
    kind = column.type
    if is_numeric(kind) or pa.types.is_boolean(kind) or is_moment(kind):
        text = (cell for chunk in column.chunks for cell in texts(chunk))
        return (_excel_value(value, said) for value, said in zip(_python(column), text, strict=True))
    return (cell for chunk in column.chunks for cell in texts(chunk))


def _python(column: pa.ChunkedArray) -> list[Any]:
    column = flat(column)
    if is_moment(column.type) and not pa.types.is_date(column.type):
        column = column.cast(pa.timestamp("us", column.type.tz), safe=False)
    try:
        values: list[Any] = column.to_pylist()
    except (ValueError, OverflowError):  # beyond the years of Python
        values = as_text(column).to_pylist()
    return values


def _excel_value(value: Any, said: str | None) -> Any:
    """The value where Excel can hold it exactly, else as text."""
    if isinstance(value, datetime):
        return value if value.tzinfo is None and value.year >= _OLDEST and value <= _LAST else said
    if isinstance(value, date):
        return value if value.year >= _OLDEST else said
    if isinstance(value, Decimal) or (isinstance(value, int) and not isinstance(value, bool)):
        return value if -_EXCEL_EXACT <= value <= _EXCEL_EXACT else said
    if isinstance(value, float):
        return value if abs(value) < float("inf") else said
    return value
