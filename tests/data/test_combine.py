"""Many files as one table: what differs is told before and after, and the rest never suffers for one."""

from __future__ import annotations

import gzip
import io
from concurrent.futures import CancelledError
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import parquet

from s3desk.data.combining.combine import Choices, Columns, Combined, combine, plan
from s3desk.data.combining.differences import differences
from s3desk.data.combining.first_look import Plan
from s3desk.s3.errors import S3Error, UnsupportedError
from s3desk.s3.job import Job
from s3desk.s3.objects import Selection
from tests.s3.conftest import connect
from tests.s3.pasting import paste_in_python
from tests.servers.fault_proxy import FaultProxy
from tests.servers.faults import error

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

    from s3desk.s3.connection import Connection
    from tests.servers.info import ServerInfo

pytestmark = pytest.mark.parametrize("server", ["seaweedfs"], indirect=True)


@pytest.fixture
def connection(server: ServerInfo) -> Connection:
    return connect(server)


class Put:
    """Puts files, and combines them."""

    def __init__(self, client: S3Client, connection: Connection, bucket: str, folder: Path) -> None:
        self.client, self.connection, self.bucket, self.folder = client, connection, bucket, folder

    def put(self, **bodies: bytes | str) -> None:
        """Files below in/, their dots written as two underlines."""
        for name, body in bodies.items():
            self.client.put_object(Bucket=self.bucket, Key=f"in/{name.replace('__', '.')}", Body=body)

    def plan(self) -> Plan:
        return plan(Job(), self.connection, Selection(self.bucket, folders=("in/",)))

    def combine(self, choices: Choices | None = None, *, budget: int = 1 << 30) -> Combined:
        overflow = self.folder / "all.parquet"
        return combine(Job(), self.connection, self.plan(), choices or Choices(), overflow=overflow, budget=budget)

    def differing(self) -> dict[str, list[str]]:
        found = self.plan()
        return {
            file.key.removeprefix("in/"): [each.words for each in differences(file, found.most)] for file in found.files
        }


@pytest.fixture
def files(server_client: S3Client, connection: Connection, bucket: str, tmp_path: Path) -> Put:
    return Put(server_client, connection, bucket, tmp_path)


MONTH = "id,day,amount,shop\n007,2026-0{n}-01,{n}.5,north\n008,2026-0{n}-02,{n},south\n"


def test_months_become_one_table_with_their_source(files: Put) -> None:
    files.put(**{f"m{n}__csv": MONTH.format(n=n) for n in range(1, 6)}, _SUCCESS=b"")
    found = files.plan()
    assert (len(found.files), found.left_out) == (5, 1)
    assert set(files.differing()) == {f"m{n}.csv" for n in range(1, 6)}
    assert not any(files.differing().values())
    made = files.combine()
    table = made.sheet.table
    assert table.column_names == ["id", "day", "amount", "shop", "source"]
    assert table.num_rows == 10
    assert table["id"].to_pylist()[:2] == ["007", "008"]
    assert [str(field.type) for field in table.schema][1:3] == ["date32[day]", "double"]
    assert table["source"].to_pylist() == [f"in/m{n}.csv" for n in range(1, 6) for _ in "ab"]
    assert (made.report.files, made.report.rows, made.report.sentences) == (5, 10, ())


