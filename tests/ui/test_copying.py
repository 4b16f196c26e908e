"""Objects to other places: by dialog, clipboard and mouse, and out of the window."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDrag, QDragEnterEvent, QDragMoveEvent, QDropEvent, QGuiApplication, QMouseEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from s3desk.s3.location import Location
from s3desk.ui.copying import object_drag
from s3desk.ui.copying.drag_files import FilesOnTheirWay
from s3desk.ui.copying.object_clip import MIME, ObjectClip
from tests.conftest import BucketFactory
from tests.servers.info import ServerInfo
from tests.ui.analyst import Analyst
from tests.ui.conftest import OpenDesk, account_of
from tests.ui.content import body_of, keys_of, put
from tests.ui.screen_reader import Role, find

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

COPY, LEFT = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
NONE, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier


def files_of(client: S3Client, bucket: str) -> list[str]:
    """The keys in a bucket, without the markers of folders, which servers make by themselves."""
    return [key for key in keys_of(client, bucket) if not key.endswith("/")]


@pytest.fixture
def me(server_client: S3Client, bucket: str, open_desk: OpenDesk) -> Analyst:
    """A window on a bucket with two files, a folder and another folder."""
    put(server_client, bucket, "a.txt", "b.txt", "f/1.txt", "f/deep/2.txt", "other/x.txt")
    return open_desk(bucket)


def test_copy_to_and_move_to_by_dialog(
    me: Analyst, server_client: S3Client, bucket: str, new_bucket: BucketFactory
) -> None:
    target = new_bucket()
    me.select("f", "a.txt")
    me.do("Copy to…")
    dialog = me.dialog("Copy to")
    field = find(Role.EditableText, "To", dialog)
    assert isinstance(field, QLineEdit)
    field.setFocus()
    field.selectAll()
    field.insert(f"s3://{bucket}/")
    completer = field.completer()
    me.until(lambda: completer.completionModel().rowCount() == 2)
    field.insert("o")
    me.until(lambda: completer.currentCompletion() == f"s3://{bucket}/other/")
    me.write("To", f"s3://{target}/new/place", dialog)
    me.expect(f"Into the folder s3://{target}/new/place/.", dialog)
    me.click("Copy", dialog)
    me.until(lambda: me.finished(1))
    assert me.work()[0][0] == "Copy 1 folder and 1 object to place"
    assert files_of(server_client, target) == ["new/place/a.txt", "new/place/f/1.txt", "new/place/f/deep/2.txt"]
    assert len(files_of(server_client, bucket)) == 5

    me.select("b.txt")
    me.do("Move to…")
    dialog = me.dialog("Move to")
    assert not me.button("Move", dialog).isEnabled()  # it is there already
    me.write("To", f"s3://{bucket}/other/", dialog)
    me.click("Move", dialog)
    me.until(lambda: me.finished(2))
    me.until(lambda: me.names() == ["f", "other", "a.txt"])
    assert files_of(server_client, bucket) == ["a.txt", "f/1.txt", "f/deep/2.txt", "other/b.txt", "other/x.txt"]


def test_objects_are_copied_cut_and_pasted(me: Analyst, server_client: S3Client, bucket: str) -> None:
    me.select("a.txt")
    me.press("Ctrl+Ins", me.objects)
    assert QGuiApplication.clipboard().text() == f"s3://{bucket}/a.txt"
    me.press("Ctrl+V", me.objects)  # into the same folder: beside the original
    me.until(lambda: "a (1).txt" in me.names())
    me.select("f")
    me.press("Ctrl+C", me.objects)  # of folders there are no links
    me.go(bucket, "other/")
    me.press("Ctrl+V", me.objects)
    me.until(lambda: me.names() == ["f", "x.txt"])
    me.until(lambda: me.finished(2))
    me.go(bucket)
    me.select("b.txt", "a (1).txt")
    me.press("Ctrl+X", me.objects)
    me.go(bucket, "other/")
    me.press("Ctrl+V", me.objects)
    me.until(lambda: me.names() == ["f", "a (1).txt", "b.txt", "x.txt"])
    me.until(lambda: me.finished(3))
    assert files_of(server_client, bucket) == [
        "a.txt",
        "f/1.txt",
        "f/deep/2.txt",
        "other/a (1).txt",
        "other/b.txt",
        "other/f/1.txt",
        "other/f/deep/2.txt",
        "other/x.txt",
    ]
    assert not QGuiApplication.clipboard().mimeData().hasFormat(MIME)  # they are not there any more
    me.press("Ctrl+V", me.objects)
    me.until(lambda: me.said == "There are no files on the clipboard.")


def test_a_copied_link_is_pasted_as_the_object_here_and_as_a_link_elsewhere(
    me: Analyst, server_client: S3Client, bucket: str
) -> None:
    me.select("a.txt")
    me.press("Ctrl+C", me.objects)
    me.until(lambda: QGuiApplication.clipboard().text().startswith("http"))
    me.go(bucket, "other/")
    me.press("Ctrl+V", me.objects)
    me.until(lambda: me.names() == ["a.txt", "x.txt"])
    assert "other/a.txt" in keys_of(server_client, bucket)


def test_names_in_the_way_are_asked_about(me: Analyst, server_client: S3Client, bucket: str) -> None:
    server_client.put_object(Bucket=bucket, Key="other/a.txt", Body=b"theirs")
    me.select("a.txt", "b.txt")
    me.do("Copy objects")
    me.go(bucket, "other/")
    me.do("Paste")
    conflicts = me.dialog("Conflicts")
    me.expect(f"1 name exists already in s3://{bucket}/other/", conflicts)
    me.click("Keep both", conflicts)
    me.click("Continue", conflicts)
    me.until(lambda: me.names() == ["a (1).txt", "a.txt", "b.txt", "x.txt"])
    assert body_of(server_client, bucket, "other/a.txt") == b"theirs"


def test_what_belongs_to_a_closed_connection_is_said(me: Analyst) -> None:
    me.select("a.txt")
    me.do("Copy objects")
    clip = ObjectClip.read(QGuiApplication.clipboard().mimeData())
    assert clip is not None
    data = QMimeData()
    ObjectClip("gone", "https://elsewhere", clip.selection, clip.root).put_into(data)
    QGuiApplication.clipboard().setMimeData(data)
    me.do("Paste")
    error = me.dialog("Error")
    me.expect("These objects belong to “gone” (https://elsewhere).", error)
    me.click("Close", error)


def dragged(me: Analyst, widget: QWidget, at: QPoint, data: QMimeData, keys: Qt.KeyboardModifier = NONE) -> bool:
    """Drag something over a widget and let it go there; whether it was welcome."""
    enter = QDragEnterEvent(at, COPY, data, LEFT, keys)
    QApplication.sendEvent(widget, enter)
    move = QDragMoveEvent(at, COPY, data, LEFT, keys)
    QApplication.sendEvent(widget, move)
    if move.isAccepted():
        QApplication.sendEvent(widget, QDropEvent(QPointF(at), COPY, data, LEFT, keys))
    return enter.isAccepted() and move.isAccepted()


def clip_of(me: Analyst, *names: str) -> QMimeData:
    """What is under the mouse when these names are dragged."""
    me.select(*names)
    data = QMimeData()
    assert me.connection is not None
    ObjectClip.of(me.connection, me.desk.objects.selection(), me.desk.location.prefix).put_into(data)
    return data


def test_rows_are_dropped_on_folders_of_table_and_tree(me: Analyst, server_client: S3Client, bucket: str) -> None:
    rows = me.objects.viewport()
    data = clip_of(me, "a.txt", "b.txt")
    assert not dragged(me, rows, me.point_at(me.index("a.txt"), me.objects), data)  # they are here already
    assert dragged(me, rows, me.point_at(me.index("other"), me.objects), data)
    me.until(lambda: me.finished(1))
    assert {"other/a.txt", "other/b.txt", "a.txt", "b.txt"} <= set(keys_of(server_client, bucket))

    data = clip_of(me, "f")
    assert not dragged(me, rows, me.point_at(me.index("f"), me.objects), data)  # not into itself
    tree, buckets = me.buckets, me.desk.tree.buckets
    assert me.connection is not None
    place = buckets.index_of(me.connection, Location(bucket, "other/"))
    assert place.data() == "other"
    at = tree.visualRect(place).center()
    assert dragged(me, tree.viewport(), at, data, SHIFT)
    question = me.dialog("Move")  # a slip of the mouse moves nothing
    me.expect("S3 has no move: 2 objects", question)
    me.click("Cancel", question)
    assert dragged(me, tree.viewport(), at, data, SHIFT)
    me.click("Move", me.dialog("Move"))
    me.until(lambda: me.finished(2))
    me.until(lambda: me.names() == ["other", "a.txt", "b.txt"])
    assert body_of(server_client, bucket, "other/f/deep/2.txt") is not None


def mouse(me: Analyst, kind: QEvent.Type, at: QPoint, buttons: Qt.MouseButton = LEFT) -> None:
    """One event of the left button over the rows."""
    where = QPointF(at)
    viewport = me.objects.viewport()
    button = Qt.MouseButton.NoButton if kind is QEvent.Type.MouseMove else LEFT
    event = QMouseEvent(kind, where, QPointF(viewport.mapToGlobal(at)), button, buttons, NONE)
    QApplication.sendEvent(viewport, event)


@pytest.fixture
def drags(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[QMimeData]]:
    """What is dragged; instead of Qt's own loop, in which nothing but a real mouse ends."""
    seen: list[QMimeData] = []

    class Drag(QDrag):
        def exec(self, *_: object) -> Qt.DropAction:
            seen.append(self.mimeData())
            return COPY

    monkeypatch.setattr(object_drag, "QDrag", Drag)
    yield seen
    seen.clear()


