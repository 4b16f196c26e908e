"""A gesture as a receipt: a CSV file with one line an item, streamed from the journal."""

from __future__ import annotations

import csv
import os
from typing import TYPE_CHECKING

from s3desk.s3.errors import DiskError
from s3desk.s3.receipts.lines import COLUMNS, line_of

if TYPE_CHECKING:
    from pathlib import Path

    from s3desk.s3.job import Job
    from s3desk.s3.journal.gesture import Gesture


def save_receipt(job: Job, path: Path, gesture: Gesture, endpoint: str) -> int:
    """Write a line for every item, in the order of the plan; returns how many. `job` counts them.

    RFC 4180 in UTF-8 with a byte order mark, which Excel needs and pandas takes off; what a spreadsheet would compute
    gets a ' in front. Only a window of items is in memory. The file appears when it is complete. Raises DiskError.
    """
    part = path.with_name(path.name + ".part")
    job.total = gesture.sum.planned
    try:
        with part.open("w", encoding="utf-8-sig", errors="backslashreplace", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(COLUMNS)
            for item in gesture.in_order():
                job.check()
                rows.writerow(line_of(gesture.outline, item, endpoint).cells())
                job.advance(1)
        os.replace(part, path)  # noqa: PTH105  # the same, but it says that an old file goes
    except OSError as error:
        raise DiskError(f"“{path.name}” cannot be written: {error.strerror}.", "Choose another folder.") from error
    finally:
        part.unlink(missing_ok=True)
    return job.done
