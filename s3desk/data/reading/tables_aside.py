"""Whole tables of strangers, parsed in processes of their own that have limits and know no keys."""

from __future__ import annotations

import json
import os
import threading
from dataclasses import dataclass
from types import TracebackType
from typing import IO, TYPE_CHECKING, Self

from s3desk.data.parsers.child import end, pipes, send, started
from s3desk.data.parsers.parsed import from_stream
from s3desk.data.reading.reading_plan import Form
from s3desk.data.reading.typed_csv import Parsed
from s3desk.s3.errors import UnsupportedError

if TYPE_CHECKING:
    import subprocess

    import pyarrow as pa

    from s3desk.s3.job import Job

_MODULE = "s3desk.data.reading.table_parser"
_LONGEST_LINE = 1 << 20  # bytes
_RESERVED = 2 << 30  # bytes of address space that libraries take before they read anything, and hardly use
_OWN = 1 << 29  # bytes of memory for a process itself
_LEAST = 1 << 29  # bytes for a table, where a computer has little
_AVRO_GROWTH, _AVRO_LEAST = 2000, 1 << 28  # 179 bytes can claim a list of 2^40 values
_SECONDS = 60.0
_BYTES_A_SECOND = 2 << 20  # of a file, at least
_GROWTH = 2  # bytes of address space for each byte a table may have
_ADVICE = "Download it to open it in its own program."


@dataclass(frozen=True)
class Limits:
    """What parsing one file may take: seconds, and bytes of address space."""

    seconds: float
    memory: int

    @classmethod
    def of(cls, size: int, form: Form, most_bytes: int, processes: int = 1) -> Limits:
        """For a file of `size` bytes that may become a table of `most_bytes`.

        So many processes together take at most half of the memory of this computer.
        """
        table = min(size + _GROWTH * most_bytes, max(_half() // processes - _OWN, _LEAST))
        if form is Form.AVRO:
            table = min(table, size * _AVRO_GROWTH + _AVRO_LEAST)
        return cls(_SECONDS + size / _BYTES_A_SECOND, _RESERVED + table)


def _half() -> int:
    """Bytes: half of the memory."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2
    except (AttributeError, ValueError, OSError):  # not on this system
        return 4 << 30


class TablesAside:
    """Processes that parse tables: started as they are needed, used for many files, and ended with the `with`.

    Any thread may call the methods; who finds all processes at work waits for one.
    """

    def __init__(self, most: int = 0) -> None:
        self._idle: list[subprocess.Popen[bytes]] = []
        self._lock = threading.Lock()
        self._most = most or max(min(os.cpu_count() or 1, 4, _half() // (_OWN + _LEAST)), 1)
        self._places = threading.BoundedSemaphore(self._most)
        self.started = 0  # processes so far

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        while self._idle:
            end(self._idle.pop())

    def table(
        self, job: Job, data: bytes | bytearray, form: Form, most_bytes: int, limits: Limits | None = None
    ) -> Parsed:
        """The table in the bytes of a Parquet, Arrow, Excel or Avro file; at most `most_bytes` in memory.

        Raises UnsupportedError with a sentence for what is damaged, hostile or too large, and CancelledError when the
        job is cancelled, at once.
        """
        return self._ask(job, data, form, most_bytes, limits, schema_only=False)

    def parquet_schema(self, job: Job, footer: bytes) -> pa.Schema:
        """The columns that the last bytes of a Parquet file, its footer among them, name. Raises as `table`."""
        return self._ask(job, footer, Form.PARQUET, 0, None, schema_only=True).table.schema

    def _ask(
        self,
        job: Job,
        data: bytes | bytearray,
        form: Form,
        most_bytes: int,
        limits: Limits | None,
        *,
        schema_only: bool,
    ) -> Parsed:
        limits = limits or Limits.of(len(data), form, most_bytes, self._most)
        about = {
            "form": form.value, "head": len(data), "most_bytes": most_bytes, "schema_only": schema_only,
            **vars(limits),
        }  # fmt: skip
        found = None
        with self._places:
            process = self._taken()
            try:
                with job.closing(process.kill):
                    found = _talk(process, json.dumps(about).encode() + b"\n", data, limits.memory)
            finally:
                self._put_back(process, is_sound=found is not None)
        job.check()  # a process that was killed by cancel is a cancel
        if isinstance(found, Parsed):
            return found
        words = f"This {form.value} file could not be read: it is damaged, or made to overload programs."
        raise found or UnsupportedError(words, _ADVICE)

    def _taken(self) -> subprocess.Popen[bytes]:
        with self._lock:
            while self._idle:
                process = self._idle.pop()
                if process.poll() is None:
                    return process
                end(process)  # somebody else ended it, which says nothing about the next file
            self.started += 1
        return started(_MODULE)

    def _put_back(self, process: subprocess.Popen[bytes], *, is_sound: bool) -> None:
        if not is_sound:
            end(process)
            return
        with self._lock:
            self._idle.append(process)


def _talk(
    process: subprocess.Popen[bytes], about: bytes, data: bytes | bytearray, most: int
) -> Parsed | UnsupportedError | None:
    """Hand the file over and take the answer; None when the process ended, or said what is none."""
    from pyarrow import ipc  # noqa: PLC0415  # heavy

    to, answers = pipes(process)
    try:
        send(to, about, data)
        told = from_stream(answers.readline(_LONGEST_LINE), answers)
        if told.refusal:
            return UnsupportedError(told.refusal, *told.notes[:1])
        table = ipc.open_stream(_Bounded(answers, most)).read_all()
        table.validate(full=True)  # a hostile file's offsets would be followed anywhere
    except Exception:  # the answer of a process that read a stranger's file may be anything
        return None
    return Parsed(table, told.notes)


class _Bounded:
    """The part of an answer that is a table, as Arrow wants a file."""

    closed = False

    def __init__(self, answers: IO[bytes], most: int) -> None:
        self._answers, self._left = answers, most

    def read(self, size: int) -> bytes:
        """The next bytes. Raises ValueError where there are more than a table may have."""
        self._left -= size
        if self._left < 0:
            raise ValueError("the answer is too long")
        return self._answers.read(size)

    def close(self) -> None:
        """More answers will come."""
