"""One object read whole into a table, whatever table it is, within limits."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from s3desk.data.ranged import RangedFile
from s3desk.data.reading.json_table import read_json
from s3desk.data.reading.read_code import object_code
from s3desk.data.reading.reading_plan import Form, plan_file
from s3desk.data.reading.tables_aside import TablesAside
from s3desk.data.reading.typed_csv import Parsed, read_delimited
from s3desk.data.reading.unpacking import Packing, unpacked
from s3desk.data.sheet import Sheet
from s3desk.data.sizes import size_words
from s3desk.s3.crew import in_threads
from s3desk.s3.errors import UnsupportedError
from s3desk.s3.transfer.multipart import MIB, part_ranges
from s3desk.s3.transfer.wire import Piece, fetch_into

if TYPE_CHECKING:
    from s3desk.data.reading.reading_plan import FilePlan
    from s3desk.s3.connection import Connection
    from s3desk.s3.job import Job
    from s3desk.s3.sharing.formats import Reading

FIRST = 256 << 10  # bytes of the first request, which tells the size
HEAD = 64 << 10  # bytes that are looked at to see how a file is to be read
_RANGE = 16 * MIB
_RANGES = 4  # at once, of a large object


@dataclass(frozen=True)
class Body:
    """The content of an object, and the type it was stored with."""

    data: bytes | bytearray
    content_type: str = ""


def whole_table(
    job: Job,
    connection: Connection,
    bucket: str,
    key: str,
    *,
    reading: Reading | None = None,
    most_bytes: int,
    version_id: str | None = None,
) -> Sheet:
    """All rows of a table in an object: delimited text, JSON, Parquet, Arrow, Excel, Avro, packed or not.

    What `reading` knows is not guessed. `most_bytes` bounds what is fetched, and what that unpacks to. Ids with leading
    zeros stay text. `job.done` counts bytes (GetObject, by ranges for large ones). Raises S3Error; UnsupportedError
    with a sentence for what is no table or too large, ValueError for an encoding or delimiter that cannot be used.
    """
    body = fetch_whole(job, connection, bucket, key, most_bytes, version_id=version_id)
    plan = plan_file(bytes(body.data[:HEAD]), key, body.content_type, whole=len(body.data) <= HEAD, reading=reading)
    parsed = parse(job, body.data, plan, most_bytes)
    lines = object_code(connection, bucket, key, plan, parsed.table, version_id)
    return Sheet(key.rpartition("/")[2] or key, parsed.table, notes=parsed.notes, code=lines)


def parse(
    job: Job,
    data: bytes | bytearray,
    plan: FilePlan,
    most_bytes: int,
    text_columns: Collection[str] = (),
    *,
    aside: TablesAside | None = None,
) -> Parsed:
    """The table in a file's bytes. `text_columns` of delimited text stay as they are written.

    Formats with a structure of their own are parsed `aside`; who has many files gives the processes for all of them.
    """
    job.check()
    content = unpacked(job, data, plan.packing, most_bytes)
    if plan.form is Form.DELIMITED:
        return read_delimited(content, plan, text_columns)
    if plan.form in (Form.JSON, Form.JSON_LINES):
        return read_json(job, content, plan)
    if aside is not None:
        return aside.table(job, content, plan.form, most_bytes)
    with TablesAside(most=1) as own:
        return own.table(job, content, plan.form, most_bytes)


def fetch_whole(
    job: Job, connection: Connection, bucket: str, key: str, most_bytes: int, *, version_id: str | None = None
) -> Body:
    """The content of an object of at most `most_bytes` bytes; its size comes with the first 256 KiB.

    Raises UnsupportedError for a larger one, before the rest is fetched.
    """
    file = RangedFile(job, connection, bucket, key, version_id=version_id)
    head = file.read_at(0, FIRST)
    if file.size > most_bytes:
        raise too_large(key, file.size, most_bytes)
    if len(head) >= file.size:
        return Body(head, file.content_type)
    if version_id is not None or file.size <= _RANGE or not file.sends_ranges:
        return Body(head + file.read_at(len(head), file.size), file.content_type)
    return Body(_in_ranges(job, connection, file, head), file.content_type)


def too_large(key: str, size: int, most_bytes: int) -> UnsupportedError:
    """What to say of an object that is not read whole."""
    return UnsupportedError(
        f"“{key}” has {size_words(size)}; at most {size_words(most_bytes)} are read at once.",
        "Look at it in the preview, which reads only what it shows.",
    )


def _in_ranges(job: Job, connection: Connection, file: RangedFile, head: bytes) -> bytearray:
    """The rest of a large object, several ranges at once."""
    content = bytearray(file.size)
    content[: len(head)] = head
    view = memoryview(content)

    def take(part: tuple[int, int, int]) -> None:
        _, start, length = part
        start += len(head)
        piece = Piece(file.bucket, file.key, file.etag.strip('"'), file.size, start, length)
        fetch_into(job, connection, piece, view[start : start + length])

    in_threads(job, connection, take, part_ranges(file.size - len(head), _RANGE), threads=_RANGES)
    view.release()
    return content


__all__ = ["Body", "Packing", "Parsed", "fetch_whole", "parse", "too_large", "whole_table"]
