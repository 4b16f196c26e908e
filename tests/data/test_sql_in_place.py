"""SQL over objects where they lie: right answers, few bytes, nothing else within reach, an end on cancel."""

from __future__ import annotations

import gzip
import io
import json
import threading
import time
from concurrent.futures import CancelledError
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from s3desk.data.querying.in_place import InPlace, open_files
from s3desk.s3.errors import AccessDeniedError, ChangedError, S3Error, UnsupportedError
from s3desk.s3.job import Job
from s3desk.s3.objects import Selection
from tests.s3.pasting import paste_in_python
from tests.servers.fault_proxy import FaultProxy
from tests.servers.faults import Stall, error

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

    from s3desk.s3.connection import Connection
    from tests.servers.info import ServerInfo

pytest.importorskip("duckdb")
seaweedfs = pytest.mark.parametrize("server", ["seaweedfs"], indirect=True)


class Put:
    """Puts files below in/ and opens them."""

    def __init__(self, client: S3Client, connection: Connection, bucket: str, proxy: FaultProxy) -> None:
        self.client, self.connection, self.bucket, self.proxy = client, connection, bucket, proxy

    def put(self, bodies: dict[str, bytes]) -> None:
        for name, body in bodies.items():
            self.client.put_object(Bucket=self.bucket, Key=f"in/{name}", Body=body)

    def open(self, *names: str) -> InPlace:
        """These, or the whole folder."""
        keys = tuple(f"in/{name}" for name in names)
        found = open_files(Job(), self.connection, Selection(self.bucket, keys, () if keys else ("in/",)))
        self.proxy.forget()
        return found

    def gets(self) -> int:
        """GetObject requests since the last opening."""
        return sum(request.method == "GET" for request in self.proxy.requests)


@pytest.fixture
def s3(server_client: S3Client, watched: Connection, bucket: str, fault_proxy: FaultProxy) -> Put:
    return Put(server_client, watched, bucket, fault_proxy)


def packed(table: pa.Table, **options: Any) -> bytes:
    out = io.BytesIO()
    parquet.write_table(table, out, **options)
    return out.getvalue()


def rows(found: InPlace, query: str) -> dict[str, list[Any]]:
    answer: dict[str, list[Any]] = found.run(Job(), query).table.to_pydict()
    return answer


def csv(count: int, first: int = 0) -> bytes:
    return b"id,word,amount\n" + b"".join(b"%d,word %d,%d.5\n" % (n, n % 7, n) for n in range(first, first + count))


def zstd(data: bytes) -> bytes:
    out = pa.BufferOutputStream()
    with pa.CompressedOutputStream(out, "zstd") as stream:
        stream.write(data)
    body: bytes = out.getvalue().to_pybytes()
    return body


