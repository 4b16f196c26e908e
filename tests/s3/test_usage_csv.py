"""A report as a file: exact, safe in a spreadsheet, readable by pandas."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from s3desk.s3.errors import DiskError
from s3desk.s3.job import Job
from s3desk.s3.location import Location
from s3desk.s3.usage_csv import write_csv
from s3desk.s3.usage_report import GroupBy, Line, Report

if TYPE_CHECKING:
    from pathlib import Path


PLACE = Location("b")
START = datetime(2024, 3, 1, tzinfo=UTC)


def test_csv_holds_exact_names_and_guards_formulas(tmp_path: Path) -> None:
    names = ["=1+1", "+a", "-b", "@c", "\td", "plain, \"quoted\"\nkey", "é\u202e"]  # fmt: skip
    shown = Report(PLACE, GroupBy.FOLDERS, [Line(name, 1, 10**12) for name in names], 7, 7 * 10**12)
    write_csv(Job(), tmp_path / "space.csv", shown, names)
    raw = (tmp_path / "space.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(raw.decode("utf-8-sig").splitlines(keepends=True)))
    assert rows[0] == ["Name", "Objects", "Bytes", "Share"]
    assert [row[0] for row in rows[1:]] == [*(f"'{name}" for name in names[:5]), *names[5:]]
    read = pd.read_csv(tmp_path / "space.csv")
    assert list(read.columns) == rows[0]
    assert read["Bytes"].tolist() == [10**12] * 7
    assert [path.name for path in tmp_path.iterdir()] == ["space.csv"]


def test_csv_of_objects_has_their_times(tmp_path: Path) -> None:
    shown = Report(PLACE, GroupBy.LARGEST, [Line("k", 1, 5, START, "GLACIER"), Line("l", 1, 5)], 2, 10)
    write_csv(Job(), tmp_path / "space.csv", shown, ["k", "l"])
    rows = list(csv.reader((tmp_path / "space.csv").read_text("utf-8-sig").splitlines()))
    assert rows == [
        ["Key", "Bytes", "Share", "Modified", "Storage class"],
        ["k", "5", "0.500000", "2024-03-01T00:00:00+00:00", "GLACIER"],
        ["l", "5", "0.500000", "", ""],
    ]


def test_csv_into_a_folder_that_is_gone(tmp_path: Path) -> None:
    shown = Report(PLACE, GroupBy.TYPES, [], 0, 0)
    with pytest.raises(DiskError, match=r"space\.csv"):
        write_csv(Job(), tmp_path / "gone" / "space.csv", shown, [])
