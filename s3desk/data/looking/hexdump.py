"""Bytes as people look at them who have nothing else: offset, hexadecimal digits, letters."""

from __future__ import annotations

MOST = 4096  # bytes shown
_WIDTH = 8


def dump(data: bytes) -> str:
    """For example `00000008  50 4b 03 04 …  |PK..|`, 8 bytes a line, which fits beside a list of files."""
    return "\n".join(_line(start, data[start : start + _WIDTH]) for start in range(0, len(data), _WIDTH)) + "\n"


def _line(start: int, data: bytes) -> str:
    letters = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in data)
    return f"{start:08x}  {data.hex(' '):<23}  |{letters}|"
