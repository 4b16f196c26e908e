"""A folder of 60,000 objects: what is selected and seen stays, whatever order the rows take and whenever they come."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QItemSelection, QItemSelectionModel, Qt
from PySide6.QtWidgets import QMenu, QPushButton

from s3desk.models.object_model import Column
from s3desk.models.object_rows import ObjectRows, rows_from
from s3desk.s3.account import Account, SignIn
from s3desk.s3.location import Location
from s3desk.ui.chosen import Chosen
from tests.bench.keys import PREFIX
from tests.bench.serving import BUCKET, Served, endpoint_with
from tests.models.conftest import batch, entry, page
from tests.ui.analyst import Analyst

KEYS = 60_000
UP, DOWN = Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder


@pytest.fixture(scope="module")
def endpoint() -> Iterator[Served]:
    """A server that makes its keys up."""
    with endpoint_with(KEYS, latency_ms=2) as served:
        yield served


@pytest.fixture(scope="module")
def slow_endpoint() -> Iterator[Served]:
    """The same, a tenth of a second away: a page comes every now and then."""
    with endpoint_with(KEYS, latency_ms=100) as served:
        yield served


def at(me: Analyst, served: Served, prefix: str = "") -> Analyst:
    """Connect the window; the endpoint asks for no keys."""
    account = Account("Endpoint", SignIn.ANONYMOUS, endpoint_url=served.url, region="us-east-1")
    me.connection = me.window.verbs.connection.open(account, Location(BUCKET, prefix))
    me.arrive(BUCKET, prefix)
    return me


@pytest.fixture
def me(unconnected: Analyst, endpoint: Served) -> Analyst:
    """Somebody who looks at all of it."""
    me = at(unconnected, endpoint, PREFIX)
    me.until(lambda: me.objects.model().rowCount() == KEYS, 60_000)
    return me


def name_at(me: Analyst, row: int) -> str:
    return str(me.objects.model().index(row, 0).data())


def top_row(me: Analyst) -> int:
    return me.objects.rowAt(1)


def selected(me: Analyst) -> set[str]:
    return {str(index.data()) for index in me.objects.selectionModel().selectedRows()}


def sort_by(me: Analyst, column: Column, order: Qt.SortOrder) -> None:
    """Click a header and wait until the rows stand as wished."""
    me.objects.sortByColumn(column, order)
    me.until(lambda: not me.desk.objects.model.is_outdated)


def test_every_row_is_there_in_order_with_its_size(me: Analyst) -> None:
    names = [name_at(me, row) for row in range(0, KEYS, 997)]
    assert names == sorted(names)
    assert me.counts.startswith(f"{KEYS:,} objects, ")


@pytest.mark.parametrize("column", [Column.SIZE, Column.TYPE, Column.MODIFIED, Column.STORAGE_CLASS, Column.NAME])
def test_the_selection_survives_sort_and_filter(me: Analyst, column: Column) -> None:
    view, flags = me.objects, QItemSelectionModel.SelectionFlag
    for row in (3, 4, 5, 30_000, KEYS - 1):
        view.selectionModel().select(view.model().index(row, 0), flags.Select | flags.Rows)
    before = selected(me)
    assert len(before) == 5
    sort_by(me, column, DOWN)
    assert selected(me) == before
    shown = next(iter(sorted(before)))
    me.write("Filter", shown)
    me.until(lambda: me.objects.model().rowCount() == 1)
    assert me.names() == [shown]
    assert selected(me) == {shown}
    assert me.desk.objects.chosen.first.name == shown


def test_what_is_looked_at_stays_in_its_place(me: Analyst) -> None:
    """The current row keeps its distance from the top; without one in sight the view stays where it scrolled."""
    view = me.objects
    view.scrollTo(view.model().index(40_000, 0), view.ScrollHint.PositionAtTop)
    me.select_row(40_003)
    name, at = name_at(me, 40_003), view.visualRect(view.currentIndex()).top()
    sort_by(me, Column.NAME, DOWN)
    assert view.currentIndex().data() == name
    assert view.visualRect(view.currentIndex()).top() == at
    view.verticalScrollBar().setValue(3000)
    sort_by(me, Column.SIZE, UP)
    assert view.verticalScrollBar().value() == 3000


def test_all_selected_stays_all_selected(me: Analyst) -> None:
    me.press("Ctrl+A", me.objects)
    me.until(lambda: me.desk.objects.chosen.count == KEYS)
    assert f"{KEYS:,} selected" in me.counts
    sort_by(me, Column.SIZE, DOWN)
    assert me.desk.objects.chosen.count == KEYS
    assert len(me.desk.objects.selection().keys) == KEYS


def test_a_selection_scattered_too_widely_is_dropped_and_said(me: Analyst) -> None:
    view, model = me.objects, me.objects.model()
    half = QItemSelection(model.index(0, 0), model.index(KEYS // 2 - 1, model.columnCount() - 1))
    view.selectionModel().select(half, QItemSelectionModel.SelectionFlag.ClearAndSelect)
    assert me.desk.objects.chosen.count == KEYS // 2
    sort_by(me, Column.SIZE, UP)
    assert me.desk.objects.chosen.count == 0
    assert me.said.startswith("The 30,000 selected rows")


def test_rows_that_arrive_move_nothing(unconnected: Analyst, slow_endpoint: Served) -> None:
    """Sorted backwards while the list grows: every batch comes above what is seen, and that stays."""
    me = at(unconnected, slow_endpoint)
    sort_by(me, Column.NAME, DOWN)
    me.write("Location", f"s3://{BUCKET}/{PREFIX}", enter=True)
    model, view = me.desk.objects.model, me.objects
    me.until(lambda: 900 < model.rowCount() < KEYS and me.desk.location.prefix == PREFIX)
    view.verticalScrollBar().setValue(view.rowHeight(0) * 500)
    name, number = name_at(me, top_row(me)), model.rowCount()
    me.until(lambda: model.rowCount() > number and me.desk.objects.loading)
    assert name_at(me, top_row(me)) == name
    me.until(lambda: not me.desk.objects.loading and model.rowCount() == KEYS, 60_000)
    assert name_at(me, top_row(me)) == name
    assert name_at(me, 0) > name_at(me, 1) > name_at(me, KEYS - 1)


def test_a_list_can_be_stopped(unconnected: Analyst, slow_endpoint: Served) -> None:
    me = at(unconnected, slow_endpoint)
    me.write("Location", f"s3://{BUCKET}/{PREFIX}", enter=True)
    me.until(lambda: me.objects.model().rowCount() >= 1000)
    assert "so far…" in me.counts
    me.do("Stop loading")
    me.until(lambda: not me.desk.objects.loading)
    assert 1000 <= me.objects.model().rowCount() < KEYS
    assert "incomplete: you stopped it" in me.counts
    assert not me.verb("Stop loading").isEnabled()


def test_more_columns_by_choice(me: Analyst) -> None:
    menu = QMenu()
    header = me.desk.objects.header
    header.fill(menu)
    etag = next(action for action in menu.actions() if action.text() == "ETag")
    assert not etag.isChecked()
    assert me.objects.isColumnHidden(Column.ETAG)
    etag.trigger()
    me.until(lambda: not me.desk.objects.loading and me.objects.model().rowCount() == KEYS, 60_000)
    assert not me.objects.isColumnHidden(Column.ETAG)
    me.until(lambda: len(str(me.objects.model().index(0, Column.ETAG).data())) == 32)
    menu.deleteLater()


def test_what_is_selected_survives_a_refresh_in_any_order(me: Analyst) -> None:
    view, flags = me.objects, QItemSelectionModel.SelectionFlag
    sort_by(me, Column.SIZE, DOWN)
    for row in (3, 20_000, 40_000, KEYS - 1):
        view.selectionModel().select(view.model().index(row, 0), flags.Select | flags.Rows)
    before = selected(me)
    me.press("F5", view)
    me.press("F5", view)
    me.until(lambda: not me.desk.objects.loading and not me.desk.objects.model.is_outdated, 60_000)
    assert selected(me) == before
    me.press("Ctrl+A", view)
    me.press("F5", view)
    me.until(lambda: not me.desk.objects.loading and not me.desk.objects.model.is_outdated, 60_000)
    assert me.desk.objects.chosen.count == KEYS


def test_going_away_and_back_while_it_loads_loads_it_whole(unconnected: Analyst, slow_endpoint: Served) -> None:
    """Back and Forward show the very same place again; the list they left must not end the new one."""
    me = at(unconnected, slow_endpoint)
    me.write("Location", f"s3://{BUCKET}/{PREFIX}", enter=True)
    model = me.desk.objects.model
    me.until(lambda: model.rowCount() >= 1000)
    me.do("Back")
    me.do("Forward")
    me.until(lambda: model.rowCount() >= 1000)
    assert me.desk.objects.loading
    assert "so far…" in me.counts
    me.until(lambda: not me.desk.objects.loading, 60_000)
    assert model.rowCount() == KEYS


def test_titles_do_not_ask_for_every_row(me: Analyst) -> None:
    """Qt's header asks its selection model about every row of a column, each time it paints a title."""
    titles = me.objects.horizontalHeader().selectionModel()
    assert titles is not me.objects.selectionModel()
    assert titles.model() is me.objects.model()


