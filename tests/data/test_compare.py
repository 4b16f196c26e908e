"""Comparing tables, against the same in plain Python."""

from __future__ import annotations

import gzip
import math
from collections import Counter, defaultdict
from concurrent.futures import CancelledError
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from s3desk.data.comparing.compare import ColumnDifference, Comparison, compare, guess_key
from s3desk.data.reading.whole import whole_table
from s3desk.data.sheet import Sheet
from s3desk.s3.job import Job
from tests.s3.conftest import connect
from tests.s3.pasting import paste_in_python

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

    from tests.servers.info import ServerInfo

CELLS = {
    "k": st.one_of(st.none(), st.integers(0, 4)),
    "t": st.one_of(st.none(), st.sampled_from(["", "a", "b"])),
    "f": st.one_of(st.none(), st.sampled_from([0.0, -0.0, 1.5, math.nan])),
}
TYPES = {"k": pa.int64(), "t": pa.string(), "f": pa.float64()}
ROWS = st.lists(st.tuples(*CELLS.values()), max_size=8)


def sheet(columns: dict[str, Any], title: str = "x.csv") -> Sheet:
    return Sheet(title, pa.table(columns))


def keys_of(server: ServerInfo) -> dict[str, str]:
    return {
        "AWS_ACCESS_KEY_ID": server.access_key,
        "AWS_SECRET_ACCESS_KEY": server.secret_key,
        "AWS_REGION": "us-east-1",
    }


def of(rows: list[tuple[Any, ...]]) -> Sheet:
    """In two chunks, as tables that were read are."""
    schema = pa.schema(TYPES.items())
    parts = [
        pa.Table.from_pylist([dict(zip(TYPES, row, strict=True)) for row in part], schema)
        for part in (rows[:3], rows[3:])
    ]
    return Sheet("x.csv", pa.concat_tables(parts))


def plain(cell: Any) -> Any:
    """NaN equals NaN here."""
    return "NaN" if isinstance(cell, float) and math.isnan(cell) else cell


def by_key(rows: list[tuple[Any, ...]], key: tuple[str, ...]) -> dict[tuple[Any, ...], list[tuple[Any, ...]]]:
    found = defaultdict(list)
    at = [list(TYPES).index(name) for name in key]
    for row in rows:
        found[tuple(plain(row[number]) for number in at)].append(tuple(map(plain, row)))
    return found


@settings(max_examples=150, deadline=None)
@given(ROWS, ROWS, st.sampled_from([("k",), ("f",), ("t", "k"), ("k", "t", "f"), ()]))
def test_like_plain_python(before: list[tuple[Any, ...]], after: list[tuple[Any, ...]], key: tuple[str, ...]) -> None:
    found = compare(Job(), of(before), of(after), key)
    old, new = by_key(before, key or tuple(TYPES)), by_key(after, key or tuple(TYPES))
    cells: Counter[str] = Counter()
    added = removed = changed = 0
    for one in old.keys() | new.keys():
        pairs = list(zip(old[one], new[one], strict=False))
        removed += len(old[one]) - len(pairs)
        added += len(new[one]) - len(pairs)
        for pair in pairs:
            differing = [name for name, left, right in zip(TYPES, *pair, strict=True) if left != right]
            changed += bool(differing)
            cells.update(differing)
    assert (found.added, found.removed, found.changed) == (added, removed, changed)
    assert dict(found.cells_by_column) == dict(cells)
    assert found.sheet.rows == added + removed + sum(cells.values()) == added + removed + found.cells
    assert Counter(found.sheet.table["change"].to_pylist()) == +Counter(
        added=added, removed=removed, changed=sum(cells.values())
    )
    if key:
        assert found.repeated_before == sum(len(rows) - 1 for rows in old.values() if rows)
        assert found.repeated_after == sum(len(rows) - 1 for rows in new.values() if rows)
    assert found.same is (not added and not removed and not changed)


def listed(found: Comparison) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in found.sheet.table.to_pylist()]


def test_cell_by_cell_row_by_row() -> None:
    before = sheet({"id": ["007", "008", "009"], "n": [1, 2, 3], "s": ["x", "y", None], "gone": [1, 1, 1]}, "a.csv")
    after = sheet({"id": ["009", "010", "007"], "s": ["z", "w", "x"], "n": [4, 5, 1], "new": [None, 0.5, 1]}, "b.csv")
    found = compare(Job(), before, after, ["id"])
    assert found.sheet.title == "a.csv → b.csv"
    assert found.sheet.table.column_names == ["change", "id", "column", "before", "after"]
    assert listed(found) == [
        ("changed", "009", "s", None, "z"),
        ("changed", "009", "n", "3", "4"),
        ("added", "010", None, None, "s: w; n: 5; new: 0.5"),
        ("removed", "008", None, "n: 2; s: y; gone: 1", None),
    ]
    assert found.columns == (ColumnDifference("gone", "whole number", ""), ColumnDifference("new", "", "number"))
    assert found.reordered
    assert (found.changed, found.cells, found.cells_by_column) == (1, 2, (("s", 1), ("n", 1)))


