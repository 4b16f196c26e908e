"""The links somebody gave out as a CSV file, for a spreadsheet and for pandas."""

from __future__ import annotations

import csv
import os
from collections.abc import Sequence
from datetime import UTC
from typing import TYPE_CHECKING

from s3desk.s3.errors import DiskError
from s3desk.s3.usage_csv import guarded

if TYPE_CHECKING:
    from pathlib import Path

    from s3desk.s3.sharing.ledger import Given

_HEAD = ["Object", "Version", "Kind", "Objects", "Made", "Works until", "For whom", "Account", "Endpoint"]


def write_csv(path: Path, givens: Sequence[Given]) -> None:
    """Write a line each; objects are S3 URIs, times ISO 8601 in UTC, "" for a link that never ends.

    UTF-8 with a byte order mark: without it Excel reads accents wrongly, and pandas takes it off. The file appears
    when it is complete. Raises DiskError.
    """
    part = path.with_name(path.name + ".part")
    try:
        with part.open("w", encoding="utf-8-sig", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(_HEAD)
            rows.writerows(_cells(given) for given in givens)
        os.replace(part, path)  # noqa: PTH105  # the same, but it says that an old file goes
    except OSError as error:
        raise DiskError(f"“{path.name}” cannot be written: {error.strerror}.", "Choose another folder.") from error
    finally:
        part.unlink(missing_ok=True)


def _cells(given: Given) -> list[str | int]:
    return [
        f"s3://{given.bucket}/{given.key}",
        guarded(given.version_id),
        given.kind.value,
        given.count,
        given.made.astimezone(UTC).isoformat(timespec="seconds"),
        given.ends.astimezone(UTC).isoformat(timespec="seconds") if given.ends else "",
        guarded(given.note),
        guarded(given.account),
        given.endpoint_url,
    ]
