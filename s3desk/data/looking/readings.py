"""Looks at the beginnings of tables of text, so that code can be written that reads each as it lies there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from s3desk.data.encoding import decode
from s3desk.data.ranged import RangedFile
from s3desk.data.reading.reading_plan import FilePlan, Form, plan_file
from s3desk.data.reading.unpacking import Packing, unpacked_start
from s3desk.data.reading.whole import HEAD
from s3desk.data.rows import split_rows
from s3desk.s3.crew import in_threads
from s3desk.s3.errors import S3Error
from s3desk.s3.sharing.formats import Reading
from s3desk.s3.sharing.tables import Layout, table_of

if TYPE_CHECKING:
    from s3desk.s3.connection import Connection
    from s3desk.s3.job import Job

MOST_LOOKED_AT = 50
_ID = re.compile(r"0[0-9]+|[0-9]{16,}")  # as a number it would lose its zeros, or its end
_NUMBER = re.compile(r"[-+]?[0-9]+(?:[.,][0-9]+)?")


def readings(
    job: Job,
    connection: Connection,
    bucket: str,
    keys: Sequence[str],
    known: Reading | None = None,
    version_id: str = "",
) -> dict[str, Reading]:
    """How the first 50 of these objects that are tables of text by name are to be read (GetObject, 64 KiB of each).

    What is `known` of a single one is not guessed. What cannot be read is left out: trying the link says why.
    """
    unknown = Reading()
    texts = [key for key in keys if _is_text(key, known or unknown)][:MOST_LOOKED_AT]
    found: dict[str, Reading] = {}

    def look(key: str) -> None:
        file = RangedFile(job, connection, bucket, key, version_id=version_id or None)
        try:
            head = file.read_at(0, HEAD)
            whole = len(head) >= file.size
            found[key] = _reading(
                head, plan_file(head, key, file.content_type, whole=whole, reading=known), whole=whole
            )
        except S3Error:
            return

    in_threads(job, connection, look, texts)
    return {key: found[key] for key in texts if key in found}


def _is_text(key: str, known: Reading) -> bool:
    table = table_of(key, known)
    return table is not None and table.layout is Layout.DELIMITED


def _reading(head: bytes, plan: FilePlan, *, whole: bool) -> Reading:
    guess = plan.guess
    if plan.form is not Form.DELIMITED or guess is None:
        return Reading()
    packed = plan.packing is not Packing.NONE
    text = decode(unpacked_start(head, plan.packing) if packed else head, guess.encoding, whole=whole and not packed)
    if guess.separator_line:
        text = text.partition("\n")[2]
    cells = split_rows(text, guess.dialect, whole=whole and not packed).cells
    names: list[str | int] = [*cells[0]] if guess.header and cells else [*range(max(map(len, cells), default=0))]
    columns = [column for column in _ids(cells[int(guess.header) :], len(names)) if names.count(names[column]) == 1]
    ids = tuple(names[column] for column in columns if names[column] != "")
    return Reading(guess.encoding, guess.delimiter, guess.header, plan.decimal, ids, int(guess.separator_line))


def _ids(rows: Sequence[Sequence[str]], width: int) -> list[int]:
    """The columns of digits that are no numbers."""
    found = []
    for column in range(width):
        cells = [cell for row in rows if len(row) > column and (cell := row[column].strip())]
        if any(map(_ID.fullmatch, cells)) and all(map(_NUMBER.fullmatch, cells)):
            found.append(column)
    return found
