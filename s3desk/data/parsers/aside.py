"""Parse an object aside: in a process of its own that has limits, and to which bytes are handed a range at a time."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from s3desk.data.parsers.child import end, pipes, send, started
from s3desk.data.parsers.parsed import Parsed, from_stream

if TYPE_CHECKING:
    import subprocess

    from s3desk.s3.job import Job

_LONGEST_LINE = 64 << 20  # bytes
_MODULE = "s3desk.data.parsers.parser"


class Ranged(Protocol):
    """A file that is read by ranges; see `RangedFile`."""

    @property
    def size(self) -> int:
        """Bytes."""

    @property
    def sends_ranges(self) -> bool:
        """Whether the server does."""

    def read_at(self, offset: int, length: int) -> bytes:
        """These bytes."""


@dataclass(frozen=True)
class Task:
    """Which parser, what it is told besides the file, and what it may fetch beyond the head."""

    form: str
    options: dict[str, object] = field(default_factory=dict)
    most_bytes: int = 32 << 20
    most_requests: int = 64


def parse(job: Job, file: Ranged, head: bytes, task: Task) -> Parsed:
    """What the parser finds; `refusal` is "too much", "damaged", "locked" or "ended" where it finds nothing.

    Raises S3Error when the file cannot be read on, CancelledError when the job is cancelled.
    """
    process = started(_MODULE)
    try:
        with job.closing(process.kill):
            found = _talk(process, file, head, task)
    except (OSError, ValueError, KeyError, TypeError, RecursionError):  # a broken pipe, or an answer that is none
        found = None
    finally:
        end(process)
    job.check()  # a process that was killed by cancel is a cancel
    return found or Parsed(refusal="ended")


def _talk(process: subprocess.Popen[bytes], file: Ranged, head: bytes, task: Task) -> Parsed | None:
    """Send the task, hand over what is asked for, and take the answer; None when the process ended without one."""
    to, answers = pipes(process)
    about = {
        "form": task.form, "options": task.options, "size": file.size, "head": len(head),
        "most_bytes": task.most_bytes, "most_requests": task.most_requests,
    }  # fmt: skip
    send(to, json.dumps(about).encode() + b"\n", head)
    left = task.most_bytes
    while line := answers.readline(_LONGEST_LINE):
        if not line.startswith(b'{"read"'):
            return from_stream(line, answers)
        offset, length = map(int, json.loads(line)["read"])
        data = file.read_at(max(offset, 0), min(length, left)) if file.sends_ranges else b""
        left -= len(data)
        send(to, len(data).to_bytes(8), data)
    return None
