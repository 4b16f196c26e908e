"""A receipt checked against what is there now, many lines at once."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from s3desk.s3.crew import in_threads
from s3desk.s3.errors import S3Error, SignInError, UnreachableError
from s3desk.s3.job import Unit
from s3desk.s3.journal.gestures import Kind
from s3desk.s3.receipts.checking import check_deleted, check_file, check_file_gone, check_stored
from s3desk.s3.receipts.findings import Finding, Findings, Verdict
from s3desk.s3.receipts.lines import DONE, Line
from s3desk.s3.receipts.reading import is_local, lines

if TYPE_CHECKING:
    from s3desk.s3.connection import Connection
    from s3desk.s3.job import Job
    from s3desk.s3.receipts.checking import Found
    from s3desk.s3.receipts.reading import Receipt

_LEAST_S = 0.005  # a line takes a thread at least: a server nearby must not keep Python from painting the window
_PATIENCE = 20  # lines one after the other for which no server answered


def verify(job: Job, connection: Connection | None, receipt: Receipt, findings: Findings) -> None:
    """Tell `findings` how it is with every line; `job` counts them. Without a connection only files can be checked.

    What cannot be checked is a finding. Raises SignInError, UnreachableError when the server stays away,
    NotAReceiptError when the file was changed meanwhile.
    """
    job.unit, job.total, job.done = Unit.OBJECTS, receipt.count, 0
    check = _Check(job, connection, findings)
    numbered = enumerate(lines(job, receipt.path))
    if connection is None:
        for one in numbered:
            check.check(one)
    else:
        in_threads(job, connection, check.check, numbered, threads=lambda: connection.limits.files)


class _Check:
    """One receipt under way."""

    def __init__(self, job: Job, connection: Connection | None, findings: Findings) -> None:
        self._job, self._connection, self._findings = job, connection, findings
        self._unanswered = 0

    def check(self, numbered: tuple[int, Line]) -> None:
        """One line."""
        number, line = numbered
        self._job.check()
        began = time.monotonic()
        try:
            verdict, words = self._found(line)
            self._unanswered = 0
        except SignInError:
            raise
        except S3Error as error:
            self._unanswered += isinstance(error, UnreachableError)
            if self._unanswered >= _PATIENCE:
                raise
            verdict, words = Verdict.UNKNOWN, str(error)
        self._findings.put(Finding(number, line.action, line.key, line.path, verdict, words))
        self._job.advance(1)
        if self._connection is not None and not is_local(line):
            self._job.wait(max(0.0, _LEAST_S - (time.monotonic() - began)))

    def _found(self, line: Line) -> Found:
        if line.result != DONE:
            return Verdict.NOT_DONE, ": ".join(part for part in (line.result.capitalize(), line.error) if part)
        deleted = line.action == Kind.DELETE.value
        if is_local(line):
            return check_file_gone(line) if deleted else check_file(self._job, line)
        if self._connection is None:
            return Verdict.UNKNOWN, "Nothing is connected that could be asked"
        return (check_deleted if deleted else check_stored)(self._job, self._connection, line)
