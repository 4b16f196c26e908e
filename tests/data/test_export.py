"""What is saved can be read again, by other programs, and does nothing there but lie still."""

# ruff: noqa: DTZ001  # tables hold moments without a zone

from __future__ import annotations

import csv
import json
import os
import zipfile
from concurrent.futures import CancelledError, ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3desk.data.exporting.cell_text import texts
from s3desk.data.exporting.export import Format, Saving, Shown, Writing, copy_text, export
from s3desk.data.exporting.find_cell import Cell, find
from s3desk.data.exporting.storing import Destination, store_table
from s3desk.s3.connection import Connection
from s3desk.s3.errors import AlreadyThereError, DiskError, S3Error
from s3desk.s3.job import Job
from s3desk.s3.right_of_way import RightOfWay

FORMULAS = ["=1+1", "+cmd", "-x", "@sum", "\tx", "\r=1", "\x00=1", "＝1"]
TABLE = pa.table(
    {
        "id": ["007", "", None],
        "price": [1.5, None, float("nan")],
        "whole": [2**53 + 1, 1, None],
        "when": [datetime(2024, 1, 2, 3, 4, 5), None, datetime(1850, 1, 1)],
        "zoned": pa.array([datetime(2024, 1, 2, tzinfo=UTC), None, None], pa.timestamp("ns", "UTC")),
        "money": [Decimal("1.10"), None, Decimal("-2.00")],
        "yes": [True, False, None],
        "nested": [{"a": [1]}, None, {"a": [float("nan")]}],
        'a "b",c': ["x,y", 'q"q', "l\nl"],
    }
)


def shown(table: pa.Table = TABLE, order: list[int] | None = None) -> Shown:
    chosen = None if order is None else pa.array(order, pa.uint64())
    return Shown(table, chosen, tuple(range(table.num_columns)))


def saved(folder: Path, form: Format, what: Shown | None = None, *, safe: bool = True) -> Path:
    path = folder / f"table.{form.ending}"
    what = what or shown()
    job = Job()
    assert export(job, what, path, Saving(form, "A <b> title", for_spreadsheets=safe)) == path.stat().st_size
    assert job.done == job.total == what.rows
    assert [each.name for each in folder.iterdir()] == [path.name]
    return path


def test_csv_for_programs_is_exactly_the_cells(tmp_path: Path) -> None:
    path = saved(tmp_path, Format.CSV, safe=False)
    assert path.read_bytes().startswith(b'id,price,whole,when,zoned,money,yes,nested,"a ""b"",c"\n')
    back = pd.read_csv(path, dtype={"id": str}, keep_default_na=False)
    assert list(back.columns) == TABLE.column_names
    assert list(back["id"]) == ["007", "", ""]
    assert list(back["whole"]) == ["9007199254740993", "1", ""]
    assert list(back['a "b",c']) == ["x,y", 'q"q', "l\nl"]
    assert back["when"][0] == "2024-01-02 03:04:05"
    assert path.read_text().splitlines()[2].startswith('"",,1,'), "an empty text is not a null"


@given(cells=st.lists(st.one_of(st.none(), st.text(max_size=12)), min_size=1, max_size=8), tabs=st.booleans())
def test_any_text_comes_back_from_csv(
    tmp_path_factory: pytest.TempPathFactory, cells: list[str | None], tabs: bool
) -> None:
    form, delimiter = (Format.TSV, "\t") if tabs else (Format.CSV, ",")
    path = tmp_path_factory.mktemp("csv") / "a"
    export(Job(), shown(pa.table({"a": cells, "b": cells})), path, Saving(form, for_spreadsheets=False))
    with path.open(newline="", encoding="utf-8") as file:
        head, *rows = csv.reader(file, delimiter=delimiter)
    assert head == ["a", "b"]
    assert rows == [[cell or "", cell or ""] for cell in cells]


