"""A search finds what fits and nothing else, tells what it cost, and ends when it is told to."""

from __future__ import annotations

import fnmatch
import unicodedata
from collections.abc import Iterator
from concurrent.futures import CancelledError
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from s3desk.models.kinds import Kind, endings_of, kind_of
from s3desk.models.search_words import TYPES
from s3desk.s3.errors import AccessDeniedError, S3Error
from s3desk.s3.feed import Feed
from s3desk.s3.finding import Search, find
from s3desk.s3.job import Job
from s3desk.s3.listing import walk
from s3desk.s3.location import Location
from tests.s3.conftest import seconds_to_cancel
from tests.s3.listings import anonymous, key_sets
from tests.servers.faults import Stall, error
from tests.servers.listing_server import BUCKET, ListingServer, Manners, listing_server

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

    from s3desk.s3.columns import Entry
    from s3desk.s3.connection import Connection
    from tests.servers.fault_proxy import FaultProxy

SIZES = {
    "data/2023/sales.csv": 2000,
    "data/2023/Sales north.CSV": 1024,
    "data/2024/03/a.csv.gz": 3,
    "data/2024/03/Ärger.json": 5,
    "data/2024/03/a\u0308rger two.json": 1,
    "data/2024/sales/read me.txt": 9,
    "data/2024/picture.png": 1025,
    "data/2024/empty": 0,
    "data/日本/表.parquet": 7,
    "data/what? 50% [1].tsv": 4,
    "data/sales": 6,
    "other/sales.csv": 8,
}
FOLDERS = ["data/", "data/none/", "data/2023/"]  # empty objects

CASES = [
    ("", list(SIZES)[:-1]),
    ("sales", ["data/2023/sales.csv", "data/2023/Sales north.CSV", "data/sales"]),
    ("NORTH sa", ["data/2023/Sales north.CSV"]),
    ("sales/", ["data/2024/sales/read me.txt"]),
    ("EMPTY 2024/", ["data/2024/empty"]),
    ("2024", []),
    ("*.csv", ["data/2023/sales.csv", "data/2023/Sales north.CSV"]),
    ("a.csv*", ["data/2024/03/a.csv.gz"]),
    ("csv*", []),
    ("s?les", ["data/sales"]),
    ("2024/*.json", ["data/2024/03/Ärger.json", "data/2024/03/a\u0308rger two.json"]),
    ("*/03/?.csv.gz", ["data/2024/03/a.csv.gz"]),
    ("/2024/*", []),
    ("ÄRGER", ["data/2024/03/Ärger.json", "data/2024/03/a\u0308rger two.json"]),
    ("?rger two*", ["data/2024/03/a\u0308rger two.json"]),
    ("表", ["data/日本/表.parquet"]),
    ("日本/", ["data/日本/表.parquet"]),
    ("50% [1]", ["data/what? 50% [1].tsv"]),
    ("what? 50% [1].tsv", ["data/what? 50% [1].tsv"]),
    ("  sales.csv ", ["data/2023/sales.csv"]),
]


@pytest.fixture
def filled(server_client: S3Client, bucket: str) -> str:
    """A bucket with files of many names and sizes, and with folders that were made."""
    for key in FOLDERS:
        server_client.put_object(Bucket=bucket, Key=key, Body=b"")
    for key, size in SIZES.items():
        server_client.put_object(Bucket=bucket, Key=key, Body=b"x" * size)
    return bucket


def found(connection: Connection, location: Location, search: Search) -> list[str]:
    """The keys a search gives, in its order."""
    feed, job = Feed(), Job()
    find(job, connection, location, search, feed)
    return [entry.key for page in feed.drain(job) for entry in page.entries]


def test_names_and_patterns(connection: Connection, filled: str) -> None:
    place = Location(filled, "data/")
    for name, expected in CASES:
        assert set(found(connection, place, Search(name))) == set(expected), name
    assert found(connection, Location(filled), Search("data/sales")) == ["data/sales"], "the path from the place on"
    assert found(connection, place, Search("data/*")) == []
    assert found(connection, Location(filled, "nowhere/"), Search()) == []


