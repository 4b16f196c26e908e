"""Links in a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3desk.s3.errors import DiskError

if TYPE_CHECKING:
    from pathlib import Path

    from s3desk.s3.job import Job

# What the file dialog calls them.
FILE_KINDS = {
    "html": "Web page",
    "csv": "CSV",
    "md": "Markdown",
    "py": "Python",
    "R": "R",
    "sh": "Shell script",
    "png": "Picture",
}


def save_bytes(job: Job, path: Path, content: bytes) -> None:
    """Write a small file; raises DiskError."""
    job.check()
    try:
        path.write_bytes(content)
    except OSError as error:
        raise DiskError(f"“{path.name}” cannot be written: {error.strerror}.", "Choose another folder.") from error
