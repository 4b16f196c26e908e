"""Whatever part of a compressed file is here unfolds to the beginning of its content, within limits."""

from __future__ import annotations

import bz2
import gzip
import lzma
from collections.abc import Callable

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from s3desk.data.looking.compressed import MOST, codec_of, inner_name, unfold
from tests.data.corpus_bytes import by_arrow, noisy_csv

RAW = noisy_csv(9000)
COMPRESS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "zstd": lambda data: by_arrow(data, "zstd"),
    "lz4": lambda data: by_arrow(data, "lz4"),
}
PACKED = {codec: compress(RAW) for codec, compress in COMPRESS.items()}


@pytest.mark.parametrize("codec", PACKED)
def test_the_whole_unfolds_to_all(codec: str) -> None:
    assert codec_of(PACKED[codec]) == codec
    found = unfold(PACKED[codec], codec, whole=True)
    assert (found.data, found.whole, found.damaged, found.is_bomb) == (RAW, True, False, False)
    assert found.size_of(len(PACKED[codec])) == len(RAW)


@settings(deadline=None)  # the machine may be busy
@given(st.sampled_from(sorted(PACKED)), st.floats(0, 1))
def test_a_part_unfolds_to_the_beginning(codec: str, share: float) -> None:
    cut = PACKED[codec][: int(len(PACKED[codec]) * share)]
    found = unfold(cut, codec, whole=False)
    assert RAW.startswith(found.data)
    assert not found.whole or not cut


@settings(deadline=None)  # the machine may be busy
@given(st.sampled_from(sorted(PACKED)), st.binary(max_size=200), st.integers(4, 2000), st.booleans())
def test_noise_never_raises(codec: str, noise: bytes, at: int, whole: bool) -> None:
    found = unfold(PACKED[codec][:at] + noise, codec, whole=whole)
    assert len(found.data) <= MOST


@pytest.mark.parametrize("codec", PACKED)
def test_a_bomb_is_told_and_not_unfolded(codec: str) -> None:
    bomb = COMPRESS[codec](bytes(32 << 20))
    found = unfold(bomb[: 128 << 10], codec, whole=len(bomb) <= 128 << 10)
    assert found.data == bytes(MOST)
    assert found.is_bomb
    assert not found.whole


@pytest.mark.parametrize("codec", ["gzip", "xz", "zstd", "lz4"])
def test_the_size_is_estimated_from_the_beginning(codec: str) -> None:
    raw = noisy_csv(60_000)
    packed = COMPRESS[codec](raw)
    found = unfold(packed[: 128 << 10], codec, whole=False)
    assert found.size_of(len(packed)) == pytest.approx(len(raw), rel=0.35)


def test_members_one_after_the_other_are_one_content() -> None:
    for codec in ("gzip", "bzip2", "xz"):
        found = unfold(COMPRESS[codec](b"a,b\n") + COMPRESS[codec](b"1,2\n"), codec, whole=True)
        assert (found.data, found.whole) == (b"a,b\n1,2\n", True)


@pytest.mark.parametrize(
    ("key", "name"), [("a/b.csv.gz", "a/b.csv"), ("b.CSV.GZ", "b.CSV"), ("b.csv", "b.csv"), ("b.tgz", "b.tgz.tar")]
)
def test_the_name_inside(key: str, name: str) -> None:
    assert inner_name(key) == name


def test_the_end_of_what_is_cut_is_not_lost_with_it() -> None:
    lines = b"".join(b"%d,%d\n" % (number, number * 7919 % 1000003) for number in range(3000))
    out = pa.BufferOutputStream()
    with pa.CompressedOutputStream(out, "lz4") as stream:
        stream.write(lines)
    found = unfold(out.getvalue().to_pybytes()[:-1], "lz4", whole=False)
    assert lines.startswith(found.data)
    assert len(found.data) >= len(lines) - 8192
