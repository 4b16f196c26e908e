"""Random texts for hypothesis, without the seconds its own table of all characters takes to build."""

from __future__ import annotations

from hypothesis import strategies as st


def any_text(max_size: int) -> st.SearchStrategy[str]:
    """Characters of all planes but no surrogates, and without the byte order mark, which a file may not begin with."""
    code = st.integers(0, 0xD7FF) | st.integers(0xE000, 0xFEFE) | st.integers(0x10000, 0x10FFFF)
    return st.lists(code.map(chr), max_size=max_size).map("".join)
