"""How the tiles of a treemap look: flat and calm, with their names where they fit."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFont, QPainter

from s3desk.ui.theme import contrast, mix

if TYPE_CHECKING:
    from s3desk.models.usage_model import Tile
    from s3desk.ui.theme import Colors, Theme

_STRENGTHS = (0.34, 0.28, 0.22, 0.16, 0.1)  # of the colour in a tile; the first on which words can be read is taken
_PADDING = 6
_SHORTEST = 12  # letters of a name that must fit, or it is not written at all


def tile_colors(colors: Colors) -> list[QColor]:
    """Calm shades of the named colours, told apart by hue; the first one, a grey, is for what is no single thing.

    Words in the text colour can be read on each of them, 4.5 to 1.
    """
    accent, good, warning = colors.accent, colors.good, colors.warning
    hues = [accent, good, warning, mix(accent, good, 0.5), _turned(accent, 0.13), _turned(accent, 0.27)]
    return [_ground(hue, colors) for hue in (colors.dim, *hues)]


def _turned(color: QColor, turn: float) -> QColor:
    """The same strength in another hue, `turn` of the circle further on: violet and rose, which nothing else has."""
    hue, saturation = (color.hslHueF() + turn) % 1.0, color.hslSaturationF() * 0.75
    return QColor.fromHslF(hue, saturation, color.lightnessF())


def _ground(hue: QColor, colors: Colors) -> QColor:
    shades = (mix(colors.window, hue, strength) for strength in _STRENGTHS)
    return next((shade for shade in shades if contrast(shade, colors.text) >= 4.5), colors.window)


class TilePainter:
    """Paints single tiles in the colours of the theme."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._take_colors()
        theme.changed.connect(self._take_colors)

    def paint(self, painter: QPainter, tile: Tile, place: QRect, *, lit: bool) -> None:
        """The ground, and the name and size as far as there is room."""
        shade = self._shade(tile)
        painter.fillRect(place, mix(shade, self._theme.colors.window, 0.35) if lit else shade)
        inner = place.adjusted(_PADDING, _PADDING - 2, -_PADDING, 2 - _PADDING)
        line = painter.fontMetrics().height()
        if inner.height() < line:
            return
        painter.setPen(self._theme.colors.text)
        font = QFont(painter.font())
        for row, words in enumerate((tile.name, tile.size)):
            if inner.height() < (row + 1) * line:
                break
            font.setWeight(QFont.Weight.DemiBold if row == 0 else QFont.Weight.Normal)
            painter.setFont(font)
            metrics = painter.fontMetrics()
            needed = metrics.horizontalAdvance(words) if row else _SHORTEST * metrics.averageCharWidth()
            if min(needed, metrics.horizontalAdvance(words)) > inner.width():  # half a number would mislead
                break
            shown = metrics.elidedText(words, Qt.TextElideMode.ElideMiddle, inner.width())
            at = QRect(inner.left(), inner.top() + row * line, inner.width(), line)
            painter.drawText(at, int(Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextSingleLine), shown)

    def _shade(self, tile: Tile) -> QColor:
        if not tile.line.name:
            return self._shades[0]
        # By name, so that a folder keeps its colour while the others grow around it.
        return self._shades[1 + zlib.crc32(tile.line.name.encode()) % (len(self._shades) - 1)]

    def _take_colors(self) -> None:
        self._shades = tile_colors(self._theme.colors)