def test_csv_for_spreadsheets_computes_nothing(tmp_path: Path) -> None:
    numbers = ["-5", "+3.2", "-1,000.5", "1e5", "plain", None]
    table = pa.table({"=head": FORMULAS, "b": [*numbers, "-1+1", "-"]})
    path = saved(tmp_path, Format.CSV, shown(table))
    assert path.read_bytes().startswith(b"\xef\xbb\xbf'=head,b\n")
    back = pd.read_csv(path, dtype=str, keep_default_na=False)
    assert all(str(cell).startswith("'") for cell in back["'=head"])
    assert list(back["b"]) == ["-5", "+3.2", "-1,000.5", "1e5", "plain", "", "'-1+1", "'-"]


def test_tsv(tmp_path: Path) -> None:
    path = saved(tmp_path, Format.TSV, shown(order=[2, 0]), safe=False)
    assert list(pd.read_csv(path, sep="\t", dtype=str)['a "b",c']) == ["l\nl", "x,y"]


def test_parquet_keeps_types_order_and_columns(tmp_path: Path) -> None:
    what = Shown(TABLE, pa.array([2, 0], pa.uint64()), (3, 1, 5))
    back = pq.read_table(saved(tmp_path, Format.PARQUET, what))
    assert back.schema.names == ["when", "price", "money"]
    assert back.schema.field("money").type == pa.decimal128(3, 2)
    assert back.column("money").to_pylist() == [Decimal("-2.00"), Decimal("1.10")]
    assert pq.read_table(saved(tmp_path, Format.PARQUET, shown(TABLE.slice(0, 0)))).num_rows == 0


def test_parquet_has_each_name_once(tmp_path: Path) -> None:
    table = pa.table([pa.array([1]), pa.array([2]), pa.array([3])], names=["a", "a", "a_2"])
    assert pq.read_table(saved(tmp_path, Format.PARQUET, shown(table))).to_pylist() == [{"a": 1, "a_3": 2, "a_2": 3}]


def test_excel_holds_values_and_no_formulas(tmp_path: Path) -> None:
    table = TABLE.append_column("=f", pa.array(["=1+1", "a\x00b", "x" * 40_000]))
    path = saved(tmp_path, Format.EXCEL, shown(table))
    (header, *rows) = openpyxl.load_workbook(path)["Table"].iter_rows()
    assert [cell.value for cell in header] == table.column_names
    assert {cell.data_type for row in (header, *rows) for cell in row}.isdisjoint({"f", "e"})
    first, _, third = ([cell.value for cell in row] for row in rows)
    assert first[:4] == ["007", 1.5, "9007199254740993", datetime(2024, 1, 2, 3, 4, 5)]
    assert first[4] == "2024-01-02 00:00:00Z"
    assert first[6:] == [True, '{"a": [1.0]}', "x,y", "=1+1"]
    assert third[1] == "nan"
    assert third[3] == "1850-01-01 00:00:00"
    assert len(str(third[-1])) == 32_767
    with zipfile.ZipFile(path) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")


def test_excel_says_its_limits_before_writing(tmp_path: Path) -> None:
    table = pa.table({"a": pa.nulls(1_048_576)})
    with pytest.raises(S3Error, match="1,048,575 rows"):
        export(Job(), shown(table), tmp_path / "a.xlsx", Saving(Format.EXCEL))
    assert not list(tmp_path.iterdir())


def test_json_lines(tmp_path: Path) -> None:
    table = TABLE.append_column("id", pa.array(["second", "<é", None]))
    lines = [json.loads(line) for line in saved(tmp_path, Format.JSON_LINES, shown(table)).read_text().splitlines()]
    assert lines[0]["id"] == "007"
    assert lines[0]["id_2"] == "second"
    assert lines[0]["whole"] == 2**53 + 1
    assert lines[0]["nested"] == {"a": [1]}
    assert lines[2]["price"] is None
    assert lines[2]["nested"] == {"a": [None]}
    assert lines[1]["id_2"] == "<é"
    assert "NaN" not in json.dumps(lines)


