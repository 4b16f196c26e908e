"""A treemap: every tile as large as what it stands for; one clicks, or walks with the keyboard, into a folder."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from s3desk.models.treemap import Rect, squarify
from s3desk.ui.tile_painter import TilePainter

if TYPE_CHECKING:
    from PySide6.QtGui import QFocusEvent, QHelpEvent, QKeyEvent, QMouseEvent, QPaintEvent, QResizeEvent

    from s3desk.models.usage_model import Tile
    from s3desk.ui.theme import Theme

_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class TreemapView(QWidget):
    """Shows tiles; the current one is outlined, and read out by screen readers as the description of the whole."""

    opened = Signal(object)  # Tile: a click, or Enter
    current_changed = Signal(object)  # Tile
    up_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._tiles: list[Tile] = []
        self._places: list[QRect] = []
        self._current = self._hovered = -1
        self._painter = TilePainter(theme)
        theme.changed.connect(self.update)
        self.setAccessibleName("Treemap")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._describe()

    @property
    def tiles(self) -> Sequence[Tile]:
        """What is shown."""
        return self._tiles

    @property
    def current(self) -> Tile | None:
        """The tile the keyboard is on."""
        return self._tiles[self._current] if 0 <= self._current < len(self._tiles) else None

    def place(self, tile: Tile) -> QRect:
        """Where a tile lies."""
        return self._places[self._tiles.index(tile)]

    def set_tiles(self, tiles: list[Tile]) -> None:
        """Show these, the current one staying current as long as it is there."""
        before = self.current
        self._tiles, self._hovered = tiles, -1
        names = [tile.line.name for tile in tiles]
        self._current = names.index(before.line.name) if before and before.line.name in names else -1
        self._lay_out()
        self._describe()

    def set_current(self, name: str | None) -> None:
        """Outline the tile that stands for this line; none when it is among the small ones."""
        found = next((number for number, tile in enumerate(self._tiles) if tile.line.name == name), -1)
        if found != self._current:
            self._current = found
            self._describe()
            self.update()

    # Qt's side

    def sizeHint(self) -> QSize:
        """Wide and flat."""
        return QSize(640, 300)

    def minimumSizeHint(self) -> QSize:
        """Smaller, nothing could be told apart."""
        return QSize(160, 90)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Other sizes, other places."""
        self._lay_out()
        super().resizeEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Flat tiles with hairline gaps, names where they fit."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.colors.window)
        for number, place in enumerate(self._places):
            if not place.isEmpty():
                self._painter.paint(painter, self._tiles[number], place, lit=number == self._hovered)
        if self.current is not None:
            painter.setPen(QPen(self._theme.colors.accent if self.hasFocus() else self._theme.colors.dim, 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self._places[self._current].adjusted(1, 1, -1, -1))
        painter.end()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Light up what is under the mouse."""
        self._hover(self._at(event.position().toPoint()))

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the mouse any more."""
        self._hover(-1)
        super().leaveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click goes into a folder; of anything else it only takes the tile."""
        number = self._at(event.position().toPoint())
        if event.button() is Qt.MouseButton.LeftButton and number >= 0:
            self._go_to(number)
            self.opened.emit(self._tiles[number])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows walk to the neighbour in that direction, Enter opens, Backspace goes up."""
        key = Qt.Key(event.key())
        if key in _ARROWS:
            self._walk(*_ARROWS[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.current is not None:
            self.opened.emit(self.current)
        elif key is Qt.Key.Key_Backspace:
            self.up_wanted.emit()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The keyboard starts at the largest tile."""
        if self.current is None and self._tiles and event.reason() is not Qt.FocusReason.MouseFocusReason:
            self._go_to(0)
        self.update()
        super().focusInEvent(event)

    def event(self, event: QEvent) -> bool:
        """Tips: the whole name, which a tile is often too small for."""
        if event.type() is QEvent.Type.ToolTip:
            help_event: QHelpEvent = event  # type: ignore[assignment]  # Qt tells by the type
            number = self._at(help_event.pos())
            if number < 0:
                QToolTip.hideText()
            else:  # names come from strangers: none may be taken for HTML
                words = html.escape(self._tiles[number].tip).replace("\n", "<br>")
                QToolTip.showText(help_event.globalPos(), f"<p style='white-space:pre'>{words}</p>", self)
            return True
        return super().event(event)

    # inside

    def _lay_out(self) -> None:
        bounds = Rect(0, 0, self.width(), self.height())
        self._places = [_pixels(rect) for rect in squarify([tile.weight for tile in self._tiles], bounds)]
        self.update()

    def _at(self, point: QPoint) -> int:
        return next((number for number, place in enumerate(self._places) if place.contains(point)), -1)

    def _hover(self, number: int) -> None:
        if number != self._hovered:
            self._hovered = number
            enterable = number >= 0 and self._tiles[number].enterable
            self.setCursor(Qt.CursorShape.PointingHandCursor if enterable else Qt.CursorShape.ArrowCursor)
            self.update()

    def _walk(self, across: int, down: int) -> None:
        """To the nearest tile whose middle lies in that direction, rather straight ahead than near."""
        if self.current is None:
            self._go_to(0)
            return
        here = self._places[self._current].center()
        best = min(
            (
                (ahead + 3 * aside, number)
                for number, place in enumerate(self._places)
                if not place.isEmpty()
                for ahead, aside in [_way(here, place.center(), across, down)]
                if ahead > 0
            ),
            default=None,
        )
        if best is not None:
            self._go_to(best[1])

    def _go_to(self, number: int) -> None:
        if 0 <= number < len(self._tiles) and number != self._current:
            self._current = number
            self._describe()
            self.update()
            self.current_changed.emit(self._tiles[number])

    def _describe(self) -> None:
        shown = self.current.tip.replace("\n", ": ") if self.current else "Sizes as areas; arrow keys walk, Enter opens"
        self.setAccessibleDescription(shown)


def _way(here: QPoint, there: QPoint, across: int, down: int) -> tuple[int, int]:
    """How far `there` lies ahead in a direction, and how far aside."""
    step = there - here
    return step.x() * across + step.y() * down, abs(step.x() * down) + abs(step.y() * across)


def _pixels(rect: Rect) -> QRect:
    """Whole pixels, one of them left free at the right and below; neighbours never overlap."""
    left, top = round(rect.x), round(rect.y)
    return QRect(left, top, round(rect.x + rect.width) - left - 1, round(rect.y + rect.height) - top - 1)
