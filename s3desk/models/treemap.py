"""Where the tiles of a treemap lie: pure geometry, squarified (Bruls, Huizing, van Wijk 2000)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple


class Rect(NamedTuple):
    """A rectangle in any unit."""

    x: float
    y: float
    width: float
    height: float


def squarify(weights: Sequence[float], bounds: Rect) -> list[Rect]:
    """A rectangle a weight, areas in proportion, filling `bounds`; a weight of 0 or less gets an empty one.

    Heavier ones first give shapes close to squares, but any order does.
    """
    corner = Rect(bounds.x, bounds.y, 0.0, 0.0)
    places = [corner] * len(weights)
    seen = [number for number, weight in enumerate(weights) if weight > 0]
    left, rest = bounds, float(math.fsum(weights[number] for number in seen))
    while seen and rest > 0:
        scale = left.width * left.height / rest
        areas = [weights[number] * scale for number in seen]
        count = _row(areas, min(left.width, left.height))
        last = count == len(seen)
        row, left = _lay(areas[:count], left, last=last)
        for number, place in zip(seen[:count], row, strict=True):
            places[number] = place
        rest -= math.fsum(weights[number] for number in seen[:count])
        seen = seen[count:]
    return places


def _row(areas: Sequence[float], side: float) -> int:
    """How many of the next areas, laid along `side`, come closest to squares."""
    total, low, high, best = 0.0, math.inf, 0.0, math.inf
    for count, area in enumerate(areas):
        total, low, high = total + area, min(low, area), max(high, area)
        worst = _stretch(total, low, high, side)
        if worst > best:
            return count
        best = worst
    return len(areas)


def _stretch(total: float, low: float, high: float, side: float) -> float:
    """Length by breadth of the longest tile in a row of these areas."""
    if low <= 0 or total <= 0 or side <= 0:
        return math.inf
    thick = total / side
    return max(high / thick / thick, thick * thick / low)


def _lay(areas: Sequence[float], left: Rect, *, last: bool) -> tuple[list[Rect], Rect]:
    """Put a row along the shorter side of what is left; the last one takes all of it, so that no gap remains."""
    upright = left.width >= left.height  # the row is a column at the left
    side, depth = (left.height, left.width) if upright else (left.width, left.height)
    total = math.fsum(areas) or 1.0  # no room is left, for weights too small to be seen
    thick = depth if last or side <= 0 else min(total / side, depth)
    placed, done = [], 0.0
    for area in areas:
        start, done = side * min(done / total, 1.0), done + area
        length = side * min(done / total, 1.0) - start
        if upright:
            placed.append(Rect(left.x, left.y + start, thick, length))
        else:
            placed.append(Rect(left.x + start, left.y, length, thick))
    if upright:
        return placed, Rect(left.x + thick, left.y, left.width - thick, left.height)
    return placed, Rect(left.x, left.y + thick, left.width, left.height - thick)
