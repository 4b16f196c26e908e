"""A report as a CSV file, for Excel and for pandas."""

from __future__ import annotations

import csv
import os
from collections.abc import Sequence
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING

from s3desk.s3.errors import DiskError

if TYPE_CHECKING:
    from s3desk.s3.job import Job
    from s3desk.s3.usage_report import Line, Report

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")  # with these a spreadsheet takes a text for something to compute


def guarded(name: str) -> str:
    """A name that no spreadsheet takes for a formula: one that looks like it gets a ' in front."""
    return f"'{name}" if name.startswith(_FORMULA) else name


def write_csv(job: Job, path: Path, report: Report, names: Sequence[str]) -> None:
    """Write every line of `report`, called by `names`; sizes are bytes, shares fractions, times ISO 8601 in UTC.

    UTF-8 with a byte order mark: without it Excel reads accents wrongly, and pandas takes it off. The file appears
    when it is complete. Raises DiskError.
    """
    single = report.group.ranking is not None
    head = ["Key", "Bytes", "Share", "Modified", "Storage class"] if single else ["Name", "Objects", "Bytes", "Share"]
    part = path.with_name(path.name + ".part")
    try:
        with part.open("w", encoding="utf-8-sig", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(head)
            for name, line in zip(names, report.lines, strict=True):
                job.check()
                rows.writerow(_cells(guarded(name), line, report))
        os.replace(part, path)  # noqa: PTH105  # the same, but it says that an old file goes
    except OSError as error:
        raise DiskError(f"“{path.name}” cannot be written: {error.strerror}.", "Choose another folder.") from error
    finally:
        part.unlink(missing_ok=True)


def _cells(name: str, line: Line, report: Report) -> list[str | int]:
    share = f"{line.bytes / report.bytes if report.bytes else 0.0:.6f}"
    if report.group.ranking is None:
        return [name, line.objects, line.bytes, share]
    modified = line.modified.astimezone(UTC).isoformat() if line.modified else ""
    return [name, line.bytes, share, modified, line.storage_class]
