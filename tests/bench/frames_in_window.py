"""`python -m tests.bench.frames_in_window URL KEYS TEXT MATCHING`: the real window under load."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping

from PySide6.QtCore import Qt

from tests.bench.paints import Paints, resident_mb
from tests.bench.window import Visitor, visit

_SCROLLS_S = 5
_UP, _DOWN = Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder
# The table opens sorted by name, upwards; each of these changes it, and the last leaves it as it was.
_SORTS = [*((column, order) for column in (1, 2, 3, 4) for order in (_UP, _DOWN)), (0, _DOWN), (0, _UP)]

Figures = Mapping[str, float]


async def arriving(visitor: Visitor, paints: Paints, keys: int) -> Figures:
    """From Enter to the last row; `first_rows_ms` to the end of the first paint with rows of this folder."""
    before = resident_mb()
    paints.start()
    start = time.monotonic()
    visitor.press_enter()
    first = await paints.shown(lambda: visitor.is_there and visitor.rows > 1)
    await visitor.until_listed(keys)
    last, after = time.monotonic(), resident_mb()
    return dict(paints.gaps()) | {
        "first_rows_ms": _ms(first - start),
        "last_row_s": round(last - start, 3),
        "rss_before_mb": round(before, 1),
        "rss_growth_mb": round(after - before, 1),
        "peak_growth_mb": round(paints.peak_mb - before, 1),
    }


async def sorting(visitor: Visitor, paints: Paints) -> Figures:
    """By each column, down and up; `result_ms` from the click to the end of the paint that shows it, the longest."""
    model, news = visitor.desk.objects.model, list[int]()
    model.rearranged.connect(lambda: news.append(1))
    paints.start()
    took = []
    for column, order in _SORTS:
        news.clear()
        start = time.monotonic()
        visitor.table.sortByColumn(column, order)
        took.append(await paints.shown(lambda: news) - start)
        await paints.go_on()
    return (
        dict(paints.gaps())
        | {"result_ms": _ms(max(took))}
        | {
            f"column_{column}_{'up' if order is _UP else 'down'}_ms": _ms(seconds)
            for (column, order), seconds in zip(_SORTS, took, strict=True)
        }
    )


async def filtering(visitor: Visitor, paints: Paints, keys: int, text: str, matching: int) -> Figures:
    """Type a text and take it away; `result_ms` as for sorting."""
    paints.start()
    start = time.monotonic()
    visitor.filter_by(text)
    typed = await paints.shown(lambda: visitor.rows == matching) - start
    await paints.go_on()
    start = time.monotonic()
    visitor.filter_by("")
    cleared = await paints.shown(lambda: visitor.rows == keys) - start
    await paints.go_on()
    return dict(paints.gaps()) | {
        "result_ms": _ms(max(typed, cleared)),
        "typed_ms": _ms(typed),
        "cleared_ms": _ms(cleared),
    }


async def scrolling(visitor: Visitor, paints: Paints) -> Figures:
    """From the top to the bottom, a step before each paint."""
    bar = visitor.table.verticalScrollBar()
    start = time.monotonic()

    def step() -> None:
        bar.setValue(int(bar.maximum() * min((time.monotonic() - start) / _SCROLLS_S, 1)))

    paints.before_each = step
    paints.start()
    await paints.shown(lambda: bar.value() == bar.maximum())
    paints.before_each = lambda: None
    return paints.gaps()


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 1)


def main() -> int:
    """Print all cases as one JSON object by name."""
    url, keys, text, matching = sys.argv[1], int(sys.argv[2]), sys.argv[3], int(sys.argv[4])

    async def gestures(visitor: Visitor) -> Mapping[str, Figures]:
        paints = Paints(visitor.table.viewport())
        return {
            "arriving": await arriving(visitor, paints, keys),
            "sorting": await sorting(visitor, paints),
            "filtering": await filtering(visitor, paints, keys, text, matching),
            "scrolling": await scrolling(visitor, paints),
        }

    return visit(url, gestures)


if __name__ == "__main__":
    sys.exit(main())
