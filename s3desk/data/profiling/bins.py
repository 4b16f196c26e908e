"""How values are spread: a few dozen steps of round width, and how many values fall into each."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

ABOUT = 24  # bins aimed at; round widths make 10 to 48 of them
_DAY = 86_400.0
_TIME_STEPS = (  # seconds: what clocks and calendars make of a round width
    *(1.0, 5.0, 15.0, 30.0),
    *(60.0, 300.0, 900.0, 1800.0),
    *(3600.0, 3 * 3600.0, 6 * 3600.0, 12 * 3600.0),
    *(_DAY, 2 * _DAY, 7 * _DAY, 14 * _DAY, 30 * _DAY, 91 * _DAY, 365.25 * _DAY),
)


class Scale(Enum):
    """What values lie on."""

    NONE = "none"
    WHOLE = "whole numbers"
    NUMBER = "numbers"
    MOMENT = "moments"  # seconds since 1970, UTC


@dataclass(frozen=True, slots=True)
class Bin:
    """The `count` values from `low` to below `high` (the last bin has its end too), on the column's scale."""

    low: float
    high: float
    count: int


def bins(places: pa.ChunkedArray, scale: Scale) -> tuple[Bin, ...]:
    """The histogram of finite float64 numbers without nulls; none where all are equal or lie too far apart."""
    import pyarrow.compute as pc  # noqa: PLC0415  # 0.3 s, and the window starts without it

    if not len(places):
        return ()
    ends = pc.min_max(places)
    low, high = ends["min"].as_py(), ends["max"].as_py()
    start, step, count = grid(low, high, scale)
    if not count:
        return ()
    counts = [0] * count
    for place, number in _counted(places, start, step):
        counts[min(max(place, 0), count - 1)] += number  # the very end, and what rounding moved over an edge
    return tuple(Bin(start + at * step, start + (at + 1) * step, number) for at, number in enumerate(counts))


def grid(low: float, high: float, scale: Scale) -> tuple[float, float, int]:
    """Start, width and number of the bins; (0, 0, 0) where there is nothing to spread, or no such steps."""
    span = high - low
    if not math.isfinite(span) or not span:
        return 0.0, 0.0, 0
    if scale is Scale.WHOLE and span < 2 * ABOUT:  # a bar for each number
        return low - 0.5, 1.0, round(span) + 1
    step = _round_step(span / ABOUT, scale)
    start = math.floor(low / step) * step if step else low
    if not step or start + step == start or not math.isfinite(low / step):
        return 0.0, 0.0, 0
    return start, step, max(math.ceil((high - start) / step), 1)


def _counted(places: pa.ChunkedArray, start: float, step: float) -> list[tuple[int, int]]:
    """How many lie in which bin, off the GIL."""
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.compute as pc  # noqa: PLC0415

    numbers = pc.floor(pc.divide(pc.subtract(places, start), step)).cast(pa.int32(), safe=False)
    counted = pc.value_counts(numbers)
    return list(zip(counted.field(0).to_pylist(), counted.field(1).to_pylist(), strict=True))


def _round_step(least: float, scale: Scale) -> float:
    """The first round width that is not smaller: 1, 2 or 5 times a power of ten, for moments one of the calendar."""
    if scale is Scale.MOMENT and least >= 1:
        whole = next((step for step in _TIME_STEPS if step >= least), 0.0)
        return whole or _round_step(least / _TIME_STEPS[-1], Scale.NUMBER) * _TIME_STEPS[-1]
    power = 10.0 ** math.floor(math.log10(least)) if least > 0 else 0.0
    step = next((power * by for by in (1, 2, 5) if power * by >= least), power * 10)
    return max(step, 1.0) if scale is Scale.WHOLE else step