def test_files_of_every_form_are_one_table_and_each_its_own(s3: Put) -> None:
    table = pa.table({"id": [30, 31], "amount": [1.0, 2.0], "note": ["x", None]})
    s3.put(
        {
            "jan.csv": csv(20_000),
            "feb.csv.gz": gzip.compress(csv(20_000, 100_000)),
            "mar.tsv.zst": zstd(b"id\tword\n7\tseven\n"),
            "apr.jsonl": b"".join(json.dumps({"id": n, "word": "j"}).encode() + b"\n" for n in range(20_000)),
            "may.parquet": packed(table),
            "photo.png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        }
    )
    found = s3.open()
    assert found.columns == ["id", "word", "amount", "note", "source"]
    answer = found.run(
        Job(), "SELECT source, count(*) AS n, sum(amount) AS s FROM files GROUP BY ALL ORDER BY n, source"
    )
    total = sum(range(20_000)) + 10_000.0
    assert answer.table.to_pydict() == {
        "source": ["in/mar.tsv.zst", "in/may.parquet", "in/apr.jsonl", "in/feb.csv.gz", "in/jan.csv"],
        "n": [1, 2, 20_000, 20_000, 20_000],
        "s": [None, 3.0, None, total + 2e9, total],
    }
    assert any("photo.png" in note for note in answer.notes)
    query = "SELECT jan.id, j.amount FROM jan JOIN may ON jan.id = may.id JOIN jan j ON j.id = may.id ORDER BY 1"
    assert rows(found, query) == {"id": [30, 31], "amount": [30.5, 31.5]}
    assert rows(found, "FROM may") == table.to_pydict()
    s3.proxy.forget()
    assert rows(found, "SELECT count(*) AS n FROM files WHERE source = 'in/may.parquet'") == {"n": [2]}
    assert s3.gets() <= 1
    assert rows(found, "SELECT count(*) AS n FROM jan LIMIT 1") == {"n": [20_000]}


def test_parquet_is_asked_for_what_the_query_needs(s3: Put) -> None:
    columns = {f"c{number}": pa.array(range(number, number + 200_000)) for number in range(40)}
    body = packed(pa.table(columns), row_group_size=20_000, compression="none", use_dictionary=False)
    s3.put({"wide.parquet": body})
    found = s3.open("wide.parquet")
    assert rows(found, "SELECT count(*) AS n FROM files") == {"n": [200_000]}
    assert s3.gets() <= 1
    assert s3.proxy.downloaded < 100_000
    s3.proxy.forget()
    assert rows(found, "SELECT sum(c7) AS s FROM wide") == {"s": [sum(range(7, 200_007))]}
    assert s3.proxy.downloaded < len(body) / 40 * 1.2
    s3.proxy.forget()
    assert rows(found, "SELECT c3 FROM files WHERE c7 = 50000") == {"c3": [49_996]}
    assert s3.gets() <= 2
    assert s3.proxy.downloaded < len(body) / 40 / 10 * 2 * 1.2
    s3.proxy.forget()
    assert len(rows(found, "SELECT c1 FROM files LIMIT 5")["c1"]) == 5
    assert s3.proxy.downloaded < len(body) / 40


@seaweedfs
def test_a_limit_reads_the_beginning_of_a_text(s3: Put) -> None:
    body = csv(1_000_000)
    s3.put({"long.csv": body})
    found = s3.open("long.csv")
    answer = found.run(Job(), "SELECT id, word FROM files LIMIT 3")
    assert answer.table.to_pydict() == {"id": [0, 1, 2], "word": ["word 0", "word 1", "word 2"]}
    assert s3.gets() <= 4
    job = Job()
    s3.proxy.forget()
    assert found.run(job, "SELECT count(*) FROM files").table.to_pydict() == {"count_star()": [1_000_000]}
    assert job.done == len(body)
    assert s3.gets() <= len(body) // (4 << 20) + 2


@seaweedfs
def test_nothing_else_is_within_reach(s3: Put, tmp_path: Path) -> None:
    s3.put({"a.csv": b"a\n1\n"})
    found = s3.open()
    secret = tmp_path / "secret.csv"
    secret.write_text("a\n1\n")
    for query in (
        "SELECT * FROM read_csv('/etc/passwd')",
        f"FROM '{secret}'",
        f"COPY files TO '{tmp_path / 'out.csv'}'",
        f"ATTACH '{tmp_path / 'out.db'}'",
        "INSTALL httpfs",
        "LOAD httpfs",
        f"FROM 's3://{s3.bucket}/in/a.csv'",
        f"FROM '{s3.proxy.endpoint_url}/{s3.bucket}/in/a.csv'",
        "SET enable_external_access = true",
        "SELECT * FROM found",
    ):
        with pytest.raises(UnsupportedError):
            found.run(Job(), query)
    assert [path.name for path in tmp_path.iterdir()] == ["secret.csv"]
    with pytest.raises(UnsupportedError, match="nothing"):
        found.run(Job(), "SELECT nothing FROM files")


@seaweedfs
def test_what_the_beginning_does_not_show(s3: Put) -> None:
    s3.put(
        {
            "ids.csv": csv(20_000) + b"007,late,1\n",
            "words.csv": csv(20_000).replace(b"id,word,amount", b"a,b,c") + b"1.5,x,y\n1,2\n",
            "latin.csv": b"name;x\n" + "Müller;1,5\n".encode("cp1252") * 20_000,
            "late.jsonl": b'{"n": 1}\n' * 20_000 + b'{"n": "two", "m": 1}\n',
        }
    )
    found = s3.open("ids.csv")
    assert rows(found, "SELECT id FROM files WHERE word = 'late'") == {"id": ["007"]}
    found = s3.open("words.csv")
    answer = found.run(Job(), "SELECT max(a) AS a, count(*) AS n, max(c) AS c FROM files")
    assert answer.table.to_pydict() == {"a": [19999.0], "n": [20_001], "c": ["y"]}
    assert "“c” is text" in " ".join(answer.notes)
    assert "1 row has another number of cells" in " ".join(answer.notes)
    assert rows(s3.open("latin.csv"), "SELECT DISTINCT name, x FROM files") == {"name": ["Müller"], "x": [1.5]}
    answer = s3.open("late.jsonl").run(Job(), "SELECT n FROM files WHERE n > '1' ")
    assert answer.table.to_pydict() == {"n": ["two"]}
    assert "“m”" in " ".join(answer.notes)


@seaweedfs
def test_a_number_that_is_cut_is_no_id(s3: Put) -> None:
    line = b"10000000000000000,0\n"
    s3.put({"a.csv": b"n,z\n" + line * 300_000})
    found = s3.open("a.csv")
    answer = found.run(Job(), "SELECT max(n) AS n, sum(z) AS z FROM files")
    assert answer.table.to_pydict() == {"n": [10**16], "z": [0]}
    assert s3.gets() == 3


@seaweedfs
def test_names_that_sql_takes_for_one(s3: Put) -> None:
    s3.put({"a.parquet": packed(pa.table({"A": [1], "a": [2], "source": ["x"], 'q"': [3]}))})
    found = s3.open()
    assert found.columns == ["A", "a (2)", "source", 'q"', "source (2)"]
    assert rows(found, 'SELECT "a (2)" AS b, "q""" AS q FROM files WHERE "a (2)" = 2 AND source = \'x\'') == {
        "b": [2],
        "q": [3],
    }


def test_a_file_that_is_replaced_denied_or_cut_says_so(s3: Put) -> None:
    s3.put({"a.csv": csv(50_000), "b.parquet": packed(pa.table({"x": list(range(100_000))}), compression="none")})
    found = s3.open()
    s3.put({"a.csv": csv(60_000)})
    with pytest.raises(ChangedError, match="replaced"):
        found.run(Job(), "SELECT count(*) FROM a")
    assert rows(found, "SELECT max(x) AS x FROM b") == {"x": [99_999]}
    s3.proxy.on(lambda request: request.path.endswith("b.parquet"), error(403, "AccessDenied"), times=1)
    with pytest.raises(AccessDeniedError):
        found.run(Job(), "SELECT sum(x) FROM b")
    s3.put({"bad.parquet": b"PAR1" + b"x" * 100_000 + b"PAR1"})
    with pytest.raises(UnsupportedError, match="damaged"):
        s3.open("bad.parquet")


@seaweedfs
def test_cancel_ends_what_is_read(s3: Put) -> None:
    s3.put({"a.csv": csv(200_000), "b.csv": csv(200_000)})
    found = s3.open()
    stall = s3.proxy.on(lambda request: request.path.endswith("b.csv"), Stall(1000))
    job = Job()

    def cancel() -> None:
        while not stall.fired:
            time.sleep(0.01)
        job.cancel()

    threading.Thread(target=cancel).start()
    started = time.monotonic()
    with pytest.raises(CancelledError):
        found.run(job, "SELECT count(*) FROM files")
    assert time.monotonic() - started < 5
    assert not [one for one in threading.enumerate() if one.name.startswith("s3desk-query")]


@seaweedfs
def test_the_code_gives_the_same(s3: Put, server: ServerInfo, tmp_path: Path) -> None:
    s3.put({"jan.csv": b"id,amount\n007,1\n008,2\n", "feb.csv": b"id,amount\n009,3\n"})
    query = "SELECT count(*) AS n, min(id) AS id, sum(amount) AS s, (SELECT sum(amount) FROM jan) AS j FROM files"
    answer = s3.open().run(Job(), query)
    assert answer.table.to_pydict() == {"n": [3], "id": ["007"], "s": [6], "j": [3]}
    assert 'jan = frames["in/jan.csv"]' in answer.code
    assert server.secret_key not in answer.code
    keys = {
        "AWS_ACCESS_KEY_ID": server.access_key,
        "AWS_SECRET_ACCESS_KEY": server.secret_key,
        "AWS_REGION": "us-east-1",
    }
    (pasted,) = paste_in_python([answer.code + "\ndf = df.astype(str)"], tmp_path / "c", keys)
    assert pasted.error == ""
    assert pasted.columns["df"] == ["n", "id", "s", "j"]
    assert pasted.rows["df"][0][1] == "007"


def test_nothing_to_read_says_so(s3: Put) -> None:
    s3.put({"photo.png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"})
    with pytest.raises(S3Error, match="not a table"):
        s3.open()
