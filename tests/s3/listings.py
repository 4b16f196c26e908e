"""What the tests of listings share: sets of keys as hypothesis draws them, and what a listing gave."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

import pyarrow as pa
from hypothesis import strategies as st

from s3desk.s3.account import Account
from s3desk.s3.columns import schema
from s3desk.s3.connection import Connection
from s3desk.s3.errors import S3Error
from s3desk.s3.feed import Feed
from s3desk.s3.job import Job
from s3desk.s3.listing import Page, Scope, pages
from s3desk.s3.streaming import MOST_REQUESTS, stream

if TYPE_CHECKING:
    from s3desk.s3.columns import Entry

_SHARED = "warehouse-events-production-daily-export-run-00"
_HARD = "\n\r +%&<\"'~\x7f\ud7ff\ue000\uffff\U00010000\U0001f600\U0010ffff"


def _anything(random: Random) -> str:
    codes = (random.choice((random.randrange(1, 0xD800), random.randrange(0xE000, 0x110000))) for _ in range(3))
    return "".join(random.choice((chr(code), *_HARD)) for code in codes)


_NAMES: dict[str, Callable[[Random], str]] = {
    "digits": lambda random: f"{random.randrange(3000):05}.csv",
    "hex": lambda random: f"{random.getrandbits(32):08x}",
    "shared": lambda random: f"{_SHARED}{random.getrandbits(16):04X}.parquet",
    "skewed": lambda random: f"log-{random.randrange(999):09}" if random.random() < 0.9 else f"{random.random()}",
    "unicode": _anything,
    "folders": lambda random: "/".join(random.choices(("a", "b", "", "a-", "a0", "é", "\U0010ffff"), k=3)),
    "wide": lambda random: f"{random.randrange(300):03}/{random.randrange(3)}",
}


@st.composite
def key_sets(draw: st.DrawFn, prefix: str, most: int = 400) -> list[str]:
    """Different keys below a prefix, of one kind or several; perhaps the prefix itself, and what lies around it."""
    kinds = draw(st.lists(st.sampled_from(sorted(_NAMES)), min_size=1, max_size=3, unique=True))
    count = draw(st.integers(0, most))
    random = Random(draw(st.integers(0, 1 << 32)))  # noqa: S311  # hundreds of names are too many to draw
    keys = {prefix + _NAMES[random.choice(kinds)](random) for _ in range(count)} - {prefix}
    return sorted(keys | set(draw(st.sets(st.sampled_from([prefix or "x", "a", "zz/z"])))))


@dataclass(frozen=True)
class Listed:
    """All that a listing gave, in its order, and how it ended."""

    folders: list[str]
    objects: pa.Table
    markers: list[Entry]
    names: list[str]  # page by page, each page sorted
    error: S3Error | None = None
    requests: int = 0


def listed(found: Iterable[Page], error: S3Error | None = None, requests: int = 0) -> Listed:
    """Put pages together."""
    taken = list(found)
    names = [sorted(page.folders + page.objects["key"].to_pylist()) for page in taken]
    return Listed(
        [folder for page in taken for folder in page.folders],
        pa.Table.from_batches([page.objects for page in taken], schema=schema()),
        [page.marker for page in taken if page.marker is not None],
        [name for page in names for name in page],
        error,
        requests,
    )


def sequential(connection: Connection, scope: Scope) -> Listed:
    """One request after the other."""
    found = list(pages(Job(), connection, scope))
    return listed(found, requests=len(found))


def streamed(connection: Connection, scope: Scope, most: int = MOST_REQUESTS, job: Job | None = None) -> Listed:
    """Several requests at once."""
    job, feed, error = job or Job(), Feed(), None
    try:
        stream(job, connection, scope, feed, most=most)
    except S3Error as raised:
        error = raised
    result = listed(feed.drain(Job()), error, feed.requests)
    assert job.done == len(result.names)
    return result


def anonymous(url: str) -> Connection:
    """A connection to a server that looks at no signature."""
    return Connection(Account(name="odd", access_key="a", secret_key="b", endpoint_url=url, region="us-east-1"))
