"""What a plot is asked for, and what it then draws."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from s3desk.data.profiling.bins import Bin, Scale
from s3desk.s3.errors import UnsupportedError

if TYPE_CHECKING:
    import numpy as np

    Numbers = np.ndarray[Any, np.dtype[np.float64]]

# Beyond these, widgets that draw plots divide by zero or end the program.
_LARGEST = 1e100
_CLOSEST = 1e-12  # of the largest
_YEARS = 9_000  # before and after 1970
_YEAR = 31_557_600.0


class PlotKind(Enum):
    """What is drawn; the value is its name."""

    LINE = "Line"
    BAR = "Bar"
    SCATTER = "Scatter"
    HISTOGRAM = "Histogram"


class Together(Enum):
    """How the rows of one bar become one number."""

    SUM = "sum"
    MEAN = "mean"
    MIN = "min"
    MAX = "max"
    COUNT = "count"  # of the rows, whatever they hold


@dataclass(frozen=True)
class Wish:
    """A plot to be made. `x` and `y` are numbers of columns; None is the row number for x, for y nothing."""

    kind: PlotKind
    x: int | None
    y: int | None = None
    together: Together = Together.SUM


@dataclass(frozen=True)
class Drawing:
    """What to draw: points (`x`, `y`), the `bins` of a histogram, or a bar at 0, 1, … for each of the `labels`.

    Places on an axis are numbers or, on the scale MOMENT, seconds since 1970 (UTC). `note` says what is not drawn.
    """

    wish: Wish
    x: Numbers | None = None
    y: Numbers | None = None
    x_scale: Scale = Scale.NUMBER
    y_scale: Scale = Scale.NUMBER
    labels: tuple[str, ...] = ()
    bins: tuple[Bin, ...] = ()
    note: str = ""


def check_extent(drawing: Drawing) -> None:
    """Raises UnsupportedError with a sentence where values lie too far apart or too close together to be drawn."""
    edges = [edge for bin_ in drawing.bins for edge in (bin_.low, bin_.high)]
    axes = (
        (drawing.x_scale, edges if drawing.bins else drawing.x),
        (drawing.y_scale, drawing.y),
    )
    for scale, places in axes:
        if places is not None and len(places) and not _can_be_drawn(scale, places):
            raise UnsupportedError(
                "These values are too large, too far apart or too close together to be drawn.", "Choose other columns."
            )


def _can_be_drawn(scale: Scale, places: Numbers | list[float]) -> bool:
    import numpy as np  # noqa: PLC0415  # not before the first paint

    low, high = float(np.min(places)), float(np.max(places))
    most, span = max(abs(low), abs(high)), high - low
    if scale is Scale.MOMENT and most > _YEARS * _YEAR:
        return False
    return most <= _LARGEST and (span == 0 or span >= max(most * _CLOSEST, 1 / _LARGEST))
