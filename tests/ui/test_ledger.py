"""The list of the links one gave out: read, narrowed, written on, copied from, exported and forgotten in its window."""

from __future__ import annotations

import csv
import urllib.request
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QTableView

from s3desk.models.ledger_model import LedgerColumn
from s3desk.s3.sharing.ledger import Given
from s3desk.s3.sharing.links import LinkKind
from tests.servers.info import ServerInfo
from tests.ui.analyst import Analyst, clipboard
from tests.ui.conftest import OpenDesk

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

HOUR = timedelta(hours=1)


@pytest.fixture
def lines(server: ServerInfo, bucket: str) -> list[Given]:
    """What was given out: a link that ended, one of another account, one for many files, a public one."""
    now = datetime.now(UTC)
    ended = Given(
        id=0,
        account=server.name,
        endpoint_url=server.endpoint_url,
        bucket=bucket,
        key="reports/old.csv",
        version_id="",
        kind=LinkKind.TEMPORARY,
        made=now - timedelta(days=4),
        ends=now - timedelta(days=3),
        note="for Ana",
        lifetime_s=7200,
        file_name="for Ana.csv",
    )
    return [
        ended,
        replace(ended, key="b.csv", account="another account", made=now - 3 * HOUR, ends=now + HOUR, note=""),
        replace(ended, key="logs/", count=1204, made=now - 2 * HOUR, ends=now + HOUR, note="=1+1"),
        replace(ended, key="page.html", kind=LinkKind.PUBLIC, made=now - HOUR, ends=None, note=""),
    ]


@pytest.fixture
def me(server_client: S3Client, bucket: str, lines: list[Given], open_desk: OpenDesk) -> Analyst:
    server_client.put_object(Bucket=bucket, Key="reports/old.csv", Body=b"x\n1\n")
    analyst = open_desk(bucket)
    analyst.desk.ledger.add(lines)
    return analyst


def ledger(me: Analyst) -> QDialog:
    """Open the window and wait for its lines."""
    me.do("Links I gave out…")
    window = me.dialog("Links I gave out")
    me.until(lambda: objects(me, window))
    return window


def objects(me: Analyst, window: QDialog) -> list[str]:
    return me.column(LedgerColumn.OBJECT, "Links given out", window)


def table(me: Analyst, window: QDialog) -> QTableView:
    return me.table("Links given out", window)


def cell(me: Analyst, window: QDialog, name: str, column: int) -> QModelIndex:
    return me.index(name, table(me, window)).siblingAtColumn(column)


def test_the_lines_say_what_where_and_until_when(me: Analyst, bucket: str, server: ServerInfo) -> None:
    window = ledger(me)
    assert not window.isModal()
    assert objects(me, window) == ["page.html", "1,204 files", "b.csv", "old.csv"]
    ends = me.column(LedgerColumn.ENDS, "Links given out", window)
    assert ends[0] == "never ends"
    assert " at " in ends[2]
    assert ends[3] == "ended 3 days ago"
    assert me.column(LedgerColumn.PLACE, "Links given out", window) == [
        f"s3://{bucket}/ ({server.name})",
        f"s3://{bucket}/logs/ ({server.name})",
        f"s3://{bucket}/ (another account)",
        f"s3://{bucket}/reports/ ({server.name})",
    ]
    assert me.words("Counted", window) == "4 lines"
    tip = cell(me, window, "old.csv", 0).data(Qt.ItemDataRole.ToolTipRole)
    assert "Saved as for Ana.csv" in tip
    assert "Signature" not in tip

    table(me, window).sortByColumn(LedgerColumn.OBJECT, Qt.SortOrder.AscendingOrder)
    assert objects(me, window) == ["1,204 files", "b.csv", "old.csv", "page.html"]
    me.do("Links I gave out…")  # the same window comes to the front
    assert me.dialog("Links I gave out") is window
    window.close()


def test_filter_keeps_what_is_selected(me: Analyst) -> None:
    window = ledger(me)
    me.select("old.csv", table=table(me, window))
    me.write("Filter links", "ANA temporary", window)
    assert objects(me, window) == ["old.csv"]
    assert me.words("Counted", window) == "1 of 4 lines"
    assert [index.data() for index in table(me, window).selectionModel().selectedRows()] == ["old.csv"]
    me.write("Filter links", "another", window)
    assert objects(me, window) == ["b.csv"]
    assert not me.button("Copy again", window).isEnabled()
    me.write("Filter links", "", window)
    assert objects(me, window) == ["page.html", "1,204 files", "b.csv", "old.csv"]
    window.close()


