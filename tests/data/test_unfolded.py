"""A window over a compressed text: every row once and in order, and bombs stay harmless."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import tracemalloc
from collections.abc import Callable
from concurrent.futures import CancelledError
from itertools import count, pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from s3desk.data.looking.preview import TablePreview, preview
from s3desk.data.looking.unfolding import DAMAGES, unfolding
from s3desk.data.windows import unfolded
from s3desk.data.windows.kept import KEPT_ROWS, Kept
from s3desk.data.windows.opening import window_over
from s3desk.data.windows.window import RowWindow
from s3desk.s3.connection import Connection
from s3desk.s3.errors import ChangedError, UnreachableError, UnsupportedError
from s3desk.s3.job import Job
from tests.data.corpus_bytes import by_arrow, noisy_csv
from tests.servers import faults
from tests.servers.fault_proxy import FaultProxy
from tests.servers.info import ServerInfo

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

ROWS = 60_000
RAW = noisy_csv(ROWS)
COMPRESS: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zst": lambda data: by_arrow(data, "zstd"),
    "lz4": lambda data: by_arrow(data, "lz4"),
}
NAMES = {"gz": "gzip", "bz2": "bzip2", "xz": "xz", "zst": "zstd", "lz4": "lz4"}
Opened = Callable[[str, bytes], RowWindow]


@pytest.fixture
def server(seaweedfs: ServerInfo) -> ServerInfo:
    """One server is enough: what differs between them is tested with the ranged file."""
    return seaweedfs


@pytest.fixture
def opened(watched: Connection, server_client: S3Client, bucket: str, fault_proxy: FaultProxy) -> Opened:
    """Store a body, preview it, and open a window over it."""

    def open_(key: str, body: bytes) -> RowWindow:
        server_client.put_object(Bucket=bucket, Key=key, Body=body)
        window = window_over(preview(Job(), watched, bucket, key), watched, bucket, key)
        assert isinstance(window, RowWindow)
        fault_proxy.forget()
        return window

    return open_


def ids(kept: Kept) -> list[int]:
    """The numbers in the first column, which follow each other and say what the rows' numbers say."""
    found = [int(row[0] or 0) for block in kept.blocks for row in block.rows]
    assert found == list(range(kept.number, kept.number + len(found)))
    assert kept.exact
    return found


def to_the_end(window: RowWindow, kept: Kept, seen: list[Kept] | None = None) -> Kept:
    """Scroll down; what was `seen` on the way is added."""
    while not kept.at_end:
        kept = window.more(Job(), kept)
        ids(kept)
        if seen is not None:
            seen.append(kept)
    return kept


