"""What the beginning of a file tells: how it is to be read, its columns and their types."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from s3desk.data.encoding import decode
from s3desk.data.reading.reading_plan import FilePlan, Form, delimited_plan, plan_file
from s3desk.data.reading.typed_csv import read_delimited
from s3desk.data.reading.unpacking import Packing, unpacked_start
from s3desk.data.reading.whole import HEAD, parse
from s3desk.s3.errors import UnsupportedError

if TYPE_CHECKING:
    import pyarrow as pa

    from s3desk.data.ranged import RangedFile
    from s3desk.data.reading.tables_aside import TablesAside
    from s3desk.s3.job import Job

_TAIL = 64 << 10  # bytes; most footers are shorter
_MOST_FOOTER = 64 << 20
_WHOLE = 2 << 20  # bytes of a file that shows its columns only when read whole


class Understanding:
    """How files are to be read; one that begins with a line seen before is read as that one was."""

    def __init__(self) -> None:
        self._seen: dict[tuple[bytes, str], FilePlan] = {}

    def plan(self, head: bytes, key: str, content_type: str = "", *, whole: bool) -> FilePlan:
        """As `plan_file`, which takes a hundred times as long."""
        line = head[: head.find(b"\n") + 1]
        kind = (line, key.rpartition(".")[2])
        known = self._seen.get(kind) if line else None
        if known is not None and known.guess is not None and _is_so_encoded(head, known.guess.encoding):
            return known
        found = plan_file(head, key, content_type, whole=whole)
        if found.form is Form.DELIMITED and found.packing is Packing.NONE and found.guess and found.guess.header:
            self._seen[kind] = found
        return found


def _is_so_encoded(head: bytes, codec: str) -> bool:
    """A quick look whether the same encoding will do; the last character may be cut."""
    if codec not in ("utf-8", "utf-8-sig"):
        return False
    try:
        head.decode()
    except UnicodeDecodeError as error:
        return error.start >= len(head) - 3
    return True


def schema_of(
    job: Job, head: bytes, found: FilePlan, source: RangedFile, aside: TablesAside, *, whole: bool
) -> pa.Schema | None:
    """The columns and their types, as far as the beginning shows them, or the end of a Parquet file."""
    start = head if found.packing is Packing.NONE else unpacked_start(head, found.packing)
    whole = whole and (found.packing is Packing.NONE or len(start) < HEAD)
    match found.form:
        case Form.DELIMITED:
            return delimited_schema(start, found, whole=whole)
        case Form.JSON_LINES:
            rows = start if whole else start[: start.rfind(b"\n") + 1]
            return parse(job, rows, replace(found, packing=Packing.NONE), HEAD).table.schema if rows else None
        case Form.PARQUET:
            return aside.parquet_schema(job, _footer(head, source)) if found.packing is Packing.NONE else None
        case _:
            if source.size > _WHOLE:
                return None
            rest = b"" if len(head) >= source.size else source.read_at(len(head), source.size)
            return parse(job, head + rest, found, 64 * _WHOLE, aside=aside).table.schema


def delimited_schema(start: bytes, found: FilePlan, *, whole: bool) -> pa.Schema:
    if not whole:
        codec = found.guess.encoding if found.guess else "utf-8"
        text = decode(start, codec, whole=False) if codec not in ("utf-8", "utf-8-sig") else ""
        if text:
            cut = text[: text.rfind("\n") + 1] or text
            start = cut.encode(codec, "replace")
        else:
            start = start[: start.rfind(b"\n") + 1] or start
    return read_delimited(start, found).table.schema


def _footer(head: bytes, source: RangedFile) -> bytes:
    """The last bytes of a Parquet file, which say how many of them describe it: none or one or two requests."""
    if len(head) >= source.size:
        return head
    end = source.read_at(source.size - min(_TAIL, source.size), _TAIL)
    length = int.from_bytes(end[-8:-4], "little") + 8
    if length <= len(end):
        return end
    if length > min(source.size, _MOST_FOOTER):
        raise UnsupportedError("This Parquet file is damaged.", "Ask for it anew.")
    return source.read_at(source.size - length, length - len(end)) + end


def first_row(head: bytes, found: FilePlan) -> tuple[str, ...]:
    """What would be the names if a text without a header had one."""
    if found.form is not Form.DELIMITED or found.guess is None or found.guess.header:
        return ()
    start = head if found.packing is Packing.NONE else unpacked_start(head, found.packing)
    return delimited_plan(start, replace(found.guess, header=True), whole=False).columns
