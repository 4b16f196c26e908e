"""Files up and down: by dialog, by mouse, by clipboard, and what happens to names that are taken."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget

from s3desk.ui.drop_mark import DropMark
from tests.ui.analyst import Analyst
from tests.ui.conftest import OpenDesk
from tests.ui.content import body_of, keys_of, put

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

COPY, LEFT, NONE = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Some files of the analyst."""
    here = tmp_path / "work"
    (here / "reports" / "deep").mkdir(parents=True)
    (here / "a.txt").write_bytes(b"first")
    (here / "ünï köde.csv").write_bytes(b"x,y\n1,2\n")
    (here / "reports" / "one.txt").write_bytes(b"one")
    (here / "reports" / "deep" / "two.bin").write_bytes(bytes(range(256)))
    (here / "reports" / "deep" / "nothing").write_bytes(b"")
    return here


def test_files_and_a_folder_go_up_through_the_file_dialog(
    server_client: S3Client, bucket: str, open_desk: OpenDesk, folder: Path
) -> None:
    put(server_client, bucket, "in/here/x.txt")
    me = open_desk(bucket, "in/")
    me.press("Ctrl+U")
    me.choose_files("Upload files", folder / "a.txt", folder / "ünï köde.csv")
    me.until(lambda: me.names() == ["here", "a.txt", "ünï köde.csv"])
    assert body_of(server_client, bucket, "in/a.txt") == b"first"
    assert body_of(server_client, bucket, "in/ünï köde.csv") == b"x,y\n1,2\n"
    assert server_client.head_object(Bucket=bucket, Key="in/ünï köde.csv")["ContentType"].startswith("text/csv")
    assert me.column(0, "Transfers") == ["Upload 2 files to in"]
    me.until(lambda: me.finished(1))

    me.do("Upload folder…")
    me.choose_files("Upload folder", folder / "reports")
    me.until(lambda: me.names() == ["here", "reports", "a.txt", "ünï köde.csv"])
    assert [key for key in keys_of(server_client, bucket) if "reports" in key and not key.endswith("/")] == [
        "in/reports/deep/nothing",
        "in/reports/deep/two.bin",
        "in/reports/one.txt",
    ]
    assert body_of(server_client, bucket, "in/reports/deep/two.bin") == bytes(range(256))


def test_files_are_dropped_and_pasted(server_client: S3Client, bucket: str, desk_window: Analyst, folder: Path) -> None:
    me = desk_window
    viewport, middle = me.objects.viewport(), QPoint(50, 50)
    words = QMimeData()
    words.setText("no file")
    refused = QDragEnterEvent(middle, COPY, words, LEFT, NONE)
    QApplication.sendEvent(viewport, refused)
    assert not refused.isAccepted()

    files = QMimeData()
    files.setUrls([QUrl.fromLocalFile(str(folder / name)) for name in ("a.txt", "reports")])
    welcome = QDragEnterEvent(middle, COPY, files, LEFT, NONE)
    QApplication.sendEvent(viewport, welcome)
    assert welcome.isAccepted()
    assert me.objects.property("dropTarget") is True
    QApplication.sendEvent(viewport, QDragLeaveEvent())
    assert me.objects.property("dropTarget") is False
    QApplication.sendEvent(viewport, QDragEnterEvent(middle, COPY, files, LEFT, NONE))
    QApplication.sendEvent(viewport, QDragMoveEvent(middle, COPY, files, LEFT, NONE))
    QApplication.sendEvent(viewport, QDropEvent(middle, COPY, files, LEFT, NONE))
    me.until(lambda: me.names() == ["reports", "a.txt"])
    assert me.objects.property("dropTarget") is False
    assert body_of(server_client, bucket, "reports/one.txt") == b"one"

    QGuiApplication.clipboard().setText("no file")
    me.press("Ctrl+V", me.objects)
    assert me.said == "There are no files on the clipboard."
    pasted = QMimeData()
    pasted.setUrls([QUrl.fromLocalFile(str(folder / "ünï köde.csv"))])
    QGuiApplication.clipboard().setMimeData(pasted)
    me.press("Ctrl+V", me.objects)
    me.until(lambda: me.names() == ["reports", "a.txt", "ünï köde.csv"])
    assert body_of(server_client, bucket, "ünï köde.csv") == b"x,y\n1,2\n"


def test_files_dropped_on_a_folder_go_into_it(
    server_client: S3Client, bucket: str, desk_window: Analyst, folder: Path
) -> None:
    me = desk_window
    for key in ("plain.txt", "target/deeper/x"):
        server_client.put_object(Bucket=bucket, Key=key, Body=b"")
    me.press("F5", me.objects)
    me.until(lambda: me.names() == ["target", "plain.txt"])
    viewport, model = me.objects.viewport(), me.objects.model()
    over_folder, over_file = (me.objects.visualRect(model.index(row, 0)).center() for row in (0, 1))
    mark = next(each for each in viewport.children() if isinstance(each, DropMark))
    files = QMimeData()
    files.setUrls([QUrl.fromLocalFile(str(folder / "a.txt"))])
    QApplication.sendEvent(viewport, QDragEnterEvent(over_file, COPY, files, LEFT, NONE))
    QApplication.sendEvent(viewport, QDragMoveEvent(over_file, COPY, files, LEFT, NONE))
    assert not mark.isVisible()
    QApplication.sendEvent(viewport, QDragMoveEvent(over_folder, COPY, files, LEFT, NONE))
    assert mark.isVisible()
    assert mark.geometry().contains(over_folder)
    QApplication.sendEvent(viewport, QDropEvent(over_folder, COPY, files, LEFT, NONE))
    assert not mark.isVisible()
    me.until(lambda: "target/a.txt" in keys_of(server_client, bucket))
    assert "a.txt" not in keys_of(server_client, bucket)


