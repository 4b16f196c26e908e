"""`python -m tests.bench.boto3_paginator URL`: what a script with boto3 does to list a bucket."""

from __future__ import annotations

import json
import resource
import sys
import time
from dataclasses import asdict

import boto3
from botocore import UNSIGNED
from botocore.config import Config

from tests.bench.children import Figures, peak_mb
from tests.bench.keys import PREFIX


def main() -> None:
    """List all keys once and say what it took, without the import of boto3."""
    client = boto3.client("s3", endpoint_url=sys.argv[1], config=Config(signature_version=UNSIGNED))
    wall, cpu = time.monotonic(), time.process_time()
    pages = client.get_paginator("list_objects_v2").paginate(Bucket="bench", Prefix=PREFIX)
    keys = [item["Key"] for page in pages for item in page.get("Contents", ())]
    took = Figures(
        wall_s=round(time.monotonic() - wall, 4),
        cpu_s=round(time.process_time() - cpu, 4),
        rss_mb=peak_mb(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss),
    )
    if not keys:
        raise SystemExit("nothing was listed")
    print(json.dumps(asdict(took)))


if __name__ == "__main__":
    main()
