"""Parsers run in a process of their own: it gets bytes and nothing else, and takes nothing down with it."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from concurrent.futures import CancelledError, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

import pytest

from s3desk.data.looking.preview import NothingToShow, TablePreview, preview
from s3desk.data.parsers import aside, child
from s3desk.data.parsers.aside import Task
from s3desk.data.parsers.parsed import Parsed, from_stream
from s3desk.data.ranged import RangedFile
from s3desk.s3.connection import Connection
from s3desk.s3.errors import ChangedError
from s3desk.s3.job import Job
from tests.data import corpus_books as books
from tests.data import corpus_bytes as made
from tests.servers import faults
from tests.servers.exchange import Exchange
from tests.servers.fault_proxy import FaultProxy
from tests.servers.info import ServerInfo

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client


@pytest.fixture
def server(seaweedfs: ServerInfo) -> ServerInfo:
    """One server is enough: what differs between them is tested with the ranged file."""
    return seaweedfs


@pytest.fixture
def large(server_client: S3Client, bucket: str) -> str:
    """The key of a Parquet file that the first request does not hold."""
    server_client.put_object(Bucket=bucket, Key="large.parquet", Body=made.large_parquet())
    return "large.parquet"


def test_no_keys_reach_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "topsecret")
    with child.started("s3desk.data.parsers.parser") as process:
        while not (environment := Path(f"/proc/{process.pid}/environ").read_bytes()):
            assert process.poll() is None
        process.kill()
    assert b"PYTHONPATH" in environment
    assert b"topsecret" not in environment
    assert b"AWS_" not in environment


@dataclass
class Standstill:
    """Lets the first request through, then answers nothing, tells so and waits."""

    seen: int = 0
    reached: Event = field(default_factory=Event)
    release: Event = field(default_factory=Event)

    def __call__(self, exchange: Exchange) -> bool:
        self.seen += 1
        if self.seen == 1:
            return False
        self.reached.set()
        exchange.wait(self.release)
        raise faults.HangUpError


def test_cancel_ends_the_process(watched: Connection, bucket: str, large: str, fault_proxy: FaultProxy) -> None:
    standstill = Standstill()
    fault_proxy.on(lambda request: request.method == "GET", standstill)
    job = Job()
    with ThreadPoolExecutor(1) as worker:
        looking = worker.submit(preview, job, watched, bucket, large)
        assert standstill.reached.wait(20)
        job.cancel()
        with pytest.raises(CancelledError):
            looking.result(timeout=40)
    assert not [line for line in _children() if b"s3desk.data.parsers.parser" in line]


def _children() -> list[bytes]:
    """The command lines of the processes this one started."""
    found = Path(f"/proc/self/task/{os.getpid()}/children").read_text()
    return [Path(f"/proc/{pid}/cmdline").read_bytes() for pid in found.split()]


def test_a_file_replaced_in_between_is_an_error(
    watched: Connection, server_client: S3Client, bucket: str, large: str
) -> None:
    file = RangedFile(Job(), watched, bucket, large)
    head = file.read_at(0, 131072)
    server_client.put_object(Bucket=bucket, Key=large, Body=bytes(file.size))
    with pytest.raises(ChangedError, match="was replaced while it was read"):
        aside.parse(Job(), file, head, Task("parquet", {"rows": 10}))


def test_a_budget_is_kept(watched: Connection, bucket: str, large: str) -> None:
    file = RangedFile(Job(), watched, bucket, large)
    head = file.read_at(0, 131072)
    found = aside.parse(Job(), file, head, Task("parquet", {"rows": 10}, most_bytes=5 << 20))
    assert found.rows is not None
    assert 1 <= len(found.columns) < 10
    assert found.notes == (f"The first {len(found.columns)} of 10 columns are shown.",)
    assert file.bytes_fetched <= (5 << 20) + 131072
    file = RangedFile(Job(), watched, bucket, large)
    head = file.read_at(0, 131072)
    assert aside.parse(Job(), file, head, Task("parquet", {"rows": 10}, most_bytes=1000)).refusal == "too much"


def test_the_price_is_what_the_proxy_saw(watched: Connection, bucket: str, large: str, fault_proxy: FaultProxy) -> None:
    seen = preview(Job(), watched, bucket, large)
    assert isinstance(seen, TablePreview)
    assert (seen.facts.requests, seen.facts.bytes_fetched) == (len(fault_proxy.requests), fault_proxy.downloaded)
    assert {request.method for request in fault_proxy.requests} == {"GET"}
    assert fault_proxy.downloaded < 10_100_000  # of 20 MB: the head, the footer and the first row group


def test_a_server_without_ranges_is_told(watched: Connection, bucket: str, fault_proxy: FaultProxy) -> None:
    answer = faults.Answer(200, made.large_parquet(), {"ETag": '"x"'}, "x/y")
    fault_proxy.on(lambda request: request.method == "GET", answer)
    seen = preview(Job(), watched, bucket, "x.parquet")
    assert isinstance(seen, NothingToShow)
    assert "does not send parts of files" in seen.sentence
    assert len(fault_proxy.requests) == 1


FORMS: dict[str, Callable[[], bytes]] = {
    "x.parquet": made.parquet,
    "x.feather": made.arrow,
    "x.avro": made.avro,
    "x.xlsx": books.workbook,
    "x.zip": lambda: made.zipped({"a.csv": made.CSV, "b.csv": made.CSV}),
    "x.pdf": made.pdf,
}


@pytest.mark.parametrize("key", FORMS)
def test_damage_anywhere_ends_in_an_answer(watched: Connection, server_client: S3Client, bucket: str, key: str) -> None:
    whole = FORMS[key]()
    for place in (0.3, 0.6, 0.9):
        at = int(len(whole) * place)
        damaged = whole[:at] + b"\xff" * 12 + whole[at + 12 :]
        server_client.put_object(Bucket=bucket, Key=key, Body=damaged)
        seen = preview(Job(), watched, bucket, key)
        assert seen.facts.bytes_total == len(whole)
        assert not isinstance(seen, TablePreview) or all(len(row) == len(seen.table.columns) for row in seen.table.rows)


def test_an_answer_is_taken_for_what_it_is() -> None:
    answer = Parsed(("a", "b"), (True,), ("int", "x"), [("1",), ("1", "2", "3")], -5, data=b"\0\n").as_bytes()
    stream = io.BytesIO(answer)
    found = from_stream(stream.readline(), stream)
    assert (found.rows, found.rows_total, found.numeric) == ([("1", None), ("1", "2")], 2, (True, False))
    assert found.data == b"\0\n"
    with pytest.raises(KeyError):
        from_stream(b"{}", stream)
