"""A list of unfinished uploads as a CSV file, for Excel and for pandas."""

from __future__ import annotations

import csv
import os
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from s3desk.s3.errors import DiskError
from s3desk.s3.usage_csv import guarded

if TYPE_CHECKING:
    from s3desk.s3.job import Job
    from s3desk.s3.leftovers.unfinished import Unfinished

_HEAD = ["Bucket", "Key", "Upload id", "Started", "Parts", "Bytes", "Last part", "By", "Storage class", "Ours"]


def write_unfinished(job: Job, path: Path, uploads: Sequence[Unfinished], ours: Collection[str]) -> None:
    """Write the uploads, marking the ids of `ours`; bytes are empty where unknown, times ISO 8601 in UTC.

    UTF-8 with a byte order mark, which Excel needs and pandas takes off. The file appears when it is complete. Raises
    DiskError.
    """
    part = path.with_name(path.name + ".part")
    try:
        with part.open("w", encoding="utf-8-sig", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(_HEAD)
            for upload in uploads:
                job.check()
                rows.writerow(_cells(upload, is_ours=upload.upload_id in ours))
        os.replace(part, path)  # noqa: PTH105  # the same, but it says that an old file goes
    except OSError as error:
        raise DiskError(f"“{path.name}” cannot be written: {error.strerror}.", "Choose another folder.") from error
    finally:
        part.unlink(missing_ok=True)


def _cells(upload: Unfinished, *, is_ours: bool) -> list[str | int]:
    return [
        upload.bucket,
        guarded(upload.key),
        upload.upload_id,
        _time(upload.started),
        "" if upload.parts is None else upload.parts,
        "" if upload.bytes is None else upload.bytes,
        _time(upload.touched),
        guarded(upload.by),
        upload.storage_class,
        "yes" if is_ours else "no",
    ]


def _time(moment: datetime | None) -> str:
    return moment.astimezone(UTC).isoformat() if moment else ""
