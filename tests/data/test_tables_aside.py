"""Whole tables are parsed in processes of their own: the same tables, and what breaks a parser breaks only these."""

from __future__ import annotations

import datetime as dt
import decimal
import io
import os
import resource
import signal
from concurrent.futures import CancelledError, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from s3desk.data.combining.combine import Choices, combine, plan
from s3desk.data.reading.reading_plan import Form
from s3desk.data.reading.table_files import read_table_file
from s3desk.data.reading.tables_aside import Limits, TablesAside
from s3desk.s3.errors import UnsupportedError
from s3desk.s3.job import Job
from s3desk.s3.objects import Selection
from tests.data import corpus_books as books
from tests.data import corpus_bytes as made
from tests.s3.conftest import connect

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

    from tests.servers.info import ServerInfo

MOST = 64 << 20
NOON = dt.datetime(2026, 1, 5, 12, 0, tzinfo=dt.UTC)
EVERY_TYPE = pa.table(
    {
        "whole": [1, None, 3],
        "real": [0.5, float("nan"), None],
        "text": pa.array(["a", None, "Zoë"], pa.large_string()),
        "few": pa.array(["x", "y", None]).dictionary_encode(),
        "flag": [True, None, False],
        "day": [dt.date(2026, 1, 5), None, None],
        "moment": pa.array([NOON, None, NOON], pa.timestamp("ms", "Europe/Berlin")),
        "sum": [decimal.Decimal("1.50"), None, decimal.Decimal("-2.25")],
        "raw": [b"\0\xff", None, b""],
        "list": [[1, 2], None, []],
        "record": [{"a": 1, "b": ["x"]}, None, {"a": None, "b": []}],
        "pairs": pa.array([[("k", 1)], None, []], pa.map_(pa.string(), pa.int64())),
        "nothing": pa.nulls(3),
    }
)


def flat(table: pa.Table, **options: Any) -> bytes:
    out = io.BytesIO()
    parquet.write_table(table, out, **options)
    return out.getvalue()


def arrow(table: pa.Table) -> bytes:
    out = io.BytesIO()
    with pa.ipc.new_file(out, table.schema) as writer:
        writer.write_table(table)
    return out.getvalue()


def test_tables_are_the_same_and_one_process_reads_them_all() -> None:
    bodies = {
        flat(EVERY_TYPE): Form.PARQUET,
        arrow(EVERY_TYPE): Form.ARROW,
        arrow(EVERY_TYPE.slice(0, 0)): Form.ARROW,
        flat(pa.table({"n": range(50_000)}), row_group_size=1000): Form.PARQUET,
        made.avro(): Form.AVRO,
        books.workbook(): Form.EXCEL,
    }
    with TablesAside(most=1) as aside:
        for body, form in bodies.items():
            here, there = read_table_file(Job(), body, form, MOST), aside.table(Job(), body, form, MOST)
            assert there.table.schema == here.table.schema
            assert repr(there.table.to_pylist()) == repr(here.table.to_pylist())  # NaN is not itself
            assert there.notes == here.notes
        footer = flat(EVERY_TYPE)[-20_000:]
        assert aside.parquet_schema(Job(), footer) == EVERY_TYPE.schema
        assert aside.started == 1
    assert _processes() == []


def test_threads_share_a_few_processes() -> None:
    body = flat(EVERY_TYPE)
    with TablesAside(most=2) as aside, ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda _: aside.table(Job(), body, Form.PARQUET, MOST).table.num_rows, range(200)))
        assert found == [3] * 200
        assert aside.started <= 2


