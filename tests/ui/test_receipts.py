"""Receipts by hand: saved from Transfers, checked in their window; copies, moves and deletes have lines with items."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QDialog

from s3desk.s3.receipts.lines import COLUMNS
from tests.servers.fault_proxy import FaultProxy
from tests.servers.faults import Stall, error
from tests.ui.analyst import Analyst
from tests.ui.conftest import OpenDesk
from tests.ui.content import keys_of, put
from tests.ui.test_accessible import nameless

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

ITEM = "      "
pytestmark = pytest.mark.parametrize("server", ["seaweedfs"], indirect=True)


def receipt_of(me: Analyst, title: str, path: Path) -> list[dict[str, str]]:
    """Save the receipt of a line of Transfers and read it."""
    me.select(title, table=me.table("Transfers"))
    me.do("Save receipt…")
    me.choose_files("Save receipt", path)
    me.until(path.exists)
    me.until(lambda: me.said.startswith("Saved a receipt of "))
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def verified(me: Analyst, path: Path) -> QDialog:
    """The window of a check that has ended."""
    me.do("Verify receipt…")
    me.choose_files("Verify receipt", path)
    window = me.dialog(f"Verify receipt {path.name}")
    me.until(lambda: "verified" in (total := me.words("Total", window)) and "so far" not in total)
    return window


def test_an_upload_its_receipt_and_what_happened_since(
    server_client: S3Client, bucket: str, open_desk: OpenDesk, tmp_path: Path
) -> None:
    me = open_desk(bucket)
    assert not me.verb("Save receipt…").isEnabled()
    folder, path = tmp_path / "survey", tmp_path / "receipt.csv"
    folder.mkdir()
    for number in range(12):
        (folder / f"{number:02}.csv").write_text(f"row {number:02}")
    me.do("Upload folder…")
    me.choose_files("Upload folder", folder)
    me.until(lambda: me.finished(1))
    title, details = me.work()[0]
    assert details.startswith("Done: 12 done, 0 skipped, 0 failed of 12 · 72 B")
    rows = receipt_of(me, title, path)
    assert list(rows[0]) == list(COLUMNS)
    assert [row["key"] for row in rows] == [f"survey/{number:02}.csv" for number in range(12)]
    window = verified(me, path)
    assert me.words("Total", window) == "12 verified"
    assert nameless(window) == []
    assert me.words("Notice", window) == "Everything that was done is still as it was."
    assert me.work()[0][0] == "Verify receipt receipt.csv"

    server_client.put_object(Bucket=bucket, Key="survey/03.csv", Body=b"ROW 03")
    server_client.delete_object(Bucket=bucket, Key="survey/07.csv")
    me.click("Check again", window)
    me.until(lambda: me.words("Total", window) == "10 verified, 1 changed, 1 missing")
    assert me.words("Notice", window) == "2 items should be looked at; they are on top."
    lines = [me.column(number, "Verified items", window)[:2] for number in range(3)]
    assert lines[:2] == [["survey/03.csv", "survey/07.csv"], ["Changed", "Missing"]]
    assert lines[2][1] == "It is not there any more"
    me.click("Only what is wrong", window)
    assert me.column(0, "Verified items", window) == ["survey/03.csv", "survey/07.csv"]
    me.click("Export as CSV…", window)
    me.choose_files("Export as CSV", tmp_path / "wrong.csv")
    me.until((tmp_path / "wrong.csv").exists)
    with (tmp_path / "wrong.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [row["Verdict"] for row in csv.DictReader(file)] == ["changed", "missing"]
    window.close()


def test_copies_and_deletes_have_a_line_with_items_and_another_try(
    server_client: S3Client, bucket: str, open_desk: OpenDesk, fault_proxy: FaultProxy, tmp_path: Path
) -> None:
    put(server_client, bucket, "a.txt", "f/1.txt", "f/2.txt", "other/x.txt")
    me = open_desk(bucket, endpoint_url=fault_proxy.endpoint_url)
    refused = fault_proxy.on(
        lambda seen: seen.method == "PUT" and "/other/f/2.txt" in seen.path, error(403, "AccessDenied")
    )
    me.select("f", "a.txt")
    me.do("Copy to…")
    dialog = me.dialog("Copy to")
    me.write("To", f"s3://{bucket}/other/", dialog)
    me.click("Copy", dialog)
    trouble = me.dialog("Error")
    me.expect("1 object could not be copied.", trouble)
    me.click("Close", trouble)
    title = "Copy 1 folder and 1 object to other"
    table = me.table("Transfers")
    me.select(title, table=table)
    assert me.work()[0][1].startswith("Failed: 2 done, 0 skipped, 1 failed of 3: f/2.txt · 3 B")
    me.press("Right", table)
    me.until(lambda: me.column(0, "Transfers")[1] == f"{ITEM}f/2.txt")
    me.press("Left", table)
    fault_proxy.rules.clear()
    assert refused.fired
    me.do("Retry failed")
    me.until(lambda: me.finished(1))
    assert "0 failed" in me.work()[0][1]
    assert "other/f/2.txt" in keys_of(server_client, bucket)

    me.select("f", "a.txt")
    me.do("Delete…")
    me.click("Delete", me.dialog("Delete"))
    me.until(lambda: me.finished(2))
    title, details = me.work()[0]
    assert title == "Delete 1 folder and 1 object"
    assert "0 failed of" in details
    rows = receipt_of(me, title, tmp_path / "gone.csv")
    assert {"a.txt", "f/1.txt", "f/2.txt"} <= {row["key"] for row in rows}
    window = verified(me, tmp_path / "gone.csv")
    assert me.words("Total", window) == f"{len(rows)} verified"
    window.close()
    me.do("Clear finished")
    me.until(lambda: me.desk.work.journal.gestures() == [])


def test_a_check_is_stopped_and_another_server_is_asked_about(
    server_client: S3Client, bucket: str, open_desk: OpenDesk, fault_proxy: FaultProxy, tmp_path: Path
) -> None:
    etag = server_client.put_object(Bucket=bucket, Key="k", Body=b"x")["ETag"].strip('"')
    path, line = tmp_path / "receipt.csv", f"upload,{bucket},k,,1,{etag},,done,,,/x,https://elsewhere.example"
    path.write_text("\r\n".join([",".join(COLUMNS), *[line] * 40, ""]), encoding="utf-8")
    me = open_desk(bucket, endpoint_url=fault_proxy.endpoint_url)
    hold = Stall()
    fault_proxy.on(lambda seen: seen.method == "HEAD", hold)
    me.do("Verify receipt…")
    me.choose_files("Verify receipt", path)
    question = me.dialog("Verify receipt")
    me.expect("This receipt is of https://elsewhere.example.", question)
    me.click("Check here anyway", question)
    window = me.dialog("Verify receipt receipt.csv")
    me.until(lambda: me.button("Stop", window).isEnabled())
    me.click("Stop", window)
    me.until(lambda: me.words("Notice", window) == "Stopped: 40 items were not checked.")
    assert me.work()[0][1].startswith("Cancelled")
    hold.release.set()
    window.close()

    path.write_text("this,is,no\r\nreceipt,at,all\r\n", encoding="utf-8")
    me.do("Verify receipt…")
    me.choose_files("Verify receipt", path)
    trouble = me.dialog("Error")
    me.expect("“receipt.csv” is not a receipt: its first line does not name the column “action”.", trouble)
    me.click("Close", trouble)
