"""The process in which whole tables of strangers are parsed: one after the other, within the limits each comes with.

It reads one line of JSON and the file from its standard input, and writes a line of its answer and the table as an
Arrow stream; then it waits for the next one. What breaks a parser written in C ends this process and not the window.
"""

from __future__ import annotations

import json
import os
import sys
from typing import IO, TYPE_CHECKING, Any

from s3desk.data.parsers.child import answers_only, limit, send, unwatch, watch
from s3desk.data.parsers.parsed import Parsed
from s3desk.data.reading.reading_plan import Form
from s3desk.data.reading.table_files import read_schema, read_table_file
from s3desk.s3.errors import UnsupportedError
from s3desk.s3.job import Job

if TYPE_CHECKING:
    import pyarrow as pa

_IDLE_MEMORY = 3 << 30  # bytes of address space, most of it never used


def main() -> None:
    """Answer one request after the other, until there are no more."""
    answers = answers_only()
    requests = sys.stdin.buffer
    limit(_IDLE_MEMORY)
    while line := requests.readline():
        request = json.loads(line)
        limit(request["memory"])
        _answer(answers, request, requests.read(request["head"]))
        unwatch()
    os._exit(0)  # half-opened readers would be closed in an order that C libraries do not like


def _answer(answers: IO[bytes], request: dict[str, Any], data: bytes) -> None:
    """The table, or why there is none."""
    from pyarrow import ipc  # noqa: PLC0415  # heavy

    watch(request["seconds"])
    try:
        table, notes = _table(request, data)
    except UnsupportedError as error:
        send(answers, Parsed(refusal=str(error), notes=(error.advice,)).as_bytes())
        return
    del data
    send(answers, Parsed(notes=notes).as_bytes())
    with ipc.new_stream(answers, table.schema) as stream:
        stream.write_table(table)
    answers.flush()


def _table(request: dict[str, Any], data: bytes) -> tuple[pa.Table, tuple[str, ...]]:
    if request["schema_only"]:
        return read_schema(data).empty_table(), ()
    found = read_table_file(Job(), data, Form(request["form"]), request["most_bytes"])
    return found.table, found.notes


if __name__ == "__main__":
    main()
