"""The Access column: filled row by row, whatever order the rows stand in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester

from s3desk.models.object_model import Column, ObjectModel
from s3desk.s3.access.reach import Reach, Reached
from s3desk.s3.location import Location
from tests.models.conftest import batch, entry, page

if TYPE_CHECKING:
    from PySide6.QtCore import QCoreApplication

TIP = Qt.ItemDataRole.ToolTipRole


def filled() -> ObjectModel:
    model = ObjectModel()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal, model)
    model.clear(Location("bucket", "p/"))
    model.append(batch(page(entry("p/a", 1), entry("p/b", 3), entry("p/c", 2), folders=("p/f/",)), "p/"))
    return model


def said(model: ObjectModel, role: int = Qt.ItemDataRole.DisplayRole) -> dict[str, str]:
    rows = range(model.rowCount())
    return {model.index(row, 0).data(): model.index(row, Column.ACCESS).data(role) for row in rows}


def number(model: ObjectModel, key: str) -> int:
    return model.rows.number(model.rows.find(key))


def test_answers_come_late_and_stay_with_their_objects(qapp: QCoreApplication) -> None:
    model = filled()
    assert said(model) == {"f": "", "a": "", "b": "", "c": ""}
    changed: list[tuple[QModelIndex, QModelIndex]] = []
    model.dataChanged.connect(lambda top, bottom, _roles: changed.append((top, bottom)))
    b = number(model, "p/b")
    model.show_access({b: Reached(Reach.PUBLIC, "Its access list lets anyone read it.")})
    assert said(model) == {"f": "", "a": "", "b": "Anyone with the URL", "c": ""}
    assert said(model, TIP)["b"] == "Its access list lets anyone read it."
    assert {index.column() for pair in changed for index in pair} == {Column.ACCESS}
    model.sort(Column.SIZE, Qt.SortOrder.DescendingOrder)
    assert list(said(model)) == ["f", "b", "c", "a"]
    assert said(model)["b"] == "Anyone with the URL"
    model.append(batch(page(entry("p/0", 9)), "p/"))
    assert said(model) == {"f": "", "0": "", "b": "Anyone with the URL", "c": "", "a": ""}


def test_only_objects_nobody_asked_about_are_missing(qapp: QCoreApplication) -> None:
    model = filled()
    numbers = [model.rows.number(row) for row in range(model.rowCount())]
    assert model.access.missing(numbers) == numbers[1:], "a folder is no object"
    model.show_access({numbers[1]: Reached(Reach.UNKNOWN, "")})
    assert model.access.missing(numbers) == numbers[2:], "what could not be told is not asked again and again"
    model.forget_access()
    assert model.access.missing(numbers) == numbers[1:]
    assert not any(said(model).values())


def test_another_place_knows_nothing(qapp: QCoreApplication) -> None:
    model = filled()
    model.show_access({0: Reached(Reach.PRIVATE, "")})
    model.clear(Location("bucket", "q/"))
    model.append(batch(page(entry("q/a")), "q/"))
    assert said(model) == {"a": ""}


def test_sorted_by_access_rows_stand_by_their_names(qapp: QCoreApplication) -> None:
    model = filled()
    model.sort(Column.SIZE)
    model.sort(Column.ACCESS, Qt.SortOrder.DescendingOrder)
    assert list(said(model)) == ["f", "c", "b", "a"]
