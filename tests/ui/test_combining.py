"""Many files as one table in the real window, and SQL over the result."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QPlainTextEdit

from s3desk.s3.location import Location
from s3desk.ui.combining.combine_actions import CombineActions
from s3desk.ui.combining.sql_dialog import ask_sql
from s3desk.ui.form_dialog import SecondReturn
from s3desk.ui.table.table_window import TableWindow
from tests.servers.fault_proxy import FaultProxy
from tests.servers.faults import Stall
from tests.ui.analyst import Analyst
from tests.ui.conftest import OpenDesk
from tests.ui.screen_reader import tree

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

pytestmark = pytest.mark.parametrize("server", ["seaweedfs"], indirect=True)

FILES = {
    "sales/jan.csv": b"id,amount,shop\n007,1.5,north\n008,2.5,south\n",
    "sales/feb.csv": b"id;amount;shop\n009;3,5;north\n010;4,5;east\n",
    "sales/mar.csv": b"id,amount,shop,note\n011,cheap,west,x\n012,5,west,y\n",
    "sales/photo.png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    "sales/_SUCCESS": b"",
}


@pytest.fixture
def filled(server_client: S3Client, bucket: str) -> str:
    for key, body in FILES.items():
        server_client.put_object(Bucket=bucket, Key=key, Body=body)
    return bucket


def begin(me: Analyst) -> QDialog:
    """Choose the verb and wait until everything was looked at."""
    verb = CombineActions(me.window, me.desk).combine
    assert verb.text() == "Combine tables…"
    assert verb.isEnabled()
    verb.trigger()
    return me.dialog("Combine tables")


def looked_at(me: Analyst, dialog: QDialog) -> dict[str, str]:
    """What differs, by file."""
    me.until(lambda: ":" in me.words("Summary", dialog))
    names = me.column(0, "Files to combine", dialog)
    return dict(zip(names, me.column(2, "Files to combine", dialog), strict=True))


def result(me: Analyst, dialog: QDialog) -> TableWindow:
    """Press Combine; the table that opens."""
    me.click("Combine", dialog)
    window = me.dialog("Table")
    assert isinstance(window, TableWindow)
    return window


def test_a_folder_becomes_a_table_and_differences_are_shown(filled: str, open_desk: OpenDesk) -> None:
    me = open_desk(filled)
    me.select("sales")
    dialog = begin(me)
    told = looked_at(me, dialog)
    assert told["sales/jan.csv"] == "—"
    assert told["sales/feb.csv"] == "is separated by semicolon"
    table = me.table("Files to combine", dialog)
    assert table.textElideMode() is Qt.TextElideMode.ElideRight
    assert table.columnWidth(2) > table.columnWidth(0) + table.columnWidth(1), "what differs has the free width"
    index = table.model().index(0, 2)
    assert index.data(Qt.ItemDataRole.ToolTipRole) == index.data()
    assert "also has “note”" in told["sales/mar.csv"]
    assert "not a table" in told["sales/photo.png"]
    assert me.words("Summary", dialog).endswith(": 1 alike, 2 differ, 1 cannot be read")
    assert me.words("State", dialog) == "1 empty or hidden file is left out."
    window = result(me, dialog)
    table = window.sheet.table
    assert table.column_names == ["id", "amount", "shop", "note", "source"]
    assert table.num_rows == 6
    assert table["id"].to_pylist()[0] == "009"
    assert set(table["source"].to_pylist()) == {f"sales/{month}.csv" for month in ("jan", "feb", "mar")}
    assert "pd.concat" in window.sheet.code
    assert me.said == "Combined 3 files: 6 rows. 1 file was left out."
    assert [what for what, _ in me.work()] == ["Combine 4 files"]
    window.close()


def test_selected_files_with_other_choices(filled: str, open_desk: OpenDesk) -> None:
    me = open_desk(filled, "sales/")
    me.select("jan.csv", "mar.csv")
    dialog = begin(me)
    assert set(looked_at(me, dialog)) == {"jan.csv", "mar.csv"}
    me.choose("Columns", "Only columns that all files have", dialog)
    me.click("Columns of different types become text", dialog)
    me.click("Add a column with the name of each row's file", dialog)
    window = result(me, dialog)
    assert window.sheet.table.column_names == ["id", "amount", "shop"]
    assert window.sheet.table["id"].to_pylist() == ["007", "008", "011", "012"]
    window.close()


def test_one_may_combine_before_everything_was_looked_at(
    filled: str, open_desk: OpenDesk, fault_proxy: FaultProxy
) -> None:
    stall = fault_proxy.on(lambda request: request.range.startswith("bytes=0-"), Stall(0), times=2)
    me = open_desk(filled, "sales/", endpoint_url=fault_proxy.endpoint_url)
    dialog = begin(me)
    me.until(lambda: stall.fired == 2)
    assert me.words("State", dialog).startswith("Looking")
    window = result(me, dialog)
    assert window.sheet.table.num_rows == 6
    window.close()


def test_a_folder_without_tables_says_so(server_client: S3Client, bucket: str, open_desk: OpenDesk) -> None:
    server_client.put_object(Bucket=bucket, Key="photo.png", Body=FILES["sales/photo.png"])
    me = open_desk(bucket)
    dialog = begin(me)
    me.until(lambda: me.words("Notice", dialog))
    assert me.words("Notice", dialog) == "None of these files can be read as a table."
    assert not me.button("Combine", dialog).isEnabled()
    me.click("Cancel", dialog)


def test_sql_over_the_combined_table(filled: str, open_desk: OpenDesk) -> None:
    pytest.importorskip("duckdb")
    me = open_desk(filled, "sales/")
    dialog = begin(me)
    looked_at(me, dialog)
    window = result(me, dialog)
    question = ask_sql(window, me.desk, window.sheet)
    assert "The table is called t, 6 rows" in me.words("Tables", question)
    write(question, "SELEC 1")
    me.click("Run", question)
    me.until(lambda: "syntax error" in me.words("Notice", question))
    write(question, "SELECT shop, count(*) AS n FROM t GROUP BY shop ORDER BY shop")
    me.click("Run", question)
    me.until(lambda: me.words("Notice", question) == "4 rows.")
    me.until(lambda: len(tables()) == 2)
    (answer,) = [each for each in tables() if each is not window]
    assert answer.sheet.table.to_pydict() == {"shop": ["east", "north", "south", "west"], "n": [1, 2, 1, 2]}
    assert "duckdb.sql" in answer.sheet.code
    write(question, "SELECT count(*) FROM range(1000000000000) WHERE hash(range) % 7 = 3")
    me.click("Run", question)
    me.until(me.button("Stop", question).isEnabled)
    me.click("Stop", question)
    me.until(lambda: me.words("Notice", question) == "Stopped.")
    for each in (answer, question, window):
        each.close()


def tables() -> list[TableWindow]:
    """The table windows that are open."""
    return [top for top in QApplication.topLevelWidgets() if isinstance(top, TableWindow) and top.isVisible()]


def write(dialog: QDialog, query: str) -> None:
    """Type over the query."""
    field = next(widget for _, name, widget in tree(dialog) if name == "Query")
    assert isinstance(field, QPlainTextEdit)
    field.setFocus()
    field.selectAll()
    field.insertPlainText(query)


def test_a_second_return_does_not_open_what_lies_behind(filled: str, open_desk: OpenDesk) -> None:
    me = open_desk(filled)
    me.select("sales")
    me.objects.setFocus()
    dialog = begin(me)
    looked_at(me, dialog)
    handle = me.window.windowHandle()
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    QTest.keyClick(handle, Qt.Key.Key_Return)
    table = me.dialog("Table")
    assert me.desk.location == Location(filled)
    table.close()
    me.until(lambda: not handle.findChildren(SecondReturn))
    me.window.activateWindow()
    me.objects.setFocus()
    QTest.keyClick(handle, Qt.Key.Key_Return)
    me.arrive(filled, "sales/")
