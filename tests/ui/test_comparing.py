"""Two tables compared in the real window: two files, and two versions of one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QDialog, QListWidget

from s3desk.ui.table.table_window import TableWindow
from tests.conftest import BucketFactory
from tests.servers.fault_proxy import FaultProxy
from tests.servers.faults import Stall
from tests.ui.analyst import Analyst
from tests.ui.conftest import OpenDesk
from tests.ui.screen_reader import Role, find, tree

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

pytestmark = pytest.mark.parametrize("server", ["seaweedfs"], indirect=True)

JANUARY = b"shop,id,amount\nnorth,007,1.5\nnorth,008,2.5\nsouth,009,3\n"
FEBRUARY = b"shop,id,amount,note\nnorth,007,1.5,x\nnorth,008,4,y\nsouth,010,3,z\n"
RESULT = [
    ("changed", "008", "amount", "2.5", "4"),
    ("added", "010", None, None, "shop: south; amount: 3; note: z"),
    ("removed", "009", None, "shop: south; amount: 3", None),
]


def begin(me: Analyst) -> QDialog:
    """Choose the verb and wait until both tables were compared."""
    verb = me.verb("Compare…")
    assert (verb.text(), verb.isEnabled()) == ("Compare…", True)
    verb.trigger()
    dialog = me.dialog("Compare")
    me.until(lambda: me.words("Columns", dialog))
    return dialog


def chosen(name: str, dialog: QDialog) -> str:
    box = find(Role.ComboBox, name, dialog)
    assert isinstance(box, QComboBox)
    return box.currentText()


def keys(dialog: QDialog) -> QListWidget:
    return next(w for _, name, w in tree(dialog) if name == "Key columns" and isinstance(w, QListWidget))


def ticked(dialog: QDialog) -> list[str]:
    view = keys(dialog)
    items = [view.item(row) for row in range(view.count())]
    return [item.text() for item in items if item.checkState() is Qt.CheckState.Checked]


def tick(name: str, dialog: QDialog) -> None:
    """With the keyboard."""
    view = keys(dialog)
    (item,) = view.findItems(name, Qt.MatchFlag.MatchExactly)
    view.setFocus()
    view.setCurrentItem(item)
    QTest.keyClick(view, Qt.Key.Key_Space)


def differences(me: Analyst, dialog: QDialog) -> list[tuple[object, ...]]:
    """Show them; the window is closed again."""
    me.click("Show differences", dialog)
    window = me.dialog("Table")
    assert isinstance(window, TableWindow)
    assert " → " in window.sheet.title
    assert len(set(window.sheet.title.split(" → "))) == 2
    rows = [tuple(row.values()) for row in window.sheet.table.to_pylist()]
    me.click("Copy code", window)
    assert "df_changed = " in QGuiApplication.clipboard().text()
    window.close()
    me.until(lambda: not any(isinstance(top, TableWindow) for top in QApplication.topLevelWidgets()))
    return rows


def test_two_files(server_client: S3Client, bucket: str, open_desk: OpenDesk) -> None:
    for key, body in {"b/jan.csv": JANUARY, "b/feb.csv": FEBRUARY, "b/photo.png": b"\x89PNG"}.items():
        server_client.put_object(Bucket=bucket, Key=key, Body=body)
    me = open_desk(bucket, "b/")
    verb = me.verb("Compare…")
    for selection, enabled in (
        (("jan.csv", "photo.png"), False),
        (("feb.csv", "jan.csv", "photo.png"), False),
        (("photo.png",), False),
        (("feb.csv", "jan.csv"), True),
    ):
        me.select(*selection)
        assert verb.isEnabled() is enabled
    dialog = begin(me)
    if chosen("Before", dialog) == "feb.csv":  # both were written within one second
        me.click("Swap", dialog)
        me.until(lambda: me.words("Columns", dialog).startswith("1 column added"))
    assert (chosen("Before", dialog), chosen("After", dialog)) == ("jan.csv", "feb.csv")
    assert ticked(dialog) == ["id"]
    assert me.words("Rows", dialog) == "1 row added, 1 removed, 1 changed (3 rows before, 3 after)."
    assert me.words("Cells", dialog) == "1 cell changed: “amount” 1."
    assert me.words("Columns", dialog) == "1 column added: “note”."
    assert me.words("Repeated keys", dialog) == ""
    assert differences(me, dialog) == RESULT
    tick("id", dialog)
    me.until(lambda: me.words("Rows", dialog) == "2 rows added, 2 removed (3 rows before, 3 after).")
    assert me.words("Cells", dialog).startswith("No key column is chosen: whole rows are compared")
    tick("shop", dialog)
    me.until(lambda: me.words("Repeated keys", dialog))
    assert "1 row repeats one before, 1 after" in me.words("Repeated keys", dialog)
    me.click("Swap", dialog)
    me.until(lambda: me.words("Columns", dialog) == "1 column removed: “note”.")
    assert ticked(dialog) == ["shop"]
    me.choose("After", "feb.csv", dialog)
    me.until(lambda: me.words("Notice", dialog) == "Choose two different tables.")
    assert not me.button("Show differences", dialog).isEnabled()
    me.click("Close", dialog)


def test_two_versions(server_client: S3Client, new_bucket: BucketFactory, open_desk: OpenDesk) -> None:
    bucket = new_bucket(versioned=True)
    for body in (b"not,this\n1,2\n", JANUARY, FEBRUARY):
        server_client.put_object(Bucket=bucket, Key="sales.csv", Body=body)
    server_client.put_object(Bucket=bucket, Key="once.csv", Body=JANUARY)
    me = open_desk(bucket)
    me.select("sales.csv")
    dialog = begin(me)
    assert len(me.items("Before", dialog)) == 3
    assert chosen("After", dialog).endswith(", now the newest")
    ids = [one["VersionId"] for one in server_client.list_object_versions(Bucket=bucket, Prefix="sales")["Versions"]]
    told = [re.fullmatch(r".*?, version (\w+), .* B(?:, now the newest)?", item) for item in me.items("Before", dialog)]
    assert [one is not None and full.startswith(one[1]) for one, full in zip(told, ids, strict=True)] == [True] * 3
    assert differences(me, dialog) == RESULT
    me.choose("Before", me.items("Before", dialog)[0], dialog)
    me.until(lambda: me.words("Notice", dialog) == "Choose two different tables.")
    me.click("Close", dialog)
    me.select("once.csv")
    me.verb("Compare…").trigger()
    me.until(lambda: any("has no older version" in said for said in me.sentences(me.dialog("Error"))))
    me.dialog("Error").close()


def test_the_same_and_what_is_no_table(server_client: S3Client, bucket: str, open_desk: OpenDesk) -> None:
    for key, body in {"a.csv": JANUARY, "b.csv": JANUARY, "c.json": b'"only a text"'}.items():
        server_client.put_object(Bucket=bucket, Key=key, Body=body)
    me = open_desk(bucket)
    me.select("a.csv", "b.csv")
    dialog = begin(me)
    assert me.words("Notice", dialog) == "The tables are the same."
    assert me.words("Rows", dialog) == "No row differs (3 rows before, 3 after)."
    assert not me.button("Show differences", dialog).isEnabled()
    me.click("Close", dialog)
    me.until(lambda: not any(isinstance(top, QDialog) and top.isVisible() for top in QApplication.topLevelWidgets()))
    me.select("a.csv", "c.json")
    me.verb("Compare…").trigger()
    dialog = me.dialog("Compare")
    me.until(lambda: me.words("Notice", dialog) not in ("", "Reading…"))
    assert not me.button("Show differences", dialog).isEnabled()
    me.click("Close", dialog)


def test_reading_can_be_cancelled_and_begun_again(
    server_client: S3Client, bucket: str, open_desk: OpenDesk, fault_proxy: FaultProxy
) -> None:
    for key, body in {"a.csv": JANUARY, "b.csv": FEBRUARY}.items():
        server_client.put_object(Bucket=bucket, Key=key, Body=body)
    me = open_desk(bucket, endpoint_url=fault_proxy.endpoint_url)
    me.select("a.csv", "b.csv")
    fault_proxy.on(lambda request: request.range.startswith("bytes=0-"), Stall(0), times=1)
    me.verb("Compare…").trigger()
    dialog = me.dialog("Compare")
    me.until(me.work)  # listed after a second
    assert me.words("Notice", dialog) == "Reading…"
    me.do("Cancel")
    me.until(lambda: me.words("Notice", dialog).startswith("Stopped."))
    me.click("Swap", dialog)
    me.until(lambda: me.words("Rows", dialog) == "1 row added, 1 removed, 1 changed (3 rows before, 3 after).")
    assert me.button("Show differences", dialog).isEnabled()
    me.click("Close", dialog)