def test_what_differs_is_told_before_and_nothing_is_misaligned(files: Put) -> None:
    files.put(
        a__csv="id,price,town\n1,2.5,Rome\n2,3.5,Bonn\n",
        b__csv="id,price,town\n3,4.5,Oslo\n4,1.5,Riga\n",
        c__csv="town,id,price\nKyiv,5,6.5\n",
        d__csv="id;price;town\n6;7,5;Graz\n7;8,5;Linz\n",
        e__csv="id,price,town,note\n8,n/a,Köln,x\n9,9.5,Gent,y\n".encode("cp1252"),
        f__csv="id,town\n10,Paris\n11,Lyon\n",
        g__csv="id,price,town\nA12,cheap,Wien\nB13,1,Prag\n",
        h__png=b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    )
    told = files.differing()
    assert told["a.csv"] == told["b.csv"] == []
    assert told["c.csv"] == []
    assert told["d.csv"] == ["is separated by semicolon"]
    assert told["e.csv"] == ["also has “note”", "is written in Windows-1252"]
    assert told["f.csv"] == ["lacks “price”"]
    assert told["g.csv"] == ["“id” is text, not whole numbers", "“price” is text, not numbers"]
    assert "not a table" in told["h.png"][0]
    made = files.combine()
    rows = made.sheet.table.to_pylist()
    assert [row["town"] for row in rows] == [
        "Rome", "Bonn", "Oslo", "Riga", "Kyiv", "Graz", "Linz", "Köln", "Gent", "Paris", "Lyon", "Wien", "Prag",
    ]  # fmt: skip
    assert [row["id"] for row in rows][:5] == ["1", "2", "3", "4", "5"]
    assert [row["price"] for row in rows][-2:] == ["cheap", "1"]
    assert [row["note"] for row in rows if row["note"]] == ["x", "y"]
    assert [failure.key for failure in made.report.failures] == ["in/h.png"]
    assert "“in/h.png” was left out" in made.report.sentences[0]


def test_numbers_may_stay_numbers_and_only_common_columns(files: Put) -> None:
    files.put(
        a__csv="id,price\n1,2.5\n2,3.5\n",
        b__csv="id,price\n3,4.5\n4,5.5\n",
        c__csv="id,price,more\n5,cheap,x\n6,7.5,y\n",
    )
    made = files.combine(Choices(Columns.COMMON, differing_as_text=False, source=False))
    assert made.sheet.table.column_names == ["id", "price"]
    assert made.sheet.table["price"].to_pylist() == [2.5, 3.5, 4.5, 5.5, None, 7.5]
    assert made.report.lost == (("price", 1),)


def test_a_type_that_changes_behind_the_beginning_is_noticed(files: Put) -> None:
    many = "".join(f"{number},{number}\n" for number in range(20_000))
    files.put(a__csv="id,code\n" + many, b__csv="id,code\n" + many + "1,0x\n")
    made = files.combine()
    assert str(made.sheet.table.schema.field("code").type) == "string"
    assert made.sheet.table["code"].to_pylist()[:2] == ["0", "1"]
    assert made.report.became_text == ("code",)


def test_long_numbers_keep_all_their_digits(files: Put) -> None:
    files.put(
        a__csv="id,n\n9007199254740993,1\n9007199254740995,2\n",
        b__csv="id,n\n0.50,9007199254740993\n1.25,2\n",
    )
    made = files.combine()
    assert made.sheet.table["id"].to_pylist() == ["9007199254740993", "9007199254740995", "0.50", "1.25"]
    assert made.sheet.table["n"].to_pylist() == [1, 2, 9007199254740993, 2]
    assert made.report.became_text == ("id",)


def test_formats_mix_and_bad_ones_are_left_out(files: Put) -> None:
    frame = pd.DataFrame({"id": [5, 6], "name": ["e", None]})
    flat, book = io.BytesIO(), io.BytesIO()
    frame.to_parquet(flat)
    frame.to_excel(book, index=False)
    files.put(
        a__csv="id,name\n1,a\n2,b\n",
        b__csv__gz=gzip.compress(b"id,name\n3,c\n4,d\n"),
        c__parquet=flat.getvalue(),
        d__xlsx=book.getvalue(),
        e__jsonl='{"id": 7, "name": "g"}\n{"id": 8}\n',
        f__json='[{"id": 9, "name": "i"}]',
        g__parquet=b"PAR1\x15\x04 this is no Parquet file PAR1",
        h__csv__gz=gzip.compress(b"id,name\n" + b"1,a\n" * 50_000)[:-200],
    )
    made = files.combine()
    assert made.sheet.table.column_names == ["id", "name", "source"]
    assert made.sheet.table["id"].to_pylist() == [1, 2, 3, 4, 5, 6, 5, 6, 7, 8, 9]
    assert [failure.key for failure in made.report.failures] == ["in/g.parquet", "in/h.csv.gz"]
    assert files.differing()["c.parquet"] == ["is Parquet"]


