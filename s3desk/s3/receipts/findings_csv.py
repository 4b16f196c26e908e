"""What the check of a receipt found as a CSV file, for Excel and for pandas."""

from __future__ import annotations

import csv
import os
from typing import TYPE_CHECKING

from s3desk.s3.errors import DiskError
from s3desk.s3.usage_csv import guarded

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from s3desk.s3.job import Job
    from s3desk.s3.receipts.findings import Finding

_HEAD = ["Line", "Action", "Key", "Path", "Verdict", "Found"]


def write_findings(job: Job, path: Path, findings: Sequence[Finding]) -> None:
    """Write a line each, with the number of its line in the receipt; UTF-8 with a byte order mark.

    The file appears when it is complete. Raises DiskError.
    """
    part = path.with_name(path.name + ".part")
    try:
        with part.open("w", encoding="utf-8-sig", errors="backslashreplace", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(_HEAD)
            for one in findings:
                job.check()
                names = map(guarded, (one.key, one.path))
                verdict = one.verdict.name.lower().replace("_", " ")
                rows.writerow([one.number + 2, one.action, *names, verdict, guarded(one.words)])
        os.replace(part, path)  # noqa: PTH105  # the same, but it says that an old file goes
    except OSError as error:
        raise DiskError(f"“{path.name}” cannot be written: {error.strerror}.", "Choose another folder.") from error
    finally:
        part.unlink(missing_ok=True)
