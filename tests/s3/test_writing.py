"""Files are written whole at any pace, and the pace follows what was quickest."""

from __future__ import annotations

import os
import random
from typing import TYPE_CHECKING

import pytest

from s3desk.s3.transfer.writing import _SIZES, _Pace, write_all

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("without_pwrite", [False, True])
def test_every_byte_is_where_it_belongs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, without_pwrite: bool
) -> None:
    if without_pwrite:
        monkeypatch.delattr(os, "pwrite", raising=False)
    chance = random.Random(1)  # noqa: S311  # test data
    wanted = bytearray(6_000_000)
    file = os.open(tmp_path / "x", os.O_RDWR | os.O_CREAT)
    os.truncate(file, len(wanted))
    for _ in range(60):
        start = chance.randrange(len(wanted))
        content = chance.randbytes(min(chance.choice((0, 1, 32_768, 1_500_000)), len(wanted) - start))
        write_all(file, content, start)
        wanted[start : start + len(content)] = content
    os.close(file)
    assert (tmp_path / "x").read_bytes() == wanted


def test_the_pace_follows_what_is_quickest_and_notices_a_change() -> None:
    pace, slow = _Pace(), set(_SIZES[2:])
    for quick in (_SIZES[0], _SIZES[4]):
        slow = set(_SIZES) - {quick}
        taken = []
        for _ in range(1000):
            size = pace.size()
            taken.append(size)
            pace.took(size, 1 << 20, 0.002 if size in slow else 0.001)
        assert taken[-200:].count(quick) > 150
