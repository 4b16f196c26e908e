"""The rows of one file, piece by piece, with no more of its columns than are asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from s3desk.data.querying.delimited import BLOCK, checked, csv_batches, is_number
from s3desk.data.querying.source import STREAMED, Piece, Source, WidenError
from s3desk.data.querying.streams import FooterStream, ForwardStream, Utf8Stream
from s3desk.data.ranged import RangedFile
from s3desk.data.reading.json_table import read_json
from s3desk.data.reading.leading_zeros import has_leading_zero
from s3desk.data.reading.reading_plan import Form
from s3desk.data.reading.unpacking import Packing
from s3desk.data.reading.whole import whole_table
from s3desk.s3.errors import UnsupportedError

if TYPE_CHECKING:
    import pyarrow as pa

    from s3desk.s3.connection import Connection
    from s3desk.s3.job import Job

_ROWS = 65_536  # of Parquet at once
_MOST_WHOLE = 512 << 20  # bytes of a file whose form cannot be read in parts
_LIMIT = {"thrift_string_size_limit": 64 << 20, "thrift_container_size_limit": 1_000_000}
_BAD_CELL = re.compile(r"CSV column #(\d+): (?:Row #\d+: )?CSV conversion error")
_ADVICE = "Combine the files into a table instead, and ask that in SQL."


class Reader:
    """Reads files for one query, each call of `pieces` through requests of its own; what they cost is counted."""

    def __init__(self, job: Job, connection: Connection, bucket: str) -> None:
        self._job, self._connection, self._bucket = job, connection, bucket
        self._opened: list[RangedFile] = []

    @property
    def cost(self) -> tuple[int, int]:
        """Requests and bytes so far."""
        opened = list(self._opened)
        return sum(one.requests for one in opened), sum(one.bytes_fetched for one in opened)

    def whole(self, source: Source) -> pa.Table:
        """All of a file that cannot be read in parts, fetched once."""
        with source.lock:
            if source.whole is None:
                read, key = self._job, source.file.key
                source.whole = whole_table(read, self._connection, self._bucket, key, most_bytes=_MOST_WHOLE).table
            return source.whole

    def pieces(self, source: Source, wanted: pa.Schema, filter_: Any) -> Iterator[Piece]:
        """The rows of a file with the columns `wanted` that it has; `filter_` (or None) may leave out row groups.

        Raises S3Error, and WidenError for a cell that is not of the wanted type.
        """
        import pyarrow as pa  # noqa: PLC0415  # heavy

        form = source.file.plan.form if source.file.plan is not None else None
        try:
            if not source.in_parts:
                table = self.whole(source)
                yield Piece(table.num_rows, table.select([one for one in wanted.names if one in table.column_names]))
            elif form is Form.PARQUET:
                yield from self._parquet(source, wanted, filter_)
            elif form is Form.JSON_LINES:
                yield from self._json_lines(source, wanted)
            else:
                yield from self._delimited(source, wanted)
        except (pa.ArrowException, OSError, EOFError) as error:
            raise _explained(source.file.key, error) from error

    def _open(self, source: Source) -> RangedFile:
        file = source.file
        etag = f'"{file.etag}"' if file.etag else ""
        opened = RangedFile(self._job, self._connection, self._bucket, file.key, etag=etag, size=file.size)
        self._opened.append(opened)
        return opened

    def _parquet(self, source: Source, wanted: pa.Schema, filter_: Any) -> Iterator[Piece]:
        import pyarrow as pa  # noqa: PLC0415
        from pyarrow import parquet  # noqa: PLC0415

        opened = self._open(source)
        handle = pa.PythonFile(FooterStream(opened, source.tail), mode="r")
        file = parquet.ParquetFile(handle, pre_buffer=True, **_LIMIT)
        names = [name for name in wanted.names if name in file.schema_arrow.names]
        for number in _groups(handle, file, filter_):
            if not names:
                yield Piece(file.metadata.row_group(number).num_rows)
                continue
            for batch in file.iter_batches(_ROWS, row_groups=[number], columns=names):
                table = pa.Table.from_batches([batch]).replace_schema_metadata(None)
                yield Piece(batch.num_rows, table.select(names))

    def _delimited(self, source: Source, wanted: pa.Schema) -> Iterator[Piece]:
        import pyarrow as pa  # noqa: PLC0415

        plan = source.file.plan
        assert plan is not None  # noqa: S101  # for mypy: read in parts only where it is known
        names = [name for name in wanted.names if name in plan.columns]
        numbers = [name for name in names if is_number(wanted.field(name).type)]
        careful = source.careful
        try:
            for batch in csv_batches(
                self._text(source, watch=bool(numbers)), source, wanted, names, numbers if careful else []
            ):
                table = pa.Table.from_batches([batch])
                if careful:
                    table = checked(table, numbers, wanted, plan.decimal)
                elif source.careful:
                    raise WidenError
                yield Piece(batch.num_rows, table.select(names))
        except pa.ArrowInvalid as error:
            found = _BAD_CELL.search(str(error))
            if found is None:
                raise
            raise WidenError(plan.columns[int(found[1])]) from error

    def _json_lines(self, source: Source, wanted: pa.Schema) -> Iterator[Piece]:
        plan = source.file.plan
        assert plan is not None  # noqa: S101
        assert source.file.schema is not None  # noqa: S101
        plain = replace(plan, packing=Packing.NONE, guess=replace(plan.guess, encoding="utf-8") if plan.guess else None)
        text, rest, known = self._text(source), b"", set(source.file.schema.names)
        while True:
            data = text.read(BLOCK)
            cut = data.rfind(b"\n") + 1 if data else 0
            lines, rest = (rest + data[:cut], data[cut:]) if cut or not data else (b"", rest + data)
            if lines.strip():
                table = read_json(self._job, lines, plain).table
                source.late.update(set(table.column_names) - known)
                yield Piece(table.num_rows, table.select([one for one in wanted.names if one in table.column_names]))
            if not data:
                return

    def _text(self, source: Source, *, watch: bool = False) -> Utf8Stream:
        """The unpacked text of a file, watched for numbers that begin with a zero."""
        import pyarrow as pa  # noqa: PLC0415

        plan = source.file.plan
        assert plan is not None  # noqa: S101
        stream: Any = ForwardStream(self._open(source), source.file.body)
        if plan.packing is not Packing.NONE:
            stream = pa.CompressedInputStream(pa.PythonFile(stream, mode="r"), STREAMED[plan.packing])
        mark = ord((plan.guess.delimiter if plan.guess else "") or ",")

        before = b"\n"

        def seen(data: bytes) -> None:
            nonlocal before
            # What is cut off from a number may begin with a zero; so the bytes before go with it, behind a letter.
            source.careful = source.careful or has_leading_zero(b"x" + before + data, mark)
            before = data[-3:]

        codec = (plan.guess.encoding if plan.guess else "") or "utf-8"
        return Utf8Stream(stream.read, codec, seen if watch and not source.careful else None)


def _groups(handle: pa.PythonFile, file: Any, filter_: Any) -> list[int]:
    """The row groups that may hold what the filter lets through, as the footer's extremes tell."""
    import pyarrow as pa  # noqa: PLC0415
    from pyarrow import dataset  # noqa: PLC0415

    every = list(range(file.metadata.num_row_groups))
    if filter_ is None:
        return every
    form = dataset.ParquetFileFormat(default_fragment_scan_options=dataset.ParquetFragmentScanOptions(**_LIMIT))
    try:
        fragment = form.make_fragment(handle)
        return [group.id for group in fragment.subset(filter_, schema=file.schema_arrow).row_groups]
    except pa.ArrowException:  # a column that this file does not have, such as its own name
        return every


def _explained(key: str, error: Exception) -> UnsupportedError:
    """One sentence for whatever a library says about bytes that somebody else wrote."""
    words = f"“{key}” is damaged, or cannot be read in parts."
    if "straddl" in str(error):
        words = f"“{key}” has a row longer than 1 MiB, or a quotation mark that does not end."
    return UnsupportedError(words, _ADVICE)