def test_the_first_of_what_is_chosen_stays_the_first_when_rows_arrive_above() -> None:
    rows = ObjectRows(Location("b", "p/"))
    rows.store(batch(page(entry("p/a"), entry("p/b")), "p/"))
    rows.shown_objects = 2
    chosen = Chosen(rows, rows.numbers(rows_from([(1, 1)])))
    assert chosen.first.key == "p/b"
    rows.store(batch(page(folders=("p/f/", "p/g/")), "p/"))
    rows.shown_folders = 2
    assert chosen.first.key == "p/b"
    assert chosen.selection().keys == ("p/b",)


def test_enter_does_not_delete_very_many(me: Analyst) -> None:
    me.press("Ctrl+A", me.objects)
    me.until(lambda: me.desk.objects.chosen.count == KEYS)
    me.press("Del", me.objects)
    question = me.dialog("Delete")
    me.expect(f"Delete {KEYS:,} objects", question)
    cancel, delete = me.button("Cancel", question), me.button("Delete", question)
    assert isinstance(cancel, QPushButton)
    assert isinstance(delete, QPushButton)
    assert cancel.isDefault()
    assert not delete.isDefault()
    me.press("Return", question)
    me.until(lambda: not question.isVisible())
    assert me.work() == []


def test_links_are_made_for_so_many_and_no_more(me: Analyst) -> None:
    me.press("Ctrl+A", me.objects)
    me.until(lambda: me.desk.objects.chosen.count == KEYS)
    assert not me.verb("Copy link").isEnabled()
    assert "at most 10,000 files at once" in me.verb("Copy link").toolTip()
    me.select_row(3)
    me.until(me.verb("Copy link").isEnabled)


def test_names_stay_readable_beside_all_columns(me: Analyst) -> None:
    menu, header = QMenu(), me.desk.objects.header
    header.fill(menu)
    for action in menu.actions():
        if not action.isChecked():
            action.trigger()
    me.until(lambda: not me.desk.objects.loading)
    assert me.objects.columnWidth(Column.NAME) >= 240
    menu.deleteLater()
