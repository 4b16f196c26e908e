"""A source fetches what is read, ahead where that pays, nothing twice, and no more than it may."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from s3desk.data.parsers.source import Source, TooMuchError

BODY = bytes(range(256)) * 20_000


def source(
    body: bytes = BODY, head: int = 1000, most_bytes: int = 1 << 30, most_requests: int = 1000
) -> tuple[Source, list[tuple[int, int]]]:
    """A source over these bytes, and the list of what it asks for."""
    asked: list[tuple[int, int]] = []

    def ask(offset: int, length: int) -> bytes:
        asked.append((offset, length))
        return body[offset : offset + length]

    made = Source(ask, len(body), body[:head], most_bytes=most_bytes, most_requests=most_requests)
    return made, asked


@settings(deadline=None)  # the machine may be busy
@given(st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 900)), max_size=12), st.integers(0, 4000))
def test_it_reads_like_a_file_and_asks_nothing_twice(reads: list[tuple[int, int]], head: int) -> None:
    body = BODY[:4000]
    file, asked = source(body, head)
    for offset, length in reads:
        file.seek(offset)
        assert file.read(length) == body[offset : offset + length]
        assert file.tell() == offset + len(body[offset : offset + length])
    fetched = [byte for offset, length in asked for byte in range(offset, offset + length)]
    assert len(fetched) == len(set(fetched))
    assert all(byte >= head for byte in fetched)


def test_a_small_file_comes_at_once_and_a_large_one_in_growing_pieces() -> None:
    file, asked = source(BODY[:500_000])
    file.read(2000)
    assert asked == [(1000, 499_000)]
    file, asked = source()
    for _ in range(3000):
        file.read(100)
    assert asked == [(1000, 65536), (66536, 131072), (197608, 262144)]


def test_what_is_planned_comes_together_and_nothing_else() -> None:
    file, asked = source()
    file.plan([(30_000, 40_000), (20_000, 30_000), (100_000, 100_500)])
    file.seek(25_000)
    file.read(10)
    assert asked == [(25_000, 15_000)]
    assert file.read_at(100_000, 10) == BODY[100_000:100_010]
    assert asked[1:] == [(100_000, 500)]


def test_a_large_span_comes_in_pieces_from_its_start() -> None:
    file, asked = source()
    file.plan([(100_000, 200_000), (200_000, 3_000_000)])
    file.read_at(100_000, 10)
    file.read_at(200_000, 10)
    file.read_at(200_000, 300_000)
    assert asked == [(100_000, 100_000), (200_000, 262_144), (462_144, 524_288)]


@pytest.mark.parametrize(("most_bytes", "most_requests"), [(70_000, 1000), (1 << 30, 1)])
def test_it_refuses_more_than_it_may(most_bytes: int, most_requests: int) -> None:
    file, _ = source(most_bytes=most_bytes, most_requests=most_requests)
    file.read(50_000)
    assert not file.exhausted
    with pytest.raises(TooMuchError):
        file.read_at(3_000_000, 10)
    assert file.exhausted


def test_it_seeks_like_a_file() -> None:
    file, _ = source()
    assert file.seek(-10, io.SEEK_END) == len(BODY) - 10
    assert file.read() == BODY[-10:]
    assert file.read(5) == b""
    with pytest.raises(OSError, match="before the start"):
        file.seek(-1)
    buffer = bytearray(4)
    file.seek(2)
    assert io.BufferedReader(file).readinto(buffer) == 4
    assert bytes(buffer) == BODY[2:6]
