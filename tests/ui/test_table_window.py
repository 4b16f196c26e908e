"""The window `Table`, used by keyboard and mouse: sort, filter, find, hide, freeze, copy, save."""

# ruff: noqa: DTZ001  # tables hold moments without a zone

from __future__ import annotations

import gc
import weakref
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QTableView

from s3desk.data.sheet import Sheet
from s3desk.ui.table.table_window import TableWindow, open_table
from tests.ui.analyst import Analyst, clipboard
from tests.ui.conftest import OpenDesk
from tests.ui.screen_reader import Role, find, tree

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

ROWS = 300
TABLE = pa.table(
    {
        "id": [f"{row:05}" for row in range(ROWS)],
        "city": [None if row % 10 == 9 else ("Bern", "Köln", "=1+1")[row % 3] for row in range(ROWS)],
        "price": [row * 7 % ROWS / 4 for row in range(ROWS)],
        "when": [datetime(2024, 1, 1) + timedelta(hours=12 * row) for row in range(ROWS)],
        **{f"extra {number}": list(range(ROWS)) for number in range(12)},
    }
)
ID, CITY, PRICE, WHEN = range(4)


@pytest.fixture
def me(unconnected: Analyst) -> Analyst:
    return unconnected


def shown(me: Analyst, sheet: Sheet | None = None) -> TableWindow:
    sheet = sheet or Sheet("orders.csv", TABLE, "the first 300 rows", ("Odd.",), "x = 1")
    opened = open_table(me.window, me.desk, sheet)
    me.until(opened.isActiveWindow)
    return opened


def column(me: Analyst, number: int, window: TableWindow) -> list[str]:
    return me.column(number, "Table rows", window)


def grid(me: Analyst, window: TableWindow) -> QTableView:
    return me.table("Table rows", window)


