"""How big is it, and what takes the space: asked, walked through, stopped, exported."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QDialog, QTableView, QToolTip

from s3desk.models.usage_model import UsageColumn
from s3desk.s3.location import Location
from s3desk.ui.theme import Colors, ThemeChoice, contrast
from s3desk.ui.tile_painter import tile_colors
from s3desk.ui.treemap_view import TreemapView
from tests.conftest import BucketFactory
from tests.servers.fault_proxy import FaultProxy
from tests.servers.faults import Stall, error
from tests.ui.analyst import Analyst, clipboard
from tests.ui.conftest import OpenDesk
from tests.ui.screen_reader import Role, find, tree

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

BODIES = {"a.txt": 1024, "logs/x.csv": 4096, "logs/y.csv": 2048, "logs/deep/z.gz": 1024, "tmp & <b>/=1+1.png": 8192}


@pytest.fixture
def filled(server_client: S3Client, bucket: str) -> str:
    for key, size in BODIES.items():
        server_client.put_object(Bucket=bucket, Key=key, Body=b"x" * size)
    return bucket


@pytest.fixture
def me(filled: str, open_desk: OpenDesk) -> Analyst:
    return open_desk(filled)


def space(me: Analyst) -> QDialog:
    """Ask what takes the space and wait until it is counted."""
    me.do("What takes the space…")
    window = me.dialog("What takes the space")
    me.until(lambda: counted(me, window))
    return window


def counted(me: Analyst, window: QDialog) -> bool:
    return bool(me.words("Total", window)) and "so far" not in me.words("Total", window)


def names(me: Analyst, window: QDialog) -> list[str]:
    return me.column(UsageColumn.NAME, "Space table", window)


def treemap(window: QDialog) -> TreemapView:
    found = next(widget for _, name, widget in tree(window) if name == "Treemap")
    assert isinstance(found, TreemapView)
    return found


def test_folder_size_of_a_folder_and_a_file(me: Analyst) -> None:
    me.select("logs", "a.txt")
    me.do("Folder size")
    dialog = me.dialog("Folder size")
    me.until(lambda: me.words("Size", dialog) == "4 objects, 8.0 KB")
    assert not dialog.isModal()
    assert sorted(me.column(0, "Folder sizes", dialog)) == ["1 selected file", "logs"]
    assert "request" in me.words("Counted", dialog)
    assert not me.button("Stop", dialog).isEnabled()
    me.click("Copy", dialog)
    assert clipboard().splitlines()[-1] == "Total\t4\t8192"
    me.click("Close", dialog)


def test_folder_size_of_nothing_selected_is_the_place_and_leads_on(me: Analyst, filled: str) -> None:
    me.go(filled, "logs/")
    me.do("Folder size")
    dialog = me.dialog("Folder size")
    me.until(lambda: me.words("Size", dialog) == "3 objects, 7.0 KB")
    assert me.words("What", dialog) == "logs"
    me.click("What takes the space…", dialog)
    window = me.dialog("What takes the space")
    me.until(lambda: me.words("Total", window) == "3 objects, 7.0 KB")
    assert names(me, window) == ["(files directly here)", "deep"]
    window.close()
    dialog.close()


def test_folder_size_of_a_node_of_the_tree(me: Analyst, filled: str) -> None:
    me.select("a.txt")
    me.buckets.setFocus()
    me.do("Folder size")
    dialog = me.dialog("Folder size")
    me.until(lambda: me.words("Size", dialog) == "5 objects, 16.0 KB")
    assert me.words("What", dialog) == filled
    dialog.close()


def test_folder_size_at_the_root_is_every_bucket(me: Analyst, new_bucket: BucketFactory, filled: str) -> None:
    other = new_bucket()
    me.desk.navigator.go(me.desk.connection, Location())
    me.until(lambda: me.is_listed)
    assert not me.verb("What takes the space…").isEnabled()
    me.do("Folder size")
    dialog = me.dialog("Folder size")
    me.until(lambda: not me.button("Stop", dialog).isEnabled())
    found = dict(zip(me.column(0, "Folder sizes", dialog), me.column(2, "Folder sizes", dialog), strict=True))
    assert found[filled] == "16.0 KB"
    assert found[other] == "0 B"
    dialog.close()


def test_a_folder_that_cannot_be_counted_says_so(filled: str, open_desk: OpenDesk, fault_proxy: FaultProxy) -> None:
    me = open_desk(filled, endpoint_url=fault_proxy.endpoint_url)
    me.select("logs", "tmp & <b>")
    fault_proxy.on(lambda seen: "prefix=logs" in seen.query, error(403, "AccessDenied"))
    me.do("Folder size")
    dialog = me.dialog("Folder size")
    me.until(lambda: me.words("Size", dialog) == "At least 1 object, 8.0 KB")
    assert me.words("Notice", dialog)
    assert "not counted" in me.column(2, "Folder sizes", dialog)
    dialog.close()


def test_counting_can_be_stopped(filled: str, open_desk: OpenDesk, fault_proxy: FaultProxy) -> None:
    me = open_desk(filled, endpoint_url=fault_proxy.endpoint_url)
    fault_proxy.on(lambda seen: "list-type=2" in seen.query and "delimiter=&" in seen.query + "&", Stall())
    me.do("Folder size")
    dialog = me.dialog("Folder size")
    assert me.words("Size", dialog) == "0 objects, 0 B so far…"
    me.click("Stop", dialog)
    me.until(lambda: me.words("Size", dialog).startswith("At least"))
    me.until(lambda: me.words("Notice", dialog).startswith("Stopped"))
    dialog.close()
    me.do("What takes the space…")
    window = me.dialog("What takes the space")
    me.until(lambda: me.words("Total", window).endswith("so far…"))
    me.click("Stop", window)
    me.until(lambda: me.words("Total", window).startswith("At least"))
    window.close()


def test_folders_are_walked_with_the_mouse(me: Analyst, filled: str) -> None:
    window = space(me)
    assert me.words("Total", window) == "5 objects, 16.0 KB"
    assert names(me, window) == ["tmp & <b>", "logs", "(files directly here)"]
    assert me.column(UsageColumn.SHARE, "Space table", window) == ["50.0%", "43.8%", "6.2%"]
    tiles = treemap(window)
    logs = next(tile for tile in tiles.tiles if tile.name == "logs")
    QTest.mouseClick(tiles, Qt.MouseButton.LeftButton, pos=tiles.place(logs).center())
    me.until(lambda: names(me, window) == ["(files directly here)", "deep"])
    assert me.words("Total", window) == "3 objects, 7.0 KB"
    deep = me.index("deep", me.table("Space table", window))
    at = me.point_at(deep, me.table("Space table", window))
    QTest.mouseClick(me.table("Space table", window).viewport(), Qt.MouseButton.LeftButton, pos=at)
    QTest.mouseDClick(me.table("Space table", window).viewport(), Qt.MouseButton.LeftButton, pos=at)
    me.until(lambda: me.words("Total", window) == "1 object, 1.0 KB")
    me.click(filled, window)
    me.until(lambda: me.words("Total", window) == "5 objects, 16.0 KB")
    assert not me.button("Up", window).isEnabled()
    window.close()


def test_folders_are_walked_with_the_keyboard(me: Analyst) -> None:
    window = space(me)
    tiles = treemap(window)
    tiles.setFocus()
    assert tiles.current is not None
    assert tiles.current.name == "tmp & <b>"
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Right):
        QTest.keyClick(tiles, key)
    QTest.keyClick(tiles, Qt.Key.Key_Up)
    assert tiles.current.name == "logs"
    assert "3 objects, 7.0 KB, 43.8%" in tiles.accessibleDescription()
    table = me.table("Space table", window)
    assert table.currentIndex().siblingAtColumn(0).data() == "logs"
    QTest.keyClick(tiles, Qt.Key.Key_Return)
    me.until(lambda: "deep" in names(me, window))
    QTest.keyClick(tiles, Qt.Key.Key_Backspace)
    me.until(lambda: "logs" in names(me, window))
    me.until(lambda: table.currentIndex().siblingAtColumn(0).data() == "logs")  # where one came from
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_Return)
    me.until(lambda: "deep" in names(me, window))
    QTest.keyClick(table, Qt.Key.Key_Backspace)
    me.until(lambda: "logs" in names(me, window))
    QTest.keyClick(table, Qt.Key.Key_Escape)
    assert not window.isVisible()


def test_types_classes_and_objects(me: Analyst) -> None:
    window = space(me)
    assert me.items("Group by", window)[:3] == ["Folders", "Types", "Storage classes"]
    group(me, window, "Types")
    me.until(lambda: names(me, window)[:2] == ["Image (.png)", "CSV table (.csv)"])
    assert not me.button("Show in table", window).isEnabled()
    group(me, window, "Storage classes")
    me.until(lambda: names(me, window) == ["Standard"])
    group(me, window, "Largest objects")
    me.until(lambda: names(me, window)[:2] == ["tmp & <b>/=1+1.png", "logs/x.csv"])
    assert not any(name == "Treemap" for _, name, _ in tree(window))
    group(me, window, "Oldest objects")
    me.until(lambda: len(names(me, window)) == 5)
    group(me, window, "Folders")
    me.until(lambda: "logs" in names(me, window))
    treemap(window).set_current("logs/")
    me.until(lambda: not me.table("Space table", window).isColumnHidden(UsageColumn.OBJECTS))
    window.close()


def group(me: Analyst, window: QDialog, name: str) -> None:
    box = find(Role.ComboBox, "Group by", window)
    assert isinstance(box, QComboBox)
    box.setCurrentText(name)


def test_objects_of_a_folder_further_down_are_counted_for_it(me: Analyst) -> None:
    window = space(me)
    table = me.table("Space table", window)
    table.activated.emit(me.index("logs", table))
    me.until(lambda: "deep" in names(me, window))
    group(me, window, "Largest objects")
    me.until(lambda: names(me, window) == ["x.csv", "y.csv", "deep/z.gz"])
    window.close()


def test_show_in_table_goes_there(me: Analyst, filled: str) -> None:
    window = space(me)
    group(me, window, "Largest objects")
    me.until(lambda: "logs/deep/z.gz" in names(me, window))
    table = me.table("Space table", window)
    table.setCurrentIndex(me.index("logs/deep/z.gz", table))
    me.click("Show in table", window)
    me.arrive(filled, "logs/deep/")
    me.until(lambda: me.desk.objects.selection().keys == ("logs/deep/z.gz",))
    window.close()


def test_export_writes_every_line(me: Analyst, tmp_path: Path) -> None:
    window = space(me)
    group(me, window, "Largest objects")
    me.until(lambda: len(names(me, window)) == 5)
    me.until(me.button("Export as CSV…", window).isEnabled)
    me.click("Export as CSV…", window)
    me.choose_files("Export as CSV", tmp_path / "space.csv")
    me.until(lambda: me.said.startswith("Exported 5 lines"))
    rows = list(csv.DictReader((tmp_path / "space.csv").read_text("utf-8-sig").splitlines()))
    assert {row["Key"]: int(row["Bytes"]) for row in rows} == BODIES
    window.close()


def test_an_error_stays_in_the_window_and_can_be_tried_again(
    filled: str, open_desk: OpenDesk, fault_proxy: FaultProxy
) -> None:
    me = open_desk(filled, endpoint_url=fault_proxy.endpoint_url)
    rule = fault_proxy.on(lambda seen: "list-type=2" in seen.query, error(403, "AccessDenied"))
    window = space(me)
    assert me.words("Total", window) == "At least 0 objects, 0 B"
    assert me.words("Notice", window)
    rule.times = 0
    me.click("Count again", window)
    me.until(lambda: me.words("Total", window) == "5 objects, 16.0 KB")
    assert me.words("Notice", window) == ""
    window.close()


def test_tips_never_take_a_name_for_html(me: Analyst) -> None:
    window = space(me)
    tiles = treemap(window)
    at: QPoint = tiles.place(tiles.tiles[0]).center()
    QApplication.sendEvent(tiles, QHelpEvent(QEvent.Type.ToolTip, at, tiles.mapToGlobal(at)))
    assert "tmp &amp; &lt;b&gt;" in QToolTip.text()
    assert "50.0%" in QToolTip.text()
    QToolTip.hideText()
    window.close()


def test_the_windows_close_with_the_main_window(me: Analyst) -> None:
    window = space(me)
    me.window.close()
    assert not window.isVisible()


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("strong", [False, True])
def test_words_can_be_read_on_every_tile(dark: bool, strong: bool) -> None:
    colors = Colors.of(dark=dark).strengthened() if strong else Colors.of(dark=dark)
    shades = tile_colors(colors)
    assert len({shade.name() for shade in shades}) == len(shades)
    assert min(contrast(shade, colors.text) for shade in shades) >= 4.5


def test_tiles_follow_the_theme(me: Analyst) -> None:
    window = space(me)
    tiles = treemap(window)
    at = tiles.place(tiles.tiles[0]).bottomRight() - QPoint(6, 6)
    for choice, dark in ((ThemeChoice.LIGHT, False), (ThemeChoice.DARK, True)):
        me.desk.theme.set_choice(choice)
        assert (tiles.grab().toImage().pixelColor(at).lightness() < 128) is dark
    window.close()


def test_the_table_is_a_table(me: Analyst) -> None:
    window = space(me)
    assert isinstance(find(Role.Table, "Space table", window), QTableView)
    for name in ("Stop", "Export as CSV…", "Show in table", "Up", "Count again"):
        assert me.button(name, window).accessibleName() == name
    window.close()
