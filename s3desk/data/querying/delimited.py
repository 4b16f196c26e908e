"""Delimited text as batches of Arrow, as it comes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from s3desk.data.querying.source import Source, WidenError
from s3desk.data.reading.typed_csv import NULLS

if TYPE_CHECKING:
    import pyarrow as pa

    from s3desk.data.querying.streams import Utf8Stream

BLOCK = 4 << 20
_ID = r"^\s*[-+]?0[0-9]|^\s*[-+]?0[xX]|^\s*\+[0-9]{7,}"


def csv_batches(text: Utf8Stream, source: Source, wanted: pa.Schema, names: list[str], as_written: list[str]) -> Any:
    """The rows of a delimited text in batches, some numbers as they are written; uneven rows are left out, counted."""
    import pyarrow as pa  # noqa: PLC0415
    from pyarrow import csv as arrow  # noqa: PLC0415

    plan = source.file.plan
    assert plan is not None  # noqa: S101
    guess = plan.guess
    assert guess is not None  # noqa: S101
    types = {name: pa.string() if name in as_written else _of_text(wanted.field(name).type) for name in names}

    def skip(_row: object) -> str:
        source.uneven += 1
        return "skip"

    return arrow.open_csv(
        pa.PythonFile(text, mode="r"),
        arrow.ReadOptions(
            use_threads=False,
            block_size=BLOCK,
            column_names=plan.columns,
            skip_rows=int(guess.separator_line),
            skip_rows_after_names=int(guess.header),
        ),
        arrow.ParseOptions(
            delimiter=guess.delimiter or ",",
            quote_char=guess.quote or False,
            escape_char=guess.escape or False,
            newlines_in_values=bool(guess.quote),
            invalid_row_handler=skip,
        ),
        arrow.ConvertOptions(
            column_types=types or {plan.columns[0]: pa.string()},
            include_columns=names or [plan.columns[0]],
            null_values=NULLS,
            strings_can_be_null=True,
            decimal_point=plan.decimal,
        ),
    )


def _of_text(kind: pa.DataType) -> pa.DataType:
    """The type that text can become at once; what other files made of a column it becomes afterwards."""
    import pyarrow as pa  # noqa: PLC0415

    is_nested = pa.types.is_nested(kind) or pa.types.is_dictionary(kind) or pa.types.is_null(kind)
    return pa.string() if is_nested else kind


def is_number(kind: pa.DataType) -> bool:
    """Whole or broken."""
    import pyarrow as pa  # noqa: PLC0415

    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind))


def checked(table: pa.Table, numbers: list[str], wanted: pa.Schema, decimal: str) -> pa.Table:
    """Numbers that were kept as written: as numbers, if none of them would lose a zero in front."""
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.compute as pc  # noqa: PLC0415

    for name in numbers:
        cells = table[name]
        if pc.any(pc.match_substring_regex(cells, _ID)).as_py():
            raise WidenError(name, text=True)
        if decimal != ".":
            cells = pc.replace_substring(cells, decimal, ".")
        try:
            cells = pc.cast(pc.utf8_trim_whitespace(cells), wanted.field(name).type)
        except pa.ArrowInvalid as error:
            raise WidenError(name) from error
        table = table.set_column(table.schema.get_field_index(name), name, cells)
    return table