def test_the_mouse_drags_names_and_what_is_selected(
    me: Analyst, drags: list[QMimeData], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(object_drag, "_is_outside", lambda: False)
    press, move, release = QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove, QEvent.Type.MouseButtonRelease
    me.select("a.txt", "b.txt")
    start = me.point_at(me.index("b.txt"), me.objects)
    mouse(me, press, start)
    mouse(me, move, start + QPoint(3, 0))
    assert not drags
    mouse(me, move, start + QPoint(40, 0))
    clip = ObjectClip.read(drags[0])
    assert clip is not None
    assert clip.selection.keys == ("a.txt", "b.txt")

    mouse(me, press, start)  # a click on one of several selects it alone, when the button is up again
    assert me.desk.objects.chosen.count == 2
    mouse(me, release, start, Qt.MouseButton.NoButton)
    assert me.desk.objects.chosen.names() == ["b.txt"]

    over = me.point_at(me.index("f"), me.objects)
    mouse(me, press, over)
    mouse(me, move, over + QPoint(40, 0))
    clip = ObjectClip.read(drags[1])
    assert clip is not None
    assert clip.selection.folders == ("f/",)


def test_files_are_there_when_another_program_takes_them(
    me: Analyst, drags: list[QMimeData], server_client: S3Client, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a desktop does with a drop: it reads the addresses and copies the files they name."""
    taken: list[tuple[str, bytes]] = []

    class Drag(QDrag):
        def exec(self, *_: object) -> Qt.DropAction:
            data = self.mimeData()
            assert isinstance(data, FilesOnTheirWay)
            for url in data.urls():
                path = Path(url.toLocalFile())
                taken.append((path.name, path.read_bytes()))
            return COPY

    server_client.put_object(Bucket=bucket, Key="a.txt", Body=b"what is in it")
    monkeypatch.setattr(object_drag, "QDrag", Drag)
    monkeypatch.setattr(object_drag, "_is_outside", lambda: True)
    me.select("a.txt")
    start = me.point_at(me.index("a.txt"), me.objects)
    mouse(me, QEvent.Type.MouseButtonPress, start)
    mouse(me, QEvent.Type.MouseMove, start + QPoint(40, 0))
    assert taken == [("a.txt", b"what is in it")]


def test_folders_are_downloaded_before_they_are_dragged_out(
    me: Analyst, drags: list[QMimeData], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(object_drag, "_is_outside", lambda: True)
    me.select("f")
    start = me.point_at(me.index("f"), me.objects)

    def drag() -> list[QUrl]:
        mouse(me, QEvent.Type.MouseButtonPress, start)
        mouse(me, QEvent.Type.MouseMove, start + QPoint(40, 0))
        return drags[-1].urls()

    assert drag() == []
    question = me.dialog("Drag to another program")
    me.click("Download", question)
    me.until(lambda: me.finished(1))
    me.until(lambda: me.said.startswith("They are here now"))
    (url,) = drag()
    folder = Path(url.toLocalFile())
    assert sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()) == [
        "1.txt",
        "deep/2.txt",
    ]
    me.window.close()
    assert not folder.exists()


def test_between_two_connections(
    me: Analyst, server: ServerInfo, server_client: S3Client, bucket: str, new_bucket: BucketFactory
) -> None:
    """Two accounts: nothing can be copied inside the server, so the bytes go through this computer."""
    target = new_bucket()
    me.window.verbs.connection.open(replace(account_of(server), name="second"), Location(target))
    me.arrive(target)
    assert len(me.desk.tree.buckets.connections) == 2
    first = me.desk.tree.buckets.connections[0]
    me.desk.navigator.go(first, Location(bucket))
    me.arrive(bucket)
    me.select("f", "b.txt")
    me.do("Copy to…")
    dialog = me.dialog("Copy to")
    me.choose("Connection", "second", dialog)
    me.write("To", f"s3://{target}/", dialog)
    me.expect("The bytes pass through this computer's memory.", dialog)
    me.click("Copy", dialog)
    me.until(lambda: me.finished(1))
    assert files_of(server_client, target) == ["b.txt", "f/1.txt", "f/deep/2.txt"]
