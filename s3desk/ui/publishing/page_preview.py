"""A page in this computer's browser before it is published, from a folder nobody else can read."""

from __future__ import annotations

import atexit
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from s3desk.s3.explain import explaining

if TYPE_CHECKING:
    from s3desk.s3.job import Job


def written_for_preview(job: Job, html: str) -> Path:
    """Write the page into a new folder of mode 0700, which is removed when the program ends. Raises DiskError."""
    job.check()
    with explaining("write the preview"):
        folder = TemporaryDirectory(prefix="s3desk-preview-", ignore_cleanup_errors=True)
        atexit.register(folder.cleanup)  # not with the dialog: the browser may read it later
        path = Path(folder.name) / "preview.html"
        path.write_text(html, encoding="utf-8", newline="")
    return path