def test_a_file_of_names_only_and_uneven_rows(files: Put) -> None:
    files.put(a__csv="id,name\n1,a\n2,b\n", b__csv="id,name\n", c__csv="id,name\n3\n4,d,e\n")
    made = files.combine()
    assert made.sheet.table["id"].to_pylist() == [1, 2, 3, 4]
    assert made.sheet.table["More cells"].to_pylist() == [None, None, None, "e"]
    assert made.report.notes[0][0] == "in/c.csv"


def test_over_memory_it_goes_to_a_parquet_file_and_says_so(files: Put) -> None:
    rows = "".join(f"{number},{number % 7}\n" for number in range(3000))
    files.put(**{f"m{n}__csv": f"id,n{'' if n < 8 else 'x'}\n" + rows for n in range(9)})
    made = files.combine(budget=60_000)
    assert made.path is not None
    assert made.path == files.folder / "all.parquet"
    everything = parquet.read_table(made.path)
    assert everything.num_rows == made.report.rows == 27_000
    assert everything.column_names[:2] == ["id", "n"]
    assert everything["source"].to_pylist()[::3000] == [f"in/m{n}.csv" for n in range(9)]
    assert "of 27,000 rows; all are in all.parquet" in made.sheet.part
    assert 0 < made.sheet.rows < 27_000
    assert made.sheet.table.schema.names == everything.schema.names


def test_a_file_that_is_there_is_never_written_over(files: Put) -> None:
    (files.folder / "all.parquet").write_text("mine")
    files.put(a__csv="id,n\n" + "1,2\n" * 5000, b__csv="id,x\n" + "1,2\n" * 5000)
    with pytest.raises(S3Error):
        files.combine(budget=1000)
    assert (files.folder / "all.parquet").read_text() == "mine"


def test_a_refused_file_is_left_out_or_ends_it_as_chosen(
    files: Put, server: ServerInfo, fault_proxy: FaultProxy
) -> None:
    files.put(a__csv="id,n\n1,2\n", b__csv="id,n\n3,4\n")
    files.connection = connect(server, fault_proxy.endpoint_url)
    fault_proxy.on(lambda request: request.path.endswith("b.csv"), error(403, "AccessDenied"))
    made = files.combine()
    assert made.sheet.table["id"].to_pylist() == [1]
    assert [failure.key for failure in made.report.failures] == ["in/b.csv"]
    with pytest.raises(S3Error, match="not allowed"):
        files.combine(Choices(skip_unreadable=False))


