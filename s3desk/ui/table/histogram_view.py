"""A chart of counts: columns for a histogram, one above the other with their words where values lie on no scale."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from s3desk.models import text
from s3desk.ui.theme import mix

if TYPE_CHECKING:
    from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPaintEvent

    from s3desk.models.profile_model import Bar
    from s3desk.ui.theme import Theme

_LINE = 24  # height of a bar that lies
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1}


class HistogramView(QWidget):
    """Shows bars; the current one is told under the chart and to screen readers, and arrow keys walk."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._bars: Sequence[Bar] = ()
        self._upright = True
        self._current = -1
        theme.changed.connect(self.update)
        self.setAccessibleName("Histogram")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    @property
    def bars(self) -> Sequence[Bar]:
        """What is shown."""
        return self._bars

    def set_bars(self, bars: Sequence[Bar], *, upright: bool) -> None:
        """Show these, `upright` for a histogram."""
        self._bars, self._upright, self._current = bars, upright, -1
        self._describe()
        self.updateGeometry()
        self.update()

    def place(self, number: int) -> QRect:
        """Where a bar has its room, all of which can be pointed at."""
        room, count = self._room(), len(self._bars)
        if not self._upright:
            return QRect(room.left(), room.top() + number * _LINE, room.width(), _LINE)
        left = room.left() + room.width() * number // count
        return QRect(left, room.top(), room.left() + room.width() * (number + 1) // count - left, room.height())

    # Qt's side

    def sizeHint(self) -> QSize:
        """As high as the lying bars need."""
        return QSize(320, 180 if self._upright else self._caption() + 8 + _LINE * len(self._bars))

    def minimumSizeHint(self) -> QSize:
        """Smaller, nothing could be told apart."""
        return QSize(160, 110 if self._upright else self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Bars, the ends of the scale under them, the current bar in words."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.colors.window)
        most = max((bar.count for bar in self._bars), default=0) or 1
        for number, bar in enumerate(self._bars):
            paint = self._paint_upright if self._upright else self._paint_lying
            paint(painter, self.place(number), bar, bar.count / most, lit=number == self._current)
        if self._bars:
            self._paint_caption(painter)
        painter.end()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell of the bar under the mouse."""
        self._go_to(self._at(event.position().toPoint()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The same where there is no pointer that could hover."""
        self._go_to(self._at(event.position().toPoint()))

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the mouse any more."""
        if not self.hasFocus():
            self._go_to(-1)
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows, Home and End walk along the bars."""
        key, last = Qt.Key(event.key()), len(self._bars) - 1
        if key in _STEPS and self._bars:
            self._go_to(min(max(self._current + _STEPS[key], 0), last))
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End) and self._bars:
            self._go_to(0 if key is Qt.Key.Key_Home else last)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The keyboard starts at the first bar."""
        if self._current < 0 and self._bars and event.reason() is not Qt.FocusReason.MouseFocusReason:
            self._go_to(0)
        super().focusInEvent(event)

    def event(self, event: QEvent) -> bool:
        """No tip of its own: the caption says it."""
        if event.type() is QEvent.Type.ToolTip:
            QToolTip.hideText()
            return True
        return super().event(event)

    # inside

    def _caption(self) -> int:
        return self.fontMetrics().lineSpacing() + 6

    def _room(self) -> QRect:
        return self.rect().adjusted(0, 4, -1, -self._caption())

    def _paint_upright(self, painter: QPainter, place: QRect, bar: Bar, share: float, *, lit: bool) -> None:
        colors = self._theme.colors
        height = max(round(share * place.height()), 1 if bar.count else 0)
        gap = 1 if place.width() > 3 else 0
        shade = colors.accent if lit else mix(colors.window, colors.accent, 0.6)
        painter.fillRect(place.left(), place.bottom() + 1 - height, place.width() - gap, height, shade)
        painter.fillRect(place.left(), place.bottom() + 1, place.width(), 1, colors.line)

    def _paint_lying(self, painter: QPainter, place: QRect, bar: Bar, share: float, *, lit: bool) -> None:
        colors = self._theme.colors
        width = max(round(share * place.width()), 2)
        shade = mix(colors.window, colors.accent, 0.4 if lit else 0.22)
        painter.fillRect(place.left(), place.top() + 2, width, place.height() - 4, shade)
        painter.setPen(colors.text)
        count = f"{bar.count:,}"
        right = painter.fontMetrics().horizontalAdvance(count) + 14
        inner = place.adjusted(6, 0, -right, 0)
        label = painter.fontMetrics().elidedText(bar.label, Qt.TextElideMode.ElideMiddle, inner.width())
        single = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
        painter.drawText(inner, int(Qt.AlignmentFlag.AlignLeft | single), label)
        painter.drawText(place.adjusted(0, 0, -6, 0), int(Qt.AlignmentFlag.AlignRight | single), count)

    def _paint_caption(self, painter: QPainter) -> None:
        """The current bar, else where the scale begins and ends."""
        painter.setPen(self._theme.colors.dim)
        below = QRect(0, self.height() - self._caption() + 2, self.width(), self._caption())
        line = int(Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine)
        if 0 <= self._current < len(self._bars):
            shown = painter.fontMetrics().elidedText(
                self._bars[self._current].words, Qt.TextElideMode.ElideMiddle, below.width()
            )
            painter.setPen(self._theme.colors.text)
            painter.drawText(below, line | int(Qt.AlignmentFlag.AlignLeft), shown)
        elif self._upright:
            painter.drawText(below, line | int(Qt.AlignmentFlag.AlignLeft), self._bars[0].label)
            painter.drawText(below, line | int(Qt.AlignmentFlag.AlignRight), self._bars[-1].label)

    def _at(self, point: QPoint) -> int:
        return next((number for number in range(len(self._bars)) if self.place(number).contains(point)), -1)

    def _go_to(self, number: int) -> None:
        if number != self._current:
            self._current = number
            self._describe()
            self.update()

    def _describe(self) -> None:
        if 0 <= self._current < len(self._bars):
            self.setAccessibleDescription(self._bars[self._current].words)
            return
        *_, rows = accumulate((bar.count for bar in self._bars), initial=0)
        told = f"{text.count(len(self._bars), 'bar')} for {text.count(rows, 'row')}; arrow keys tell of each"
        self.setAccessibleDescription(told if self._bars else "")
