"""Files that are tables by their format: Parquet, Arrow, Excel and Avro, read whole and within limits.

Their readers follow what strangers wrote: `tables_aside` runs this in a process of its own.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from s3desk.data.reading.json_table import column_of, table_of_rows
from s3desk.data.reading.reading_plan import MOST_COLUMNS, Form, distinct_names
from s3desk.data.reading.typed_csv import Parsed
from s3desk.data.sizes import size_words
from s3desk.s3.errors import S3Error, UnsupportedError

if TYPE_CHECKING:
    import pyarrow as pa

    from s3desk.s3.job import Job

_EXCEL_BYTES = 100 << 20
_MOST_CELLS = 20_000_000  # of a workbook's sheet, empty ones included: they are laid out in memory
_SHEET_XML = 1 << 30
_CELL = re.compile(rb'<(?:\w+:)?c [^>]*?r="([A-Z]{1,3})(\d{1,7})"')
_ADVICE = "Download it to open it in its own program."
_THRIFT = {"thrift_string_size_limit": 64 << 20, "thrift_container_size_limit": 1_000_000}
_EVERY = 1000  # rows between two looks at the job


def read_table_file(job: Job, data: bytes | bytearray, form: Form, most_bytes: int) -> Parsed:
    """The table in these bytes; at most `most_bytes` in memory.

    Raises UnsupportedError with a sentence for damaged, hostile and too large ones.
    """
    with _explained(form):
        match form:
            case Form.PARQUET:
                return Parsed(_parquet(data, most_bytes))
            case Form.ARROW:
                return Parsed(_arrow(data, most_bytes))
            case Form.EXCEL:
                return _excel(job, data)
            case Form.AVRO:
                return Parsed(_avro(job, data, most_bytes))
    raise ValueError(f"{form} is text")


def read_schema(footer: bytes) -> pa.Schema:
    """The columns that the last bytes of a Parquet file name. Raises UnsupportedError for damaged ones."""
    from pyarrow import parquet  # noqa: PLC0415  # heavy

    with _explained(Form.PARQUET):
        file = parquet.ParquetFile(io.BytesIO(b"PAR1" + footer), **_THRIFT)
        _check_columns(file.metadata.num_columns)
        schema = file.schema_arrow
    return schema.remove_metadata()


@contextmanager
def _explained(form: Form) -> Iterator[None]:
    """Whatever a library says about bytes that somebody else wrote becomes one sentence."""
    from concurrent.futures import CancelledError  # noqa: PLC0415

    try:
        yield
    except (S3Error, CancelledError):
        raise
    except MemoryError as error:
        raise UnsupportedError(f"This {form.value} file takes more memory than it may to be read.", _ADVICE) from error
    except Exception as error:
        raise UnsupportedError(
            f"This {form.value} file is damaged, or of a kind that cannot be read.", _ADVICE
        ) from error


def _too_large(form: Form, size: int, most: int) -> UnsupportedError:
    return UnsupportedError(
        f"This {form.value} file holds {size_words(size)} of data; at most {size_words(most)} are read at once.",
        _ADVICE,
    )


def _parquet(data: bytes | bytearray, most_bytes: int) -> pa.Table:
    import pyarrow as pa  # noqa: PLC0415  # heavy
    from pyarrow import parquet  # noqa: PLC0415

    file = parquet.ParquetFile(pa.BufferReader(pa.py_buffer(data)), **_THRIFT)
    facts = file.metadata
    _check_columns(facts.num_columns)
    size = sum(facts.row_group(number).total_byte_size for number in range(facts.num_row_groups))
    if size > most_bytes or not 0 <= facts.num_rows <= max(most_bytes, 1):
        raise _too_large(Form.PARQUET, size, most_bytes)
    table = file.read()
    if table.nbytes > most_bytes:  # one long value that a thousand rows refer to is small in the file
        raise _too_large(Form.PARQUET, table.nbytes, most_bytes)
    return _distinct(table)


def _arrow(data: bytes | bytearray, most_bytes: int) -> pa.Table:
    import pyarrow as pa  # noqa: PLC0415
    from pyarrow import ipc  # noqa: PLC0415

    source = pa.BufferReader(pa.py_buffer(data))
    reader = ipc.open_file(source) if data[:6] == b"ARROW1" else ipc.open_stream(source)
    _check_columns(len(reader.schema))
    table = reader.read_all()
    if table.nbytes > most_bytes:
        raise _too_large(Form.ARROW, table.nbytes, most_bytes)
    return _distinct(table)


def _excel(job: Job, data: bytes | bytearray) -> Parsed:
    """The first sheet that holds anything; values only, no formulas, links or macros."""
    from python_calamine import CalamineWorkbook  # noqa: PLC0415

    if len(data) > _EXCEL_BYTES:
        raise _too_large(Form.EXCEL, len(data), _EXCEL_BYTES)
    if data[:2] == b"PK":
        _check_extent(job, data)
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
    for name in workbook.sheet_names:
        job.check()
        rows = workbook.get_sheet_by_name(name).to_python(skip_empty_area=True)
        if rows:
            others = len(workbook.sheet_names) - 1
            more = "there is 1 more" if others == 1 else f"there are {others:,} more"
            note = (f"This is the sheet “{name}”; {more}.",) if others else ()
            return Parsed(_sheet(rows), note)
    raise UnsupportedError("This workbook has no sheet with anything in it.", _ADVICE)


def _check_extent(job: Job, data: bytes | bytearray) -> None:
    """Two cells in opposite corners would make a sheet of 17 billion cells: look how far the cells reach."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheets = [one for one in archive.infolist() if re.search(r"worksheets/[^/]+\.xml$", one.filename)]
        if sum(one.file_size for one in archive.infolist()) > _SHEET_XML:
            raise _too_large(Form.EXCEL, _SHEET_XML, _EXCEL_BYTES)
        for one in sheets:
            columns, rows, left = 0, 0, _SHEET_XML
            with archive.open(one) as file:
                while (piece := file.read(1 << 20)) and left > 0:
                    job.check()
                    left -= len(piece)
                    for found in _CELL.finditer(piece):
                        columns, rows = max(columns, _column_number(found[1])), max(rows, int(found[2]))
            if columns * rows > _MOST_CELLS:
                raise UnsupportedError(
                    f"A sheet of this workbook reaches over {rows:,} rows and {columns:,} columns, too many to read.",
                    _ADVICE,
                )


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _sheet(rows: list[list[Any]]) -> pa.Table:
    import pyarrow as pa  # noqa: PLC0415

    _check_columns(max(map(len, rows)))
    first = rows[0]
    header = all(isinstance(cell, str) for cell in first) and any(first) and len(rows) > 1
    width = max(map(len, rows))
    names = distinct_names([str(cell) for cell in first] + [""] * (width - len(first)) if header else [""] * width)
    body = rows[int(header) :]
    columns = [[_cell(row[at]) if at < len(row) else None for row in body] for at in range(width)]
    return pa.table(dict(zip(names, map(_whole, columns), strict=True)))


