"""Tiles fill their rectangle, in proportion, and never lie on each other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3desk.models.treemap import Rect, squarify

SIDES = st.floats(1, 5000)
WEIGHTS = st.lists(st.one_of(st.integers(0, 2**50), st.floats(1e-6, 1e12)), max_size=60)


@given(WEIGHTS, SIDES, SIDES, st.floats(-100, 100), st.floats(-100, 100))
def test_areas_are_in_proportion_and_inside(
    weights: list[float], width: float, height: float, x: float, y: float
) -> None:
    bounds = Rect(x, y, width, height)
    places = squarify(weights, bounds)
    assert len(places) == len(weights)
    total = sum(weights)
    for weight, place in zip(weights, places, strict=True):
        share = weight / total if total else 0.0
        assert place.width * place.height == pytest.approx(share * width * height, abs=1e-6 * width * height)
        near = 1e-6 * (width + height + 100)
        assert place.width >= 0
        assert place.height >= 0
        assert x - near <= place.x
        assert y - near <= place.y
        assert place.x + place.width <= x + width + near
        assert place.y + place.height <= y + height + near


@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=40))
def test_no_tile_lies_on_another(weights: list[int]) -> None:
    places = squarify(sorted(weights, reverse=True), Rect(0, 0, 800, 500))
    for number, one in enumerate(places):
        for other in places[number + 1 :]:
            across = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
            down = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
            assert min(across, down) < 1e-6


def test_the_example_of_the_paper() -> None:
    places = squarify([6, 6, 4, 3, 2, 2, 1], Rect(0, 0, 6, 4))
    assert [tuple(round(side, 2) for side in place) for place in places[:4]] == [
        (0, 0, 3, 2),
        (0, 2, 3, 2),
        (3, 0, 1.71, 2.33),
        (4.71, 0, 1.29, 2.33),
    ]


def test_nothing_heavy_is_nowhere() -> None:
    assert squarify([], Rect(0, 0, 10, 10)) == []
    assert squarify([0, 0], Rect(1, 2, 10, 10)) == [Rect(1, 2, 0, 0)] * 2
    assert squarify([1], Rect(0, 0, 0, 0)) == [Rect(0, 0, 0, 0)]