def test_sizes_types_and_dates(connection: Connection, filled: str) -> None:
    place = Location(filled, "data/")

    def fit(**wishes: object) -> set[str]:
        return {key.removeprefix("data/") for key in found(connection, place, Search(**wishes))}  # type: ignore[arg-type]  # each its own

    assert fit(larger_than=1024) == {"2023/sales.csv", "2024/picture.png"}
    assert fit(larger_than=1023, smaller_than=1025) == {"2023/Sales north.CSV"}
    assert fit(smaller_than=1) == {"2024/empty"}
    tables = {"2023/sales.csv", "2023/Sales north.CSV", "2024/03/a.csv.gz", "日本/表.parquet", "what? 50% [1].tsv"}
    assert fit(endings=TYPES["Tables"]) == tables
    assert fit(endings=TYPES["Images"]) == {"2024/picture.png"}
    assert fit(endings=TYPES["Tables"], name="sales", smaller_than=1500) == {"2023/Sales north.CSV"}
    assert fit(endings=TYPES["Video"]) == set()
    everything = {key.removeprefix("data/") for key in SIZES if key.startswith("data/")}
    now = datetime.now(UTC)
    assert fit(after=now - timedelta(hours=1), before=now + timedelta(hours=1)) == everything
    assert fit(after=now + timedelta(hours=1)) == set()
    assert fit(before=now - timedelta(hours=1)) == set()
    assert fit(storage_classes=frozenset({"STANDARD", "STANDARD_IA"})) == everything
    assert fit(storage_classes=frozenset({"GLACIER"})) == set()


def test_a_folder_is_found_only_where_it_has_content(
    server_client: S3Client, connection: Connection, bucket: str
) -> None:
    for key, body in (("p/", b""), ("p/empty/", b""), ("p/both/", b"content"), ("p/both/x", b"")):
        server_client.put_object(Bucket=bucket, Key=key, Body=body)
    with_content = [entry.key for entry in walk(Job(), connection, bucket, "") if entry.size]
    assert with_content in ([], ["p/both/"]), "a server may keep no content for a folder"
    assert found(connection, Location(bucket), Search("both")) == with_content
    assert found(connection, Location(bucket), Search("*o*h")) == with_content
    assert found(connection, Location(bucket), Search("x*")) == ["p/both/x"]
    assert found(connection, Location(bucket, "p/"), Search()) == sorted({*with_content, "p/both/x"})


# a server that only lists, with sizes, dates and storage classes of its own


@pytest.fixture(scope="module")
def listing() -> Iterator[ListingServer]:
    """A server of whatever keys a test gives it."""
    with listing_server() as server:
        yield server


@pytest.fixture(scope="module")
def odd(listing: ListingServer) -> Connection:
    """A connection to it."""
    return anonymous(listing.url)


