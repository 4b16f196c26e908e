"""Icons drawn in the theme's colours at the moment they are painted, from the Phosphor font that qtawesome ships."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QIcon, QIconEngine, QPainter, QPixmap, QRawFont, QTransform
from PySide6.QtWidgets import QApplication

from s3desk.models.kinds import Kind

if TYPE_CHECKING:
    from PySide6.QtGui import QPainterPath

    from s3desk.ui.theme import Theme

# Phosphor is drawn on a grid of 256, and its strokes fall on whole pixels at 16 and 32.
GRID = 256


class IconRole(Enum):
    """What an icon's colour means; the value is the name of the colour in `Colors`."""

    DIM = "dim"
    TEXT = "text"
    ACCENT = "accent"
    GOOD = "good"
    WARNING = "warning"
    ON_ACCENT = "on_accent"


_NAMES = {
    Kind.CONNECTION: "ph.cloud",
    Kind.BUCKET: "ph.archive-box",
    Kind.FOLDER: "ph.folder",
    Kind.TABLE: "ph.table",
    Kind.COLUMNAR: "ph.squares-four",
    Kind.IMAGE: "ph.image",
    Kind.WEB_PAGE: "ph.globe",
    Kind.TEXT: "ph.file-text",
    Kind.JSON: "ph.brackets-curly",
    Kind.CODE: "ph.code",
    Kind.PDF: "ph.file-pdf",
    Kind.ARCHIVE: "ph.archive",
    Kind.AUDIO: "ph.music-note",
    Kind.VIDEO: "ph.film-strip",
    Kind.UNKNOWN: "ph.file",
}


def role_of(kind: Kind) -> IconRole:
    """Colour only where it means something: places to go, tables to combine, what a browser shows."""
    match kind:
        case Kind.BUCKET | Kind.FOLDER:
            return IconRole.ACCENT
        case Kind.TABLE | Kind.COLUMNAR | Kind.CONNECTION:
            return IconRole.GOOD
        case Kind.IMAGE | Kind.WEB_PAGE:
            return IconRole.WARNING
        case _:
            return IconRole.DIM


