"""A listing by several requests at once gives what one request after the other gives."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from s3desk.s3.connection import Connection
from s3desk.s3.listing import Scope
from s3desk.s3.location import Location
from s3desk.s3.streaming import MOST_REQUESTS
from tests.bench.keys import PREFIX, SPACES, keys_of
from tests.s3.keys import TREE_KEYS
from tests.s3.listings import anonymous, key_sets, sequential, streamed
from tests.servers.listing_server import BUCKET, ListingServer, Manners, listing_server

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

    from tests.servers.info import ServerInfo

JITTER = (0.0, 0.012)  # seconds: answers overtake each other
SLOW = (0.02, 0.03)  # enough for many requests at once to be worth it
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f]")  # Ceph 16 writes them raw into its tokens and then answers 500


@pytest.fixture(scope="module")
def listing() -> Iterator[ListingServer]:
    """A server of whatever keys a test gives it."""
    with listing_server() as server:
        yield server


@pytest.fixture(scope="module")
def odd(listing: ListingServer) -> Connection:
    """A connection to it."""
    return anonymous(listing.url)


@given(st.data(), st.sampled_from(["", "p/", "p", "é/"]), st.booleans(), st.booleans())
@settings(max_examples=60, deadline=None)
def test_a_stream_gives_what_pages_give(
    listing: ListingServer, odd: Connection, data: st.DataObject, prefix: str, below: bool, tells_again: bool
) -> None:
    keys = data.draw(key_sets(prefix))
    size = data.draw(st.integers(1 + len(keys) // 40, 50), "size")
    most = data.draw(st.integers(1, MOST_REQUESTS), "most")
    scope = Scope(Location(BUCKET, prefix), below=below, size=size)
    listing.hold(keys, Manners(tells_again=tells_again))
    expected = sequential(odd, scope)
    wanted = {key for key in keys if key.startswith(prefix)}
    if below:
        assert set(expected.names) | {marker.key for marker in expected.markers} == wanted
    listing.hold(keys, Manners(tells_again=tells_again, latency_s=JITTER))
    listing.forget()
    found = streamed(odd, scope, most)
    assert found.error is None
    assert found.folders == expected.folders
    assert found.objects.equals(expected.objects)
    assert found.markers == expected.markers
    assert found.names == sorted(expected.names)
    assert listing.counts.most_at_once <= most
    assert len(listing.asked) <= 3 * expected.requests + 60


@pytest.mark.parametrize("space", SPACES)
def test_many_requests_are_under_way_and_never_too_many(listing: ListingServer, odd: Connection, space: str) -> None:
    keys = [key.decode() for key in keys_of(space, 2000)]
    listing.hold(keys, Manners())
    scope = Scope(Location(BUCKET, PREFIX), size=50)
    expected = sequential(odd, scope)
    listing.hold(keys, Manners(latency_s=SLOW))
    for most in (3, MOST_REQUESTS):
        listing.forget()
        found = streamed(odd, scope, most)
        assert found.error is None
        assert found.names == expected.names
        assert found.objects.equals(expected.objects)
        assert min(most, 4) <= listing.counts.most_at_once <= most
        assert found.requests == len(listing.asked) <= 2 * expected.requests + 60


def test_a_short_listing_is_one_request(listing: ListingServer, odd: Connection) -> None:
    listing.hold([f"p/{n:03}" for n in range(50)], Manners())
    listing.forget()
    assert len(streamed(odd, Scope(Location(BUCKET, "p/"), size=50)).names) == 50
    assert len(listing.asked) == 1


# ---------------------------------------------------------------- real servers


def _odd_keys(server: ServerInfo) -> list[str]:
    """What is hard to list: names of all kinds, folders of one object and of many."""
    drawn: set[str] = set()

    @given(TREE_KEYS)
    @settings(max_examples=80, deadline=None, database=None, derandomize=True, phases=[Phase.generate])
    def draw(key: str) -> None:
        drawn.update({key} if len(key) < 100 and not _CONTROLS.search(key) else ())

    draw()
    plain = {f"{n:05}.csv" for n in range(900)} | {f"f{n // 40:02}/{n:04}" for n in range(500)}
    plain |= {f"run {n:x}+{n % 7}.bin" for n in range(300)} | {f"{n:03}/only" for n in range(200)}
    return sorted(plain | {key for key in drawn if not _clashes(key, drawn | plain)})


def _clashes(key: str, keys: set[str]) -> bool:
    """A file tree holds no "a" beside "a/b"."""
    return any(other.startswith(f"{key}/") or key.startswith(f"{other}/") for other in keys)


def test_a_real_server_is_streamed_as_it_is_listed(
    server: ServerInfo, connection: Connection, bucket: str, server_client: S3Client
) -> None:
    keys = [f"p/{key}" for key in _odd_keys(server)]
    assert len(keys) > 1900
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda key: server_client.put_object(Bucket=bucket, Key=key, Body=b""), keys))
    for below in (True, False):
        scope = Scope(Location(bucket, "p/"), below=below, size=60)
        expected = sequential(connection, scope)
        if below:
            assert sorted(expected.names) == sorted(keys)
        found = streamed(connection, scope)
        assert found.error is None
        assert found.folders == expected.folders
        assert found.objects.equals(expected.objects)
        assert found.requests <= 3 * expected.requests + 60
