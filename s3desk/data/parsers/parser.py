"""The process in which strangers' files are parsed: bounded memory and time, no credentials, bytes only by asking.

What breaks a parser written in C ends this process and not the window. It reads one line of JSON and the head of the
file from its standard input, writes `{"read": [offset, length]}` lines to its standard output and reads the bytes, and
ends with one line of its answer.
"""

from __future__ import annotations

import json
import os
import sys
from importlib import import_module
from typing import IO

from s3desk.data.parsers.child import answers_only, limit, unwatch, watch
from s3desk.data.parsers.parsed import Parsed
from s3desk.data.parsers.source import Source

_MEMORY = 3 << 30  # bytes of address space; Arrow reserves more than it uses
_SECONDS = 30
_FORMS = ("parquet", "arrowfile", "excel", "avro", "archive", "pdf")


def main() -> None:
    """Answer one request, then end."""
    answers = answers_only()
    requests = sys.stdin.buffer
    watch(_SECONDS)
    limit(_MEMORY)
    request = json.loads(requests.readline())
    head = requests.read(request["head"])
    source = Source(
        _Asking(requests, answers), request["size"], head,
        most_bytes=request["most_bytes"], most_requests=request["most_requests"],
    )  # fmt: skip
    parsed = _parse(request["form"], source, request["options"])
    answers.write(parsed.as_bytes())
    answers.flush()
    os._exit(0)  # half-opened readers would be closed in an order that C libraries do not like


def _parse(form: str, source: Source, options: dict[str, object]) -> Parsed:
    """What the parser of this form finds, or why it finds nothing."""
    if form not in _FORMS:
        raise ValueError(form)
    try:
        found: Parsed = import_module(f"s3desk.data.parsers.{form}").parse(source, **options)
    except Exception as error:  # whatever a parser raises about bytes is about the bytes
        if source.exhausted:
            return Parsed(refusal="too much")
        reason = " ".join(str(error).split())[:200]
        return Parsed(refusal="locked" if "password" in reason.lower() else "damaged", notes=(reason,))
    return found


class _Asking:
    """Asks the window's process for bytes; the clock stands while it fetches them."""

    def __init__(self, requests: IO[bytes], answers: IO[bytes]) -> None:
        self._requests, self._answers = requests, answers

    def __call__(self, offset: int, length: int) -> bytes:
        unwatch()
        self._answers.write(json.dumps({"read": [offset, length]}).encode() + b"\n")
        self._answers.flush()
        data = self._requests.read(int.from_bytes(self._requests.read(8)))
        watch(_SECONDS)
        return data


if __name__ == "__main__":
    main()
