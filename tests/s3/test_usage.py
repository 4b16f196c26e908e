"""Counting what takes the space: the sums are right whatever the keys, and the memory does not grow with them."""

from __future__ import annotations

from collections import Counter, defaultdict
from concurrent.futures import CancelledError
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3desk.s3 import columns, usage
from s3desk.s3.columns import Entry
from s3desk.s3.connection import Connection
from s3desk.s3.errors import AccessDeniedError
from s3desk.s3.job import Job
from s3desk.s3.listing import Page, Scope
from s3desk.s3.location import Location
from s3desk.s3.usage import Usage, count
from s3desk.s3.usage_columns import MARKER, NUMBERED
from s3desk.s3.usage_report import GroupBy, Report, report
from tests.servers.fault_proxy import FaultProxy
from tests.servers.faults import error

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from types_boto3_s3 import S3Client

PLACE = Location("b")
START = datetime(2024, 3, 1, tzinfo=UTC)
GROUPS = (GroupBy.FOLDERS, GroupBy.TYPES, GroupBy.STORAGE_CLASSES)
_SEGMENTS = st.text(st.sampled_from("ab.\n\x00é ") | st.characters(exclude_characters="/", exclude_categories=["Cs"]))
KEYS = st.lists(_SEGMENTS, min_size=1, max_size=9).map("/".join).filter(bool)


def entry(key: str, size: int = 1, day: int = 0, storage: str = "STANDARD") -> Entry:
    return Entry(key, size, START + timedelta(days=day), storage, "etag")


def pages(entries: Sequence[Entry], each: int = 1000) -> Iterator[Page]:
    for at in range(0, len(entries), each):
        yield Page(pa.array([], pa.string()), columns.from_entries(entries[at : at + each]))


def counted(entries: Sequence[Entry], place: Location = PLACE) -> Usage:
    """As a listing would bring them: in the order of their bytes, some pages at a time."""
    made = Usage(place)
    for page in pages(sorted(entries, key=lambda one: one.key.encode())):
        made.add([page])
    return made


def lines(made: Usage, group: GroupBy, place: Location = PLACE) -> dict[str | None, tuple[int, int]]:
    return {line.name: (line.objects, line.bytes) for line in report(Job(), made, place, group).lines}


