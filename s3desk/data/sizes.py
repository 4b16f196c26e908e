"""Numbers of bytes in words."""

from __future__ import annotations


def size_words(size: int) -> str:
    """A number of bytes as file managers write it: `340 bytes`, `128 KB`, `5.2 MB` (a KB is 1,024 bytes)."""
    if size < 1024:
        return f"{size:,} {'byte' if size == 1 else 'bytes'}"
    from humanize import naturalsize  # noqa: PLC0415  # not before something is shown

    return naturalsize(size, binary=True).replace("iB", "B").replace(".0 ", " ")