def test_without_a_key_rows_are_counted_as_often_as_they_are_there() -> None:
    found = compare(Job(), sheet({"a": [1, 1, 2], "x": [0, 0, 0]}), sheet({"a": [1, 3, 2, 2]}), [])
    assert listed(found) == [("added", 3), ("added", 2), ("removed", 1)]
    assert (found.changed, found.repeated_before, found.repeated_after) == (0, 0, 0)


def test_tables_that_share_no_column() -> None:
    found = compare(Job(), sheet({"a": [1, 2]}), sheet({"b": [1]}), [])
    assert (found.added, found.removed, found.changed) == (1, 2, 0)


def test_what_was_said_of_the_tables_is_said_of_their_differences() -> None:
    before = Sheet("a.csv", pa.table({"a": [1]}), notes=("One row is short.",))
    found = compare(Job(), before, sheet({"a": [2]}), [])
    assert found.sheet.notes == ("Whole rows are compared, without a key.", "a.csv: One row is short.")


def test_repeated_keys_are_told_and_matched_in_their_order() -> None:
    found = compare(
        Job(), sheet({"id": [1, 1, 2], "v": [5, 6, 7]}), sheet({"id": [2, 1, 1, 1], "v": [7, 5, 9, 8]}), ["id"]
    )
    assert listed(found) == [("changed", 1, "v", "6", "9"), ("added", 1, None, None, "v: 8")]
    assert (found.repeated_before, found.repeated_after) == (1, 2)


MOMENT = datetime(2024, 1, 1, 12, tzinfo=UTC)
BIG = 2**53 + 1


@pytest.mark.parametrize(
    ("before", "after", "changed"),
    [
        (pa.array([1, BIG]), pa.array([1, BIG - 1]), 1),
        (pa.array([1, 2]), pa.array([1.0, 2.5]), 1),
        (pa.array([1, BIG]), pa.array([1.0, 4.0]), 1),
        (pa.array([7, 8]), pa.array(["007", "8"]), 1),
        (pa.array([2**64 - 1, 1], pa.uint64()), pa.array([-1, 1]), 1),
        (pa.array([None, None]), pa.array([None, "x"]), 1),
        (pa.array(["a", "b"]).dictionary_encode(), pa.array(["a", "c"], pa.string_view()), 1),
        (pa.array([Decimal("1.10"), Decimal("2")]), pa.array([Decimal("1.1"), Decimal("2.1")]), 1),
        (pa.array([Decimal("1.00"), Decimal("2.00")]), pa.array([1, 3]), 1),
        (pa.array([Decimal("0.5"), Decimal("2.0")]), pa.array([0.5, 3.0]), 1),
        (pa.array([date(2024, 1, 1)] * 2), pa.array([datetime(2024, 1, 1), datetime(2024, 1, 2)]), 1),  # noqa: DTZ001
        (pa.array([MOMENT] * 2, pa.timestamp("us", "UTC")), pa.array([MOMENT] * 2, pa.timestamp("s", "+02:00")), 0),
        (pa.array([[1], [2]]), pa.array([[1], [3]]), 1),
        (pa.array([b"\xff" * 70 + b"a", b""]), pa.array([b"\xff" * 70 + b"b", b""], pa.large_binary()), 1),
        (pa.array([True, None]), pa.array([None, True]), 2),
    ],
)
def test_equal_cells_are_equal_in_all_types(before: pa.Array, after: pa.Array, changed: int) -> None:
    names = pa.array(["p", "q"])
    for left, right in ((before, after), (after, before)):
        found = compare(Job(), sheet({"id": names, "v": left}), sheet({"id": names, "v": right}), ["id"])
        assert (found.changed, found.added, found.removed) == (changed, 0, 0)
        whole = compare(Job(), sheet({"v": left}), sheet({"v": right}), [])
        values_moved = before.type == pa.bool_()  # the same two values in the other order
        assert whole.added == whole.removed == (0 if values_moved else changed)


def test_columns_named_like_those_of_the_result_and_twice() -> None:
    twice = pa.Table.from_arrays([pa.array([1]), pa.array([2]), pa.array([3])], names=["change", "v", "v"])
    other = pa.Table.from_arrays([pa.array([1]), pa.array([2]), pa.array([4])], names=["change", "v", "v"])
    found = compare(Job(), Sheet("a", twice), Sheet("b", other), ["change"])
    assert found.sheet.table.column_names == ["change", "change (key)", "column", "before", "after"]
    assert listed(found) == [("changed", 1, "v (2)", "3", "4")]


def test_types_that_differ_are_told() -> None:
    before = pa.table({"a": pa.array([1], pa.int32()), "b": ["1"], "c": ["x"]})
    after = pa.table({"a": pa.array([1], pa.int64()), "b": [1], "c": pa.array(["x"], pa.large_string())})
    found = compare(Job(), Sheet("a", before), Sheet("b", after), ["c"])
    assert found.columns == (ColumnDifference("a", "int32", "int64"), ColumnDifference("b", "text", "whole number"))
    assert (found.changed, found.same) == (0, False)


