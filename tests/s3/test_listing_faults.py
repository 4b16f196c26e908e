"""Listings of servers that do it otherwise, change under way or break: nothing lost, nothing twice, or an S3Error."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ALL_COMPLETED, ThreadPoolExecutor
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from s3desk.s3 import streaming
from s3desk.s3.errors import AccessDeniedError, S3Error, UnreachableError
from s3desk.s3.feed import Feed
from s3desk.s3.job import Job
from s3desk.s3.listing import Scope, list_page
from s3desk.s3.location import Location
from s3desk.s3.streaming import stream
from tests.bench.pages import Asked
from tests.s3.conftest import seconds_to_cancel
from tests.s3.listings import Listed, anonymous, key_sets, listed, sequential, streamed
from tests.servers.fault_proxy import FaultProxy, fault_proxy_before
from tests.servers.faults import CutBody, Fault, Seen, Stall, captive_portal, error, slow_down
from tests.servers.listing_server import BUCKET, ListingServer, Manners, listing_server, rolled_up

if TYPE_CHECKING:
    from s3desk.s3.connection import Connection

FLAT = [f"p/{n:05}" for n in range(1500)]
SCOPE = Scope(Location(BUCKET, "p/"), size=50)  # 30 pages
SLOW = (0.02, 0.02)
_REFUSED = error(400, "InvalidArgument")


@pytest.fixture(scope="module")
def listing() -> Iterator[ListingServer]:
    """A server of whatever keys and manners a test gives it."""
    with listing_server() as server:
        yield server


@pytest.fixture(scope="module")
def odd(listing: ListingServer) -> Connection:
    """A connection to it."""
    return anonymous(listing.url)


@pytest.fixture(scope="module")
def proxy(listing: ListingServer) -> Iterator[FaultProxy]:
    """A proxy before it."""
    with fault_proxy_before(listing.url) as proxy:
        yield proxy


@pytest.fixture
def broken(listing: ListingServer, proxy: FaultProxy) -> Connection:
    """A connection through the proxy, which has no rules yet, to 1,500 keys on a slow server."""
    proxy.rules.clear()
    proxy.forget()
    listing.hold(FLAT, Manners(latency_s=SLOW))
    return anonymous(proxy.endpoint_url)


def is_v2(seen: Seen) -> bool:
    """Whether this is ListObjectsV2."""
    return "list-type=2" in seen.query


def has_start_after(seen: Seen) -> bool:
    """Whether this asks for what follows a key."""
    return "start-after=" in seen.query


# ---------------------------------------------------------------- other manners

ORDERS: dict[str, Callable[[str], Any]] = {
    "backwards": lambda key: tuple(-ord(character) for character in key),
    "by the end": lambda key: key[::-1],
    "as a file tree": lambda key: key.split("/"),
    "without case": lambda key: (key.casefold(), key),
    "UTF-16": lambda key: key.encode("utf-16-be"),
}


@given(st.data(), st.sampled_from(sorted(ORDERS)), st.booleans(), st.booleans())
@settings(max_examples=40, deadline=None)
def test_any_order_of_the_list_will_do(
    listing: ListingServer, odd: Connection, data: st.DataObject, order: str, below: bool, knows: bool
) -> None:
    keys = data.draw(key_sets("p/", most=300))
    scope = Scope(Location(BUCKET, "p/"), below=below, size=data.draw(st.integers(1 + len(keys) // 30, 50)))
    listing.hold(keys, Manners(order=ORDERS[order], knows_start_after=knows))
    expected = sequential(odd, scope)
    manners = Manners(
        order=ORDERS[order], knows_start_after=knows, latency_s=data.draw(st.sampled_from([SLOW, (0, 0.02)]))
    )
    listing.hold(keys, manners)
    assert_same(streamed(odd, scope), expected)


def assert_same(found: Listed, expected: Listed) -> None:
    """The same rows in the same order, and no error."""
    assert found.error is None
    assert found.folders == expected.folders
    assert found.objects.equals(expected.objects)
    assert found.markers == expected.markers


@pytest.mark.parametrize("below", [True, False])
@pytest.mark.parametrize(
    "manners",
    [Manners(most=7), Manners(least=120), Manners(knows_v2=False), Manners(tells_again=True)],
    ids=["short pages", "long pages", "old", "folder again"],
)
def test_other_manners_do_no_harm(listing: ListingServer, odd: Connection, manners: Manners, below: bool) -> None:
    scope = Scope(Location(BUCKET, "p/"), below=below, size=20)
    keys = [f"p/{n // 3:03}/{n}" for n in range(300)] + [f"p/{n:03}.csv" for n in range(200)]
    listing.hold(keys, Manners())
    expected = sequential(odd, scope)
    listing.hold(keys, replace(manners, latency_s=SLOW))
    assert_same(streamed(odd, scope), expected)


def test_a_server_without_the_second_listing_is_streamed_too(
    listing: ListingServer, proxy: FaultProxy, broken: Connection
) -> None:
    proxy.on(is_v2, error(501, "NotImplemented"))
    assert streamed(broken, SCOPE).names == FLAT
    assert streamed(broken, replace(SCOPE, below=True)).names == FLAT


# ---------------------------------------------------------------- changes under way


@given(st.data(), st.booleans())
@settings(max_examples=40, deadline=None)
def test_what_is_there_throughout_is_told_once(
    listing: ListingServer, odd: Connection, data: st.DataObject, below: bool
) -> None:
    keys = data.draw(key_sets("p/", most=300))
    random = Random(data.draw(st.integers(0, 1 << 32)))  # noqa: S311  # which keys come and go
    moving = {key for key in keys if random.random() < 0.4}
    now = set(keys)

    def change(_asked: Asked, _number: int) -> None:
        for key in random.sample(sorted(moving), min(5, len(moving))):
            now.symmetric_difference_update({key})
        listing.hold(now)

    listing.hold(keys, Manners(instead=change, latency_s=(0, 0.012)))
    found = streamed(odd, Scope(Location(BUCKET, "p/"), below=below, size=1 + len(keys) // 30))
    assert found.error is None
    names = found.names + [marker.key for marker in found.markers]
    assert len(set(names)) == len(names)
    below_it = {key for key in keys if key.startswith("p/")}
    stays = {key if below else rolled_up(key, "p/", "/") for key in below_it - moving}
    assert stays <= set(names) <= {key if below else rolled_up(key, "p/", "/") for key in below_it}


# ---------------------------------------------------------------- servers that break


@pytest.mark.parametrize(
    "fault", [error(400, "InvalidArgument"), error(501, "NotImplemented"), captive_portal(), CutBody(300)],
    ids=["400", "501", "portal", "cut"],
)  # fmt: skip
def test_a_server_that_refuses_start_after_is_listed_page_by_page(
    proxy: FaultProxy, broken: Connection, fault: Fault
) -> None:
    rule = proxy.on(has_start_after, fault)
    assert streamed(broken, SCOPE).names == FLAT
    assert rule.fired


@pytest.mark.parametrize("good", range(2, 12))
def test_a_page_that_arrives_together_with_an_error_is_kept(
    proxy: FaultProxy, broken: Connection, monkeypatch: pytest.MonkeyPatch, good: int
) -> None:
    monkeypatch.setattr(streaming, "FIRST_COMPLETED", ALL_COMPLETED)  # a machine too busy to look at each by itself
    proxy.on(lambda seen: has_start_after(seen) and sum(map(has_start_after, proxy.requests)) > good, _REFUSED)
    assert streamed(broken, SCOPE).names == FLAT


def test_what_came_before_an_error_is_there(proxy: FaultProxy, broken: Connection) -> None:
    proxy.on(lambda _: len(proxy.requests) > 15, error(403, "AccessDenied"))
    found = streamed(broken, SCOPE)
    assert isinstance(found.error, AccessDeniedError)
    assert found.names
    assert found.names == FLAT[: len(found.names)]


def test_a_server_that_is_busy_gets_fewer_requests(
    listing: ListingServer, proxy: FaultProxy, broken: Connection
) -> None:
    assert streamed(broken, SCOPE).names == FLAT
    unhindered = listing.counts.most_at_once
    listing.forget()
    rule = proxy.on(is_v2, slow_down(), every=2, times=20)
    feed = Feed()
    stream(Job(), broken, SCOPE, feed)
    assert listed(feed.drain(Job())).names == FLAT
    assert rule.fired > 10
    assert feed.slowed >= 5
    assert listing.counts.most_at_once < unhindered


EMPTY = (
    "<ListBucketResult><Name>odd</Name><IsTruncated>true</IsTruncated><EncodingType>url</EncodingType>"
    "<NextContinuationToken>{token}</NextContinuationToken>{rows}</ListBucketResult>"
)


@pytest.mark.parametrize("since", [1, 10], ids=["from the first", "later"])
@pytest.mark.parametrize("size", [0, 1, 1000])
def test_a_server_that_never_ends_is_noticed(listing: ListingServer, odd: Connection, size: int, since: int) -> None:
    rows = "".join(f"<Contents><Key>p/x{n}</Key><Size>1</Size></Contents>" for n in range(size))

    def endless(_asked: Asked, number: int) -> bytes | None:
        return EMPTY.format(token=number, rows=rows).encode() if number >= since else None

    listing.hold(FLAT, Manners(instead=endless, latency_s=(0, 0.004)))
    listing.forget()
    found = streamed(odd, SCOPE)
    assert found.error is not None
    assert found.error.code == "RepeatedPage"
    assert len(set(found.names)) == len(found.names)
    assert len(listing.asked) < 2000  # a hundred for each range under way


@pytest.mark.parametrize("since", [1, 10], ids=["from the first", "later"])
def test_a_repeated_token_is_noticed(listing: ListingServer, odd: Connection, since: int) -> None:
    body = EMPTY.format(token="again", rows="<Contents><Key>p/00100</Key><Size>1</Size></Contents>").encode()
    listing.hold(FLAT, Manners(instead=lambda _, number: body if number >= since else None, latency_s=SLOW))
    listing.forget()
    found = streamed(odd, SCOPE)
    assert found.error is not None
    assert found.error.code == "RepeatedPage"
    assert len(found.names) - len(set(found.names)) <= 1  # the key that is told in its place and out of it
    assert len(listing.asked) < 60


@pytest.mark.parametrize("fault", [Stall(), Stall(500), slow_down()], ids=["head", "body", "busy"])
def test_cancel_in_the_middle_is_felt_at_once(proxy: FaultProxy, broken: Connection, fault: Fault) -> None:
    job, feed = Job(), Feed()
    rule = proxy.on(lambda _: len(proxy.requests) > 12, fault)
    assert seconds_to_cancel(job, lambda: rule.fired >= 4, lambda: stream(job, broken, SCOPE, feed)) < 1
    assert not [thread.name for thread in threading.enumerate() if thread.name.startswith("s3desk-list")]
    found = listed(feed.drain(Job())).names
    assert found
    assert found == FLAT[: len(found)]


# ---------------------------------------------------------------- answers that are none

_ROW = "<Contents><Key>p/a</Key><Size>1</Size><LastModified>2024-01-02T03:04:05Z</LastModified></Contents>"
_GOOD = EMPTY.format(token="t", rows=_ROW)
_ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'
NO_LISTINGS = {
    "nothing": "",
    "text": "Bad gateway",
    "JSON": '{"ok": true}',
    "HTML": "<!DOCTYPE html><html><head><meta charset=utf-8></head><body>Sign in<br></body></html>",
    "XHTML": "<html><body>Please sign in</body></html>",
    "an empty document": "<ListBucketResult/>",
    "an error": "<Error><Code>AccessDenied</Code><Message>no</Message></Error>",
    "entities": _ENTITIES + _GOOD.replace("p/a", "&b;"),
    "a size in words": _GOOD.replace("<Size>1<", "<Size>one<"),
    "no size": _GOOD.replace("<Size>1<", "<Size><"),
    "a size beyond all": _GOOD.replace("<Size>1<", f"<Size>{1 << 70}<"),
    "a time in words": _GOOD.replace("2024-01-02T03:04:05Z", "yesterday-ish"),
    "a time beyond all": _GOOD.replace("2024-01-02T03:04:05Z", "9" * 30),
    "the year 0": _GOOD.replace("2024-", "0000-"),
    "two keys": _GOOD.replace("<Size>", "<Key>p/b</Key><Size>"),
    "two sizes": _GOOD.replace("<Size>", "<Size>2</Size><Size>"),
    "no key": _GOOD.replace("<Key>p/a</Key>", ""),
    "elements in a key": _GOOD.replace("p/a", "p/<b>a</b>"),
    "a folder without a name": _GOOD.replace("<Contents>", "<CommonPrefixes><x/></CommonPrefixes><Contents>"),
    "an unknown end": _GOOD.replace("true", "perhaps"),
    "two ends": _GOOD.replace("</Name>", "</Name><IsTruncated>false</IsTruncated>"),
    **{f"cut at {cut}": _GOOD[:cut] for cut in (1, 17, 100, _GOOD.index("<Size>"), len(_GOOD) - 1)},
}


def test_an_answer_that_is_no_listing_is_an_error(listing: ListingServer, odd: Connection) -> None:
    kinds = sorted(NO_LISTINGS)

    def answer(asked: Asked, _number: int) -> bytes:
        return NO_LISTINGS[kinds[int(asked.prefix.decode().strip("/"))]].encode()

    def outcome(number: int) -> object:
        try:
            return list_page(Job(), odd, Location(BUCKET, f"{number}/"))
        except S3Error as error:
            return type(error)

    listing.hold([], Manners(instead=answer))
    with ThreadPoolExecutor(16) as pool:  # some are asked for four times, with pauses
        outcomes = dict(zip(kinds, pool.map(outcome, range(len(kinds))), strict=True))
    expected = dict.fromkeys(kinds, UnreachableError) | {"an error": AccessDeniedError}
    assert outcomes == expected


def test_a_good_answer_of_the_same_form_is_a_page(listing: ListingServer, odd: Connection) -> None:
    listing.hold([], Manners(instead=lambda _asked, _number: _GOOD.encode()))
    page = list_page(Job(), odd, Location(BUCKET))
    assert [(entry.key, entry.size) for entry in page.entries] == [("p/a", 1)]
