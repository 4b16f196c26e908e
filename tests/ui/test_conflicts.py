"""Names that are taken and names that change: asked once, compared where wished, remembered, and asked again."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QWidget

from s3desk.s3.transfer.transfers import Conflict, Decision
from s3desk.ui.uploading.conflicts_dialog import ConflictsDialog
from tests.servers.info import ServerInfo
from tests.ui.analyst import Analyst
from tests.ui.conftest import OpenDesk
from tests.ui.content import body_of, keys_of, put

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

    from s3desk.s3.journal.gestures import Sum


def sum_of(me: Analyst, line: int = 0) -> Sum:
    """What the journal counts of a line of Transfers."""
    gesture = me.desk.transfers.view.transfers.transfers[line].gesture
    assert gesture is not None
    return gesture.sum


def test_fifty_thousand_rows_are_no_widgets(unconnected: Analyst) -> None:
    me = unconnected
    conflicts = [Conflict(f"survey/{n:05}.csv", n, None, n, None, "") for n in range(50_000)]
    dialog = ConflictsDialog(me.window, conflicts, "s3://b/", theme=me.desk.theme, compares=True, remembers=True)
    with me.qtbot.waitActive(dialog):
        dialog.open()
        dialog.activateWindow()
    table = me.table("Conflicting names", dialog)
    assert table.model().rowCount() == 50_000
    me.expect("50,000 names exist already in s3://b/", dialog)
    me.click("Only if newer", dialog)
    me.expect("Of 50,000 names: 50,000 replaced if newer.", dialog)
    me.click("All", dialog)
    assert not me.button("Replace", dialog).isEnabled(), "nothing is checked"
    table.setCurrentIndex(table.model().index(49_998, 0))
    me.press("Shift+Down", table)
    me.press("Space", table)
    assert not me.button("All", dialog).isChecked()
    me.click("Replace", dialog)
    me.expect("Of 50,000 names: 2 replaced, 49,998 replaced if newer.", dialog)
    assert not me.button("Do the same next time", dialog).isEnabled(), "not the same for all"
    assert len(dialog.findChildren(QWidget)) < 60
    dialog.accept()
    assert dialog.answer()[-3:] == [Decision.ONLY_IF_NEWER, Decision.REPLACE, Decision.REPLACE]
    assert dialog.remembered is None
    dialog.deleteLater()


def test_only_what_differs_goes_up_and_the_choice_is_remembered(
    server_client: S3Client, bucket: str, desk_window: Analyst, tmp_path: Path
) -> None:
    me = desk_window
    bodies = {"longer.txt": b"longer than", "new.txt": b"new", "other.txt": b"1234", "same.txt": b"same"}
    for name, body in bodies.items():
        (tmp_path / name).write_bytes(body)
    server_client.put_object(Bucket=bucket, Key="longer.txt", Body=b"longer")
    server_client.put_object(Bucket=bucket, Key="other.txt", Body=b"5678")
    server_client.put_object(Bucket=bucket, Key="same.txt", Body=b"same", Metadata={"first": "yes"})

    def send(*names: str) -> None:
        me.do("Upload files…")
        me.choose_files("Upload files", *(tmp_path / name for name in names))

    send(*bodies)
    conflicts = me.dialog("Conflicts")
    me.click("Only if different", conflicts)
    me.click("Do the same next time", conflicts)
    me.click("Continue", conflicts)
    me.until(lambda: me.finished(1))
    assert {key: body_of(server_client, bucket, key) for key in keys_of(server_client, bucket)} == bodies
    assert server_client.head_object(Bucket=bucket, Key="same.txt")["Metadata"] == {"first": "yes"}, "not sent again"
    counted = sum_of(me)
    assert (counted.planned, counted.done, counted.skipped, counted.failed) == (4, 3, 1, 0)

    (tmp_path / "other.txt").write_bytes(b"9876")
    send("other.txt", "same.txt")
    me.until(lambda: me.finished(2))
    assert body_of(server_client, bucket, "other.txt") == b"9876"
    assert me.said.startswith("2 names were taken: 1 skipped, 1 replaced, as you chose before.")

    me.do("Transfer settings…")
    settings = me.dialog("Transfer settings")
    assert me.items("If a name exists on upload", settings)[0] == "Ask"
    me.choose("If a name exists on upload", "Ask", settings)
    me.click("Apply", settings)
    send("same.txt")
    me.click("Cancel", me.dialog("Conflicts"))
    me.until(lambda: not any(isinstance(top, QDialog) and top.isVisible() for top in me.window.findChildren(QDialog)))


def test_only_what_differs_comes_down(
    server_client: S3Client, bucket: str, open_desk: OpenDesk, tmp_path: Path
) -> None:
    for name, body in {"other.txt": b"1234", "same.txt": b"same"}.items():
        server_client.put_object(Bucket=bucket, Key=name, Body=body)
    (tmp_path / "other.txt").write_bytes(b"5678")
    (tmp_path / "same.txt").write_bytes(b"same")
    os.utime(tmp_path / "same.txt", (1_000_000_000, 1_000_000_000))
    me = open_desk(bucket)
    me.press("Ctrl+A", me.objects)
    me.do("Download…")
    me.choose_files("Download", tmp_path)
    conflicts = me.dialog("Conflicts")
    me.click("Only if different", conflicts)
    me.click("Continue", conflicts)
    me.until(lambda: me.finished(1))
    assert (tmp_path / "other.txt").read_bytes() == b"1234"
    assert (tmp_path / "same.txt").stat().st_mtime == 1_000_000_000, "it was left alone"
    counted = sum_of(me)
    assert (counted.planned, counted.done, counted.skipped) == (2, 1, 1)


@pytest.mark.parametrize("server", ["ceph"], indirect=True)  # SeaweedFS cannot hold such names
def test_names_that_change_are_said_before_the_first_byte(
    server_client: S3Client, bucket: str, open_desk: OpenDesk, server: ServerInfo, tmp_path: Path
) -> None:
    put(server_client, bucket, "plain.txt", "new\nline.txt", "f/../up.txt", "f/" + "x" * 300)
    target = tmp_path / "target"
    target.mkdir()
    me = open_desk(bucket)
    me.press("Ctrl+A", me.objects)
    me.do("Download…")
    me.choose_files("Download", target)
    names = me.dialog("Names that change")
    me.expect("3 names change to fit this computer", names)
    becomes = dict(zip(me.column(0, "Names that change", names), me.column(1, "Names that change", names), strict=True))
    assert becomes["new‹U+000A›line.txt"] == "new␊line.txt"
    assert becomes["f/../up.txt"] == "f/．．/up.txt"
    assert "a name longer than 255 bytes" in me.column(2, "Names that change", names)
    me.click("Cancel", names)
    me.until(lambda: not names.isVisible())
    assert list(target.iterdir()) == []
    assert me.work() == []

    me.do("Download…")
    me.choose_files("Download", target)
    me.click("Continue", me.dialog("Names that change"))
    me.until(lambda: me.finished(1))
    assert sum(path.is_file() for path in target.rglob("*")) == 4
    assert (target / "f" / "．．" / "up.txt").is_file()
    assert me.window.windowModality() is Qt.WindowModality.NonModal


def test_a_copy_leaves_alone_what_is_the_same(server_client: S3Client, bucket: str, open_desk: OpenDesk) -> None:
    for key, body in {"a.txt": b"aaa", "b.txt": b"bbb", "to/a.txt": b"aaa", "to/b.txt": b"other"}.items():
        server_client.put_object(Bucket=bucket, Key=key, Body=body)
    before = server_client.head_object(Bucket=bucket, Key="to/a.txt")["LastModified"]
    me = open_desk(bucket)
    me.do("Transfer settings…")
    settings = me.dialog("Transfer settings")
    me.choose("If a name exists on copy or move", "Only if different", settings)
    me.click("Apply", settings)
    me.until(lambda: not settings.isVisible())
    me.select("a.txt", "b.txt")
    me.do("Copy to…")
    dialog = me.dialog("Copy to")
    me.write("To", f"s3://{bucket}/to/", dialog)
    me.click("Copy", dialog)
    me.until(lambda: me.finished(1))
    assert me.said.startswith("2 names were taken: 1 skipped, 1 replaced, as you chose before.")
    assert body_of(server_client, bucket, "to/b.txt") == b"bbb"
    assert server_client.head_object(Bucket=bucket, Key="to/a.txt")["LastModified"] == before
    counted = sum_of(me)
    assert (counted.planned, counted.done, counted.skipped) == (2, 1, 1)
