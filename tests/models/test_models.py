"""The other models, each under Qt's own test of what views rely on."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QAbstractItemModel, Qt
from PySide6.QtTest import QAbstractItemModelTester

from s3desk.data.sniff import sniff
from s3desk.data.table import Table, read_table
from s3desk.models.preview_model import PreviewModel
from s3desk.models.transfer_model import Outcome, TransferModel
from s3desk.s3.job import Job, Unit

pytestmark = pytest.mark.usefixtures("qapp")


def watched(model: QAbstractItemModel) -> None:
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal, model)


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