def test_nothing_readable_says_why(files: Put) -> None:
    files.put(a__png=b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    with pytest.raises(UnsupportedError, match="not a table"):
        files.combine()


def test_cancel_leaves_no_file(files: Put) -> None:
    files.put(a__csv="id,n\n" + "1,2\n" * 5000, b__csv="id,x\n" + "1,2\n" * 5000)
    job, found = Job(), files.plan()
    job.cancel()
    with pytest.raises(CancelledError):
        combine(job, files.connection, found, Choices(), overflow=files.folder / "x.parquet", budget=1000)
    assert list(files.folder.iterdir()) == []


def test_the_code_makes_the_same_table(files: Put, server: ServerInfo, tmp_path: Path) -> None:
    files.put(
        a__csv=MONTH.format(n=1),
        b__csv=MONTH.format(n=2).replace(",", ";"),
        d__csv="id,day,amount,shop\n1,2026-04-01,2.5\n2,2026-04-01,2.5,east,far,away\n",
        c__jsonl='{"id": "9", "day": "2026-03-01", "amount": 1.5, "shop": "west"}\n',
    )
    made = files.combine()
    keys = {
        "AWS_ACCESS_KEY_ID": server.access_key,
        "AWS_SECRET_ACCESS_KEY": server.secret_key,
        "AWS_REGION": "us-east-1",
    }
    assert server.secret_key not in made.sheet.code
    assert made.sheet.code.count("# No keys are in this: boto3 finds yours in the environment") == 1
    assert f'endpoint_url="{server.endpoint_url}"' in made.sheet.code
    (pasted,) = paste_in_python([made.sheet.code + "\ndf = df.astype(str)"], tmp_path / "code", keys)
    assert pasted.error == ""
    ours = made.sheet.table.to_pandas().astype(str)
    assert pasted.columns["df"] == list(ours.columns)
    assert [row[0] for row in pasted.rows["df"]] == list(ours["id"])
    assert [row[-1] for row in pasted.rows["df"]] == list(ours["source"])


def test_a_source_column_that_is_there_keeps_its_name(files: Put) -> None:
    files.put(a__csv="id,source\n1,a\n", b__csv="id,source\n2,b\n")
    assert files.combine().sheet.table.column_names == ["id", "source", "source (2)"]
    assert isinstance(files.combine().sheet.table, pa.Table)


def test_days_of_another_millennium_stay_themselves(files: Put) -> None:
    files.put(a__csv="id,valid_to\n1,9999-12-31\n2,2024-05-01\n", b__csv="id,valid_to\n3,2024-01-01 10:00:00.5\n")
    made = files.combine()
    days = made.sheet.table["valid_to"].cast(pa.string()).to_pylist()
    assert days == ["9999-12-31 00:00:00.000000", "2024-05-01 00:00:00.000000", "2024-01-01 10:00:00.500000"]
    assert made.report.sentences == ()


def test_numbers_among_text_keep_their_fraction(files: Put) -> None:
    files.put(a__csv="v\n1\n", b__csv="v\n2\n", c__csv="v\n1.9\n", d__csv="v\nx\n7.5\n+8\n007\n")
    made = files.combine(Choices(differing_as_text=False))
    assert made.sheet.table["v"].to_pylist() == [1.0, 2.0, 1.9, None, 7.5, 8.0, None]
    assert made.report.lost == (("v", 2),)


def test_no_name_of_a_column_collides_with_what_is_kept_inside(files: Put) -> None:
    files.put(a__json=b'[{"\\u0000file": 7, "<b>": 1}]', b__json=b'[{" x": 2}, {" x": 3}]')
    table = files.combine().sheet.table
    assert table.column_names == ["\0file", "<b>", " x", "source"]
    assert table.to_pydict() == {
        "\0file": [7, None, None],
        "<b>": [1, None, None],
        " x": [None, 2, 3],
        "source": ["in/a.json", "in/b.json", "in/b.json"],
    }


def test_files_of_other_columns_each_take_no_memory_for_what_they_lack(files: Put) -> None:
    def body(number: int) -> str:
        names = ",".join(f"c{number}_{at}" for at in range(60))
        return f"id,{names}\n" + "".join(f"{row}{',1.5' * 60}\n" for row in range(500))

    files.put(**{f"m{number:02}__csv": body(number) for number in range(20)})
    before = pa.total_allocated_bytes()
    table = files.combine().sheet.table
    assert (table.num_rows, table.num_columns) == (10_000, 1202)
    assert table["c3_7"].drop_null().to_pylist() == [1.5] * 500
    assert table["c3_7"][1500].as_py() == 1.5
    assert pa.total_allocated_bytes() - before < 20 << 20  # written out they would be 96 MB


def test_more_columns_than_a_table_has_are_refused(files: Put) -> None:
    for number in range(2):
        names = ",".join(f"c{number}_{at}" for at in range(6000))
        files.put(**{f"m{number}__csv": f"id,{names}\n1{',1' * 6000}\n"})
    with pytest.raises(UnsupportedError, match="more than 10,000 different columns"):
        files.combine()
    assert files.combine(Choices(Columns.COMMON)).sheet.table.column_names == ["id", "source"]
