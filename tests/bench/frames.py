"""The real window under load: the gaps between its pictures while keys arrive, are sorted, filtered and scrolled."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator

from tests.bench.case import Case
from tests.bench.children import said_by
from tests.bench.serving import endpoint_with

KEYS, LATENCY_MS = 1_000_000, 20
_FILTER = "77"


def frames(keys: int = KEYS, latency_ms: float = LATENCY_MS) -> Iterator[Case]:
    """Four cases from one window; the table is made to repaint 60 times a second all the time."""
    with (
        tempfile.TemporaryDirectory(prefix="s3desk-bench-") as home,
        endpoint_with(keys, latency_ms=latency_ms) as served,
    ):
        round_trip_ms, matching = served.round_trip_ms(), served.containing(_FILTER)
        said = said_by("tests.bench.frames_in_window", home, served.url, str(keys), _FILTER, str(matching))
    for name, figures in said.items():
        extra = {"round_trip_ms": round_trip_ms} if name == "arriving" else {}
        yield Case(
            bench="frames",
            case=f"{name}, {keys} keys, {latency_ms:g} ms",
            s3desk=figures | extra,
            peers={},
            ratio={},
            runs=1,
        )
