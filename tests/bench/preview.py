"""The first rows of objects of any size: what they cost here, and what they cost other programs."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any
from urllib.request import urlopen

from tests.bench.big_bodies import KINDS, SIZES
from tests.bench.big_objects import BUCKET, key_of
from tests.bench.case import Case, paired
from tests.bench.children import ROOT

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

    from s3desk.s3.connection import Connection

JUMPS = ("jump to 50 %", "jump to the end")
CASES = (*KINDS, "jumps", "growth")
_DOWNLOADS = ("download", "download, then duckdb")
_ROWS = 1000
_MOST_DOWNLOADED = 10**9  # bytes


@dataclass(frozen=True)
class Cost:
    """Seconds, bytes of bodies sent, GetObject requests."""

    wall_s: float
    bytes: int
    requests: int


@dataclass(frozen=True)
class Places:
    """Where to read from, and with what."""

    url: str
    connection: Connection
    client: S3Client
    folder: str

    def cost(self, look: Callable[[], object]) -> Cost:
        """What a look takes."""
        _ask(self.url, "reset")
        start = time.perf_counter()
        look()
        wall_s = time.perf_counter() - start
        sent = _ask(self.url, "counts")
        return Cost(round(wall_s, 4), sent["bytes"], sent["requests"])


def preview_bench(runs: int, cases: Sequence[str] = CASES) -> Iterator[Case]:
    """A case for each kind and size, one for each jump, one for what 100 GB cost more than 1 MB."""
    with _endpoint() as url, tempfile.TemporaryDirectory(prefix="s3desk-bench-") as folder:
        places = _places(url, folder)
        for kind in KINDS:
            if kind in cases:
                for size in SIZES:
                    yield _first_rows(places, kind, size, runs)
        if "growth" in cases:
            for kind in KINDS:
                yield _growth(places, kind, runs)
        if "jumps" in cases:
            for name, fraction in zip(JUMPS, (0.5, 1.0), strict=True):
                yield _jump(places, name, fraction, runs)


def _first_rows(places: Places, kind: str, size: str, runs: int) -> Case:
    key = key_of(kind, size)
    pandas = "pandas nrows=1000"
    ours: list[Cost] = []
    theirs: dict[str, list[Cost]] = {}
    left_out = {pandas: "reads Parquet from whole files only"} if kind == "parquet" else {}
    _look(places, key)  # warm
    if not left_out:
        _by_pandas(places.client, key, kind)
    for _ in range(runs):
        ours.append(places.cost(lambda: _look(places, key)))
        if pandas not in left_out:
            theirs.setdefault(pandas, []).append(places.cost(lambda: _by_pandas(places.client, key, kind)))
    if SIZES[size] <= _MOST_DOWNLOADED:
        theirs |= _downloaded(places, key)
    else:
        left_out |= dict.fromkeys(_DOWNLOADS, f"not run, {size} would take too long")
    return Case(
        "preview",
        f"{kind}, {size}",
        _medians(ours),
        {name: _medians(costs) for name, costs in theirs.items()},
        {name: _ratio(ours, costs) for name, costs in theirs.items()},
        runs,
        left_out=left_out,
    )


def _downloaded(places: Places, key: str) -> dict[str, list[Cost]]:
    """Once: it takes long enough to say enough."""
    download = places.cost(lambda: _download(places, key))
    costs = (download, _with_duckdb(places, key, download))
    Path(places.folder, key).unlink()
    return {name: [cost] for name, cost in zip(_DOWNLOADS, costs, strict=True)}


def _ratio(ours: Sequence[Cost], theirs: Sequence[Cost]) -> float:
    return paired([cost.wall_s for cost in ours[: len(theirs)]], [cost.wall_s for cost in theirs])


def _growth(places: Places, kind: str, runs: int) -> Case:
    """How many times as much 100 GB cost as 1 MB, one after the other."""
    small, large = key_of(kind, "1 MB"), key_of(kind, "100 GB")
    _look(places, small)
    pairs = [
        (vars(places.cost(lambda: _look(places, large))), vars(places.cost(lambda: _look(places, small))))
        for _ in range(runs)
    ]
    names = pairs[0][0]
    grown = {
        f"{name}_ratio": paired([one[name] for one, _ in pairs], [two[name] for _, two in pairs]) for name in names
    }
    return Case("preview", f"{kind}, 100 GB to 1 MB", grown, {}, {}, runs)


def _jump(places: Places, name: str, fraction: float, runs: int) -> Case:
    from s3desk.data.looking.preview import preview
    from s3desk.data.windows.opening import window_over
    from s3desk.s3.job import Job

    key = key_of("csv", "100 GB")
    found = preview(Job(), places.connection, BUCKET, key)
    costs = []
    for _ in range(runs):
        window = window_over(found, places.connection, BUCKET, key)
        assert window is not None
        costs.append(places.cost(lambda window=window: window.jump(Job(), fraction)))  # type: ignore[misc]  # bound here
        rows = [int(row[0] or 0) for row in window.jump(Job(), fraction).blocks[0].rows]
        assert rows == list(range(rows[0], rows[0] + len(rows)))
    return Case("preview", f"csv, 100 GB, {name}", _medians(costs), {}, {}, runs)


def _look(places: Places, key: str) -> None:
    from s3desk.data.looking.preview import TablePreview, preview
    from s3desk.s3.job import Job

    found = preview(Job(), places.connection, BUCKET, key)
    if not isinstance(found, TablePreview) or len(found.table.rows) < 100:
        raise TypeError(f"{key} is shown as {found}")


def _by_pandas(client: S3Client, key: str, kind: str) -> None:
    import pandas as pd

    answer = client.get_object(Bucket=BUCKET, Key=key)
    body: Any = answer["Body"]
    try:
        if kind == "jsonl":
            frame = pd.read_json(body, lines=True, nrows=_ROWS)
        else:
            frame = pd.read_csv(body, nrows=_ROWS, compression="gzip" if kind == "gzip" else None)
        assert len(frame) == _ROWS
    finally:
        body.close()


def _download(places: Places, key: str) -> None:
    places.client.download_file(BUCKET, key, str(Path(places.folder, key)))


def _with_duckdb(places: Places, key: str, download: Cost) -> Cost:
    import duckdb

    start = time.perf_counter()
    with duckdb.connect() as engine:
        query = f"SELECT * FROM '{Path(places.folder, key)}' LIMIT {_ROWS}"  # noqa: S608  # a path of ours
        rows = engine.execute(query).fetchall()
    assert len(rows) == _ROWS
    return Cost(round(download.wall_s + time.perf_counter() - start, 4), download.bytes, download.requests)


def _medians(costs: Sequence[Cost]) -> dict[str, float]:
    rows = [vars(cost) for cost in costs]
    return {name: round(median(row[name] for row in rows), 4) for name in rows[0]}


def _places(url: str, folder: str) -> Places:
    from s3desk.s3.account import Account
    from s3desk.s3.connection import Connection

    account = Account("bench", access_key="bench", secret_key="bench", endpoint_url=url, region="us-east-1")
    connection = Connection(account)
    return Places(url, connection, connection.client(BUCKET), folder)


def _ask(url: str, question: str) -> Any:
    with urlopen(f"{url}/-/{question}") as answer:
        return json.load(answer)


@contextmanager
def _endpoint() -> Iterator[str]:
    command = [sys.executable, "-m", "tests.bench.big_objects"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = process.stdout.readline()
        if not said:
            raise RuntimeError("the endpoint did not start")
        yield f"http://127.0.0.1:{json.loads(said)['port']}"
