"""What is in the columns: profiled, looked at with the keyboard, read from elsewhere, stopped; and plotted."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QImage, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QDialog, QLineEdit, QVBoxLayout
from shiboken6 import isValid

from s3desk.data.profiling.drawing import PlotKind
from s3desk.data.sheet import Sheet
from s3desk.models.profile_model import ProfileColumn
from s3desk.s3.errors import UnsupportedError
from s3desk.s3.job import Job
from s3desk.ui.table.histogram_view import HistogramView
from s3desk.ui.table.plot_dialog import PlotDialog
from s3desk.ui.table.plot_view import PlotView
from s3desk.ui.table.profile_actions import ProfileActions
from s3desk.ui.table.profile_panel import ProfilePanel
from s3desk.ui.theme import Colors, ThemeChoice
from tests.servers.faults import error
from tests.ui.analyst import Analyst
from tests.ui.conftest import OpenDesk
from tests.ui.screen_reader import Role, find, tree

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

    from tests.servers.fault_proxy import FaultProxy

HOSTILE = "<img src='http://127.0.0.1:9/x'><b>&\u202e"
COUNT = 4_000


def sheet_of(rows: int = COUNT, part: str = "the first 4,000 of about 41,300 rows") -> Sheet:
    """A table with a column of each kind."""
    numbers = np.arange(rows)
    table = pa.table(
        {
            "id": [f"{number:06}" for number in range(rows)],
            "region": ["north", "", "south", "north"] * (rows // 4),
            "price": pa.array(np.round(np.sqrt(numbers), 2), mask=numbers % 4 == 3),
            "day": pa.array((numbers // 8 + 19_000).astype("int32")).cast(pa.date32()),
            HOSTILE: numbers,
        }
    )
    return Sheet("orders.csv", table, part)


Open = Callable[..., ProfilePanel]


@pytest.fixture
def panel(unconnected: Analyst) -> Iterator[Open]:
    """Opens a window with nothing but the panel."""
    windows = []

    def make() -> ProfilePanel:
        window = QDialog()
        windows.append(window)
        made = ProfilePanel(unconnected.desk.background, unconnected.desk.theme)
        QVBoxLayout(window).addWidget(made)
        window.resize(700, 640)
        window.show()
        return made

    yield make
    for window in windows:
        window.close()
        window.deleteLater()


def profiled(me: Analyst, panel: ProfilePanel) -> bool:
    return me.words("Profiled rows", panel).startswith("Profile of") or me.words("Notice", panel) != ""


def chart(panel: ProfilePanel) -> HistogramView:
    return panel.findChildren(HistogramView)[0]


def cells(me: Analyst, panel: ProfilePanel, name: str) -> list[str]:
    row = me.column(ProfileColumn.NAME, "Column profile", panel).index(name)
    return [me.column(column, "Column profile", panel)[row] for column in ProfileColumn]


def test_every_column_is_told_and_the_current_one_is_drawn(unconnected: Analyst, panel: Open) -> None:
    me, shown = unconnected, panel()
    shown.show_column("price")
    shown.show_sheet(sheet_of())
    me.until(lambda: profiled(me, shown))
    assert me.words("Profiled rows", shown) == "Profile of the first 4,000 of about 41,300 rows."
    assert cells(me, shown, "id") == ["id", "text", "0", "4,000 (all)", "000000", "003999", ""]
    assert cells(me, shown, "region") == ["region", "text", "0", "3", "(empty text)", "south", ""]
    assert cells(me, shown, "day") == ["day", "date", "0", "500", "2022-01-08", "2023-05-22", ""]
    different = len(set(sheet_of().table["price"].drop_null().to_pylist()))
    assert cells(me, shown, "price")[:4] == ["price", "number", "1,000 (25%)", f"{different:,}"]
    assert me.words("Column", shown) == "price"  # asked for before it was there
    assert "1,000 (25%) without a value" in me.words("Facts", shown)
    assert sum(bar.count for bar in chart(shown).bars) == 3_000
    names = me.column(ProfileColumn.NAME, "Column profile", shown)
    assert names[-1] == "<img src='http://127.0.0.1:9/x'><b>&‹U+202E›"


def test_the_keyboard_tells_of_every_bar(unconnected: Analyst, panel: Open) -> None:
    me, shown = unconnected, panel()
    shown.show_sheet(sheet_of())
    me.until(lambda: profiled(me, shown))
    shown.show_column("region")
    view = chart(shown)
    assert view.accessibleDescription() == "3 bars for 4,000 rows; arrow keys tell of each"
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Right)
    told = view.accessibleDescription()
    QTest.keyClick(view, Qt.Key.Key_Home)
    assert (view.accessibleDescription(), told) == ("north: 2,000 (50%)", "(empty text): 1,000 (25%)")
    shown.show_column("day")
    QTest.keyClick(view, Qt.Key.Key_End)
    assert view.accessibleDescription().endswith("rows") or view.accessibleDescription().endswith("row")
    assert " to 2023-" in view.accessibleDescription()
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=view.place(0).center())
    assert view.accessibleDescription() == view.bars[0].words
    at = view.place(2).center().toPointF()
    nothing, none = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(view, QMouseEvent(QEvent.Type.MouseMove, at, at, nothing, nothing, none))
    assert view.accessibleDescription() == view.bars[2].words


def test_nothing_is_done_while_nobody_looks(unconnected: Analyst, panel: Open) -> None:
    me, shown = unconnected, panel()
    shown.hide()
    shown.show_sheet(sheet_of())
    assert not me.desk.background._running
    shown.show()
    me.until(lambda: profiled(me, shown))
    assert len(me.column(0, "Column profile", shown)) == 5


def test_other_rows_of_the_file_can_be_profiled_and_stopped(unconnected: Analyst, panel: Open) -> None:
    me, shown = unconnected, panel()

    def endless(job: Job) -> Sheet:
        job.advance(5 << 20)
        job.wait(60)
        raise AssertionError

    def refused(job: Job) -> Sheet:
        job.check()
        raise UnsupportedError("This server sends files only whole.", "Load all of it.")

    shown.show_sheet(sheet_of())
    shown.offer("Endless", endless)
    shown.offer("Refused", refused)
    me.until(lambda: profiled(me, shown))
    me.choose("Rows to profile", "Endless", shown)
    me.until(lambda: me.words("Profiled rows", shown) == "Reading… 5.0 MB")
    me.click("Stop profiling", shown)
    me.until(lambda: me.words("Notice", shown) == "Stopped before the columns were profiled.")
    me.choose("Rows to profile", "Refused", shown)
    me.until(lambda: me.words("Notice", shown) == "This server sends files only whole. Load all of it.")
    me.choose("Rows to profile", "These rows", shown)
    me.until(lambda: len(me.column(0, "Column profile", shown)) == 5)
    assert me.words("Notice", shown) == ""
    shown.show_sheet(sheet_of(part=""))
    me.until(lambda: me.words("Profiled rows", shown) == "Profile of all 4,000 rows.")
    assert "Rows to profile" not in [name for _, name, _ in tree(shown)]


@pytest.mark.parametrize("server", ["seaweedfs"], indirect=True)
def test_a_file_is_profiled_from_its_first_rows_from_all_over_and_whole(
    open_desk: OpenDesk, server_client: S3Client, bucket: str, fault_proxy: FaultProxy
) -> None:
    out = io.StringIO()
    csv.writer(out).writerows([("id", "day"), *((f"{n:09}", date(2024, 1, n % 28 + 1)) for n in range(150_000))])
    server_client.put_object(Bucket=bucket, Key="big.csv", Body=out.getvalue().encode())
    server_client.put_object(Bucket=bucket, Key="letter.txt", Body=b"Dear all,\nthere is no table here.\n")
    me = open_desk(bucket, endpoint_url=fault_proxy.endpoint_url)
    verbs = ProfileActions(me.window, me.desk)
    assert not verbs.profile.isEnabled()
    me.select("big.csv")
    verbs.profile.trigger()
    window = me.dialog("Profile")
    panel = window.findChildren(ProfilePanel)[0]
    me.until(lambda: profiled(me, panel))
    assert me.words("Profiled rows", panel).startswith("Profile of the first ")
    assert cells(me, panel, "id")[4] == "000000000"
    assert me.items("Rows to profile", panel) == [
        "These rows",
        "A sample of the whole file (16 requests, 1 MB)",
        "All rows (3.1 MB)",
    ]
    me.choose("Rows to profile", "A sample of the whole file (16 requests, 1 MB)", panel)
    me.until(lambda: "a sample from 16 places" in me.words("Profiled rows", panel))
    assert cells(me, panel, "id")[4:6] == ["000000000", "000149999"]
    me.choose("Rows to profile", "All rows (3.1 MB)", panel)
    me.until(lambda: me.words("Profiled rows", panel) == "Profile of all 150,000 rows.")
    assert cells(me, panel, "id")[3] == "150,000 (all)"
    fault_proxy.on(lambda request: request.method == "GET", error(403, "AccessDenied"))
    me.choose("Rows to profile", "A sample of the whole file (16 requests, 1 MB)", panel)
    me.until(lambda: "not allowed" in me.words("Notice", panel))
    fault_proxy.rules.clear()
    window.close()
    me.select("letter.txt")
    verbs.profile.trigger()
    window = me.dialog("Profile")
    me.until(lambda: "holds no table" in me.words("Trouble", window))


# plots


@pytest.fixture
def plot(unconnected: Analyst, tmp_path: Path) -> Iterator[Callable[[Sheet], PlotDialog]]:
    """Opens `Plot` and waits for the first picture."""
    opened = []

    def make(sheet: Sheet) -> PlotDialog:
        desk = unconnected.desk
        dialog = PlotDialog(unconnected.window, desk.theme, sheet, desk.background, folder=str(tmp_path))
        opened.append(dialog)
        with unconnected.qtbot.waitSignal(dialog.drawn, timeout=40_000):
            dialog.show()
        return dialog

    yield make
    for dialog in opened:
        if isValid(dialog):
            dialog.close()


def choose(me: Analyst, dialog: PlotDialog, field: str, item: str) -> None:
    with me.qtbot.waitSignal(dialog.drawn, timeout=40_000):
        me.choose(field, item, dialog)


def fields(dialog: PlotDialog) -> dict[str, str]:
    return {name: box.currentText() for _, name, box in tree(dialog) if isinstance(box, QComboBox)}


def picture(dialog: PlotDialog) -> PlotView:
    return dialog.findChildren(PlotView)[0]


def test_each_kind_of_plot_is_drawn_from_the_columns_it_can_draw(
    unconnected: Analyst, plot: Callable[[Sheet], PlotDialog]
) -> None:
    me, dialog = unconnected, plot(sheet_of())
    shown = "<img src='http://127.0.0.1:9/x'><b>&‹U+202E›"
    first = fields(dialog)
    assert first == {"Kind": "Bar", "X": "region", "Y": "Number of rows", "Rows together": "Sum"}, "many rows"
    choose(me, dialog, "Kind", "Line")
    assert fields(dialog) == {"Kind": "Line", "X": "day", "Y": shown}
    assert me.words("Plotted rows", dialog) == "Plot of the first 4,000 of about 41,300 rows."
    choose(me, dialog, "Y", "price")
    assert me.words("Notice", dialog) == "1,000 rows without a value are left out."
    choose(me, dialog, "Kind", "Scatter")
    assert fields(dialog) == {"Kind": "Scatter", "X": "day", "Y": "price"}
    choose(me, dialog, "Kind", "Bar")
    assert fields(dialog) == {"Kind": "Bar", "X": "region", "Y": "price", "Rows together": "Sum"}
    choose(me, dialog, "Y", "Number of rows")
    assert not find(Role.ComboBox, "Rows together", dialog).isEnabled()
    choose(me, dialog, "Y", "price")
    choose(me, dialog, "Rows together", "Mean")
    drawing = picture(dialog).drawing
    assert drawing is not None
    assert set(drawing.labels) == {"north", "", "south"}
    described = find(Role.Client, "Plot picture", dialog).accessibleDescription()
    assert described == "Bar of Mean of price over region, 3 bars."
    choose(me, dialog, "Kind", "Histogram")
    assert fields(dialog) == {"Kind": "Histogram", "X": "price"}
    drawing = picture(dialog).drawing
    assert drawing is not None
    assert sum(bin_.count for bin_ in drawing.bins) == 3_000
    assert drawing.wish.kind is PlotKind.HISTOGRAM


def test_names_of_columns_are_never_html(unconnected: Analyst, plot: Callable[[Sheet], PlotDialog]) -> None:
    dialog = plot(sheet_of())
    choose(unconnected, dialog, "Kind", "Line")
    label = picture(dialog)._plot.getAxis("left").label
    assert label.toPlainText().strip() == "<img src='http://127.0.0.1:9/x'…"


def test_a_table_of_texts_can_only_be_counted(unconnected: Analyst, plot: Callable[[Sheet], PlotDialog]) -> None:
    me, dialog = unconnected, plot(Sheet("t", pa.table({"a": ["x", "y", "x"]})))
    assert me.words("Notice", dialog).startswith("No column has numbers or dates.")
    assert not me.button("Save picture…", dialog).isEnabled()
    choose(me, dialog, "Kind", "Bar")
    drawing = picture(dialog).drawing
    assert drawing is not None
    assert (drawing.labels, drawing.y is not None and drawing.y.tolist()) == (("x", "y"), [2, 1])
    assert me.words("Plotted rows", dialog) == ""


def test_the_picture_is_saved_to_disk_and_offered_for_s3(
    unconnected: Analyst, plot: Callable[[Sheet], PlotDialog], tmp_path: Path
) -> None:
    me, dialog = unconnected, plot(sheet_of())
    assert "Save to S3…" not in [name for _, name, _ in tree(dialog)]
    choose(me, dialog, "Kind", "Line")
    choose(me, dialog, "Y", "price")
    me.click("Save picture…", dialog)
    question = me.dialog("Save picture")
    field = next(w for role, _, w in tree(question) if role == Role.EditableText and isinstance(w, QLineEdit))
    assert field.text() == "orders.csv-line-price-day.png"
    me.choose_files("Save picture", tmp_path / "plot.png")
    me.until(lambda: me.words("Notice", dialog).startswith("Saved as plot.png"))
    saved = QImage(str(tmp_path / "plot.png"))
    assert saved.size() == picture(dialog).size() * 2
    assert has_color(saved, me.desk.theme.colors.accent)

    sent: list[tuple[bytes, str]] = []
    dialog.save_to_s3_wanted.connect(lambda content, name: sent.append((content, name)))
    dialog.hide()
    with me.qtbot.waitSignal(dialog.drawn, timeout=40_000):
        dialog.show()
    me.click("Save to S3…", dialog)
    ((content, name),) = sent
    assert (content[:8], name) == (b"\x89PNG\r\n\x1a\n", "orders.csv-line-price-day.png")


def test_the_picture_follows_the_theme(unconnected: Analyst, plot: Callable[[Sheet], PlotDialog]) -> None:
    me, dialog = unconnected, plot(sheet_of())
    choose(me, dialog, "Kind", "Line")
    for choice, dark in ((ThemeChoice.DARK, True), (ThemeChoice.LIGHT, False)):
        me.desk.theme.set_choice(choice)
        image = QImage.fromData(picture(dialog).png())
        assert image.pixelColor(image.width() - 3, 3) == Colors.of(dark=dark).window
        assert has_color(image, Colors.of(dark=dark).accent)


def has_color(image: QImage, color: QColor) -> bool:
    """Whether a picture has points of exactly this colour."""
    return any(image.pixelColor(x, y) == color for x in range(0, image.width(), 2) for y in range(image.height()))
