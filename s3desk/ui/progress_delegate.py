"""The slim bar of the transfers table."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from s3desk.ui.row_delegate import INSET, Index, RowDelegate

if TYPE_CHECKING:
    from PySide6.QtWidgets import QAbstractItemView, QStyleOptionViewItem

    from s3desk.ui.theme import Theme

HEIGHT = 5.0
SWEEP_SECONDS = 1.6


class Outcome(Enum):
    """How the work behind a bar stands; the value is the name of its colour in `Colors`."""

    RUNNING = "accent"
    WAITING = "dim"
    FINISHED = "good"
    FAILED = "warning"


@dataclass(frozen=True)
class Progress:
    """What a bar shows: `fraction` from 0 to 1, or None while the total is not known."""

    fraction: float | None
    outcome: Outcome = Outcome.RUNNING


class ProgressDelegate(RowDelegate):
    """Paints one column of a table as progress bars.

    `progress_of` says what a cell shows, or None for a cell without a bar. A bar without a total moves by the clock,
    whenever the view is repainted, so that it needs no timer of its own.
    """

    def __init__(self, view: QAbstractItemView, theme: Theme, progress_of: Callable[[Index], Progress | None]) -> None:
        super().__init__(view, theme)
        self._progress_of = progress_of

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        """The words of the cell are for screen readers and sorting; the bar stands for them on the screen."""
        super().initStyleOption(option, index)
        if self._progress_of(index) is not None:
            option.text = ""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """The row as ever, and the bar in the middle of its height."""
        super().paint(painter, option, index)
        progress = self._progress_of(index)
        if progress is None:
            return
        cell = QRectF(option.rect).adjusted(INSET, 0, -INSET, -1)
        groove = QRectF(cell.left(), cell.center().y() - HEIGHT / 2, cell.width(), HEIGHT)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        _bar(painter, groove, self._theme.colors.line)
        color: QColor = getattr(self._theme.colors, progress.outcome.value)
        _bar(painter, _filled(groove, progress.fraction), color)
        painter.restore()


def _filled(groove: QRectF, fraction: float | None) -> QRectF:
    if fraction is None:
        part = groove.width() * 0.3
        place = time.monotonic() % SWEEP_SECONDS / SWEEP_SECONDS
        moving = QRectF(groove.left() - part + (groove.width() + part) * place, groove.top(), part, groove.height())
        return moving.intersected(groove)
    filled = QRectF(groove)
    filled.setWidth(groove.width() * min(max(fraction, 0.0), 1.0))
    return filled


def _bar(painter: QPainter, rect: QRectF, color: QColor) -> None:
    if rect.width() > 0:
        painter.setBrush(color)
        radius = min(HEIGHT, rect.width()) / 2
        painter.drawRoundedRect(rect, radius, radius)