def test_a_parquet_bomb_is_refused_by_its_limits() -> None:
    long = pa.DictionaryArray.from_arrays(pa.array([0] * 40_000, pa.int32()), ["x" * 1_000_000])
    bomb = flat(pa.table({"bomb": long}), store_schema=False)
    assert len(bomb) < 200_000  # and 40 GB of text in memory
    limits = Limits(60, 2 << 30)
    with TablesAside() as aside:
        with pytest.raises(UnsupportedError) as refused:
            aside.table(Job(), bomb, Form.PARQUET, MOST, limits)
        assert "Parquet file" in str(refused.value)
        assert refused.value.advice
        assert aside.table(Job(), flat(EVERY_TYPE), Form.PARQUET, MOST).table.num_rows == 3


@pytest.mark.parametrize("form", [Form.PARQUET, Form.ARROW, Form.AVRO, Form.EXCEL], ids=lambda form: form.value)
def test_damage_anywhere_ends_in_a_table_or_a_sentence(form: Form) -> None:
    whole = {
        Form.PARQUET: lambda: flat(EVERY_TYPE, compression="none"),
        Form.ARROW: lambda: arrow(EVERY_TYPE),
        Form.AVRO: made.avro,
        Form.EXCEL: books.workbook,
    }[form]()
    told = 0
    with TablesAside() as aside:
        for part in range(20):
            at = len(whole) * part // 20
            damaged = whole[:at] + b"\xff" * 12 + whole[at + 12 :]
            try:
                aside.table(Job(), damaged, form, MOST).table.validate(full=True)
            except UnsupportedError as error:
                told += form.value in str(error)
        assert aside.table(Job(), whole, form, MOST).table.num_rows > 0
    assert told


def test_time_is_limited() -> None:
    rows = flat(pa.table({"text": [f"{number} words" for number in range(200_000)]}))
    with TablesAside() as aside:
        with pytest.raises(UnsupportedError, match="made to overload programs"):
            aside.table(Job(), rows, Form.PARQUET, MOST, Limits(0.001, 3 << 30))
        assert aside.table(Job(), rows, Form.PARQUET, MOST).table.num_rows == 200_000


def test_a_process_that_is_killed_ends_as_a_sentence_and_one_that_was_is_replaced() -> None:
    body = flat(EVERY_TYPE)
    with TablesAside() as aside, ThreadPoolExecutor(1) as thread:
        waiting, pid = _held(aside, thread, Job(), body)
        os.kill(pid, signal.SIGKILL)
        with pytest.raises(UnsupportedError, match="could not be read: it is damaged"):
            waiting.result(20)
        assert aside.table(Job(), body, Form.PARQUET, MOST).table.num_rows == 3
        (idle,) = _processes()
        os.kill(idle, signal.SIGKILL)
        os.waitid(os.P_PID, idle, os.WEXITED | os.WNOWAIT)
        assert aside.table(Job(), body, Form.PARQUET, MOST).table.num_rows == 3
    assert _processes() == []


def test_cancel_ends_the_process_at_once() -> None:
    job = Job()
    with TablesAside() as aside, ThreadPoolExecutor(1) as thread:
        waiting, _ = _held(aside, thread, job, flat(EVERY_TYPE))
        job.cancel()
        with pytest.raises(CancelledError):
            waiting.result(20)
        assert _processes() == []
        with pytest.raises(CancelledError):
            aside.table(job, flat(EVERY_TYPE), Form.PARQUET, MOST)


def test_no_keys_reach_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "topsecret")
    with TablesAside() as aside:
        aside.table(Job(), flat(EVERY_TYPE), Form.PARQUET, MOST)
        (pid,) = _processes()
        environment = Path(f"/proc/{pid}/environ").read_bytes()
    assert b"PYTHONPATH" in environment
    assert b"AWS_" not in environment


