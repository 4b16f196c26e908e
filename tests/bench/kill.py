"""`python -m tests.bench kill --times 200`: the program is killed at random moments, and every file must be whole."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.bench.case import Case
from tests.s3.killing import kill_again_and_again
from tests.servers.raw_client import raw_client
from tests.servers.seaweedfs import seaweedfs_server

_PER_BUCKET = 3  # kills, at least


def kill(times: int, seed: int) -> Iterator[Case]:
    """One case: how many kills, how many files, and how many of them were not whole; each of those to stderr."""
    with tempfile.TemporaryDirectory() as folder, seaweedfs_server(Path(folder) / "server") as server:
        client = raw_client(server)
        buckets = [f"kill-{number}" for number in range(max(4, times))]
        for bucket in buckets[: times // _PER_BUCKET + 4]:
            client.create_bucket(Bucket=bucket)
            client.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
        began = time.monotonic()
        made = buckets[: times // _PER_BUCKET + 4]
        seen = kill_again_and_again(Path(folder) / "files", server, client, made, times, seed)
        client.close()
        for words in seen.wrong:
            print(words, file=sys.stderr)
        facts = {"kills": seen.kills, "rounds": seen.rounds, "files": seen.items, "wrong": len(seen.wrong)}
        yield Case("kill", f"{times} kills", facts | {"wall_s": round(time.monotonic() - began, 1)}, {}, {}, 1)