def _cell(value: Any) -> Any:
    return None if value == "" and isinstance(value, str) else value


def _whole(values: list[Any]) -> pa.Array:
    """Excel knows no whole numbers: a column of 1.0, 2.0 was meant as 1, 2."""
    numbers = [value for value in values if value is not None]
    if numbers and all(isinstance(value, float) and value.is_integer() and abs(value) < 2**53 for value in numbers):
        return column_of([None if value is None else int(value) for value in values])
    return column_of(values)


def _avro(job: Job, data: bytes | bytearray, most_bytes: int) -> pa.Table:
    import fastavro  # noqa: PLC0415

    rows: list[dict[str, Any]] = []
    for number, row in enumerate(fastavro.reader(io.BytesIO(data))):
        if number % _EVERY == 0:
            job.check()
            if number * 100 > most_bytes:
                raise _too_large(Form.AVRO, number * 100, most_bytes)
        rows.append(row if isinstance(row, dict) else {"value": row})
    return table_of_rows(job, rows)


def _check_columns(count: int) -> None:
    if count > MOST_COLUMNS:
        raise UnsupportedError(f"This table has {count:,} columns; {MOST_COLUMNS:,} are the most.", _ADVICE)


def _distinct(table: pa.Table) -> pa.Table:
    names = distinct_names(table.column_names)
    plain = table.replace_schema_metadata(None)  # what pandas noted there speaks of other columns
    return plain if list(names) == table.column_names else plain.rename_columns(names)
