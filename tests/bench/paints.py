"""How smoothly the table repaints: asked for 60 pictures a second, it tells the gaps between them."""

from __future__ import annotations

import asyncio
import resource
import sys
import time
from collections.abc import Callable, Mapping
from math import ceil
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QWidget

from tests.bench.children import peak_mb

_PAINT_EVERY_MS = 16
_LIMIT_S = 900
_STATM = Path("/proc/self/statm")


class Paints(QObject):
    """Repaints a widget at 60 Hz, which a window that scrolls does and one that stands still does not."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self._widget = widget
        self._last = time.monotonic()
        self._gaps: list[float] = []
        self._peak_mb = 0.0
        self._wanted: list[tuple[Callable[[], object], asyncio.Future[float]]] = []
        self.before_each: Callable[[], None] = lambda: None
        widget.installEventFilter(self)
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._ask_for_one)
        self._timer.start(_PAINT_EVERY_MS)

    def start(self) -> None:
        """Forget the gaps so far; the first one begins now."""
        self._gaps, self._last, self._peak_mb = [], time.monotonic(), 0.0

    def gaps(self) -> Mapping[str, float]:
        """Percentiles of the gaps since `start` in ms, and how many pictures there were."""
        gaps = sorted(self._gaps)
        return {
            "p50_ms": _percentile(gaps, 50),
            "p99_ms": _percentile(gaps, 99),
            "max_ms": _percentile(gaps, 100),
            "paints": len(gaps),
        }

    @property
    def peak_mb(self) -> float:
        """The most resident memory seen at a paint since `start`."""
        return self._peak_mb

    async def go_on(self, paints: int = 20) -> None:
        """Let what a gesture leaves to be done also be seen in the gaps."""
        end = len(self._gaps) + paints
        await self.shown(lambda: len(self._gaps) >= end)

    async def shown(self, fact: Callable[[], object]) -> float:
        """Wait for the end of the first paint for which the fact holds; returns its time.monotonic()."""
        future: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self._wanted.append((fact, future))
        return await asyncio.wait_for(future, _LIMIT_S)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Qt calls it before the widget paints."""
        if event.type() is QEvent.Type.Paint:
            now = time.monotonic()
            self._gaps.append((now - self._last) * 1000)
            self._last = now
            self._peak_mb = max(self._peak_mb, resident_mb())
            reached = [wanted for wanted in self._wanted if wanted[0]()]
            if reached:
                self._wanted = [wanted for wanted in self._wanted if wanted not in reached]
                QTimer.singleShot(0, self, lambda: _tell(reached))  # after this paint
        return False

    def _ask_for_one(self) -> None:
        self.before_each()
        self._widget.update()


def _tell(reached: list[tuple[Callable[[], object], asyncio.Future[float]]]) -> None:
    for _, future in reached:
        if not future.done():
            future.set_result(time.monotonic())


def resident_mb() -> float:
    """The memory of this process that is in use now, in MB of a million bytes; where unknown, the most so far."""
    if _STATM.exists():
        return int(_STATM.read_text(encoding="ascii").split()[1]) * resource.getpagesize() / 1e6
    return peak_mb(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def _percentile(ordered: list[float], percent: int) -> float:
    if not ordered:
        sys.exit("nothing was painted")
    return round(ordered[max(ceil(len(ordered) * percent / 100), 1) - 1], 1)
