"""A window over a table with a directory: any rows of it as pyarrow reads them, for the bytes that they take."""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from s3desk.data.looking.preview import TablePreview, preview
from s3desk.data.parsers import arrowfile, parquet
from s3desk.data.parsers.parsed import Parsed
from s3desk.data.parsers.source import Source
from s3desk.data.windows.far import FarWindow
from s3desk.data.windows.kept import KEPT_ROWS, Kept
from s3desk.data.windows.opening import window_over
from s3desk.s3.connection import Connection
from s3desk.s3.errors import ChangedError, UnsupportedError
from s3desk.s3.job import Job
from tests.data import corpus_bytes as made
from tests.servers.fault_proxy import FaultProxy
from tests.servers.info import ServerInfo

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

Row = tuple[str | None, ...]
Opened = Callable[[str, bytes], FarWindow]


@pytest.fixture
def server(seaweedfs: ServerInfo) -> ServerInfo:
    """One server is enough: what differs between them is tested with the ranged file."""
    return seaweedfs


@pytest.fixture
def opened(watched: Connection, server_client: S3Client, bucket: str, fault_proxy: FaultProxy) -> Opened:
    """Store a body, preview it, and open a window over it."""

    def open_(key: str, body: bytes) -> FarWindow:
        server_client.put_object(Bucket=bucket, Key=key, Body=body)
        found = preview(Job(), watched, bucket, key)
        window = window_over(found, watched, bucket, key)
        assert window is not None
        fault_proxy.forget()
        return window

    return open_


def numbered(rows: int, noise: int = 0) -> pa.Table:
    """Numbered rows with nulls, and bytes that do not compress."""
    dice = random.Random(3)  # noqa: S311
    columns = {
        "id": pa.array(range(rows)),
        "name": [None if number % 5 == 0 else f"name {number}" for number in range(rows)],
    }
    if noise:
        columns["noise"] = pa.array([dice.randbytes(noise) for _ in range(rows)])
    return pa.table(columns)


def as_arrow(table: pa.Table, batch: int) -> bytes:
    sink = io.BytesIO()
    with pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table, max_chunksize=batch)
    return sink.getvalue()


def as_parquet(table: pa.Table, group: int) -> bytes:
    return made.parquet(table, row_group_size=group)


def all_rows(kept: Kept) -> list[Row]:
    return [row for block in kept.blocks for row in block.rows]


def first_cells(kept: Kept) -> list[int]:
    """The numbers in the first column, which follow each other."""
    cells = [int(row[0] or 0) for row in all_rows(kept)]
    assert cells == list(range(cells[0], cells[0] + len(cells)))
    return cells


def scroll(window: FarWindow, steps: int) -> None:
    """Down, so many times."""
    kept = window.opening
    for _ in range(steps):
        kept = window.more(Job(), kept)


BODIES = {
    "x.parquet": as_parquet(numbered(24_000), 1_500),
    "one.parquet": as_parquet(numbered(24_000), 24_000),
    "x.feather": as_arrow(numbered(24_000), 1_500),
    "many.arrow": as_arrow(numbered(24_000), 800),
}


