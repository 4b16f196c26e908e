"""A picture's size is read from its header, whoever wrote it."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3desk.data.looking.images import dimensions


def jpeg(width: int, height: int, frame: int = 0xC0, before: bytes = b"") -> bytes:
    segment = struct.pack(">BBHBHHB", 0xFF, frame, 17, 8, height, width, 3) + bytes(9)
    return b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(10) + before + segment


PICTURES = {
    "png": b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR" + struct.pack(">II", 640, 480),
    "gif": b"GIF89a" + struct.pack("<HH", 640, 480),
    "bmp": b"BM" + bytes(12) + struct.pack("<Iii", 40, 640, 480),
    "bmp from the top": b"BM" + bytes(12) + struct.pack("<Iii", 40, 640, -480),
    "bmp of os/2": b"BM" + bytes(12) + struct.pack("<IHH", 12, 640, 480),
    "jpeg": jpeg(640, 480),
    "progressive jpeg": jpeg(640, 480, 0xC2),
    "jpeg with a long comment": jpeg(640, 480, before=b"\xff\xfe\xff\xff" + bytes(65533) + b"\xff\xff\xdb\x00\x04ab"),
    "lossy webp": b"RIFF\0\0\0\0WEBPVP8 \0\0\0\0" + b"\0\0\0\x9d\x01\x2a" + struct.pack("<HH", 640, 480),
    "lossless webp": b"RIFF\0\0\0\0WEBPVP8L\0\0\0\0\x2f" + struct.pack("<I", 639 | 479 << 14),
    "extended webp": b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0" + b"\x7f\x02\0" + b"\xdf\x01\0",
}  # fmt: skip


@pytest.mark.parametrize("name", PICTURES)
def test_the_size_stands_in_the_header(name: str) -> None:
    assert dimensions(PICTURES[name]) == (640, 480)


@pytest.mark.parametrize("name", PICTURES)
def test_a_cut_header_has_no_size(name: str) -> None:
    assert all(dimensions(PICTURES[name][:end]) is None for end in range(10))


@given(st.sampled_from(sorted(PICTURES)), st.binary(max_size=60), st.integers(2, 40))
def test_a_damaged_header_has_a_positive_size_or_none(name: str, noise: bytes, at: int) -> None:
    size = dimensions(PICTURES[name][:at] + noise)
    assert size is None or min(size) > 0
