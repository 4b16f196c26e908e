"""The tree's model: any number of names, a window of rows for Qt, and a filter over all of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester

from s3desk.models.bucket_model import BucketModel
from s3desk.models.tree_fill import TreeFill
from s3desk.models.tree_level import FIRST, MOST, NamePattern, merge
from s3desk.models.tree_node import Node, State
from s3desk.models.tree_search import TreeSearch
from s3desk.s3.account import Account
from s3desk.s3.connection import Connection
from s3desk.s3.location import Location

pytestmark = pytest.mark.usefixtures("qapp")

NAMES = [f"{number:06}" for number in range(10_000)]


@pytest.fixture
def model() -> BucketModel:
    model = BucketModel()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal, model)
    return model


@pytest.fixture
def connection() -> Connection:
    return Connection(Account("here"))


@pytest.fixture
def bucket(model: BucketModel, connection: Connection) -> Node:
    """A bucket `b` without folders so far."""
    model.set_children(model.node(model.add(connection)), ["b"])
    return at(model, connection, "")


def at(model: BucketModel, connection: Connection, prefix: str, bucket: str = "b") -> Node:
    node = model.find(connection, Location(bucket, prefix))
    assert node is not None
    return node


def children(model: BucketModel, node: Node | None = None) -> list[str]:
    parent = model.index_at(node) if node else QModelIndex()
    return [model.index(row, 0, parent).data() for row in range(model.rowCount(parent))]


def narrow(model: BucketModel, words: str) -> None:
    search = TreeSearch(model, words)
    for _ in search.steps():
        pass
    model.narrow(search.pattern, search.matches())


def test_the_tree_keeps_what_is_open_when_a_level_is_read_again(model: BucketModel, connection: Connection) -> None:
    index = model.add(connection)
    root = model.node(index)
    assert model.hasChildren(index), "nobody knows yet"
    model.set_children(root, ["b", "d"])
    model.set_children(at(model, connection, ""), ["x", "y"])
    kept = QPersistentModelIndex(model.index_of(connection, Location("b", "y/")))
    gone = QPersistentModelIndex(model.index_of(connection, Location("d")))
    model.set_children(root, ["a", "b", "c"])
    assert children(model, root) == ["a", "b", "c"]
    assert children(model, at(model, connection, "")) == ["x", "y"]
    assert model.index_of(connection, Location("b", "y/")).data() == "y"
    assert model.index_of(connection, Location("b", "unknown/deep/")).data() == "b", "the deepest known level"
    assert kept.data() == "y"
    assert not gone.isValid()
    model.set_children(at(model, connection, ""), [])
    assert not model.hasChildren(model.index_of(connection, Location("b")))
    assert not kept.isValid()
    model.set_state(root, State.FAILED, "It broke. Try again.")
    assert index.data(Qt.ItemDataRole.ToolTipRole) == "It broke. Try again."


def test_connections_come_and_go(model: BucketModel) -> None:
    one, two = Connection(Account("one")), Connection(Account("two"))
    for connection in (one, two):
        model.set_children(model.node(model.add(connection)), ["b"])
    model.remove(one)
    assert model.connections == [two]
    assert children(model) == ["two"]
    assert not model.index_of(one, Location("b")).isValid()
    assert model.index_of(two, Location("b")).parent().data() == "two"


def test_a_large_level_shows_a_window_that_reaches_everywhere(
    model: BucketModel, connection: Connection, bucket: Node
) -> None:
    model.add_children(bucket, NAMES)
    assert children(model, bucket) == NAMES[:FIRST]
    seen = set(children(model, bucket))
    while bucket.level.ends_early:
        model.show_more(bucket)
        assert bucket.level.shown <= MOST
        seen.update(children(model, bucket))
    assert seen == set(NAMES)
    assert children(model, bucket)[-1] == NAMES[-1]
    while bucket.level.starts_late:
        model.show_earlier(bucket)
    assert children(model, bucket)[0] == NAMES[0]


@pytest.mark.parametrize("number", [0, 499, 500, 7_000, 9_999])
def test_a_place_that_is_not_shown_yet_is_revealed(
    model: BucketModel, connection: Connection, bucket: Node, number: int
) -> None:
    model.add_children(bucket, NAMES)
    place = Location("b", f"{NAMES[number]}/")
    shown = QPersistentModelIndex(model.index_of(connection, Location("b", f"{NAMES[3]}/")))
    index = model.index_of(connection, place, reveal=True)
    assert model.location(index) == place
    assert model.index_of(connection, place) == index
    assert index.parent() == model.index_at(bucket)
    assert shown.data() in (NAMES[3], None)
    assert children(model, bucket) == NAMES[bucket.level.start : bucket.level.stop]


def test_reading_again_keeps_the_place_in_a_large_level(
    model: BucketModel, connection: Connection, bucket: Node
) -> None:
    model.add_children(bucket, NAMES)
    kept = QPersistentModelIndex(model.index_of(connection, Location("b", "007000/"), reveal=True))
    first = children(model, bucket)[0]
    fill = TreeFill(model, bucket)
    fill.add(["+new", *NAMES[:6_000]])
    fill.add(NAMES[6_001:])
    assert len(bucket.level.names) == len(NAMES), "nothing moves before all is there"
    fill.finish()
    assert bucket.level.names == ["+new", *NAMES[:6_000], *NAMES[6_001:]]
    assert kept.data() == "007000"
    assert children(model, bucket)[0] == first
    assert bucket.state is State.LOADED


def test_a_filter_looks_at_every_name_and_keeps_the_way_to_it(
    model: BucketModel, connection: Connection, bucket: Node
) -> None:
    model.add_children(bucket, NAMES)
    inner = at(model, connection, "007000/")
    model.set_children(inner, ["Apples", "pears"])
    other = Connection(Account("there"))
    model.set_children(model.node(model.add(other)), ["z"])

    narrow(model, "9999")
    assert children(model) == ["here"]
    assert children(model, bucket) == ["009999"]
    narrow(model, "apple")
    assert children(model, bucket) == ["007000"]
    assert children(model, inner) == ["Apples"]
    narrow(model, "00?000")
    assert children(model, bucket) == NAMES[::1000]
    assert children(model, inner) == ["Apples", "pears"], "what fits can be opened"
    narrow(model, "[")
    assert children(model) == []
    model.narrow(None, {})
    assert children(model) == ["here", "there"]
    assert children(model, bucket) == NAMES[:FIRST]


def test_names_that_arrive_are_filtered_too(model: BucketModel, connection: Connection, bucket: Node) -> None:
    model.add_children(bucket, ["apple", "pear"])
    narrow(model, "p?*r")
    model.add_children(bucket, ["plum", "pepper", "peer"])
    assert children(model, bucket) == ["pear", "peer", "pepper"]
    model.narrow(None, {})
    assert children(model, bucket) == ["apple", "pear", "peer", "pepper", "plum"]


def test_what_arrives_during_a_search_is_found(model: BucketModel, connection: Connection, bucket: Node) -> None:
    model.add_children(bucket, NAMES)
    search = TreeSearch(model, "new")
    for number, _ in enumerate(search.steps()):
        if number < 3:
            model.add_children(bucket, [f"{'+-z'[number]}new"])
    model.narrow(search.pattern, search.matches())
    assert children(model, bucket) == ["+new", "-new", "znew"]


@given(st.lists(st.lists(st.text(max_size=3), max_size=8), max_size=8))
def test_batches_in_any_order_give_each_name_once(batches: list[list[str]]) -> None:
    model, connection = BucketModel(), Connection(Account("here"))
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal, model)
    model.set_children(model.node(model.add(connection)), ["b"])
    bucket, merged = at(model, connection, ""), list[str]()
    for batch in batches:
        model.add_children(bucket, batch)
        merge(merged, batch)
    assert bucket.level.names == merged == sorted({name for batch in batches for name in batch})
    assert bucket.level.shown == len(merged)


@pytest.mark.parametrize(
    ("words", "fits"), [("a", "cAt"), ("ß", "STRASSE"), ("*.d", "x.D"), ("?", "x"), ("[x]?", "[x]y"), ("x\n*", "x\ny")]
)
def test_a_pattern_means_what_it_means_in_the_table(words: str, fits: str) -> None:
    assert NamePattern(words).fitting([fits, "nothing of it".upper()]) == [fits]