@pytest.mark.parametrize("server", ["seaweedfs"], indirect=True)
def test_the_code_finds_the_same(server: ServerInfo, server_client: S3Client, bucket: str, tmp_path: Path) -> None:
    old = pd.DataFrame(
        {"id": [f"{number:03}" for number in range(50)], "n": range(50), "x": [number / 8 for number in range(50)]}
    )
    old["word"] = [None if number % 7 == 0 else f"w{number % 5}" for number in range(50)]
    new = old[5:].copy()
    new.loc[new["n"] % 10 == 0, "word"] = "other"
    new.loc[7, "word"] = "was null"
    new = pd.concat([new, new[:3], new[10:12].assign(id="new", n=-1)])[["word", "id", "n", "x"]].sample(frac=1)
    bodies = {
        "old.csv": old.to_csv(index=False).encode(),
        "new.csv": new.to_csv(index=False, sep=";").encode(),
        "new.parquet": new.to_parquet(),
        "months.csv.gz": gzip.compress(new.assign(id=range(len(new))).rename(columns={"n": "m"}).to_csv().encode()),
    }
    for name, body in bodies.items():
        server_client.put_object(Bucket=bucket, Key=name, Body=body)
    read = {name: whole_table(Job(), connect(server), bucket, name, most_bytes=1 << 20) for name in bodies}
    pairs = [
        ("old.csv", "new.csv"),
        ("old.csv", "new.parquet"),
        ("new.csv", "new.parquet"),
        ("months.csv.gz", "old.csv"),
    ]
    keys = [("id",), ("word", "x"), ()]
    found = [compare(Job(), read[one], read[two], key) for one, two in pairs for key in keys]
    pasted = paste_in_python([each.sheet.code for each in found], tmp_path / "code", keys_of(server))
    assert [one.error for one in pasted] == [""] * len(found)
    ours = [(each.added, each.removed, each.changed) for each in found]
    theirs = [tuple(len(one.rows[f"df_{name}"]) for name in ("added", "removed", "changed")) for one in pasted]
    assert theirs == ours
    assert ours[0] == (5, 5, 5)
    cells = [sum(row.count(True) for row in one.rows["df_cells"]) for one in pasted]
    assert cells == [each.cells for each in found]
    assert server.secret_key not in found[0].sheet.code
    assert {each.sheet.code.count("# No keys are in this: boto3 finds yours") for each in found} == {1}
    assert f'endpoint_url="{server.endpoint_url}"' in found[0].sheet.code


def test_where_there_is_no_code_there_is_none() -> None:
    assert compare(Job(), sheet({"a": [1]}), sheet({"a": [2]}), ("a",)).sheet.code == ""


def test_a_key_is_guessed_where_one_is() -> None:
    before = sheet({"day": [1, 1], "x": [0.5, 1.5], "id": [1, 2], "name": ["a", "b"]})
    assert guess_key(Job(), before, before) == ("id",)
    assert guess_key(Job(), before, sheet({"name": ["c", "d"], "id": [3, None]})) == ("name",)
    assert guess_key(Job(), before, sheet({"id": [1, 1]})) == ()
    with pytest.raises(ValueError, match="day"):
        compare(Job(), before, sheet({"id": [1]}), ["day"])


def test_of_many_differences_the_first_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("s3desk.data.comparing.compare_sheet.MOST", 5)
    numbers = list(range(10))
    before = sheet({"id": numbers, "a": numbers, "b": numbers})
    after = sheet({"id": range(2, 12), "a": [0] * 10, "b": numbers})
    found = compare(Job(), before, after, ["id"])
    assert (found.cells, found.added, found.removed) == (16, 2, 2)
    assert found.sheet.table["change"].to_pylist() == ["changed"] * 4 + ["added"] * 2 + ["removed"] * 2
    assert found.sheet.part == "the first 8 of 20 differences"


def test_a_million_rows() -> None:
    many = 1_000_000
    names = pa.array([f"order {number}" for number in range(many)])
    before = pa.table({"id": names, "n": pa.array(range(many)), "s": names})
    turned = before.slice(many // 2)
    after = pa.concat_tables([turned, before.slice(10, many // 2 - 10)])
    after = after.set_column(1, "n", pa.array([-1, *after["n"].to_pylist()[1:]]))
    job = Job()
    found = compare(job, Sheet("a", before), Sheet("b", after), ["id"])
    assert (found.changed, found.cells, found.added, found.removed) == (1, 1, 0, 10)
    assert job.done == job.total == 3


def test_it_ends_when_it_is_cancelled() -> None:
    job = Job()
    job.cancel()
    with pytest.raises(CancelledError):
        compare(job, sheet({"a": [1]}), sheet({"a": [1]}), ["a"])
