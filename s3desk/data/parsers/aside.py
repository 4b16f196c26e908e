"""Parse an object aside: in a process of its own that has limits, and to which bytes are handed a range at a time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Protocol

from s3desk.data.parsers.parsed import Parsed, from_stream

if TYPE_CHECKING:
    from s3desk.s3.job import Job

_LONGEST_LINE = 64 << 20  # bytes
_LONE = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"), "1")  # threads need address space
_KEPT = ("PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "LANG", "LC_ALL", "LD_LIBRARY_PATH")  # no keys among these


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
    with _started() as process, job.closing(process.kill):
        try:
            found = _talk(process, file, head, task)
        except (OSError, ValueError, KeyError, TypeError, RecursionError):  # a broken pipe, or an answer that is none
            found = None
        finally:
            process.kill()
            with suppress(OSError):  # what it did not read any more
                process.stdin.close()  # type: ignore[union-attr]  # it is a pipe
    job.check()  # a process that was killed by cancel is a cancel
    return found or Parsed(refusal="ended")


def _started() -> subprocess.Popen[bytes]:
    paths = {"PYTHONPATH": os.pathsep.join([*filter(None, sys.path), str(Path(__file__).parents[3])])}
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return subprocess.Popen(  # this Python and our own module
        [sys.executable, "-P", "-W", "ignore", "-m", "s3desk.data.parsers.parser"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**kept, **paths, **_LONE},
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )


def _talk(process: subprocess.Popen[bytes], file: Ranged, head: bytes, task: Task) -> Parsed | None:
    """Send the task, hand over what is asked for, and take the answer; None when the process ended without one."""
    to, answers = process.stdin, process.stdout
    if to is None or answers is None:
        raise ValueError("the process has no pipes")
    about = {
        "form": task.form, "options": task.options, "size": file.size, "head": len(head),
        "most_bytes": task.most_bytes, "most_requests": task.most_requests,
    }  # fmt: skip
    _send(to, json.dumps(about).encode() + b"\n" + head)
    left = task.most_bytes
    while line := answers.readline(_LONGEST_LINE):
        if not line.startswith(b'{"read"'):
            return from_stream(line, answers)
        offset, length = map(int, json.loads(line)["read"])
        data = file.read_at(max(offset, 0), min(length, left)) if file.sends_ranges else b""
        left -= len(data)
        _send(to, len(data).to_bytes(8) + data)
    return None


def _send(to: IO[bytes], data: bytes) -> None:
    to.write(data)
    to.flush()