_DAYS = st.datetimes(datetime(2000, 1, 1), datetime(2099, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  # made aware
_NUMBERS = st.integers(0, 1 << 32)
_SEARCHES = st.builds(
    Search,
    name=st.sampled_from(["", "0", "a", "*.csv", "*é*", "log- 9", "A/*", "b/", "?????.csv", "*/b/*"]),
    larger_than=st.none() | _NUMBERS,
    smaller_than=st.none() | _NUMBERS,
    after=st.none() | _DAYS,
    before=st.none() | _DAYS,
    endings=st.sampled_from([frozenset[str](), frozenset({"csv"}), frozenset({"parquet", "csv.gz"})]),
    storage_classes=st.sampled_from([frozenset[str](), frozenset({"GLACIER"})]),
)


def fits(entry: Entry, search: Search, prefix: str) -> bool:
    """What a search means, told the plain way."""
    key = unicodedata.normalize("NFC", entry.key)
    name = key[len(unicodedata.normalize("NFC", prefix)) :] if search.is_path else key.removesuffix("/")
    name = name if search.is_path else name.rpartition("/")[2]
    name, wanted = name.lower(), search.name.lower()
    if search.is_pattern:
        named = fnmatch.fnmatchcase(name, wanted) or fnmatch.fnmatchcase(name.removesuffix("/"), wanted)
    else:
        named = all(word in name for word in wanted.split())
    moment = entry.modified or datetime.max.replace(tzinfo=UTC)
    return (
        (entry.size > 0 or not entry.key.endswith("/"))
        and named
        and (search.larger_than is None or entry.size > search.larger_than)
        and (search.smaller_than is None or entry.size < search.smaller_than)
        and (search.after is None or moment >= search.after)
        and (search.before is None or moment < search.before)
        and (not search.endings or any(key.lower().endswith(f".{ending}") for ending in search.endings))
        and (not search.storage_classes or entry.storage_class in search.storage_classes)
    )


@given(st.data(), st.sampled_from(["", "p/", "é/"]), _SEARCHES)
@settings(max_examples=120, deadline=None)
def test_what_is_found_is_what_fits(
    listing: ListingServer, odd: Connection, data: st.DataObject, prefix: str, search: Search
) -> None:
    listing.hold(data.draw(key_sets(prefix)), Manners(most=data.draw(st.integers(20, 200), "page size")))
    everything = list(walk(Job(), odd, BUCKET, prefix))
    middle = sorted(everything, key=lambda entry: entry.size)[len(everything) // 2 :][:1]
    for wish in (search, *(replace(search, larger_than=entry.size, after=None) for entry in middle)):
        expected = [entry.key for entry in everything if fits(entry, wish, prefix)]
        assert found(odd, Location(BUCKET, prefix), wish) == expected


def test_the_whole_cost_is_told(listing: ListingServer, odd: Connection) -> None:
    listing.hold([f"{number:05}.csv" for number in range(5000)], Manners(most=100))
    listing.forget()
    feed, job = Feed(), Job()
    find(job, odd, Location(BUCKET), Search("00*"), feed)
    pages = list(feed.drain(job))
    assert sum(len(page) for page in pages) == 1000
    assert feed.looked_at == job.done == 5000
    assert feed.requests == len(listing.asked) >= 50
    assert len(pages) >= 50, "a page without a find tells how far the search is"
    assert feed.slowed == 0


def test_an_error_in_the_middle_keeps_what_was_found(listing: ListingServer, odd: Connection) -> None:
    denied = b"<?xml version='1.0'?><Error><Code>AccessDenied</Code><Message>no</Message></Error>"
    manners = Manners(most=100, instead=lambda _asked, number: denied if number > 4 else None)
    listing.hold([f"{number:05}" for number in range(2000)], manners)
    listing.forget()
    feed, job = Feed(), Job()
    with pytest.raises(S3Error) as raised:
        find(job, odd, Location(BUCKET), Search("*0"), feed)
    kept = [entry.key for page in feed.drain(job) for entry in page.entries]
    assert isinstance(raised.value, AccessDeniedError), raised.value
    assert 10 <= len(kept) <= 40
    assert kept == [f"{number:05}" for number in range(0, 10 * len(kept), 10)]
    assert feed.looked_at == 10 * len(kept), "what was refused was not looked at"


def test_a_refused_search_says_so(proxied: Connection, fault_proxy: FaultProxy, filled: str) -> None:
    fault_proxy.on(lambda seen: "list-type" in seen.query, error(403, "AccessDenied"))
    with pytest.raises(AccessDeniedError):
        found(proxied, Location(filled), Search("*.csv"))


def test_cancel_ends_a_search_at_once(listing: ListingServer, odd: Connection) -> None:
    listing.hold([f"{number:05}" for number in range(5000)], Manners(most=20, latency_s=(0.05, 0.1)))
    feed, job = Feed(), Job()
    seconds = seconds_to_cancel(
        job, lambda: feed.looked_at > 100, lambda: find(job, odd, Location(BUCKET), Search("0"), feed)
    )
    assert seconds < 1
    assert 100 < feed.looked_at < 5000
    kept = [entry.key for page in feed.drain(Job()) for entry in page.entries]
    assert kept == [f"{number:05}" for number in range(len(kept))]


def test_cancel_ends_a_search_that_hangs(proxied: Connection, fault_proxy: FaultProxy, filled: str) -> None:
    fault_proxy.on(lambda seen: "list-type" in seen.query, Stall())
    feed, job = Feed(), Job()
    waits = lambda: any("list-type" in seen.query for seen in fault_proxy.requests)  # noqa: E731  # asked often
    assert seconds_to_cancel(job, waits, lambda: find(job, proxied, Location(filled), Search(), feed)) < 1
    with pytest.raises(CancelledError):
        find(job, proxied, Location(filled), Search(), Feed())


def test_endings_follow_the_type_column() -> None:
    shown = [kind for kind in Kind if endings_of(kind)]
    assert {Kind.TABLE, Kind.COLUMNAR, Kind.JSON, Kind.IMAGE, Kind.ARCHIVE} <= set(shown)
    for kind in shown:
        assert {kind_of(f"x.{ending}")[0] for ending in endings_of(kind)} == {kind}
    groups = [members for members in TYPES.values() if members]
    assert frozenset().union(*groups) == endings_of(*shown), "every kind can be asked for"
    assert len(frozenset().union(*groups)) == sum(map(len, groups))
