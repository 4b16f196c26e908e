"""What people see: colours they can read, icons that follow the theme, rows of one height, advice where nothing is."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QModelIndex, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QAction, QColor, QIcon, QImage, QPainter, QStandardItem, QStandardItemModel
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QPushButton,
    QSpinBox,
    QStyleOptionViewItem,
    QTableView,
    QTreeView,
    QWidget,
)

import s3desk
from s3desk.models.kinds import Kind
from s3desk.shipped import shipped
from s3desk.ui.empty_state import EmptyState, Message
from s3desk.ui.icons import IconRole, Icons, role_of
from s3desk.ui.progress_delegate import Outcome, Progress, ProgressDelegate
from s3desk.ui.row_delegate import ROW_HEIGHT, prepare_table, prepare_tree
from s3desk.ui.theme import Colors, Theme, ThemeChoice, contrast, style_sheet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Theme]:
    sheet, palette, font = qapp.styleSheet(), qapp.palette(), qapp.font()
    theme = Theme(qapp, ThemeChoice.LIGHT)
    yield theme
    theme.deleteLater()
    qapp.setStyleSheet(sheet)
    qapp.setPalette(palette)
    qapp.setFont(font)


@pytest.fixture
def icons(theme: Theme) -> Icons:
    icons = Icons(theme)
    icons.load()
    return icons


@pytest.fixture
def table(qtbot: QtBot) -> QTableView:
    view = QTableView()
    qtbot.addWidget(view)
    model = QStandardItemModel(5, 3, view)
    model.setHorizontalHeaderLabels(["Name", "Size", "Type"])
    for row in range(5):
        model.setItem(row, 0, QStandardItem(f"report_{row}.csv"))
        model.setItem(row, 2, QStandardItem("████"))
    view.setModel(model)
    view.resize(500, 300)
    return view


def shown(icon: QIcon, size: int = 32, mode: QIcon.Mode = QIcon.Mode.Normal, ratio: float = 1.0) -> QImage:
    return icon.pixmap(QSize(size, size), ratio, mode).toImage()


def strongest(image: QImage) -> QColor | None:
    """The colour of the most opaque pixel, None for an image that shows nothing."""
    pixels = (image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height()))
    best = max(pixels, key=QColor.alpha)
    return QColor(best.rgb()) if best.alpha() else None


def colors_in(view: QTableView | QTreeView, rect: QRect) -> set[str]:
    view.show()
    image = view.viewport().grab().toImage()
    ratio = image.devicePixelRatio()
    points = ((x, y) for x in range(rect.left(), rect.right() + 1) for y in range(rect.top(), rect.bottom() + 1))
    return {image.pixelColor(round(x * ratio), round(y * ratio)).name() for x, y in points}


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("strong", [False, True])
def test_words_can_be_read(dark: bool, strong: bool) -> None:
    colors = Colors.of(dark=dark).strengthened() if strong else Colors.of(dark=dark)
    assert contrast(colors.text, colors.window) >= 4.5
    assert contrast(colors.text, colors.side) >= 4.5
    assert contrast(colors.text, colors.selection) >= 4.5
    assert contrast(colors.dim, colors.window) >= 4.5
    assert contrast(colors.on_accent, colors.accent) >= 4.5
    assert contrast(colors.accent, colors.window) >= 4.5
    assert contrast(colors.readable(colors.good), colors.window) >= 4.5
    assert contrast(colors.readable(colors.warning), colors.window) >= 4.5
    assert colors.dark is dark


@pytest.mark.parametrize("dark", [False, True])
def test_high_contrast_is_higher(dark: bool) -> None:
    plain = Colors.of(dark=dark)
    strong = plain.strengthened()
    for name in ("text", "dim", "line"):
        assert contrast(getattr(strong, name), strong.window) > contrast(getattr(plain, name), plain.window)
    assert contrast(strong.line, strong.window) >= 3


@pytest.mark.parametrize("dark", [False, True])
def test_every_picture_of_the_style_sheet_ships(dark: bool) -> None:
    sheet = style_sheet(Colors.of(dark=dark))
    assert "$" not in sheet.split("*/", 1)[1]
    pictures = {part.split('"')[0] for part in sheet.split('url("')[1:]}
    assert pictures
    for picture in pictures:
        assert QSvgRenderer(picture).isValid(), picture


def test_choice_changes_palette_style_and_tells(theme: Theme, qapp: QApplication, qtbot: QtBot) -> None:
    assert qapp.palette().window().color() == Colors.of(dark=False).window
    with qtbot.waitSignal(theme.changed):
        theme.set_choice(ThemeChoice.DARK)
    assert theme.choice is ThemeChoice.DARK
    assert theme.colors == Colors.of(dark=True)
    assert qapp.palette().window().color() == theme.colors.window
    assert theme.colors.accent.name() in qapp.styleSheet()
    with qtbot.assertNotEmitted(theme.changed):
        theme.set_choice(ThemeChoice.DARK)


def test_icon_is_blank_until_loaded_and_then_repaints(theme: Theme, qtbot: QtBot) -> None:
    icons = Icons(theme)
    icon = icons.icon("ph.folder", IconRole.ACCENT)
    window = QWidget()
    qtbot.addWidget(window)
    button = QPushButton(icon, "", window)
    button.setIconSize(QSize(32, 32))
    window.show()
    assert not icon.isNull()
    assert strongest(shown(icon)) is None
    before = button.grab().toImage()
    with qtbot.waitSignal(icons.loaded):
        icons.load()
    assert strongest(shown(icon)) == theme.colors.accent
    assert button.grab().toImage() != before


def test_icon_takes_its_colour_from_the_theme_shown(theme: Theme, icons: Icons) -> None:
    icon = icons.icon("ph.table", IconRole.GOOD)
    assert strongest(shown(icon)) == Colors.of(dark=False).good
    assert strongest(shown(icon, mode=QIcon.Mode.Disabled)) == theme.colors.disabled
    assert strongest(shown(icon, mode=QIcon.Mode.Selected)) == theme.colors.good
    theme.set_choice(ThemeChoice.DARK)
    assert strongest(shown(icon)) == Colors.of(dark=True).good
    assert strongest(shown(QIcon(icon))) == Colors.of(dark=True).good


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_icon_has_the_pixels_of_the_screen(icons: Icons, ratio: float) -> None:
    icon = icons.icon("ph.hard-drives")
    image = shown(icon, 16, ratio=ratio)
    assert image.width() == round(16 * ratio)
    canvas = QImage(QSize(16, 16) * ratio, QImage.Format.Format_ARGB32_Premultiplied)
    canvas.setDevicePixelRatio(ratio)
    canvas.fill(Qt.GlobalColor.transparent)
    painter = QPainter(canvas)
    icon.paint(painter, QRect(0, 0, 16, 16))
    painter.end()
    assert canvas.convertToFormat(image.format()) == image


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_has_an_icon(icons: Icons, kind: Kind) -> None:
    icon = icons.icon_for(kind)
    assert strongest(shown(icon)) == icons.color(role_of(kind), QIcon.Mode.Normal)
    assert icons.icon_for(kind) is icon


def test_unknown_icon_is_a_bug_that_shows(theme: Theme, icons: Icons) -> None:
    with pytest.raises(KeyError):
        icons.icon("ph.no-such-thing")
    late = Icons(theme)
    late.icon("ph.no-such-thing")
    with pytest.raises(KeyError):
        late.load()


def test_every_icon_named_in_the_program_exists(icons: Icons) -> None:
    source = [path.read_text("utf-8") for path in Path(s3desk.__file__).parent.rglob("*.py")]
    names = {name for text in source for name in re.findall(r'"(ph\.[a-z0-9-]+)"', text)}
    assert names
    assert [name for name in sorted(names) if not icons.exists(name)] == []


def test_window_needs_no_qtawesome_before_it_shows() -> None:
    code = (
        "import sys, s3desk.ui.theme, s3desk.ui.icons, s3desk.ui.row_delegate, s3desk.ui.empty_state;"
        "print(*{'qtawesome', 'qtpy', 'asyncio', 'boto3'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_rows_have_one_height_without_being_measured(theme: Theme, table: QTableView, qtbot: QtBot) -> None:
    delegate = prepare_table(table, theme, {2})
    assert {table.rowHeight(row) for row in range(5)} == {ROW_HEIGHT}
    assert not table.showGrid()
    assert delegate.sizeHint(QStyleOptionViewItem(), table.model().index(0, 0)).height() == ROW_HEIGHT
    tree = QTreeView()
    qtbot.addWidget(tree)
    tree.setModel(table.model())
    prepare_tree(tree, theme)
    assert tree.uniformRowHeights()
    assert tree.visualRect(table.model().index(1, 0)).height() == ROW_HEIGHT


def test_selection_keeps_the_text_colour_and_fills_the_row(theme: Theme, table: QTableView) -> None:
    prepare_table(table, theme, {2})
    kind = table.visualRect(table.model().index(1, 2))
    colors = theme.colors
    assert colors.dim.name() in colors_in(table, kind)
    assert colors.text.name() not in colors_in(table, kind)
    assert colors.line.name() in colors_in(table, kind)
    table.selectRow(1)
    assert colors.text.name() in colors_in(table, kind)
    for column in range(3):
        assert colors.selection.name() in colors_in(table, table.visualRect(table.model().index(1, column)))
    theme.set_choice(ThemeChoice.DARK)
    assert theme.colors.selection.name() in colors_in(table, kind)


def test_row_under_the_mouse_is_lit_as_a_whole(theme: Theme, table: QTableView) -> None:
    prepare_table(table, theme)
    table.entered.emit(table.model().index(2, 0))
    assert theme.colors.hover.name() in colors_in(table, table.visualRect(table.model().index(2, 2)))
    assert theme.colors.hover.name() not in colors_in(table, table.visualRect(table.model().index(3, 0)))
    table.entered.emit(QModelIndex())
    assert theme.colors.hover.name() not in colors_in(table, table.visualRect(table.model().index(2, 2)))


def test_current_row_shows_that_the_table_has_the_keyboard(theme: Theme, table: QTableView, qtbot: QtBot) -> None:
    prepare_table(table, theme)
    row = table.visualRect(table.model().index(3, 0))
    table.setCurrentIndex(table.model().index(3, 1))
    assert theme.colors.accent.name() not in colors_in(table, row)
    with qtbot.waitActive(table):
        table.activateWindow()
    table.setFocus()
    qtbot.waitUntil(table.hasFocus)
    assert theme.colors.accent.name() in colors_in(table, row)


@pytest.mark.parametrize(
    ("progress", "share"),
    [
        (Progress(0.25), 0.25),
        (Progress(1.0, Outcome.FINISHED), 1.0),
        (Progress(0.5, Outcome.FAILED), 0.5),
        (Progress(7.0), 1.0),
    ],
)
def test_bar_is_as_long_as_the_work_done(theme: Theme, table: QTableView, progress: Progress, share: float) -> None:
    prepare_table(table, theme)
    table.setItemDelegateForColumn(1, ProgressDelegate(table, theme, lambda _index: progress))
    cell = table.visualRect(table.model().index(0, 1)).adjusted(8, 0, -8, 0)
    color = getattr(theme.colors, progress.outcome.value).name()
    middle = cell.center().y()

    def at(part: float) -> set[str]:
        return colors_in(table, QRect(QPoint(cell.left() + round(cell.width() * part), middle), QSize(1, 1)))

    assert at(share * 0.9) == {color}
    if share < 1:
        assert at(share + 0.1) == {theme.colors.line.name()}


def test_bar_without_a_total_still_shows_that_something_runs(theme: Theme, table: QTableView) -> None:
    prepare_table(table, theme)
    table.setItemDelegateForColumn(1, ProgressDelegate(table, theme, lambda _index: Progress(None)))
    cell = table.visualRect(table.model().index(0, 1))
    assert theme.colors.line.name() in colors_in(table, cell.adjusted(0, 0, 0, -2))


def test_empty_state_wraps_and_stays_inside_the_view(theme: Theme, icons: Icons, table: QTableView) -> None:
    state = EmptyState(table, icons)
    assert not state.isVisibleTo(table)
    table.show()
    state.show_message(Message("ph.upload-simple", "Drop files here to upload", "word " * 60))
    table.resize(260, 420)
    label = next(one for one in state.findChildren(QLabel) if "word" in one.text())
    QApplication.processEvents()
    assert state.size() == table.viewport().size()
    assert state.rect().contains(label.geometry())
    assert label.height() > 3 * label.fontMetrics().height()
    assert state.accessibleName().startswith("Drop files here to upload. word")
    assert not state.acceptDrops()


def test_empty_state_button_is_the_action(theme: Theme, icons: Icons, table: QTableView, qtbot: QtBot) -> None:
    state = EmptyState(table, icons)
    again = QAction("Try again", table)
    state.show_message(Message("ph.warning-circle", "No answer", "Check the network.", again, IconRole.WARNING))
    table.show()
    button = state.findChild(QPushButton)
    assert isinstance(button, QPushButton)
    assert button.text() == "Try again"
    with qtbot.waitSignal(again.triggered):
        button.click()
    again.setEnabled(False)
    assert not button.isEnabled()
    state.show_message(Message("ph.folder-open", "This folder is empty"))
    assert not button.isVisible()
    again.setEnabled(True)
    assert not button.isVisible()


@pytest.mark.parametrize("choice", [ThemeChoice.LIGHT, ThemeChoice.DARK])
def test_arrows_of_a_spin_box_can_be_seen(theme: Theme, qtbot: QtBot, choice: ThemeChoice) -> None:
    theme.set_choice(choice)
    box = QSpinBox()
    qtbot.addWidget(box)
    box.resize(100, 30)
    box.show()
    image = box.grab().toImage()
    for half in (range(3, 15), range(15, 27)):
        drawn = (image.pixelColor(x, y) for x in range(78, 97) for y in half)
        assert max(contrast(color, theme.colors.side) for color in drawn) >= 3


def test_logo_ships_as_drawing_and_picture() -> None:
    assert QSvgRenderer(str(shipped("s3desk.svg"))).isValid()
    picture = QImage(str(shipped("s3desk.png")))
    assert picture.size() == QSize(256, 256)
    assert picture.pixelColor(0, 0).alpha() == 0
    assert picture.pixelColor(128, 128).alpha() == 255
    entry = shipped("s3desk.desktop").read_text("utf-8")
    assert "Exec=s3desk" in entry
    assert "Icon=s3desk" in entry