def test_markdown_and_html_let_nothing_out_of_a_cell(tmp_path: Path) -> None:
    table = pa.table({"<i>|x": ["<script>alert(1)</script>", "a|b\nc", "[x](javascript:1)"], "n": [1, 2, None]})
    markdown = saved(tmp_path, Format.MARKDOWN, shown(table)).read_text().splitlines()
    assert markdown[:2] == ["| \\<i\\>\\|x | n |", "| --- | ---: |"]
    assert markdown[3] == "| a\\|b<br>c | 2 |"
    assert len(markdown) == 5
    (tmp_path / "table.md").unlink()
    page = saved(tmp_path, Format.HTML, shown(table)).read_text()
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<title>A &lt;b&gt; title</title>" in page
    assert "default-src 'none'" in page
    assert '<td class="n">2</td>' in page


def test_a_cancelled_or_failed_save_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("old")
    job = Job()
    job.cancel()
    with pytest.raises(CancelledError):
        export(job, shown(), path, Saving(Format.CSV))
    with pytest.raises(DiskError, match="cannot be written"):
        export(Job(), shown(), tmp_path / "no folder" / "a.csv", Saving(Format.CSV))
    assert [each.name for each in tmp_path.iterdir()] == ["a.csv"]
    assert path.read_text() == "old"


def test_more_than_a_block_in_an_order_is_whole(tmp_path: Path) -> None:
    count = 70_000
    pieces = pa.chunked_array([pa.array(range(start, start + 7_000)) for start in range(0, count, 7_000)])
    what = shown(pa.table({"a": pieces}), list(range(count - 1, -1, -1)))
    back = pd.read_csv(saved(tmp_path, Format.CSV, what))
    assert list(back["a"]) == list(range(count - 1, -1, -1))


def test_the_clipboard_has_what_spreadsheets_paste() -> None:
    what = Shown(pa.table({"a": ["x\ty", None, 'q"', "z"], "b": [1, 2, 3, 4]}), None, (0, 1))
    assert copy_text(Job(), what, [(0, 2), (3, 4)], with_header=False) == '"x\ty"\t1\n\t2\nz\t4'
    assert copy_text(Job(), what, [(2, 3)], with_header=True) == 'a\tb\n"q"""\t3'


def test_stored_in_s3_with_its_type_and_never_over_another(watched: Connection, bucket: str) -> None:
    saving, to = Saving(Format.CSV, for_spreadsheets=False), Destination(bucket, "folder/täble.csv")
    assert store_table(Job(), watched, shown(), saving, to) == []
    client = watched.client(bucket)
    first = client.get_object(Bucket=bucket, Key=to.key)
    assert first["ContentType"] == "text/csv; charset=utf-8"
    body = first["Body"].read()
    (failure,) = store_table(Job(), watched, shown(order=[0]), saving, to)
    assert isinstance(failure.error, AlreadyThereError)
    assert client.get_object(Bucket=bucket, Key=to.key)["Body"].read() == body
    assert store_table(Job(), watched, shown(order=[0]), saving, Destination(bucket, to.key, replace=True)) == []
    assert client.get_object(Bucket=bucket, Key=to.key)["Body"].read() != body


def test_nobody_elses_file_is_touched_while_saving(tmp_path: Path) -> None:
    mine = tmp_path / "table.csv.part"
    mine.write_text("mine")
    path = tmp_path / "table.csv"
    path.write_text("before")
    path.chmod(0o600)
    export(Job(), shown(), path, Saving(Format.CSV))
    assert mine.read_text() == "mine"
    assert path.stat().st_mode & 0o777 == 0o600
    assert sorted(one.name for one in tmp_path.iterdir()) == ["table.csv", "table.csv.part"]