def by_folder(entries: Sequence[Entry], prefix: str = "") -> dict[str | None, tuple[int, int]]:
    """The same in plain Python."""
    found: dict[str | None, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for one in entries:
        if one.key.startswith(prefix):
            folder, slash, _ = one.key[len(prefix) :].partition("/")
            name = folder + slash if slash else ""
            found[name] = found[name][0] + 1, found[name][1] + one.size
    return dict(found)


@given(st.dictionaries(KEYS, st.integers(0, 2**40), max_size=40), st.sampled_from(["STANDARD", "GLACIER"]))
def test_every_grouping_adds_up_to_the_total(sizes: dict[str, int], storage: str) -> None:
    entries = [entry(key, size, storage=storage) for key, size in sizes.items()]
    made = counted(entries)
    assert (made.objects, made.bytes) == (len(sizes), sum(sizes.values()))
    for group in GROUPS:
        found = report(Job(), made, PLACE, group)
        assert (found.objects, found.bytes) == (made.objects, made.bytes)
        assert sum(line.objects for line in found.lines) == made.objects
        assert sum(line.bytes for line in found.lines) == made.bytes
    assert lines(made, GroupBy.FOLDERS) == by_folder(entries)


@given(st.dictionaries(KEYS, st.integers(0, 2**40), min_size=1, max_size=40), st.data())
def test_a_folder_further_down_is_told_as_if_it_were_counted_by_itself(
    sizes: dict[str, int], data: st.DataObject
) -> None:
    entries = [entry(key, size) for key, size in sizes.items()]
    made = counted(entries)
    folders = {key[: at + 1] for key in sizes for at, char in enumerate(key) if char == "/"} | {""}
    place = Location("b", data.draw(st.sampled_from(sorted(folders))))
    if made.knows(place):
        assert lines(made, GroupBy.FOLDERS, place) == by_folder(entries, place.prefix)
        below = [one for one in entries if one.key.startswith(place.prefix)]
        assert lines(made, GroupBy.TYPES, place) == lines(counted(below, place), GroupBy.TYPES, place)
    else:
        assert place.prefix.count("/") >= usage.DEPTH
        with pytest.raises(LookupError):
            report(Job(), made, place, GroupBy.FOLDERS)


@given(st.dictionaries(KEYS, st.integers(0, 2**40), max_size=40))
def test_totals_stay_exact_when_less_is_told_apart(sizes: dict[str, int]) -> None:
    entries = [entry(key, size) for key, size in sizes.items()]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(usage, "MOST_ROWS", 5)
        patch.setattr(usage, "_WORTH_MERGING", 1)
        patch.setattr(usage, "MOST_FOLDERS", 3)
        made = Usage(PLACE)
        for page in pages(sorted(entries, key=lambda one: one.key.encode()), 3):
            made.add([page])
    for group in GROUPS:
        found = lines(made, group)
        assert sum(objects for objects, _ in found.values()) == len(sizes)
        assert sum(size for _, size in found.values()) == sum(sizes.values())
    true = by_folder(entries)
    told = lines(made, GroupBy.FOLDERS)
    assert all(told[name] == true[name] for name in told if name is not None)


def test_a_million_folders_take_no_more_memory_than_the_largest_ten_thousand() -> None:
    made = Usage(PLACE)
    kind = columns.schema()
    for start in range(0, 1_000_000, 25_000):
        keys = [f"{number:07}/data.csv" for number in range(start, start + 25_000)]
        sizes = [str(10_000_000 if number % 1_000 == 7 else 1) for number in range(start, start + 25_000)]
        batch = columns.objects(keys, sizes, (), (), ())
        assert batch.schema == kind
        made.add([Page(pa.array([], pa.string()), batch)])
        assert sum(part.nbytes for part in made.held.parts) < 3 * usage.MOST_BYTES
    found = report(Job(), made, PLACE, GroupBy.FOLDERS)
    assert (made.objects, made.bytes) == (1_000_000, 1_000 * 10_000_000 + 999_000)
    assert len(found.lines) == usage.MOST_FOLDERS + 1
    large = [line.name for line in found.lines if line.bytes == 10_000_000]
    assert large == [f"{number:07}/" for number in range(7, 1_000_000, 1_000)]
    assert found.lines[-1].name is None
    assert sum(line.objects for line in found.lines) == 1_000_000
    assert lines(made, GroupBy.TYPES) == {"csv": (1_000_000, made.bytes)}


def test_more_endings_than_anyone_reads_become_one_line() -> None:
    entries = [entry(f"f{number}.{ending}", number) for number, ending in enumerate(_endings(1_000))]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(usage, "MOST_ROWS", 400)
        patch.setattr(usage, "_WORTH_MERGING", 100)
        made = Usage(PLACE)
        for page in pages(entries, 100):
            made.add([page])
    found = lines(made, GroupBy.TYPES)
    assert len(found) == usage.MOST_ENDINGS + 1
    assert None in found
    assert sum(objects for objects, _ in found.values()) == 1_000


def _endings(number: int) -> Iterator[str]:
    for n in range(number):
        yield "x" + "".join("abcdefghij"[int(digit)] for digit in f"{n:04}")


def test_endings_are_read_as_people_do() -> None:
    keys = "a.csv A.CSV b.csv.gz c.tar.gz d.gz e.001 f.002 g h.2024-01-01 i/j.k/l m/ .hidden n. o.x.parquet p.2024.gz"
    made = counted([entry(key) for key in keys.split()])
    assert {name: found[0] for name, found in lines(made, GroupBy.TYPES).items()} == Counter(
        {"csv": 2, "csv.gz": 1, "tar.gz": 1, "gz": 2, NUMBERED: 2, "": 4, MARKER: 1, "hidden": 1, "parquet": 1}
    )


def test_hostile_keys_keep_their_folders() -> None:
    keys = ["//x", "/x", "a//b", "a/\n/b", "a/\x00/b\n", "\u202e/x", "a" * 1000 + "/x", "/".join("a" * 500), "e/"]
    made = counted([entry(key, 2**n) for n, key in enumerate(keys)])
    top = lines(made, GroupBy.FOLDERS)
    assert top["/"] == (2, 3)  # a folder without a name
    assert lines(made, GroupBy.FOLDERS, Location("b", "/")) == {"/": (1, 1), "": (1, 2)}
    assert lines(made, GroupBy.FOLDERS, Location("b", "a/"))["\n/"] == (1, 8)
    assert top["\u202e/"] == (1, 32)
    assert lines(made, GroupBy.FOLDERS, Location("b", "e/")) == {"": (1, 256)}
    assert made.knows(Location("b", "a/" * 5))
    assert not made.knows(Location("b", "a/" * 6))
    assert not made.knows(Location("other", ""))


def test_largest_oldest_and_newest_objects() -> None:
    entries = [entry(f"k{number:04}", size=number * 7919 % 5000, day=number * 31 % 3000) for number in range(3000)]
    entries.append(Entry("undated", 10**9, None, "STANDARD", "etag"))
    made = counted(entries)
    largest = report(Job(), made, PLACE, GroupBy.LARGEST).lines
    assert [line.name for line in largest] == [
        one.key for one in sorted(entries, key=lambda one: (-one.size, one.key))[:100]
    ]
    dated = [one for one in entries if one.modified]
    by_time = sorted(dated, key=lambda one: (one.modified or START, one.key))
    assert [line.name for line in report(Job(), made, PLACE, GroupBy.OLDEST).lines] == [
        one.key for one in by_time[:100]
    ]
    newest = report(Job(), made, PLACE, GroupBy.NEWEST).lines
    assert [line.modified for line in newest] == [one.modified for one in by_time[::-1][:100]]
    with pytest.raises(LookupError):
        report(Job(), made, Location("b", "k0/"), GroupBy.LARGEST)


def test_nothing_counted_is_an_empty_report() -> None:
    for group in GroupBy:
        assert report(Job(), Usage(PLACE), PLACE, group) == Report(PLACE, group, [], 0, 0)


# on a server


@pytest.fixture
def filled(server_client: S3Client, bucket: str) -> str:
    """A few files in folders, a marker among them."""
    bodies = {"a.txt": 3, "logs/x.csv": 10, "logs/y.csv": 20, "logs/deep/z.gz": 30, "logs2/q": 5, "empty/": 0}
    for key, size in bodies.items():
        server_client.put_object(Bucket=bucket, Key=key, Body=b"x" * size)
    return bucket


def test_count_tells_what_the_server_holds(job: Job, connection: Connection, filled: str) -> None:
    made = Usage(Location(filled))
    count(job, connection, made)
    assert lines(made, GroupBy.FOLDERS, Location(filled)) == {
        "logs/": (3, 60), "logs2/": (1, 5), "": (1, 3), "empty/": (1, 0)
    }  # fmt: skip
    assert made.requests >= 1
    assert job.done == 6
    below = Usage(Location(filled, "logs/"))
    count(Job(), connection, below)
    assert lines(below, GroupBy.FOLDERS, Location(filled, "logs/")) == {"deep/": (1, 30), "": (2, 30)}
    inside = Usage(Location(filled, "empty/"))
    count(Job(), connection, inside)
    assert lines(inside, GroupBy.FOLDERS, Location(filled, "empty/")) == {"": (1, 0)}


def test_what_was_counted_before_an_error_stays(
    job: Job,
    server_client: S3Client,
    bucket: str,
    proxied: Connection,
    fault_proxy: FaultProxy,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for number in range(20):
        server_client.put_object(Bucket=bucket, Key=f"{number:02}", Body=b"x")
    fault_proxy.on(lambda seen: "continuation-token" in seen.query, error(403, "AccessDenied"))
    made = Usage(Location(bucket))
    monkeypatch.setattr(usage, "Scope", lambda place, below: Scope(place, below=below, size=10))
    with pytest.raises(AccessDeniedError):
        count(job, proxied, made)
    assert made.objects == 10
    assert sum(line.bytes for line in report(Job(), made, Location(bucket), GroupBy.FOLDERS).lines) == 10


def test_a_cancelled_count_ends_at_once(connection: Connection, filled: str) -> None:
    job = Job()
    job.cancel()
    with pytest.raises(CancelledError):
        count(job, connection, Usage(Location(filled)))