def click_header(me: Analyst, window: TableWindow, number: int, button: Qt.MouseButton) -> None:
    header = grid(me, window).horizontalHeader()
    at = QPoint(header.sectionViewportPosition(number) + 20, header.height() // 2)
    QTest.mouseClick(header.viewport(), button, pos=at)
    if button is Qt.MouseButton.RightButton:
        header.customContextMenuRequested.emit(at)


def choose(me: Analyst, window: TableWindow, number: int, verb: str) -> None:
    """Take a verb from the menu of a column."""
    click_header(me, window, number, Qt.MouseButton.RightButton)
    me.until(lambda: isinstance(QApplication.activePopupWidget(), QMenu))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    action = next(action for action in menu.actions() if action.text() == verb)
    action.trigger()
    menu.close()


def filtered(me: Analyst, window: TableWindow, name: str, condition: str, value: str = "", upto: str = "") -> None:
    me.click("Filter…", window)
    dialog = me.dialog("Filter rows")
    me.choose("Column", name, dialog)
    me.choose("Condition", condition, dialog)
    for field, typed in (("Value", value), ("Up to", upto)):
        if typed:
            me.write(field, typed, dialog)
    me.click("Filter", dialog)
    me.until(lambda: not dialog.isVisible())


def facts(me: Analyst, window: TableWindow) -> str:
    return me.words("Table facts", window)


def is_column(me: Analyst, window: TableWindow, expected: list[str]) -> bool:
    return column(me, PRICE, window) == expected


def is_noted(me: Analyst, window: TableWindow, words: str) -> bool:
    return words in me.words("Notice", window)


def test_sorting_by_a_click_and_back_to_how_it_came(me: Analyst) -> None:
    window = shown(me)
    assert facts(me, window) == "300 rows · 16 columns · the first 300 rows"
    assert me.words("Table remarks", window) == "Odd."
    came = column(me, PRICE, window)
    for expected in (sorted(came, key=float), sorted(came, key=float, reverse=True), came):
        click_header(me, window, PRICE, Qt.MouseButton.LeftButton)
        me.until(partial(is_column, me, window, expected))
    choose(me, window, CITY, "Sort descending")
    me.until(lambda: column(me, CITY, window)[0] == "Köln")
    assert column(me, CITY, window)[-30:] == ["null"] * 30
    window.close()


def test_filters_add_up_and_each_can_be_taken_away(me: Analyst) -> None:
    window = shown(me)
    filtered(me, window, "city", "contains", "kö")
    me.until(lambda: set(column(me, CITY, window)) == {"Köln"})
    filtered(me, window, "price", "is between", "10", "20")
    me.until(lambda: all(10 <= float(price) <= 20 for price in column(me, PRICE, window)))
    few = len(column(me, ID, window))
    assert facts(me, window).startswith(f"{few} of 300 rows")
    filtered(me, window, "when", "is between", "2030-01-01")
    me.until(lambda: not column(me, ID, window))
    assert "No row fits the filters" in " ".join(me.sentences(window))
    me.click("Remove filter: when ≥ 2030-01-01", window)
    me.until(lambda: len(column(me, ID, window)) == few)
    me.click("Clear filters", window)
    me.until(lambda: len(column(me, ID, window)) == ROWS)
    filtered(me, window, "city", "is null")
    me.until(lambda: column(me, CITY, window) == ["null"] * 30)
    window.close()


def test_a_filter_that_is_none_says_why(me: Analyst) -> None:
    window = shown(me)
    me.click("Filter…", window)
    dialog = me.dialog("Filter rows")
    me.choose("Column", "price", dialog)
    me.write("Value", "many", dialog)
    assert me.words("Notice", dialog) == "“many” is not a number."
    assert not me.button("Filter", dialog).isEnabled()
    me.click("Cancel", dialog)
    filtered(me, window, "city", "matches the pattern", "(")
    said = me.dialog("Error")
    assert "“(” is not a pattern." in me.sentences(said)
    said.close()
    assert facts(me, window).startswith("300 rows")
    assert "Clear filters" not in {name for _, name, _ in tree(window)}
    window.close()


def test_finding_goes_on_and_round(me: Analyst) -> None:
    window = shown(me)
    me.press("Ctrl+F", window)
    me.write("Find in table", "0029", window, enter=True)
    me.until(lambda: grid(me, window).currentIndex().data() == "00029")
    me.press("F3", grid(me, window))
    me.until(lambda: grid(me, window).currentIndex().data() == "00290")
    me.press("Shift+F3", grid(me, window))
    me.until(lambda: grid(me, window).currentIndex().data() == "00029")
    me.click("Find previous", window)
    me.until(lambda: grid(me, window).currentIndex().data() == "00299")
    me.write("Find in table", "nowhere", window, enter=True)
    me.press("Esc")
    me.until(lambda: "Looking" not in me.words("Notice", window))
    me.write("Find in table", "nowhere", window, enter=True)
    me.until(lambda: me.words("Notice", window) == "“nowhere” is not in the rows and columns shown.")
    assert window.isVisible(), "Return and Escape close nothing"
    me.press("Esc", grid(me, window))
    assert window.isVisible()
    window.close()


def test_hidden_columns_come_back(me: Analyst) -> None:
    window = shown(me)
    choose(me, window, CITY, "Hide column")
    assert grid(me, window).isColumnHidden(CITY)
    assert "16 columns (1 hidden)" in facts(me, window)
    click_header(me, window, PRICE, Qt.MouseButton.LeftButton)
    me.until(lambda: column(me, PRICE, window)[0] == "0")
    assert grid(me, window).isColumnHidden(CITY), "sorting shows nothing that was hidden"
    choose(me, window, ID, "Show all columns")
    assert not grid(me, window).isColumnHidden(CITY)
    window.close()


def test_frozen_columns_stay_and_cover_nothing(me: Analyst) -> None:
    window = shown(me)
    window.resize(700, 500)
    choose(me, window, CITY, "Freeze up to this column")
    view = grid(me, window)
    frozen = next(each for each in view.findChildren(QTableView) if each.accessibleName() == "Frozen columns")
    assert frozen.isVisible()
    assert [frozen.isColumnHidden(number) for number in range(4)] == [False, False, True, True]
    last = TABLE.num_columns - 1
    view.setCurrentIndex(view.model().index(ROWS - 1, last))
    view.setCurrentIndex(view.model().index(ROWS - 1, PRICE))
    covered = frozen.geometry().right() - view.viewport().x()
    assert view.visualRect(view.currentIndex()).left() >= covered - 2
    assert frozen.verticalScrollBar().value() == view.verticalScrollBar().value() > 0
    assert frozen.columnWidth(CITY) == view.columnWidth(CITY)
    choose(me, window, WHEN, "Unfreeze columns")
    assert not frozen.isVisible()
    window.close()


def test_copying_cells(me: Analyst) -> None:
    window = shown(me)
    view = grid(me, window)
    view.setCurrentIndex(view.model().index(9, ID))
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    me.press("Ctrl+C", view)
    me.until(lambda: clipboard() == "00009\t")
    me.press("Ctrl+Shift+C", view)
    me.until(lambda: clipboard() == "id\tcity\n00009\t")
    assert me.words("Notice", window) == "Copied 2 cells."
    me.click("Copy code", window)
    assert clipboard() == "x = 1"
    window.close()


def test_saving_what_is_shown(me: Analyst, tmp_path: Path) -> None:
    window = shown(me)
    filtered(me, window, "city", "equals", "=1+1")
    me.until(lambda: set(column(me, CITY, window)) == {"=1+1"})
    choose(me, window, WHEN, "Hide column")
    ids = column(me, ID, window)
    for form, ending in (("CSV", "csv"), ("Parquet", "parquet")):
        me.click("Save as…", window)
        dialog = me.dialog("Save as")
        me.choose("Format", form, dialog)
        me.click("Choose a file…", dialog)
        path = tmp_path / f"out.{ending}"
        me.choose_files("Save table", path)
        me.until(partial(is_noted, me, window, f"as {path.name} in"))
        back = pd.read_csv(path, dtype=str) if ending == "csv" else pd.read_parquet(path)
        assert list(back["id"]) == ids
        assert "when" not in back.columns
        assert set(back["city"]) == ({"'=1+1"} if ending == "csv" else {"=1+1"})
    window.close()


@pytest.mark.parametrize("server", ["seaweedfs"], indirect=True)
def test_saving_to_s3_asks_before_it_replaces(open_desk: OpenDesk, server_client: S3Client, bucket: str) -> None:
    me = open_desk(bucket)
    window = shown(me)
    server_client.put_object(Bucket=bucket, Key="out/orders.jsonl", Body=b"old")

    def save() -> None:
        me.click("Save to S3…", window)
        dialog = me.dialog("Save to S3")
        me.choose("Format", "JSON lines", dialog)
        me.write("Folder", f"s3://{bucket}/out", dialog)
        assert find(Role.EditableText, "Name", dialog).text() == "orders.jsonl"  # type: ignore[attr-defined]
        me.click("Save", dialog)

    save()
    question = me.dialog("Replace")
    me.click("Keep it", question)
    me.until(lambda: not question.isVisible())
    assert server_client.get_object(Bucket=bucket, Key="out/orders.jsonl")["Body"].read() == b"old"
    save()
    me.click("Replace", me.dialog("Replace"))
    me.until(lambda: me.words("Notice", window) == f"Saved as orders.jsonl in {bucket}.")
    answer = server_client.get_object(Bucket=bucket, Key="out/orders.jsonl")
    assert answer["ContentType"] == "application/x-ndjson"
    assert answer["Body"].read().count(b"\n") == ROWS
    window.close()


@pytest.mark.parametrize("server", ["seaweedfs"], indirect=True)
def test_a_plot_goes_to_s3(open_desk: OpenDesk, server_client: S3Client, bucket: str) -> None:
    me = open_desk(bucket)
    window = shown(me)
    me.click("Plot…", window)
    plot = me.dialog("Plot")
    me.until(lambda: me.button("Save to S3…", plot).isEnabled())
    me.click("Save to S3…", plot)
    dialog = me.dialog("Save to S3")
    me.write("Name", "plot.png", dialog)
    me.click("Save", dialog)
    me.until(lambda: is_noted(me, window, f"Saved as plot.png in {bucket}."))
    answer = server_client.get_object(Bucket=bucket, Key="plot.png")
    assert answer["ContentType"] == "image/png"
    assert answer["Body"].read(4) == b"\x89PNG"
    me.until(lambda: me.names() == ["plot.png"])
    plot.close()
    window.close()


def test_the_profile_is_of_the_rows_shown(me: Analyst) -> None:
    window = shown(me)
    filtered(me, window, "city", "equals", "Bern")
    me.until(lambda: set(column(me, CITY, window)) == {"Bern"})
    me.click("Profile", window)
    me.until(lambda: any("city equals “Bern”" in said for said in me.sentences(window)))
    me.until(lambda: "city" in me.column(0, "Column profile", window))
    choose(me, window, PRICE, "Profile column")
    me.until(lambda: me.table("Column profile", window).currentIndex().siblingAtColumn(0).data() == "price")
    me.click("Profile", window)
    me.until(lambda: not any(name == "Column profile" for _, name, _ in tree(window)))
    window.close()


def test_a_plot_is_of_the_rows_shown(me: Analyst) -> None:
    window = shown(me)
    me.click("Plot…", window)
    plot = me.dialog("Plot")
    assert not plot.isModal()
    plot.close()
    window.close()


def test_sql_and_publishing_get_the_rows_shown(me: Analyst) -> None:
    window = shown(me)
    filtered(me, window, "city", "equals", "Bern")
    me.until(lambda: set(column(me, CITY, window)) == {"Bern"})
    me.click("SQL…", window)
    dialog = me.dialog("SQL")
    assert f"{len(column(me, ID, window))} rows" in me.words("Tables", dialog)
    dialog.close()
    me.click("Publish…", window)
    error = me.dialog("Error")  # nothing is connected
    error.close()
    assert not me.button("Save to S3…", window).isEnabled()
    window.close()


def test_a_table_without_rows_and_with_strange_names(me: Analyst) -> None:
    table = pa.table([pa.array([], pa.string())] * 3, names=["a", "a", "\u202e&x\n"])
    window = shown(me, Sheet("", table))
    assert "This table has no rows" in " ".join(me.sentences(window))
    filtered(me, window, "a", "is null")
    me.until(lambda: "0 rows" in facts(me, window))
    click_header(me, window, 1, Qt.MouseButton.LeftButton)
    me.until(lambda: "arranging" not in facts(me, window))
    window.close()


def test_a_closed_table_leaves_the_memory(me: Analyst) -> None:
    def use() -> weakref.ref[Sheet]:
        sheet = Sheet("gone", pa.table({"a": [1]}))
        window = shown(me, sheet)
        filtered(me, window, "a", "is null")
        me.until(lambda: facts(me, window).startswith("0 of 1 row"))
        window.close()
        return weakref.ref(sheet)

    kept = use()
    me.until(lambda: (gc.collect(), kept() is None)[1])


def test_everything_has_a_name_and_closes_with_the_main_window(me: Analyst) -> None:
    window = shown(me)
    nameless = [w for _, name, w in tree(window) if w.focusPolicy() & Qt.FocusPolicy.TabFocus and not name.strip()]
    assert [repr(widget) for widget in nameless if widget.focusProxy() is None] == []
    other = shown(me, Sheet("second", TABLE))
    me.window.close()
    me.until(lambda: "Table" not in [top.windowTitle() for top in QApplication.topLevelWidgets() if top.isVisible()])
    del window, other


def test_the_buttons_stay_where_they_are_when_nothing_is_said(me: Analyst) -> None:
    window = shown(me)
    button = me.button("Save as…", window)
    before = button.geometry()
    me.press("Ctrl+F", window)
    me.write("Find in table", "0029", window, enter=True)
    me.until(lambda: grid(me, window).currentIndex().data() == "00029" and not me.words("Notice", window))
    QApplication.processEvents()  # a label that was hidden would leave its room to the buttons now
    assert button.width() == before.width()
    window.close()


def test_an_error_goes_with_its_window(me: Analyst) -> None:
    window = shown(me, Sheet("odd", pa.table({"raw": pa.array([b"a", b"b"], pa.binary_view())})))
    click_header(me, window, 0, Qt.MouseButton.LeftButton)
    assert me.words("What happened", me.dialog("Error")) == "“raw” cannot be sorted."
    window.close()
    me.until(lambda: not [one for one in QApplication.topLevelWidgets() if one.windowTitle() == "Error"])
