"""Combine everything below a prefix with s3desk, in a process of its own; the last line is what it took, as JSON."""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

import boto3  # noqa: F401  # imported before the clock starts, as in the other process
import pandas as pd
import pyarrow.csv  # noqa: F401

from s3desk.data.combining.combine import Choices, combine, listed
from s3desk.s3.account import Account
from s3desk.s3.connection import Connection
from s3desk.s3.job import Job
from s3desk.s3.objects import Selection
from tests.bench.children import Figures, peak_mb
from tests.bench.frame_hash import frame_hash


def main(endpoint_url: str, bucket: str, prefix: str) -> None:
    """Plan and combine, as the dialog does."""
    pd.DataFrame()
    connection = Connection(Account("bench", access_key="bench", secret_key="bench", endpoint_url=endpoint_url))
    connection.client()
    before = peak_mb(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    cpu, start = time.process_time(), time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        found = listed(Job(), connection, Selection(bucket, folders=(prefix,))).plan()
        overflow = Path(folder) / "all.parquet"
        made = combine(Job(), connection, found, Choices(), overflow=overflow, budget=1 << 40)
        wall, used = time.monotonic() - start, time.process_time() - cpu
    table = made.sheet.table
    peak = peak_mb(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    told = asdict(Figures(round(wall, 4), round(used, 4), peak, len(found.files)))
    del told["most_at_once"]
    size = table.nbytes / 1e6
    told |= {"table_mb": round(size, 1), "rows": table.num_rows}
    told |= {"memory_ratio": round((peak - before) / size, 3)}
    print(json.dumps(told | {"frame": frame_hash(table.drop_columns(["source"]).to_pandas())}))


if __name__ == "__main__":
    main(*sys.argv[1:])
