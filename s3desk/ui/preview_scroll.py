"""Tells when somebody scrolls near an end of a view, so that what follows can be read before it is needed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QAbstractScrollArea


class NearEnds(QObject):
    """Emits `below` or `above` when the view is scrolled that way to within a page of its end, and `moved` always."""

    below = Signal()
    above = Signal()
    moved = Signal()

    def __init__(self, view: QAbstractScrollArea) -> None:
        super().__init__(view)
        self._bar = view.verticalScrollBar()
        self._last = 0
        self._is_put = False
        self._bar.valueChanged.connect(self._scrolled)

    @contextmanager
    def held(self) -> Iterator[None]:
        """While inside, the program scrolls on its own behalf, which asks for nothing."""
        before, self._is_put = self._is_put, True
        try:
            yield
        finally:
            self._is_put = before

    def _scrolled(self, value: int) -> None:
        before, self._last = self._last, value
        if not self._is_put:
            if value > before and value >= self._bar.maximum() - self._bar.pageStep():
                self.below.emit()
            elif value < before and value <= self._bar.pageStep():
                self.above.emit()
        self.moved.emit()
