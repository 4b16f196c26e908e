"""Columns of several types become one without any value becoming another: what does not fit is text, or counted."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from s3desk.data.combining.uniting import exact, fitted, united_schema

FAR = pa.array([dt.date(9999, 12, 31), dt.date(2024, 1, 1)])
CENTS = pa.array([Decimal("12345678901234567.89"), Decimal("1.50")], pa.decimal128(20, 2))
LONG = pa.array([2**63 + 5, 7], pa.uint64())
UTC, LOCAL = pa.array([0], pa.timestamp("us", "UTC")), pa.array([0], pa.timestamp("us"))


def united(*arrays: pa.Array, as_text: bool = True, seen: bool = True) -> tuple[str, list[Any], int]:
    """The type, the values as text, how many were lost; `seen` where all values are known before it is decided."""
    tables = [pa.table({"a": array}) for array in arrays]
    schema = united_schema([table.schema for table in tables], as_text=as_text)
    if seen:
        schema = exact(schema, tables)
    found = [fitted(table, schema) for table in tables]
    table = pa.concat_tables(table for table, _ in found)
    table.validate(full=True)
    lost = sum(counts.get("a", 0) for _, counts in found)
    return str(schema.field("a").type), table["a"].cast(pa.string()).to_pylist(), lost


@pytest.mark.parametrize(
    ("arrays", "kind", "values"),
    [
        (
            [FAR[:1], pa.array([1_000], pa.timestamp("ns"))],
            "timestamp[us]",
            ["9999-12-31 00:00:00.000000", "1970-01-01 00:00:00.000001"],
        ),
        ([FAR[:1], pa.array([1], pa.timestamp("ns"))], "string", ["9999-12-31", "1970-01-01 00:00:00.000000001"]),
        ([LONG, pa.array([1])], "uint64", ["9223372036854775813", "7", "1"]),
        ([LONG, pa.array([-1])], "string", ["9223372036854775813", "7", "-1"]),
        (
            [CENTS, pa.array([Decimal("0.1")], pa.decimal128(18, 2))],
            "decimal128(20, 2)",
            ["12345678901234567.89", "1.50", "0.10"],
        ),
        ([CENTS, pa.array([0.5])], "string", ["12345678901234567.89", "1.50", "0.5"]),
        ([CENTS[1:], pa.array([0.5])], "double", ["1.5", "0.5"]),
        ([CENTS[1:], pa.array([5])], "decimal128(22, 2)", ["1.50", "5.00"]),
        ([pa.array([2**60 + 1]), pa.array([0.5])], "string", ["1152921504606846977", "0.5"]),
    ],
)
def test_the_type_holds_every_value(arrays: list[pa.Array], kind: str, values: list[str]) -> None:
    assert united(*arrays) == (kind, values, 0)


@pytest.mark.parametrize(
    ("arrays", "values", "lost"),
    [
        (
            [FAR, pa.array([1], pa.timestamp("ns"))],
            [None, "2024-01-01 00:00:00.000000000", "1970-01-01 00:00:00.000000001"],
            1,
        ),
        ([LONG, pa.array([-1])], [None, "7", "-1"], 1),
        ([CENTS, pa.array([0.5])], [None, "1.5", "0.5"], 1),
        ([pa.array([2**60 + 1, 3]), pa.array([0.5])], [None, "3", "0.5"], 1),
    ],
)
def test_what_comes_after_the_type_was_decided_is_counted(arrays: list[pa.Array], values: list[Any], lost: int) -> None:
    _, found, count = united(*arrays, seen=False)
    assert (found, count) == (values, lost)


@pytest.mark.parametrize(
    ("arrays", "values", "lost"),
    [
        (
            [pa.array([1]), pa.array([2]), pa.array(["8", "x", " +9 ", "007", "1e999"])],
            ["1", "2", "8", None, "9", None, None],
            3,
        ),
        ([FAR[1:], FAR[1:], pa.array(["2024-05-05", "x"])], ["2024-01-01", "2024-01-01", "2024-05-05", None], 1),
        ([FAR[1:], FAR[1:], pa.array([5])], ["2024-01-01", "2024-01-01", None], 1),
        ([pa.array([True]), pa.array([False]), pa.array([5])], ["true", "false", None], 1),
        ([UTC, UTC, LOCAL], ["1970-01-01 00:00:00.000000Z", "1970-01-01 00:00:00.000000Z", None], 1),
    ],
)
def test_numbers_and_days_may_stay_what_they_are(arrays: list[pa.Array], values: list[Any], lost: int) -> None:
    _, found, count = united(*arrays, as_text=False)
    assert (found, count) == (values, lost)
