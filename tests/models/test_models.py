"""The other models, each under Qt's own test of what views rely on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester

from s3desk.data.sniff import sniff
from s3desk.data.table import Table, read_table
from s3desk.models.bucket_model import BucketModel, State
from s3desk.models.preview_model import PreviewModel
from s3desk.models.transfer_model import Outcome, TransferModel
from s3desk.s3.account import Account
from s3desk.s3.connection import Connection
from s3desk.s3.job import Job, Unit
from s3desk.s3.location import Location

if TYPE_CHECKING:
    from PySide6.QtCore import QCoreApplication

pytestmark = pytest.mark.usefixtures("qapp")


def watched(model: QAbstractItemModel) -> None:
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal, model)


def children(model: BucketModel, parent: QModelIndex) -> list[str]:
    return [model.index(row, 0, parent).data() for row in range(model.rowCount(parent))]


def test_the_tree_keeps_what_is_open_when_a_level_is_read_again(qapp: QCoreApplication) -> None:
    model = BucketModel()
    watched(model)
    connection = Connection(Account("here"))
    root = model.add(connection)
    assert model.hasChildren(root), "nobody knows yet"
    model.set_children(root, [Location("b"), Location("d")])
    bucket = model.index_of(connection, Location("b"))
    model.set_children(bucket, [Location("b", "x/"), Location("b", "y/")])
    kept = QPersistentModelIndex(model.index_of(connection, Location("b", "y/")))
    model.set_children(root, [Location("a"), Location("b"), Location("c")])
    assert children(model, root) == ["a", "b", "c"]
    bucket = model.index_of(connection, Location("b"))
    assert children(model, bucket) == ["x", "y"]
    assert model.index_of(connection, Location("b", "y/")).data() == "y"
    assert model.index_of(connection, Location("b", "unknown/deep/")).data() == "b", "the deepest known level"
    assert not kept.isValid() or kept.data() == "y"
    model.set_children(bucket, [])
    assert not model.hasChildren(bucket)
    model.set_state(root, State.FAILED, "It broke. Try again.")
    assert root.data(Qt.ItemDataRole.ToolTipRole) == "It broke. Try again."


def test_connections_come_and_go() -> None:
    model = BucketModel()
    watched(model)
    one, two = Connection(Account("one")), Connection(Account("two"))
    for connection in (one, two):
        model.set_children(model.add(connection), [Location("b")])
    model.remove(one)
    assert model.connections == [two]
    assert children(model, QModelIndex()) == ["two"]
    assert not model.index_of(one, Location("b")).isValid()
    assert model.index_of(two, Location("b")).parent().data() == "two"


def test_transfers_tell_how_they_stand() -> None:
    model = TransferModel()
    watched(model)
    upload = Job("Upload a.csv", total=2048, unit=Unit.BYTES, items_total=1)
    first, second = model.add(upload), model.add(Job("Delete b"))
    assert [model.index(row, 0).data() for row in range(2)] == ["Delete b", "Upload a.csv"]
    assert model.index(0, 2).data() == "Running"
    upload.advance(512)
    model.sample()
    assert model.index(1, 1).data().startswith("512 B of 2.0 KB")
    assert model.index(1, 2).data() == "25%"
    model.finish(first, Outcome.FAILED, "It broke", "It broke.\nTry again.")
    assert model.index(1, 1).data().startswith("It broke · ")
    assert model.index(1, 0).data(Qt.ItemDataRole.ToolTipRole) == "It broke.\nTry again."
    model.clear_finished()
    assert model.transfers == [second]
    second.job.cancel()
    assert "stopping…" in second.details()
    model.finish(second, Outcome.CANCELLED)
    assert model.index(0, 1).data().startswith("Cancelled · ")
    model.clear_finished()
    assert model.rowCount() == 0


def table(content: bytes) -> Table:
    return read_table(content, sniff(content, "x.csv", "", whole=True), size=len(content), limit_rows=100)


def test_the_grid_shows_cells_as_they_stand_in_the_file() -> None:
    model = PreviewModel(table('name,amount\n"two\nlines",1.50\n\u202eabc,007\nlonely\n'.encode()))
    watched(model)
    header = [model.headerData(n, Qt.Orientation.Horizontal) for n in range(model.columnCount())]
    assert header == ["name", "amount"]
    assert model.headerData(0, Qt.Orientation.Vertical) == "1"
    assert model.index(0, 0).data() == "two↵lines"
    assert model.index(0, 1).data() == "1.50", "nothing is converted"
    assert model.index(1, 0).data() == "‹U+202E›abc"
    assert model.index(1, 1).data() == "007"
    assert model.index(2, 1).data() == ""
    assert "another number of cells" in model.index(2, 0).data(Qt.ItemDataRole.ToolTipRole)


def test_an_overlong_cell_is_cut_on_the_screen_only() -> None:
    model = PreviewModel(table(b"a,b\n" + b"x" * 5000 + b",1\n"))
    assert len(model.index(0, 0).data()) == 301
    assert model.index(0, 0).data(Qt.ItemDataRole.EditRole) == "x" * 5000