@pytest.mark.parametrize("key", BODIES)
def test_scrolling_down_and_back_shows_every_row_once(
    opened: Opened, key: str, fault_proxy: FaultProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("s3desk.data.windows.footer_window._ROWS", 6_000)  # fewer processes
    window = opened(key, BODIES[key])
    kept = window.opening
    seen = first_cells(kept)
    while not kept.at_end:
        kept = window.more(Job(), kept)
        assert (kept.exact, kept.number) == (True, first_cells(kept)[0])
        assert kept.count <= KEPT_ROWS
        seen = seen[: kept.number] + first_cells(kept)
    assert seen == list(range(24_000))
    while not kept.at_start:
        kept = window.back(Job(), kept)
        assert kept.number == first_cells(kept)[0]
    assert window.bytes_fetched == fault_proxy.downloaded <= len(BODIES[key]) * 1.2, "nothing is fetched twice"
    assert window.requests == len(fault_proxy.requests)


@pytest.mark.parametrize("key", BODIES)
def test_the_end_and_any_percentage_are_exact(opened: Opened, key: str) -> None:
    window = opened(key, BODIES[key])
    end = window.jump(Job(), 1)
    assert (end.at_end, first_cells(end)[-1]) == (True, 23_999)
    is_counted = key != "many.arrow"  # of 30 batches the rows are not counted
    assert window.rows_in_all() == 24_000
    for fraction in (0.0, 0.37, 0.999):
        kept = window.jump(Job(), fraction)
        first = first_cells(kept)[0]
        assert abs(first - 24_000 * fraction) <= 2_000
        assert kept.exact is (is_counted or first == 0)
        assert kept.number == first
        assert window.position(kept, 0) == pytest.approx(first / 24_000, abs=0.02)
        if not kept.at_end:
            assert first_cells(window.more(Job(), kept))[0] == first
    assert window.rows_counted == (24_000 if is_counted else None)


def test_the_end_costs_its_row_group_and_the_directory(opened: Opened, fault_proxy: FaultProxy) -> None:
    body = as_parquet(numbered(60_000, noise=300), 2_000)
    window = opened("x.parquet", body)
    kept = window.jump(Job(), 1)
    assert first_cells(kept)[-1] == 59_999
    assert len(fault_proxy.requests) <= 3
    assert fault_proxy.downloaded < len(body) / 12  # of 30 row groups one or two
    fault_proxy.forget()
    assert first_cells(window.jump(Job(), 0.5))[0] == 30_000
    assert len(fault_proxy.requests) <= 2
    assert fault_proxy.downloaded < len(body) / 12


def test_of_a_huge_row_group_only_its_first_rows_are_fetched(opened: Opened, fault_proxy: FaultProxy) -> None:
    """A jump to its middle would read all before it: it stops at the group's start, says so, and numbers stay exact."""
    body = as_parquet(numbered(60_000, noise=1_000), 60_000)
    assert len(body) > 60_000_000
    window = opened("huge.parquet", body)
    kept = window.jump(Job(), 0.9)
    assert (kept.number, kept.exact, first_cells(kept)[0]) == (0, True, 0)
    assert "would be read" in window.note
    assert fault_proxy.downloaded < 8 << 20
    kept = window.more(Job(), kept)
    assert (first_cells(kept)[-1], window.note) == (kept.count - 1, "")
    assert window.bytes_fetched < 16 << 20


def test_too_deep_to_be_read_on_says_so(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    window = opened("deep.parquet", as_parquet(numbered(20_000, noise=300), 20_000))
    monkeypatch.setattr("s3desk.data.windows.footer_window._MOST_BYTES", 1 << 20)
    with pytest.raises(UnsupportedError, match="deep in a large row group"):
        scroll(window, 20)


def test_a_table_replaced_meanwhile_is_not_mixed(opened: Opened, server_client: S3Client, bucket: str) -> None:
    window = opened("x.parquet", BODIES["x.parquet"])
    server_client.put_object(Bucket=bucket, Key="x.parquet", Body=as_parquet(numbered(40_000), 4_000))
    with pytest.raises(ChangedError):
        window.jump(Job(), 1)


@pytest.mark.parametrize("key", ["x.parquet", "x.feather"])
def test_damage_after_the_first_rows_is_an_error(
    watched: Connection, server_client: S3Client, bucket: str, opened: Opened, key: str
) -> None:
    whole = BODIES[key]
    at = len(whole) * 3 // 4
    window = opened(key, whole[:at] + b"\xff" * 20_000 + whole[at + 20_000 :])
    assert first_cells(window.opening)[0] == 0
    with pytest.raises(UnsupportedError, match="damaged"):
        scroll(window, 20)


def test_what_is_shown_as_a_whole_needs_no_window(watched: Connection, server_client: S3Client, bucket: str) -> None:
    for key, body in (("x.parquet", made.parquet()), ("x.feather", made.arrow()), ("x.arrow", made.arrow(stream=True))):
        server_client.put_object(Bucket=bucket, Key=key, Body=body)
        found = preview(Job(), watched, bucket, key)
        assert isinstance(found, TablePreview)
        assert window_over(found, watched, bucket, key) is None


def read(body: bytes, **options: object) -> Parsed:
    """As the process that parses does."""
    source = Source(
        lambda offset, length: body[offset : offset + length], len(body), b"", most_bytes=1 << 30, most_requests=1000
    )
    parse = parquet.parse if body.startswith(b"PAR1") else arrowfile.parse
    return parse(source, **options)  # type: ignore[arg-type]  # as the test wants it


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(
    groups=st.lists(st.integers(0, 30), min_size=1, max_size=12),
    rows=st.integers(1, 40),
    fraction=st.floats(0, 1),
    write=st.sampled_from(["parquet", "arrow"]),
)
def test_any_window_of_any_file_equals_its_rows(groups: list[int], rows: int, fraction: float, write: str) -> None:
    """From anywhere down to the end and up to the start: each row once, in order, with its number."""
    sink, table = io.BytesIO(), numbered(sum(groups))
    edges = [sum(groups[:at]) for at in range(len(groups) + 1)]
    parts = [table.slice(start, end - start) for start, end in pairwise(edges)]
    if write == "parquet":
        with pq.ParquetWriter(sink, table.schema) as file:
            for part in parts:
                file.write_table(part)
    else:
        with pa.ipc.new_file(sink, table.schema) as file:
            for part in parts:
                file.write_batch(part.combine_chunks().to_batches()[0] if part.num_rows else _none(table.schema))
    body, want = sink.getvalue(), [(str(n), None if n % 5 == 0 else f"name {n}") for n in range(sum(groups))]
    first = read(body, rows=rows, columns=2, where={"start": None, "at": fraction})
    if not want:
        assert not first.rows
        return
    seen = list(first.rows or ())
    stretch = first.stretch
    assert stretch is not None
    begin, end, number = stretch.begin, stretch.end, stretch.number
    assert seen == want[number : number + len(seen)]
    assert abs(number - int(len(want) * fraction)) <= rows
    for _ in range(200):
        if end >= stretch.extent:
            break
        on = read(body, rows=rows, columns=2, where={"start": end})
        assert on.stretch is not None
        assert on.stretch.number == number + len(seen)
        seen += on.rows or ()
        end = on.stretch.end
    while number > 0:
        back = read(body, rows=rows, columns=2, where={"start": None, "before": begin})
        assert back.stretch is not None
        assert back.rows
        seen = [*back.rows, *seen]
        begin, number = back.stretch.begin, back.stretch.number
    assert (seen, first.rows_total) == (want, len(want))


def _none(schema: pa.Schema) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays([pa.array([], kind) for kind in schema.types], schema=schema)