@pytest.mark.parametrize("server", ["seaweedfs"], indirect=True)
def test_bad_files_among_many_are_left_out_of_a_combination(
    server: ServerInfo, server_client: S3Client, bucket: str, tmp_path: Path
) -> None:
    wide = pa.table({f"column {number:05} with a long name": [number] for number in range(3000)})
    bodies = {
        "a.parquet": flat(pa.table({"id": [1, 2]})),
        "b.parquet": flat(wide)[:-30] + b"PAR1",
        "c.feather": arrow(pa.table({"id": [3]})),
        "d.parquet": flat(wide),  # its footer is longer than one look at the end
        "e.parquet": flat(pa.table({"id": [4]}))[:-8] + b"\xff\xff\xff\x7fPAR1",
        "f.parquet": flat(pa.table({"id": range(100_000)}), compression="none"),
    }
    for key, body in bodies.items():
        server_client.put_object(Bucket=bucket, Key=f"in/{key}", Body=body)
    connection = connect(server)
    found = plan(Job(), connection, Selection(bucket, folders=("in/",)))
    widths = {file.key[3:]: len(file.schema) for file in found.files if file.schema is not None}
    assert widths == {"a.parquet": 1, "c.feather": 1, "d.parquet": 3000, "f.parquet": 1}
    result = combine(Job(), connection, found, Choices(), overflow=tmp_path / "all.parquet", budget=MOST)
    assert result.sheet.table["id"].drop_null().to_pylist()[:4] == [1, 2, 3, 0]
    assert result.report.rows == 100_004
    assert [failure.key for failure in result.report.failures] == ["in/b.parquet", "in/e.parquet"]
    assert _processes() == []


def _held(aside: TablesAside, thread: ThreadPoolExecutor, job: Job, body: bytes) -> tuple[Any, int]:
    """A file that is being read by a process that stands still, and the number of that process."""
    aside.table(Job(), body, Form.PARQUET, MOST)
    (pid,) = _processes()
    os.kill(pid, signal.SIGSTOP)
    os.waitid(os.P_PID, pid, os.WSTOPPED)
    waiting = thread.submit(aside.table, job, body, Form.PARQUET, MOST)
    while aside._idle and not waiting.done():
        pass
    return waiting, pid


def _processes() -> list[int]:
    """The processes this one started that parse tables."""
    pids = [int(pid) for tasks in Path("/proc/self/task").glob("*/children") for pid in tasks.read_text().split()]
    return [pid for pid in pids if b"reading.table_parser" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def _avro_bomb() -> bytes:
    """One record with a list of 2^40 nulls, which take no bytes."""

    def number(value: int) -> bytes:
        value, out = value << 1, bytearray()
        while value > 0x7F:
            out.append(value & 0x7F | 0x80)
            value >>= 7
        return bytes([*out, value])

    def text(value: bytes) -> bytes:
        return number(len(value)) + value

    schema = b'{"type":"record","name":"r","fields":[{"name":"a","type":{"type":"array","items":"null"}}]}'
    head = b"Obj\x01" + number(2) + text(b"avro.schema") + text(schema) + text(b"avro.codec") + text(b"null")
    block = number(1 << 40) + number(0)
    return head + number(0) + b"s" * 16 + number(1) + text(block) + b"s" * 16


def test_an_avro_file_of_few_bytes_is_not_given_the_memory_of_a_large_one() -> None:
    begun = _seconds_of_children()
    with TablesAside() as aside, pytest.raises(UnsupportedError, match="Avro file"):
        aside.table(Job(), _avro_bomb(), Form.AVRO, 2 << 30)
    assert _seconds_of_children() - begun < 30, "else it takes all of its minute"


def _seconds_of_children() -> float:
    """Processor time of the processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def test_all_processes_together_take_at_most_half_of_the_memory() -> None:
    most = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    unused = Limits.of(0, Form.PARQUET, 0).memory
    for processes in (1, 2, 4):
        if most < processes << 31:
            continue
        for form in (Form.PARQUET, Form.ARROW, Form.EXCEL, Form.AVRO):
            limits = Limits.of(4 << 30, form, most // 4, processes)
            assert (limits.memory - unused) * processes <= most // 2
    assert Limits.of(1 << 20, Form.PARQUET, 1 << 26).memory > unused + (1 << 27)
