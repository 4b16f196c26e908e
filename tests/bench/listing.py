"""A folder with many keys: from pressing Enter in the real window to its last row, against what others take."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tests.bench.case import Case, paired
from tests.bench.children import Figures, medians, said_by
from tests.bench.keys import SPACES
from tests.bench.peers import PEERS, installed
from tests.bench.serving import Served, endpoint_with

CASES = ("asked", "million", "same-keys")
_SLOW = {"awscli", "boto3"}  # minutes for a million keys: one run says enough
_MILLION = 1_000_000
_MILLION_LATENCY_MS = 50
_SAME_KEYS_LATENCY_MS = 20  # so that asking for several pages at once pays


@dataclass(frozen=True)
class Wish:
    """What to measure: `keys` and `latency_ms` are those of the case `asked`, `same_keys` those of `same-keys`."""

    keys: int = 200_000
    latency_ms: float = 0
    runs: int = 3
    cases: Sequence[str] = CASES
    peers: Sequence[str] = PEERS
    same_keys: int = 60_000


def listing(wish: Wish) -> Iterator[Case]:
    """The cases asked for, one after the other; the peers' runs lie between ours."""
    with tempfile.TemporaryDirectory(prefix="s3desk-bench-") as home:
        if "asked" in wish.cases:
            yield _measured(wish, wish.keys, wish.latency_ms, once=set(), home=home)
        if "million" in wish.cases:
            yield _measured(wish, _MILLION, _MILLION_LATENCY_MS, once=_SLOW, home=home)
        if "same-keys" in wish.cases:
            for space in SPACES:
                if space != "foldered":  # its table shows folders, not the keys in them
                    yield _same_keys(space, wish.same_keys, home)


def _measured(wish: Wish, keys: int, latency_ms: float, *, once: set[str], home: str) -> Case:
    peers, missing = installed(wish.peers)
    ours: list[Figures] = []
    theirs: dict[str, list[Figures]] = {peer.name: [] for peer in peers}
    with endpoint_with(keys, latency_ms=latency_ms) as served:
        for number in range(wish.runs):
            ours.append(_in_window(served, keys, home))
            for peer in peers:
                if number == 0 or peer.name not in once:
                    theirs[peer.name].append(peer.list(served, home))
    return Case(
        bench="listing",
        case=f"{keys} keys, {latency_ms:g} ms",
        s3desk=medians(ours),
        peers={name: medians(runs) | {"runs": len(runs)} for name, runs in theirs.items()},
        ratio={name: _ratio(ours, runs) for name, runs in theirs.items()},
        runs=wish.runs,
        missing=missing,
    )


def _ratio(ours: Sequence[Figures], theirs: Sequence[Figures]) -> float:
    return paired([run.wall_s for run in ours[: len(theirs)]], [run.wall_s for run in theirs])


def _in_window(served: Served, keys: int, home: str) -> Figures:
    return Figures(**said_by("tests.bench.list_in_window", home, served.url, str(keys)))


def _same_keys(space: str, keys: int, home: str) -> Case:
    """Whether the table has each key once; the endpoint hashes the same keys from their formula."""
    with endpoint_with(keys, latency_ms=_SAME_KEYS_LATENCY_MS, space=space) as served:
        said: dict[str, Any] = dict(said_by("tests.bench.list_in_window", home, served.url, str(keys), "hash"))
        same = said.pop("sha256") == served.sha256()
    return Case(
        bench="listing",
        case=f"same keys, {space}, {keys} keys",
        s3desk={"same_keys": same} | said,
        peers={},
        ratio={},
        runs=1,
    )