def test_every_compression_is_scrolled_to_its_end_and_back(
    opened: Opened, fault_proxy: FaultProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unfolded, "KEPT", 600_000)
    for end, compress in COMPRESS.items():
        body = compress(RAW)
        window = opened(f"x.csv.{end}", body)
        assert window.why_no_jump == f"A {NAMES[end]} file can only be read from its start on: scroll, or find text."
        kept = window.opening
        seen = ids(kept)
        while not kept.at_end:
            kept = window.more(Job(), kept)
            assert kept.count <= KEPT_ROWS
            seen = seen[: kept.number] + ids(kept)
        assert seen == list(range(ROWS))
        assert window.rows_in_all() == pytest.approx(ROWS, rel=0.01)
        assert fault_proxy.downloaded == window.bytes_fetched == len(body)
        assert len(fault_proxy.requests) == window.requests == -(-len(body) // unfolded.RANGE)
        assert window.position(kept, kept.count - 1) > 0.99
        while not kept.at_start:  # what is not kept any more is unfolded anew
            kept = window.back(Job(), kept)
            ids(kept)


def test_reading_on_costs_a_range_when_it_is_needed(opened: Opened, fault_proxy: FaultProxy) -> None:
    window = opened("x.csv.gz", COMPRESS["gz"](RAW))
    kept = window.more(Job(), window.opening)
    assert [request.range for request in fault_proxy.requests] == ["bytes=0-131071"]
    kept = window.more(Job(), window.more(Job(), kept))
    assert len(fault_proxy.requests) <= 3
    assert window.rows_in_all() == pytest.approx(ROWS, rel=0.1)


def test_text_is_found_and_the_end_is_refused(opened: Opened) -> None:
    window = opened("x.csv.zst", COMPRESS["zst"](RAW.replace(b"\n41000,", b"\n41000,the Needle ")))
    hit = window.search(Job(), "needle", window.opening.mark(0))
    assert hit is not None
    assert (hit.number, hit.exact) == (41_000, True)
    assert window.search(Job(), "needle", hit.mark(1)) is None
    with pytest.raises(UnsupportedError, match="from its start on"):
        window.jump(Job(), 1)
    assert window.jump(Job(), 0).number == 0


def test_json_lines_and_texts_go_on_too(opened: Opened) -> None:
    lines = b"".join(json.dumps({"id": n, "name": f"n {n * 7919 % 10007}"}).encode() + b"\n" for n in range(40_000))
    for key, first in (("x.jsonl.gz", "39999"), ("x.log.gz", "line 119999")):
        body = lines if "json" in key else b"".join(b"line %d\n" % n for n in range(120_000))
        window = opened(key, gzip.compress(body))
        kept = window.opening
        for _ in range(100):
            if kept.at_end:
                break
            kept = window.more(Job(), kept)
        assert kept.blocks[-1].rows[-1][0] == first
        assert (kept.number + kept.count, kept.exact) == (120_000 if "log" in key else 40_000, True)


def test_a_bomb_costs_what_is_looked_at(opened: Opened, fault_proxy: FaultProxy) -> None:
    header = b"id,value\n" + b"1,2\n" * 300
    for key, unit in (
        ("rows.csv.gz", b"1,2\n"),
        ("line.csv.gz", b"x"),
        ("blank.csv.gz", b"\n"),
        ("zero.csv.zst", b"0"),
    ):
        bomb = header + unit * ((48 << 20) // len(unit))
        body = gzip.compress(bomb, 1) if key.endswith("gz") else by_arrow(bomb, "zstd")
        del bomb
        window = opened(key, body)
        kept = window.opening
        tracemalloc.start()
        try:
            for _ in range(3):
                kept = window.more(Job(), kept)
        except UnsupportedError:
            assert key in ("line.csv.gz", "blank.csv.gz", "zero.csv.zst")
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 40 << 20
        assert kept.count <= KEPT_ROWS
        assert len(fault_proxy.requests) <= 2


def test_damage_and_a_cut_are_told_after_the_rows_before_them(opened: Opened) -> None:
    whole = COMPRESS["gz"](RAW)
    for body in (whole[: len(whole) // 2], whole[: len(whole) // 2] + b"\xff" * 1000 + whole[len(whole) // 2 + 1000 :]):
        window = opened("x.csv.gz", body)
        seen: list[Kept] = []
        with pytest.raises(UnsupportedError, match="damaged or incomplete"):
            to_the_end(window, window.opening, seen)
        assert seen[-1].number + seen[-1].count > ROWS // 3
        assert not seen[-1].at_end


def test_after_a_broken_connection_or_a_cancel_one_reads_on(opened: Opened, fault_proxy: FaultProxy) -> None:
    for end in ("gz", "zst"):
        window = opened(f"x.csv.{end}", COMPRESS[end](RAW))
        kept = window.more(Job(), window.opening)
        fault_proxy.on(lambda request: request.method == "GET", faults.CutBody(100), times=1)
        with pytest.raises(UnreachableError):
            to_the_end(window, kept)
        job = Job()
        job.cancel()
        with pytest.raises(CancelledError):
            window.more(job, kept)
        kept = to_the_end(window, kept)
        assert kept.number + kept.count == ROWS


def test_a_replaced_file_is_not_mixed(opened: Opened, server_client: S3Client, bucket: str) -> None:
    window = opened("x.csv.gz", COMPRESS["gz"](RAW))
    server_client.put_object(Bucket=bucket, Key="x.csv.gz", Body=COMPRESS["gz"](RAW[::-1]))
    with pytest.raises(ChangedError):
        window.more(Job(), window.opening)


def test_a_short_one_needs_no_window(watched: Connection, server_client: S3Client, bucket: str) -> None:
    server_client.put_object(Bucket=bucket, Key="x.csv.gz", Body=gzip.compress(b"a,b\n1,2\n"))
    found = preview(Job(), watched, bucket, "x.csv.gz")
    assert isinstance(found, TablePreview)
    assert window_over(found, watched, bucket, "x.csv.gz") is None


SMALL = noisy_csv(300)


@settings(deadline=None)  # the machine may be busy
@given(
    end=st.sampled_from(sorted(COMPRESS)),
    cuts=st.lists(st.integers(0, len(SMALL)), max_size=3),
    piece=st.integers(1, 500),
    most=st.integers(1, 3000),
    lost=st.booleans(),
)
def test_pieces_of_any_size_unfold_to_the_content(end: str, cuts: list[int], piece: int, most: int, lost: bool) -> None:
    """Also of several streams one after the other; of a cut one to what came before the cut."""
    edges = [0, *sorted(cuts), len(SMALL)]
    packed = b"".join(COMPRESS[end](SMALL[a:b]) for a, b in pairwise(edges))
    packed = packed[:-7] if lost else packed
    steps = count()

    def more() -> bytes:
        at = next(steps) * piece
        return packed[at : at + piece]

    stream, out = unfolding(NAMES[end], more), b""
    try:
        while found := stream.read(most):
            assert len(found) <= most
            out += found
    except DAMAGES:
        assert lost
        assert SMALL.startswith(out)
    else:
        assert out == SMALL or (lost and SMALL.startswith(out))