def test_two_saves_to_one_name_leave_one_of_them_whole(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    many = [pa.table({"a": [letter * 9] * 300_000}) for letter in "xy"]
    with ThreadPoolExecutor(2) as threads:
        saves = [
            threads.submit(export, Job(), shown(one), path, Saving(Format.CSV, for_spreadsheets=False)) for one in many
        ]
        sizes = {save.result(60) for save in saves}
    assert path.read_text() in {"a\n" + f'"{letter * 9}"\n' * 300_000 for letter in "xy"}
    assert sizes == {path.stat().st_size}
    assert [one.name for one in tmp_path.iterdir()] == ["table.csv"]


def test_a_link_stays_a_link_and_a_device_a_device(tmp_path: Path) -> None:
    target, link, pipe = tmp_path / "real" / "table.csv", tmp_path / "link.csv", tmp_path / "pipe.csv"
    target.parent.mkdir()
    link.symlink_to(target)
    export(Job(), shown(), link, Saving(Format.CSV))
    assert link.is_symlink()
    assert target.read_bytes().startswith(b"\xef\xbb\xbfid,")
    os.mkfifo(pipe)
    for path in (pipe, tmp_path):
        with pytest.raises(DiskError, match="is not a file"):
            export(Job(), shown(), path, Saving(Format.CSV))
    assert pipe.is_fifo()


@pytest.mark.parametrize("form", [form for form in Format if form is not Format.PARQUET], ids=lambda form: form.value)
def test_what_python_cannot_hold_is_written_as_it_can_be(tmp_path: Path, form: Format) -> None:
    far, columns = 2**62, {}
    columns["duration"] = pa.array([far, 1, None], pa.duration("s"))
    columns["times"] = pa.array([[far], [0], None], pa.list_(pa.timestamp("s")))
    columns["record"] = pa.array([{"a": far, "b": "ok"}] * 3, pa.struct({"a": pa.duration("s"), "b": pa.string()}))
    columns["map"] = pa.array([[("k", far)], [], None], pa.map_(pa.string(), pa.duration("ms")))
    table = pa.table(columns)
    path = saved(tmp_path, form, shown(table))
    if form in (Format.CSV, Format.JSON_LINES):
        said = path.read_text("utf-8-sig")
        assert f"{far} s" in said
        assert f"{far} ms" in said
        assert "1970-01-01" in said
    assert texts(table["record"].chunk(0))[0] == f'{{"a": "{far} s", "b": "ok"}}'
    assert find(Job(), table, None, (0, 1, 2, 3), "ms", Cell(0, 0)) == Cell(0, 3)


def test_long_texts_in_a_dictionary_are_written_a_few_at_a_time(tmp_path: Path) -> None:
    long = pa.DictionaryArray.from_arrays(pa.array([0, None] * 300, pa.int8()), ["x" * 1_000_000])
    few = shown(pa.table({"long": long}))
    blocks = [block.num_rows for block in Writing(Job(), few, Saving(Format.CSV), RightOfWay()).blocks()]
    assert sum(blocks) == 600
    assert max(blocks) < 150
    path = saved(tmp_path, Format.CSV, few, safe=False)
    assert path.stat().st_size == 300 * 1_000_003 + 300 + len("long\n")
    path.unlink()
    with pytest.raises(S3Error, match="too long for the clipboard"):
        copy_text(Job(), few, [(0, 600)], with_header=False)


def test_the_last_instant_of_the_calendar_is_text_in_excel(tmp_path: Path) -> None:
    last = datetime(9999, 12, 31, 23, 59, 59, 999999)
    path = saved(tmp_path, Format.EXCEL, shown(pa.table({"a": [last, datetime(9999, 12, 31)]})))
    cells = [row[0] for row in openpyxl.load_workbook(path)["Table"].iter_rows(values_only=True)]
    assert cells == ["a", "9999-12-31 23:59:59.999999", datetime(9999, 12, 31)]
