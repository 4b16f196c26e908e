"""Many CSV files as one table: s3desk against the loop everybody learns, on SeaweedFS."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from s3desk.demo.seaweedfs import Identity, running
from tests.bench.case import Case, paired
from tests.bench.children import said_by

LOOP = "course's loop"
BUCKET, PREFIX = "bench", "months/"
_DIFFERENT = 25  # files; more repeat these, because writing them takes longer than reading
_SHOPS = ("north", "south", "east", "west")


@dataclass(frozen=True)
class CombineWish:
    """How many files of about how many bytes, and how often."""

    files: int = 1000
    size: int = 1_000_000
    runs: int = 1


def combine(wish: CombineWish) -> Iterator[Case]:
    """One case; the loop's runs lie between ours. `same_frame` says whether both hold the same cells."""
    with tempfile.TemporaryDirectory(prefix="s3desk-bench-") as home:
        folder = Path(home) / "server"
        folder.mkdir()
        with running(folder, [Identity("bench", "bench", "bench", ("Admin",))]) as server:
            fill(server.endpoint_url, wish)
            where = (server.endpoint_url, BUCKET, PREFIX)
            ours, theirs = [], []
            for _ in range(wish.runs):
                ours.append(dict(said_by("tests.bench.combine_ours", home, *where)))
                theirs.append(dict(said_by("tests.bench.combine_loop", home, *where)))
    frames = {run.pop("frame") for run in (*ours, *theirs)}
    yield Case(
        bench="combine",
        case=f"{wish.files} CSV files of {wish.size} bytes",
        s3desk={**_medians(ours), "same_frame": len(frames) == 1},
        peers={LOOP: _medians(theirs)},
        ratio={LOOP: paired([run["wall_s"] for run in ours], [run["wall_s"] for run in theirs])},
        runs=wish.runs,
    )


def _medians(runs: list[dict[str, Any]]) -> Mapping[str, float]:
    return {name: round(median(run[name] for run in runs), 4) for name in runs[0]}


def fill(endpoint_url: str, wish: CombineWish) -> None:
    """Put the files, several at once, through plain boto3."""
    import boto3

    client = boto3.client(
        "s3",
        endpoint_url=endpoint_url,
        aws_access_key_id="bench",
        aws_secret_access_key="bench",
        region_name="us-east-1",
    )
    client.create_bucket(Bucket=BUCKET)
    bodies = [sales(number, wish.size) for number in range(min(wish.files, _DIFFERENT))]

    def put(number: int) -> None:
        key = f"{PREFIX}part-{number:05}.csv"
        client.put_object(Bucket=BUCKET, Key=key, Body=bodies[number % len(bodies)])

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(put, range(wish.files)))
    client.close()


def sales(number: int, size: int) -> bytes:
    """Sales as a shop writes them: whole and broken numbers, days, text, some cells empty."""
    chance = random.Random(number)  # noqa: S311  # sample data, no secret
    first = date(2024, 1, 1) + timedelta(days=number)
    rows, length = ["order,day,shop,customer,amount,discount,paid\n"], 0
    while length < size:
        order = number * 1_000_000 + len(rows)
        discount = f"{chance.randrange(1, 40)}" if chance.random() < 0.2 else ""
        rows.append(
            f"{order},{first + timedelta(days=chance.randrange(28))},{chance.choice(_SHOPS)},"
            f"customer {chance.randrange(1, 20_000)},{chance.randrange(100, 99_999) / 100},{discount},"
            f"{chance.random() < 0.9}\n"
        )
        length += len(rows[-1])
    return "".join(rows).encode()
