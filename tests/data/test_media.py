"""Durations and sizes stand in headers; whatever else stands there raises nothing."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from s3desk.data.looking.hexdump import dump
from s3desk.data.looking.media import Media, duration_words, media
from tests.data.corpus_bytes import mp4, wav


def flac() -> bytes:
    bits = 44_100 << 44 | 1 << 41 | 15 << 36 | 441_000
    return b"fLaC\x00\x00\x00\x22" + bytes(10) + bits.to_bytes(8) + bytes(16)


def mp3() -> bytes:
    return b"ID3\x04\x00\x00\x00\x00\x00\x0a" + bytes(10) + b"\xff\xfb\x90\x00" + bytes(159_996)


def avi() -> bytes:
    head = struct.pack("<10I", 40_000, 0, 0, 0, 250, 0, 1, 0, 320, 240)
    return b"RIFF\0\0\0\0AVI LIST\0\0\0\0hdrlavih" + struct.pack("<I", 56) + head


def matroska() -> bytes:
    info = b"\x15\x49\xa9\x66\x90\x2a\xd7\xb1\x83\x0f\x42\x40\x44\x89\x84" + struct.pack(">f", 12_000)
    tracks = b"\x16\x54\xae\x6b\x90\xae\x8e\xe0\x88\xb0\x82\x02\x80\xba\x82\x01\xe0"
    return b"\x1a\x45\xdf\xa3\x80" + info + tracks


FILES = {"wav": wav(), "mp4": mp4(), "flac": flac(), "mp3": mp3(), "avi": avi(), "mkv": matroska()}
EXPECTED = {
    "wav": Media(3.0),
    "mp4": Media(205.0, 1920, 1080),
    "flac": Media(10.0),
    "mp3": Media(10.0),
    "avi": Media(10.0, 320, 240),
    "mkv": Media(12.0, 640, 480),
}


def read(body: bytes, head: int = 131072) -> tuple[Media, int]:
    """What is found in a file, and how often more of it was asked for."""
    asked = []

    def read_at(offset: int, length: int) -> bytes:
        asked.append(offset)
        return body[offset : offset + length]

    return media(body[:head], len(body), read_at), len(asked)


@pytest.mark.parametrize("name", FILES)
def test_the_header_tells(name: str) -> None:
    assert read(FILES[name]) == (EXPECTED[name], 0)


def test_a_directory_at_the_end_costs_one_request() -> None:
    assert read(mp4(directory_last=True)) == (EXPECTED["mp4"], 1)


@settings(deadline=None)  # the machine may be busy
@given(st.sampled_from(sorted(FILES)), st.integers(0, 120), st.binary(max_size=40))
def test_damage_raises_nothing(name: str, at: int, noise: bytes) -> None:
    found, asked = read(FILES[name][:at] + noise)
    assert asked <= 2
    assert isinstance(found.words, str)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.4, "0 seconds"), (1, "1 second"), (59, "59 seconds"), (205, "3:25 minutes"), (3723, "1:02:03 hours")],
)
def test_durations_read_as_in_a_player(seconds: float, words: str) -> None:
    assert duration_words(seconds) == words


def test_bytes_are_dumped_as_everywhere() -> None:
    lines = dump(bytes(range(60, 72)) + b"\xff").splitlines()
    assert lines[0] == "00000000  3c 3d 3e 3f 40 41 42 43  |<=>?@ABC|"
    assert lines[1] == "00000008  44 45 46 47 ff           |DEFG.|"
