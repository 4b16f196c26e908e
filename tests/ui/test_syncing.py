"""Sync… by hand: compared, looked through, done, and nothing left to do."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLineEdit, QPlainTextEdit, QTableView

from s3desk.models.sync_model import SyncColumn, SyncModel
from s3desk.s3.syncing.plan import Action, Row, Thing, Why
from tests.conftest import BucketFactory
from tests.ui.analyst import Analyst
from tests.ui.conftest import OpenDesk
from tests.ui.content import body_of, keys_of, put
from tests.ui.screen_reader import Role, find

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

ON_ONE = pytest.mark.parametrize("server", ["seaweedfs"], indirect=True)
UP, DOWN, ACROSS = (
    "From a folder on this computer to here",
    "From here to a folder on this computer",
    "From here to another place in S3",
)


def write(folder: Path, **files: str) -> None:
    """Files of a minute ago."""
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / name).write_text(content)
        os.utime(folder / name, (time.time() - 60,) * 2)


def files_of(client: S3Client, bucket: str) -> list[str]:
    return [key for key in keys_of(client, bucket) if not key.endswith("/")]


def compared(
    me: Analyst, direction: str, field: str, place: str, *, delete: bool = False
) -> tuple[QDialog, QTableView]:
    """Answer the dialog, and wait for the preview."""
    me.do("Sync…")
    dialog = me.dialog("Sync")
    me.choose("Direction", direction, dialog)
    me.write(field, place, dialog)
    if delete:
        me.click("Delete what is only at the target", dialog)
    me.click("Compare", dialog)
    window = me.dialog("Sync preview")
    ready(me, window)
    return window, me.table("Sync preview", window)


def ready(me: Analyst, window: QDialog) -> None:
    """Wait until the comparison is over."""
    me.until(lambda: me.button("Compare again", window).isEnabled())


def lines(table: QTableView) -> list[tuple[str, ...]]:
    """Action, name and why of each row."""
    model = table.model()
    columns = (SyncColumn.ACTION, SyncColumn.NAME, SyncColumn.WHY)
    return [tuple(model.index(row, column).data() for column in columns) for row in range(model.rowCount())]


def tick(me: Analyst, table: QTableView, name: str) -> None:
    """Click the box of a row."""
    index = me.index(name, table)
    table.scrollTo(index)
    at = table.visualRect(index)
    before = index.data(Qt.ItemDataRole.CheckStateRole)
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(at.left() + 20, at.center().y()))
    assert index.data(Qt.ItemDataRole.CheckStateRole) != before


def expect_total(me: Analyst, window: QDialog, words: str) -> None:
    """Wait until the headline says so."""
    me.until(lambda: me.words("Total", window) == words)


def is_over(me: Analyst, window: QDialog) -> str:
    """Wait until it is done; what the window says."""
    me.until(lambda: "Compare again" in me.words("Notice", window))
    return me.words("Notice", window)


def answer_the_dialog(me: Analyst, here: Path, place: str) -> None:
    """After some answers that are none."""
    me.do("Sync…")
    dialog = me.dialog("Sync")
    assert not me.button("Compare", dialog).isEnabled()
    me.write("Local folder", "data", dialog)
    me.expect("Write the whole path of the folder", dialog)
    me.write("Local folder", str(here), dialog)
    me.expect(f"{place}, the target, becomes like {here}. Nothing is deleted from it.", dialog)
    patterns = find(Role.EditableText, "Exclude", dialog)
    assert isinstance(patterns, QPlainTextEdit)
    patterns.setPlainText("!a")
    me.expect("patterns that begin with ! are not known", dialog)
    patterns.setPlainText("*.tmp")
    me.click("Delete what is only at the target", dialog)
    me.click("Compare", dialog)


@ON_ONE
def test_a_folder_is_sent_looked_at_and_sent_again(
    open_desk: OpenDesk, server_client: S3Client, bucket: str, tmp_path: Path
) -> None:
    here = tmp_path / "data"
    write(here, a="one", b="two", c="three", x="no")
    (here / "x").rename(here / "x.tmp")
    put(server_client, bucket, "p/b", "p/old", "p/y.tmp")
    me = open_desk(bucket, "p/")
    answer_the_dialog(me, here, f"s3://{bucket}/p/")
    window = me.dialog("Sync preview")
    ready(me, window)
    table = me.table("Sync preview", window)
    assert me.words("Total", window) == "2 new, 1 replaced, 1 deleted, 0 the same; 11 B"
    assert me.words("About", window) == "2 left out by your patterns."
    assert lines(table) == [
        ("Copy new", "a", "not there yet"),
        ("Replace", "b", "size differs"),
        ("Copy new", "c", "not there yet"),
        ("Delete", "old", "only at the target"),
    ]
    tick(me, table, "c")
    assert me.words("Chosen", window) == "Ticked: 1 new, 1 replaced, 1 deleted; 6 B"
    me.click("Sync", window)
    question = me.dialog("Deletions")
    me.expect(f"1 object will be deleted at s3://{bucket}/p/, because it is not at {here}.", question)
    me.click("Cancel", question)
    assert files_of(server_client, bucket) == ["p/b", "p/old", "p/y.tmp"]
    me.click("Sync", window)
    me.click("Delete and sync", me.dialog("Deletions"))
    assert is_over(me, window).startswith("Done: 1 new, 1 replaced, 1 deleted.")
    assert {key: body_of(server_client, bucket, key) for key in files_of(server_client, bucket)} == {
        "p/a": b"one",
        "p/b": b"two",
        "p/y.tmp": b"xxx",
    }
    assert me.work()[0][0] == "Sync data to p — 3 changes"
    me.until(lambda: me.names() == ["a", "b", "y.tmp"])
    gesture = me.desk.work.model.transfers[0].gesture
    assert gesture is not None
    assert (gesture.sum.done, gesture.sum.skipped, gesture.sum.planned) == (3, 1, 4)

    me.click("Compare again", window)
    expect_total(me, window, "1 new, 2 the same; 5 B")
    me.click("Sync", window)
    is_over(me, window)
    me.click("Compare again", window)
    expect_total(me, window, "Everything is the same: 3 files")
    assert not me.button("Sync", window).isEnabled()
    window.close()

    me.do("Sync…")  # it remembers, but for the deletion
    dialog = me.dialog("Sync")
    folder, patterns = (find(Role.EditableText, name, dialog) for name in ("Local folder", "Exclude"))
    assert isinstance(folder, QLineEdit)
    assert isinstance(patterns, QPlainTextEdit)
    assert (folder.text(), patterns.toPlainText()) == (str(here), "*.tmp")
    assert not me.button("Delete what is only at the target", dialog).isChecked()
    me.click("Cancel", dialog)


@ON_ONE
def test_a_place_is_fetched_and_copied(
    open_desk: OpenDesk, server_client: S3Client, bucket: str, new_bucket: BucketFactory, tmp_path: Path
) -> None:
    other, down = new_bucket(), tmp_path / "down"
    put(server_client, bucket, "f/1.txt", "2.txt")
    me = open_desk(bucket)
    for direction, field, place in (
        (DOWN, "Local folder", str(down)),
        (ACROSS, "Other place", f"s3://{other}/to"),
    ):
        window, _ = compared(me, direction, field, place)
        assert me.words("Total", window) == "2 new, 0 the same; 3 B"
        me.click("Sync", window)
        assert is_over(me, window).startswith("Done: 2 new.")
        me.click("Compare again", window)
        expect_total(me, window, "Everything is the same: 2 files")
        window.close()
    assert (down / "f/1.txt").read_bytes() == b"x"
    assert files_of(server_client, other) == ["to/2.txt", "to/f/1.txt"]
    me.do("Sync…")
    dialog = me.dialog("Sync")
    me.write("Other place", f"s3://{bucket}/inside/", dialog)
    me.expect("One of these places lies inside the other.", dialog)
    me.click("Cancel", dialog)


@ON_ONE
def test_what_goes_wrong_is_said_and_an_empty_source_is_loud(
    open_desk: OpenDesk, server_client: S3Client, bucket: str, tmp_path: Path
) -> None:
    put(server_client, bucket, "a", "b")
    me = open_desk(bucket)
    window, _ = compared(me, UP, "Local folder", str(tmp_path / "none"), delete=True)
    me.expect("is not a folder on this computer", window)
    assert not me.button("Sync", window).isEnabled()
    window.close()

    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "link").symlink_to(tmp_path)
    window, table = compared(me, UP, "Local folder", str(tmp_path / "empty"), delete=True)
    me.expect("All 2 files at", window)
    assert not me.button("Sync", window).isEnabled()
    assert me.words("About", window) == "1 name left alone on both sides."
    me.click("What was left alone…", window)
    error = me.dialog("Error")
    me.expect("is a link and was left alone", error)
    me.click("Close", error)
    me.click("All deleted", window)
    assert me.words("Chosen", window) == "Ticked: 2 deleted"
    table.selectAll()
    me.press("Space", table)
    assert me.words("Chosen", window) == "Nothing is ticked"
    me.press("Space", table)
    me.press("Return", table)  # begins nothing
    assert me.words("Chosen", window) == "Ticked: 2 deleted"
    me.write("Filter names", "b", window)
    assert lines(table) == [("Delete", "b", "only at the target")]
    me.click("All deleted", window)
    assert me.words("Chosen", window) == "Ticked: 1 deleted"
    server_client.put_object(Bucket=bucket, Key="a", Body=b"somebody else was here")
    me.click("Sync", window)
    me.click("Delete and sync", me.dialog("Deletions"))
    assert is_over(me, window).startswith("1 of 1 could not be done.")
    error = me.dialog("Error")
    me.expect("“a” was changed at the target", error)
    me.click("Close", error)
    assert files_of(server_client, bucket) == ["a", "b"]
    window.close()


def test_a_hundred_thousand_rows_are_sorted_filtered_and_ticked_at_once() -> None:
    model = SyncModel()
    rows = [Row(Action(n % 3), f"f/{n:06}.csv", Why.NEW, Thing(f"{n}", n, 0.0)) for n in range(100_000)]
    started = time.monotonic()
    model.show_rows(rows)
    model.sort(SyncColumn.SIZE, Qt.SortOrder.DescendingOrder)
    assert model.index(0, SyncColumn.NAME).data() == "f/099999.csv"
    model.tick(Action.DELETE, on=False)
    assert model.counts == [33_334, 33_333, 0]
    model.set_filter("*99.csv")
    assert model.rowCount() == 1000
    assert model.setData(model.index(0, 0), Qt.CheckState.Unchecked, Qt.ItemDataRole.CheckStateRole)
    assert len(model.chosen) == sum(model.counts) == 66_666
    assert time.monotonic() - started < 5
