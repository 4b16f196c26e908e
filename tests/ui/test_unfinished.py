"""Unfinished uploads: seen, selected by age, cleaned up and exported in their window."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QDialog, QTableView

from s3desk.models.unfinished_model import UnfinishedColumn, age
from s3desk.ui.unfinished_actions import UnfinishedActions
from tests.ui.analyst import Analyst
from tests.ui.conftest import OpenDesk
from tests.ui.content import keys_of

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

MIB = 1 << 20


@pytest.fixture
def begun(server_client: S3Client, bucket: str) -> dict[str, str]:
    """Unfinished uploads, key to id."""
    ids = {}
    for key, size in (("deep/big.bin", 5 * MIB), ("small.bin", 100), ("none.bin", 0)):
        ids[key] = server_client.create_multipart_upload(Bucket=bucket, Key=key)["UploadId"]
        if size:
            server_client.upload_part(Bucket=bucket, Key=key, UploadId=ids[key], PartNumber=1, Body=b"x" * size)
    return ids


def opened(me: Analyst, bucket: str) -> tuple[QDialog, QTableView]:
    """The window, when everything is counted."""
    me.do("Unfinished uploads…")
    window = me.dialog(f"Unfinished uploads in {bucket}")
    me.until(lambda: "unfinished" in (total := me.words("Total", window)) and "…" not in total)
    return window, me.table("Unfinished uploads", window)


def test_leftovers_are_seen_and_cleaned_up(
    server_client: S3Client, bucket: str, open_desk: OpenDesk, begun: dict[str, str], tmp_path: Path
) -> None:
    server_client.put_object(Bucket=bucket, Key="small.bin", Body=b"a finished one")
    me = open_desk(bucket)
    verbs = next(child for child in me.window.children() if isinstance(child, UnfinishedActions))
    verbs._own = lambda: {begun["small.bin"]: True}
    window, table = opened(me, bucket)
    assert me.words("Total", window) == "3 unfinished uploads, 5.0 MB"
    me.desk.objects.setFocus()
    lines = {
        table.model().index(row, 0).data(): [table.model().index(row, n).data() for n in (1, 2, UnfinishedColumn.OURS)]
        for row in range(3)
    }
    assert lines == {
        "deep/big.bin": ["5.0 MB", "1", ""],
        "small.bin": ["100 B", "1", "yes"],
        "none.bin": ["0 B", "0", ""],
    }
    me.set_number("Older than", 7, window)
    me.click("Select older", window)
    me.expect("Nothing here is older than 7 days.", window)

    me.click("Export as CSV…", window)
    me.choose_files("Export as CSV", tmp_path / "left.csv")
    me.until((tmp_path / "left.csv").exists)
    with (tmp_path / "left.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["Upload id"] for row in rows} == set(begun.values())

    me.select("small.bin", "deep/big.bin", table=table)
    me.click("Clean up…", window)
    question = me.dialog("Clean up")
    me.expect("Clean up 2 unfinished uploads, 5.0 MB?", question)
    warning = me.words("What is lost", question)
    assert "Somebody worked on 2 of them within the last day, and may be uploading right now" in warning
    assert "This program is uploading to 1 of them right now" in warning
    me.click("Cancel", question)
    me.click("Clean up…", window)
    me.click("Clean up", me.dialog("Clean up"))
    me.until(lambda: me.words("Total", window) == "1 unfinished upload, 0 B")
    me.until(lambda: me.words("Notice", window) == "Cleaned up 2 uploads, 5.0 MB.")
    left = server_client.list_multipart_uploads(Bucket=bucket)["Uploads"]
    assert [upload["Key"] for upload in left] == ["none.bin"]
    assert keys_of(server_client, bucket) == ["small.bin"]

    server_client.abort_multipart_upload(Bucket=bucket, Key="none.bin", UploadId=begun["none.bin"])
    me.click("Look again", window)
    me.until(lambda: me.words("Total", window) == "No unfinished uploads")
    window.close()


def test_ages_as_one_says_them() -> None:
    from datetime import UTC, datetime, timedelta

    now = datetime(2026, 11, 23, 12, tzinfo=UTC)
    said = {
        age(now - timedelta(**passed), now)
        for passed in ({"days": 3, "hours": 2}, {"days": 1}, {"hours": 5, "minutes": 20}, {"minutes": 12})
    }
    assert said == {"3 days", "1 day", "5 h", "12 min"}
    assert age(None) == ""