def test_a_note_is_written_in_the_table(me: Analyst) -> None:
    window = ledger(me)
    place = cell(me, window, "b.csv", LedgerColumn.NOTE)
    view = table(me, window)
    view.setCurrentIndex(place)
    view.edit(place)
    editor = QApplication.focusWidget()
    assert isinstance(editor, QLineEdit)
    assert editor.accessibleName() == "For whom"
    editor.setText("Ben, not https://h/b?X-Amz-Signature=0123abc")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    hidden = "Ben, not https://h/b?X-Amz-Signature=[hidden]"
    me.until(lambda: cell(me, window, "b.csv", LedgerColumn.NOTE).data() == hidden)
    assert [given.note for given in me.desk.ledger.all() if given.key == "b.csv"] == [hidden]
    window.close()


def test_copy_again_makes_the_link_anew(me: Analyst) -> None:
    window = ledger(me)
    assert not me.button("Copy again", window).isEnabled()
    me.select("old.csv", table=table(me, window))
    me.click("Copy again", window)
    me.until(lambda: clipboard().startswith("http"))
    assert "X-Amz-Expires=7200" in clipboard()
    with urllib.request.urlopen(clipboard()) as answer:
        assert answer.read() == b"x\n1\n"
        assert "for Ana.csv" in answer.headers["Content-Disposition"]
    me.until(lambda: me.words("Notice", window).startswith("Copied. The link works until "))
    assert me.said == me.words("Notice", window)
    assert objects(me, window)[0] == "old.csv"  # it was given out once more
    assert me.column(LedgerColumn.NOTE, "Links given out", window)[0] == "for Ana"
    assert len(me.desk.ledger.all()) == 5
    window.close()


def test_copy_again_says_what_it_cannot_do(me: Analyst, server: ServerInfo) -> None:
    window = ledger(me)
    before = clipboard()
    me.select("b.csv", table=table(me, window))
    me.click("Copy again", window)
    me.until(lambda: "Connect to “another account”" in me.words("Notice", window))
    assert server.endpoint_url in me.words("Notice", window)
    assert clipboard() == before
    me.select("1,204 files", table=table(me, window))
    assert not me.button("Copy again", window).isEnabled()
    assert "share them again" in me.button("Copy again", window).toolTip()
    assert len(me.desk.ledger.all()) == 4
    window.close()


def test_export_and_forget(me: Analyst, tmp_path: Path, bucket: str) -> None:
    window = ledger(me)
    me.write("Filter links", "logs", window)
    me.click("Export…", window)
    me.choose_files("Export as CSV", tmp_path / "links.csv")
    me.until(lambda: me.words("Notice", window) == f"Exported 1 line to links.csv in {tmp_path.name}.")
    rows = list(csv.DictReader((tmp_path / "links.csv").read_text("utf-8-sig").splitlines()))
    assert [(row["Object"], row["Objects"], row["For whom"]) for row in rows] == [
        (f"s3://{bucket}/logs/", "1204", "'=1+1")
    ]
    me.select("1,204 files", table=table(me, window))
    me.click("Forget…", window)
    dialog = me.dialog("Forget")
    me.expect("Forget 1 line?", dialog)
    me.expect("1 still works.", dialog)
    me.click("Cancel", dialog)
    me.until(lambda: not dialog.isVisible())
    assert len(me.desk.ledger.all()) == 4
    me.click("Forget…", window)
    dialog = me.dialog("Forget")
    me.click("Forget", dialog)
    me.until(lambda: not objects(me, window))
    assert sorted(given.key for given in me.desk.ledger.all()) == ["b.csv", "page.html", "reports/old.csv"]
    me.write("Filter links", "", window)
    assert me.words("Counted", window) == "3 lines"
    window.close()


def test_a_link_given_out_meanwhile_is_there_when_one_comes_back(me: Analyst, lines: list[Given]) -> None:
    window = ledger(me)
    me.desk.ledger.add([replace(lines[0], key="new.csv", made=datetime.now(UTC))])
    with me.qtbot.waitActive(me.window):
        me.window.activateWindow()
    with me.qtbot.waitActive(window):
        window.activateWindow()
    me.until(lambda: objects(me, window)[0] == "new.csv")
    window.close()
