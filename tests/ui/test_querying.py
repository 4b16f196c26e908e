"""Files in S3 asked in SQL, in the real window."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QMenu, QPlainTextEdit, QWidget

from s3desk.ui.table.table_window import TableWindow
from tests.servers.fault_proxy import FaultProxy
from tests.servers.faults import Stall
from tests.ui.analyst import Analyst
from tests.ui.conftest import OpenDesk
from tests.ui.screen_reader import tree

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

pytest.importorskip("duckdb")
pytestmark = pytest.mark.parametrize("server", ["seaweedfs"], indirect=True)

JAN = b"id,shop,amount\n" + b"".join(b"%03d,shop %d,%d\n" % (n, n % 3, n) for n in range(20_000))
FILES = {
    "sales/jan.csv": JAN,
    "sales/feb.csv": b"id;shop;amount\n001;shop 1;5,5\n",
    "sales/photo.png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
}


@pytest.fixture
def filled(server_client: S3Client, bucket: str) -> str:
    for key, body in FILES.items():
        server_client.put_object(Bucket=bucket, Key=key, Body=body)
    return bucket


def test_a_folder_is_asked_where_it_lies(filled: str, open_desk: OpenDesk, fault_proxy: FaultProxy) -> None:
    me = open_desk(filled, endpoint_url=fault_proxy.endpoint_url)
    verb = in_menu(me, "Data", "Query with SQL…")
    assert not verb.isEnabled()
    me.select("sales")
    assert verb.isEnabled()
    verb.trigger()
    question = me.dialog("SQL")
    told = me.words("Tables", question)
    assert told.startswith("The table “files” is 2 files in S3, ")
    assert "Each is also a table of its own: feb, jan. Left out: “sales/photo.png”." in told
    assert told.endswith("Its columns: id, shop, amount, source.")
    ask(me, question, "SELECT nothing FROM files")
    me.until(lambda: "nothing" in me.words("Notice", question))
    ask(me, question, "SELECT source, count(*) AS n, sum(amount) AS s FROM files GROUP BY source ORDER BY n")
    me.until(lambda: bool(tables()))
    assert me.words("Notice", question).startswith("2 rows. Read ")
    (answer,) = tables()
    assert answer.sheet.table.to_pydict() == {
        "source": ["sales/feb.csv", "sales/jan.csv"],
        "n": [1, 20_000],
        "s": [5.5, sum(range(20_000))],
    }
    assert "duckdb.sql" in answer.sheet.code
    assert me.button("Copy code", answer).isEnabled()
    answer.close()
    stall = fault_proxy.on(lambda request: request.path.endswith("jan.csv"), Stall(1000))
    ask(me, question, "SELECT max(id) FROM jan")
    me.until(lambda: stall.fired == 1)
    me.click("Stop", question)
    me.until(lambda: me.words("Notice", question) == "Stopped.")
    question.close()


def test_files_that_are_no_tables_cannot_be_asked(filled: str, open_desk: OpenDesk) -> None:
    me = open_desk(filled, "sales/")
    verb = in_menu(me, "Data", "Query with SQL…")
    me.select("photo.png")
    assert not verb.isEnabled()
    me.select("jan.csv", "photo.png")
    assert verb.isEnabled()


def in_menu(me: Analyst, menu: str, text: str) -> QAction:
    """A verb where people find it."""
    (found,) = [one.menu() for one in me.window.menuBar().actions() if one.text().replace("&", "") == menu]
    assert isinstance(found, QMenu)
    (action,) = [one for one in found.actions() if one.text() == text]
    assert isinstance(action, QAction)
    return action


def ask(me: Analyst, dialog: QWidget, query: str) -> None:
    """Type over the query and run it."""
    field = next(widget for _, name, widget in tree(dialog) if name == "Query")
    assert isinstance(field, QPlainTextEdit)
    field.setFocus()
    field.selectAll()
    field.insertPlainText(query)
    me.click("Run", dialog)


def tables() -> list[TableWindow]:
    """The table windows that are open."""
    return [top for top in QApplication.topLevelWidgets() if isinstance(top, TableWindow) and top.isVisible()]