class Icons(QObject):
    """Makes icons at once and paints them once `load` was called, so that no font delays the first window.

    An icon takes its colour from the theme whenever it is painted: another theme needs no new icons.
    `loaded` is emitted when the glyphs can be painted.
    """

    loaded = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._theme = theme
        self._font: QRawFont | None = None
        self._codes: dict[str, int] = {}
        self._kinds: dict[Kind, QIcon] = {}
        self._asked: set[str] = set()
        self._outlines: dict[str, QPainterPath] = {}
        self._pixmaps: dict[tuple[str, int, int, int], QPixmap] = {}
        theme.changed.connect(self._pixmaps.clear)

    def icon(self, name: str, role: IconRole = IconRole.DIM) -> QIcon:
        """The icon of a Phosphor name such as `ph.folder`; KeyError for an unknown name, at the latest in `load`."""
        self._asked.add(name)
        if self._codes:
            self._code(name)
        return QIcon(GlyphEngine(self, name, role))

    @property
    def can_paint(self) -> bool:
        """Whether `load` was called."""
        return self._font is not None

    def exists(self, name: str) -> bool:
        """Whether the font has a glyph of this name; False for all before `load`."""
        return name.removeprefix("ph.") in self._codes

    def icon_for(self, kind: Kind) -> QIcon:
        """The icon of a kind of object, in the colour of its meaning; the same QIcon each time, for every row."""
        if kind not in self._kinds:
            self._kinds[kind] = self.icon(_NAMES[kind], role_of(kind))
        return self._kinds[kind]

    def load(self) -> None:
        """Read the icon font (some 10 ms, on the GUI thread) and repaint what is on the screen.

        The font is read as a file and drawn as outlines: importing qtawesome for that would take 20 times as long,
        and registering the font would offer it to every text of the program.
        FileNotFoundError where qtawesome is installed without its fonts.
        """
        import json  # noqa: PLC0415  # not before the first paint

        font, names = _phosphor()
        self._font = QRawFont(str(font), GRID, QFont.HintingPreference.PreferNoHinting)
        self._codes = {name: int(code, 16) for name, code in json.loads(names.read_bytes()).items()}
        for name in self._asked:
            self._code(name)
        self.loaded.emit()
        for widget in QApplication.allWidgets():
            widget.update()

    def pixmap(self, name: str, color: QColor, size: QSize) -> QPixmap:
        """The glyph in a colour, `size` in device pixels; fully transparent before `load`."""
        key = (name, color.rgba(), size.width(), size.height())
        if key not in self._pixmaps:
            drawn = self._draw(name, color, size)
            if self._font is None:
                return drawn
            self._pixmaps[key] = drawn
        return self._pixmaps[key]

    def color(self, role: IconRole, mode: QIcon.Mode) -> QColor:
        """What a role looks like now."""
        colors = self._theme.colors
        if mode is QIcon.Mode.Disabled:
            return colors.disabled
        color: QColor = getattr(colors, role.value)
        return color

    def _draw(self, name: str, color: QColor, size: QSize) -> QPixmap:
        pixmap = QPixmap(size)
        pixmap.fill(Qt.GlobalColor.transparent)
        if self._font is None or size.isEmpty():
            return pixmap
        side = min(size.width(), size.height())
        place = QTransform.fromTranslate((size.width() - side) // 2, (size.height() - side) // 2)
        place.scale(side / GRID, side / GRID)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillPath(place.map(self._outline(self._font, name)), color)
        painter.end()
        return pixmap

    def _outline(self, font: QRawFont, name: str) -> QPainterPath:
        if name not in self._outlines:
            glyph = font.glyphIndexesForString(chr(self._code(name)))[0]
            path = font.pathForGlyph(glyph)
            path.setFillRule(Qt.FillRule.WindingFill)
            self._outlines[name] = path.translated(0, font.ascent())
        return self._outlines[name]

    def _code(self, name: str) -> int:
        return self._codes[name.removeprefix("ph.")]


class GlyphEngine(QIconEngine):
    """Draws one glyph at any size and pixel ratio, in the colour its role has at that moment."""

    def __init__(self, icons: Icons, name: str, role: IconRole) -> None:
        super().__init__()
        self._icons = icons
        self._name = name
        self._role = role

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        """Draw into the rectangle, from a pixmap of exactly the device's pixels."""
        if not self._icons.can_paint:  # asking for the device takes Qt's bindings 20 ms, the first time
            return
        ratio = painter.device().devicePixelRatio()
        pixmap = QPixmap(self.pixmap(rect.size() * ratio, mode, state))
        pixmap.setDevicePixelRatio(ratio)
        painter.drawPixmap(rect.topLeft(), pixmap)

    def pixmap(self, size: QSize, mode: QIcon.Mode, _state: QIcon.State) -> QPixmap:
        """`size` is in device pixels: QIcon has already multiplied it by the pixel ratio."""
        return self._icons.pixmap(self._name, self._icons.color(self._role, mode), size)

    def clone(self) -> QIconEngine:
        """QIcon asks for this when a copy is to be changed."""
        return GlyphEngine(self._icons, self._name, self._role)


def _phosphor() -> tuple[Path, Path]:
    """The font and its table of names inside the qtawesome package, found without importing it."""
    from importlib.util import find_spec  # noqa: PLC0415  # not before the first paint

    spec = find_spec("qtawesome")
    folders = spec.submodule_search_locations if spec else None
    for folder in folders or ():
        fonts = Path(folder) / "fonts"
        font = next(fonts.glob("phosphor-[0-9]*.ttf"), None)
        names = next(fonts.glob("phosphor-charmap-*.json"), None)
        if font and names:
            return font, names
    raise FileNotFoundError("the Phosphor icon font is missing: qtawesome is not installed with its fonts")
