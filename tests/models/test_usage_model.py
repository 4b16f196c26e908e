"""What a count reads like, as a table and as tiles."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import QAbstractItemModel, QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester

from s3desk.models.folder_size_model import FolderSizeModel, sizes_text, sizes_words
from s3desk.models.kinds import Kind
from s3desk.models.usage_model import MOST_TILES, UsageColumn, UsageModel, columns_of, first_order, tiles_of
from s3desk.models.usage_words import exact_name, line_kind, line_name, place_of, share_words
from s3desk.s3.errors import AccessDeniedError
from s3desk.s3.folder_size import Size, Sizes
from s3desk.s3.location import Location
from s3desk.s3.usage_columns import MARKER, NUMBERED
from s3desk.s3.usage_report import GroupBy, Line, Report

AT = Location("b", "p/")


def report(group: GroupBy, lines: Sequence[Line], at: Location = AT) -> Report:
    return Report(at, group, lines, sum(line.objects for line in lines), sum(line.bytes for line in lines))


def cells(model: QAbstractItemModel, column: int = 0) -> list[str]:
    return [str(model.index(row, column).data()) for row in range(model.rowCount())]


@pytest.mark.parametrize(
    ("group", "name", "shown", "exact", "kind"),
    [
        (GroupBy.FOLDERS, "logs/", "logs", "p/logs/", Kind.FOLDER),
        (GroupBy.FOLDERS, "/", "∅ (empty name)", "p//", Kind.FOLDER),
        (GroupBy.FOLDERS, "a\x00/", "a‹U+0000›", "p/a\x00/", Kind.FOLDER),
        (GroupBy.FOLDERS, "", "(files directly here)", "(files directly here)", Kind.UNKNOWN),
        (GroupBy.FOLDERS, None, "(all other folders)", "(all other folders)", Kind.UNKNOWN),
        (GroupBy.TYPES, "csv.gz", "CSV table, gzip (.csv.gz)", "CSV table, gzip (.csv.gz)", Kind.TABLE),
        (GroupBy.TYPES, "", "File without an ending", "File without an ending", Kind.UNKNOWN),
        (GroupBy.TYPES, NUMBERED, "Numbered file (.001, .002 …)", "Numbered file (.001, .002 …)", Kind.UNKNOWN),
        (GroupBy.TYPES, MARKER, "Folder marker", "Folder marker", Kind.FOLDER),
        (GroupBy.STORAGE_CLASSES, "STANDARD_IA", "Standard IA", "STANDARD_IA", Kind.BUCKET),
        (GroupBy.LARGEST, "p/x/y.png", "x/y.png", "p/x/y.png", Kind.IMAGE),
        (GroupBy.OLDEST, "p/", "p/", "p/", Kind.FOLDER),
    ],
)
def test_how_lines_are_called(group: GroupBy, name: str | None, shown: str, exact: str, kind: Kind) -> None:
    line = Line(name, 1, 1)
    assert line_name(report(group, [line]), line) == shown
    assert exact_name(report(group, [line]), line) == exact
    assert line_kind(report(group, [line]), line) is kind


def test_where_a_line_is_found() -> None:
    def found(group: GroupBy, name: str | None) -> tuple[Location, str] | None:
        return place_of(report(group, []), Line(name, 1, 1))

    assert found(GroupBy.FOLDERS, "x/") == (AT, "p/x/")
    assert found(GroupBy.FOLDERS, "") == (AT, "")
    assert found(GroupBy.FOLDERS, None) is None
    assert found(GroupBy.TYPES, "csv") is None
    assert found(GroupBy.LARGEST, "p/x//y") == (Location("b", "p/x//"), "p/x//y")
    assert found(GroupBy.NEWEST, "p/marker/") == (Location("b", "p/"), "p/marker/")


def test_shares() -> None:
    assert [share_words(*pair) for pair in ((0, 0), (0, 5), (1, 10**9), (1, 3), (5, 5))] == [
        "0%", "0%", "<0.1%", "33.3%", "100.0%"
    ]  # fmt: skip


def test_newer_lines_keep_what_is_selected() -> None:
    model = UsageModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.show(report(GroupBy.FOLDERS, [Line("a/", 1, 5), Line("b/", 2, 3)]))
    held = QPersistentModelIndex(model.index(1, UsageColumn.NAME))
    gone = QPersistentModelIndex(model.index(0, UsageColumn.NAME))
    model.show(report(GroupBy.FOLDERS, [Line("b/", 9, 30), Line("c/", 1, 7), Line("d/", 1, 1), Line(None, 4, 99)]))
    assert cells(model) == ["b", "c", "d", "(all other folders)"]
    assert held.row() == 0
    assert not gone.isValid()
    model.show(report(GroupBy.FOLDERS, [Line("b/", 9, 30)]))
    assert (cells(model), held.row()) == (["b"], 0)
    model.show(report(GroupBy.FOLDERS, [Line("b/", 9, 30)], Location("b")))
    assert not held.isValid()
    assert tester.failureReportingMode() is QAbstractItemModelTester.FailureReportingMode.Fatal


def test_every_column_sorts_and_the_rest_stays_last() -> None:
    model = UsageModel()
    model.show(report(GroupBy.FOLDERS, [Line("B/", 2, 30), Line("", 3, 7), Line("a/", 9, 5), Line(None, 50, 99)]))
    assert cells(model) == ["B", "(files directly here)", "a", "(all other folders)"]
    model.sort(UsageColumn.NAME, Qt.SortOrder.AscendingOrder)
    assert cells(model) == ["(files directly here)", "a", "B", "(all other folders)"]
    model.sort(UsageColumn.OBJECTS, Qt.SortOrder.DescendingOrder)
    assert cells(model, UsageColumn.OBJECTS) == ["9", "3", "2", "50"]
    assert cells(model, UsageColumn.SHARE) == ["3.5%", "5.0%", "21.3%", "70.2%"]
    assert [model.headerData(n, Qt.Orientation.Horizontal) for n in range(3)] == ["Name", "Objects", "Size"]


def test_single_objects_have_times_and_classes() -> None:
    assert UsageColumn.MODIFIED in columns_of(GroupBy.OLDEST)
    assert UsageColumn.OBJECTS not in columns_of(GroupBy.LARGEST)
    model = UsageModel()
    day = datetime(2024, 3, 1, tzinfo=UTC)
    model.show(report(GroupBy.OLDEST, [Line("p/a", 1, 5, day, "GLACIER"), Line("p/b", 1, 6, None, "STANDARD")]))
    model.sort(*first_order(GroupBy.OLDEST))
    assert cells(model) == ["b", "a"]
    assert cells(model, UsageColumn.STORAGE_CLASS) == ["Standard", "Glacier"]
    assert cells(model, UsageColumn.MODIFIED)[0] == ""


def test_tiles_are_the_largest_lines_and_one_for_the_others() -> None:
    lines = [Line(f"{number:04}/", 1, number) for number in reversed(range(1000))]
    tiles = tiles_of(report(GroupBy.FOLDERS, lines))
    assert len(tiles) == MOST_TILES + 1
    assert sum(tile.weight for tile in tiles) == sum(range(1000))
    assert [tile.weight for tile in tiles] == sorted((tile.weight for tile in tiles), reverse=True)
    (rest,) = (tile for tile in tiles if not tile.enterable)
    assert rest.name == "(850 smaller ones)"


def test_where_nothing_has_a_size_objects_count() -> None:
    tiles = tiles_of(report(GroupBy.TYPES, [Line("a", 3, 0), Line("b", 1, 0)]))
    assert [(tile.name, tile.weight, tile.enterable) for tile in tiles] == [
        ("A file (.a)", 3.0, False),
        ("B file (.b)", 1.0, False),
    ]


def test_folder_sizes_say_what_is_missing() -> None:
    denied = AccessDeniedError("No.", "Ask.")
    sizes = Sizes(
        [
            Size(Location("b", "x/"), objects=2, bytes=2048, ended=True),
            Size(Location("b", "y/"), objects=1, bytes=1024, error=denied),
            Size(Location("b", "z/"), error=denied),
            Size(Location("b"), objects=2, bytes=3, files=True, ended=True),
        ]
    )
    model = FolderSizeModel(sizes)
    assert cells(model) == ["x", "y", "z", "2 selected files"]
    assert cells(model, 2) == ["2.0 KB", "at least 1.0 KB", "not counted", "3 B"]
    assert sizes_words(sizes, running=True, stopped=False) == "5 objects, 3.0 KB so far…"
    assert sizes_words(sizes, running=False, stopped=False) == "At least 5 objects, 3.0 KB"
    assert sizes_text(sizes, stopped=False).splitlines()[-2:] == ["Total\t5\t3075", "Not everything could be counted."]
    sizes.lines = sizes.lines[:1]
    model.sample()
    assert cells(model) == ["x"]
    assert sizes_words(sizes, running=False, stopped=False) == "2 objects, 2.0 KB"
    assert sizes_text(sizes, stopped=False) == "Name\tObjects\tBytes\nx\t2\t2048"
