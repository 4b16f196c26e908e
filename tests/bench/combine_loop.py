"""The loop everybody learns: list, get_object, read_csv, concat; the last line is what it took, as JSON."""

from __future__ import annotations

import json
import resource
import sys
import time

import boto3
import pandas as pd
import pyarrow.csv  # noqa: F401  # pandas keeps text in it; imported before the clock starts

from tests.bench.children import peak_mb
from tests.bench.frame_hash import frame_hash


def main(endpoint_url: str, bucket: str, prefix: str) -> None:
    """As in the course."""
    s3 = boto3.client("s3", endpoint_url=endpoint_url)
    cpu, start = time.process_time(), time.monotonic()
    frames = []
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for item in page["Contents"]:
            answer = s3.get_object(Bucket=bucket, Key=item["Key"])
            frames.append(pd.read_csv(answer["Body"]))
    frame = pd.concat(frames, ignore_index=True)
    wall, used = time.monotonic() - start, time.process_time() - cpu
    peak = peak_mb(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    told = {"wall_s": round(wall, 4), "cpu_s": round(used, 4), "rss_mb": peak, "requests": len(frames)}
    del frames
    print(json.dumps(told | {"rows": len(frame), "frame": frame_hash(frame)}))


if __name__ == "__main__":
    main(*sys.argv[1:])
