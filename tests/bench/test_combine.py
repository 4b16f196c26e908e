"""The bench of combining runs and both sides make the same table; how fast is never a test."""

from __future__ import annotations

from tests.bench.combine import LOOP, CombineWish, combine


def test_both_sides_make_the_same_frame() -> None:
    (case,) = combine(CombineWish(files=6, size=20_000))
    assert case.s3desk["same_frame"] is True
    assert case.s3desk["rows"] == case.peers[LOOP]["rows"] > 1000
    assert case.s3desk["requests"] == case.peers[LOOP]["requests"] == 6
    assert case.s3desk.keys() >= {"wall_s", "cpu_s", "rss_mb", "table_mb", "memory_ratio"}
    assert case.ratio[LOOP] > 0
