"""What was made here, stored in S3: written to a private folder first, sent as any file is, and gone from there."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from s3desk.data.exporting.export import export
from s3desk.s3.errors import DiskError
from s3desk.s3.transfer.sending import upload
from s3desk.s3.transfer.uploads import UploadItem, UploadPlan

if TYPE_CHECKING:
    from s3desk.data.exporting.export import Saving, Shown
    from s3desk.s3.connection import Connection
    from s3desk.s3.errors import Failure
    from s3desk.s3.job import Job
    from s3desk.s3.right_of_way import RightOfWay


@dataclass(frozen=True)
class Destination:
    """The object to be; `replace` when the user agreed that it takes the place of another."""

    bucket: str
    key: str
    replace: bool = False


def store_table(
    job: Job,
    connection: Connection,
    shown: Shown,
    saving: Saving,
    to: Destination,
    way: RightOfWay | None = None,
) -> list[Failure]:
    """Write a table to an object (PutObject, or in parts); `job` counts rows, then bytes.

    What S3 refused comes back; raises DiskError, S3Error for what the format cannot hold, SignInError.
    """
    with tempfile.TemporaryDirectory(prefix="s3desk-") as folder:  # for nobody else to read
        path = Path(folder) / f"table.{saving.form.ending}"
        size = export(job, shown, path, saving, way)
        return upload(job, connection, _plan(path, size, to))


def store_bytes(job: Job, connection: Connection, content: bytes, to: Destination) -> list[Failure]:
    """The same for something small that is in memory, such as a picture."""
    with tempfile.TemporaryDirectory(prefix="s3desk-") as folder:
        path = Path(folder) / "content"
        try:
            path.write_bytes(content)
        except OSError as error:
            raise DiskError(f"The disk cannot take it: {error.strerror}.", "Free some space.") from error
        return upload(job, connection, _plan(path, len(content), to))


def _plan(path: Path, size: int, to: Destination) -> UploadPlan:
    root = to.key[: to.key.rfind("/") + 1]
    replace = frozenset({to.key}) if to.replace else frozenset[str]()
    return UploadPlan(to.bucket, [UploadItem(path, to.key, size)], [], root, replace)