def decide(me: Analyst, dialog: QWidget, name: str, button: str) -> None:
    """Check one row of the conflicts, choose, uncheck it again; all by keys and clicks."""
    table = me.table("Conflicting names", dialog)
    row = next(n for n in range(table.model().rowCount()) if table.model().index(n, 0).data().endswith(name))
    table.setCurrentIndex(table.model().index(row, 0))
    me.press("Space", table)
    me.click(button, dialog)
    assert table.model().index(row, 3).data() == button
    me.press("Space", table)


def test_each_way_out_of_a_conflict(server_client: S3Client, bucket: str, desk_window: Analyst, tmp_path: Path) -> None:
    me = desk_window
    names = ["both.txt", "fresh.txt", "newer.txt", "older.txt", "replace.txt", "skip.txt"]
    for name in names:
        (tmp_path / name).write_bytes(b"mine")
        if name != "fresh.txt":
            server_client.put_object(Bucket=bucket, Key=name, Body=b"theirs")
    os.utime(tmp_path / "newer.txt", (4_000_000_000, 4_000_000_000))
    os.utime(tmp_path / "older.txt", (1_000_000_000, 1_000_000_000))
    me.do("Upload files…")
    me.choose_files("Upload files", *(tmp_path / name for name in names))
    conflicts = me.dialog("Conflicts")
    me.expect(f"5 names exist already in s3://{bucket}/", conflicts)
    assert set(me.column(3, "Conflicting names", conflicts)) == {"Skip"}
    me.click("All", conflicts)
    decide(me, conflicts, "replace.txt", "Replace")
    decide(me, conflicts, "both.txt", "Keep both")
    decide(me, conflicts, "newer.txt", "Only if newer")
    decide(me, conflicts, "older.txt", "Only if newer")
    decide(me, conflicts, "skip.txt", "Skip")
    me.click("Continue", conflicts)
    me.until(lambda: me.finished(1))
    assert {key: body_of(server_client, bucket, key) for key in keys_of(server_client, bucket)} == {
        "both (1).txt": b"mine",
        "both.txt": b"theirs",
        "fresh.txt": b"mine",
        "newer.txt": b"mine",
        "older.txt": b"theirs",
        "replace.txt": b"mine",
        "skip.txt": b"theirs",
    }
    me.until(lambda: len(me.names()) == 7)

    me.do("Upload files…")
    me.choose_files("Upload files", tmp_path / "replace.txt")
    conflicts = me.dialog("Conflicts")
    me.click("Replace", conflicts)
    me.click("Cancel", conflicts)
    me.until(lambda: not conflicts.isVisible())
    assert me.column(0, "Transfers") == ["Upload 6 files to " + bucket]


def test_a_selection_with_folders_comes_down(
    server_client: S3Client, bucket: str, open_desk: OpenDesk, tmp_path: Path
) -> None:
    bodies = {"top.txt": b"top", "f/one.txt": b"one", "f/deep/two.bin": bytes(range(256)), "f/empty": b""}
    for key, body in bodies.items():
        server_client.put_object(Bucket=bucket, Key=key, Body=body)
    put(server_client, bucket, "stays.txt")
    target = tmp_path / "target"
    target.mkdir()
    me = open_desk(bucket)
    me.select("f", "top.txt")
    me.press("Ctrl+D")
    me.choose_files("Download", target)
    me.until(lambda: me.finished(1))
    found = {str(path.relative_to(target)): path.read_bytes() for path in target.rglob("*") if path.is_file()}
    assert found == bodies
    assert me.column(2, "Transfers") == ["100%"]

    (target / "top.txt").write_bytes(b"changed here")
    me.select("top.txt")
    me.do("Download…")
    me.choose_files("Download", target)
    conflicts = me.dialog("Conflicts")
    me.click("Keep both", conflicts)
    me.click("Continue", conflicts)
    me.until(lambda: me.finished(2))
    assert (target / "top.txt").read_bytes() == b"changed here"
    assert (target / "top (1).txt").read_bytes() == b"top"


def test_what_cannot_be_uploaded_is_said(
    server_client: S3Client, bucket: str, desk_window: Analyst, folder: Path, tmp_path: Path
) -> None:
    """A link leads elsewhere and a pipe never ends: they are left out, and never without a word."""
    me = desk_window
    (tmp_path / "link.txt").symlink_to(folder / "a.txt")
    os.mkfifo(tmp_path / "pipe")
    files = QMimeData()
    files.setUrls([QUrl.fromLocalFile(str(path)) for path in (tmp_path / "link.txt", tmp_path / "pipe")])
    QGuiApplication.clipboard().setMimeData(files)
    me.press("Ctrl+V", me.objects)
    error = me.dialog("Error")
    me.expect("2 files were not uploaded.", error)
    me.click("Close", error)
    assert "2 failed" in me.work()[0][1]
    assert keys_of(server_client, bucket) == []
