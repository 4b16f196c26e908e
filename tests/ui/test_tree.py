"""The tree of buckets and folders: large levels, all of them in reach, and a filter over them."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QModelIndex
from PySide6.QtWidgets import QApplication

from s3desk.models.tree_level import FIRST
from s3desk.s3.location import Location
from tests.servers.fault_proxy import FaultProxy
from tests.servers.faults import Seen, Stall
from tests.ui.analyst import Analyst
from tests.ui.conftest import OpenDesk
from tests.ui.content import put

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

MANY = 1_150  # folders: more than one page of a listing
FILTER = "Filter buckets and folders"


@pytest.fixture
def many_folders(server_client: S3Client, bucket: str) -> str:
    """A bucket of many folders with an object each."""
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: put(server_client, bucket, f"{number:05}/x"), range(MANY)))
    return bucket


def row_of(me: Analyst, *names: str) -> QModelIndex:
    """The row one comes to by these names below the connection, invalid while it is not there."""
    model, index = me.buckets.model(), me.buckets.model().index(0, 0)
    for name in names:
        rows = [model.index(row, 0, index) for row in range(model.rowCount(index))]
        index = next((row for row in rows if row.data() == name), QModelIndex())
    return index


def below(me: Analyst, *names: str) -> list[str]:
    model, index = me.buckets.model(), row_of(me, *names)
    return [model.index(row, 0, index).data() for row in range(model.rowCount(index))] if index.isValid() else []


def asks_for_list(request: Seen) -> bool:
    return request.method == "GET" and "delimiter" in request.query


def loaded(me: Analyst, bucket: str, names: Iterable[str]) -> bool:
    assert me.connection
    node = me.desk.tree.buckets.find(me.connection, Location(bucket))
    return node is not None and node.level.names == list(names) and not me.desk.tree.loading


def test_a_level_of_many_folders_is_read_whole_and_shown_as_one_scrolls(many_folders: str, open_desk: OpenDesk) -> None:
    me, names = open_desk(), [f"{number:05}" for number in range(MANY)]
    me.buckets.expand(row_of(me, many_folders))
    me.until(lambda: loaded(me, many_folders, names))
    assert below(me, many_folders)[:FIRST] == names[:FIRST]
    bar = me.buckets.verticalScrollBar()

    def at_the_end() -> bool:
        bar.setValue(bar.maximum())
        return below(me, many_folders) == names

    me.until(at_the_end)


def test_the_tree_follows_to_a_folder_far_down(many_folders: str, open_desk: OpenDesk) -> None:
    me = open_desk(many_folders)
    name = f"{MANY - 1:05}"
    me.go(many_folders, f"{name}/")
    me.until(lambda: me.buckets.currentIndex().data() == name)
    assert me.buckets.viewport().rect().contains(me.buckets.visualRect(me.buckets.currentIndex()).center())
    top = me.buckets.verticalScrollBar().value()
    me.press("Alt+Up")
    me.arrive(many_folders)
    me.press("F5")
    me.arrive(many_folders)
    assert me.buckets.currentIndex().data() == many_folders
    me.press("Alt+Left")
    me.arrive(many_folders, f"{name}/")
    assert me.buckets.currentIndex().data() == name
    assert abs(me.buckets.verticalScrollBar().value() - top) < me.buckets.viewport().height()


def test_what_the_table_lists_is_not_asked_for_again(
    server_client: S3Client, bucket: str, open_desk: OpenDesk, fault_proxy: FaultProxy
) -> None:
    put(server_client, bucket, "a/x", "b/x")
    me = open_desk(endpoint_url=fault_proxy.endpoint_url)
    hold = Stall()
    listed = fault_proxy.on(asks_for_list, hold)
    me.buckets.setCurrentIndex(row_of(me, bucket))
    me.until(lambda: listed.fired)
    me.buckets.expand(row_of(me, bucket))  # while the table is still waiting
    hold.release.set()
    me.arrive(bucket)
    me.until(lambda: below(me, bucket) == ["a", "b"])
    assert listed.fired == 1


def test_the_filter_narrows_the_tree_and_escape_leads_back(
    server_client: S3Client, bucket: str, open_desk: OpenDesk
) -> None:
    put(server_client, bucket, "apples/red/x", "pears/x", "plums/x")
    me = open_desk(bucket)
    me.until(lambda: below(me, bucket) == ["apples", "pears", "plums"])
    me.buckets.expand(row_of(me, bucket, "apples"))
    me.until(lambda: below(me, bucket, "apples") == ["red"])
    me.buckets.collapse(row_of(me, bucket, "apples"))

    me.write(FILTER, "RED")
    me.until(lambda: below(me, bucket) == ["apples"])
    assert below(me, bucket, "apples") == ["red"]
    assert me.buckets.isExpanded(row_of(me, bucket, "apples")), "one sees what was found"
    me.write(FILTER, "p*s")
    me.until(lambda: below(me, bucket) == ["pears", "plums"])
    assert me.names() == ["apples", "pears", "plums"], "the table has a filter of its own"

    me.write(FILTER, "no such name")
    me.until(lambda: me.buckets.model().rowCount() == 0)
    me.expect("Nothing matches")
    me.press("Esc")
    assert QApplication.focusWidget() is me.buckets
    assert me.words(FILTER) == ""
    assert below(me, bucket) == ["apples", "pears", "plums"]
    assert not me.buckets.isExpanded(row_of(me, bucket, "apples")), "as it was before"
    assert me.buckets.currentIndex().data() == bucket
    assert me.desk.location == Location(bucket), "looking for a name leads nowhere by itself"


def test_what_is_found_can_be_opened(server_client: S3Client, bucket: str, open_desk: OpenDesk) -> None:
    put(server_client, bucket, "apples/red/x", "pears/x")
    me = open_desk(bucket)
    me.until(lambda: below(me, bucket) == ["apples", "pears"])
    me.write(FILTER, "appl")
    me.until(lambda: below(me, bucket) == ["apples"])
    me.press("Return")
    me.buckets.setCurrentIndex(row_of(me, bucket, "apples"))
    me.arrive(bucket, "apples/")
    me.until(lambda: below(me, bucket, "apples") == ["red"])
    me.press("Backtab", me.buckets)
    at = QApplication.focusWidget()
    assert at is not None
    assert at.accessibleName() == FILTER


def test_disconnect_ends_the_reading(
    server_client: S3Client, bucket: str, open_desk: OpenDesk, fault_proxy: FaultProxy
) -> None:
    put(server_client, bucket, "a/x")
    me = open_desk(endpoint_url=fault_proxy.endpoint_url)
    hold = Stall()
    listed = fault_proxy.on(asks_for_list, hold)
    me.buckets.expand(row_of(me, bucket))
    me.until(lambda: listed.fired)
    assert me.desk.tree.loading
    me.do("Disconnect")
    me.until(lambda: not me.desk.tree.loading)
    assert me.buckets.model().rowCount() == 0
    hold.release.set()


def test_many_levels_opened_at_once_are_all_read(server_client: S3Client, bucket: str, open_desk: OpenDesk) -> None:
    """More of them than there are threads; and what one goes to meanwhile is listed, too."""
    names = [f"{number:02}" for number in range(20)]
    put(server_client, bucket, *(f"{name}/below/x" for name in names))
    me = open_desk()
    me.buckets.expand(row_of(me, bucket))
    me.until(lambda: loaded(me, bucket, names))
    for name in names:
        me.buckets.expand(row_of(me, bucket, name))
    me.until(lambda: all(below(me, bucket, name) == ["below"] for name in names))
    me.go(bucket, "07/below/")
    assert me.names() == ["x"]
