"""The real window while it looks into files and combines them: the gaps between its pictures."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from s3desk.demo.seaweedfs import Identity, running
from tests.bench.case import Case
from tests.bench.children import said_by
from tests.bench.combine import BUCKET, PREFIX, CombineWish, fill


def data_frames(files: int, size: int) -> Iterator[Case]:
    """Walking through the files' previews, scrolling in one, combining all; painted 60 times a second all the time."""
    with tempfile.TemporaryDirectory(prefix="s3desk-bench-") as home:
        folder = Path(home) / "server"
        folder.mkdir()
        with running(folder, [Identity("bench", "bench", "bench", ("Admin",))]) as server:
            fill(server.endpoint_url, CombineWish(files, size))
            address = f"s3://{BUCKET}/{PREFIX}"
            said = said_by("tests.bench.data_in_window", home, server.endpoint_url, address, str(files))
    for name, figures in said.items():
        case = f"{name}, {files} CSV files of {size} bytes"
        yield Case(bench="data-frames", case=case, s3desk=figures, peers={}, ratio={}, runs=1)
