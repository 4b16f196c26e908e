"""Keys as hypothesis draws them: all that S3 allows, and the part of it each test server takes."""

from __future__ import annotations

from hypothesis import strategies as st

# S3 takes any UTF-8. Left out for all: surrogates (no UTF-8), NUL (both servers refuse it with 400), and U+FFFE and
# U+FFFF, with which Ceph 16 answers every listing of the bucket with 500.
_CHARACTERS = st.characters(codec="utf-8", exclude_characters="\0\ufffe\uffff")
_ODD = st.one_of(
    st.sampled_from(
        ["/", "//", "..", ".", " ", "+", "%", "%2F", "&", "#", "?", "=", "'", '"', "<", ">", "\\", "\r", "\n"]
    ),
    st.sampled_from(
        ["é", "e\u0301", "日本", "😀", "\u202e", "\u200b", "\x01", "\x7f", "\x85", "~", "*", ":", "|", ".csv"]
    ),
)
_MOST_BYTES = 1000  # 1,024 less what the tests put before

KEYS = (
    st.lists(st.one_of(_ODD, _CHARACTERS), min_size=1, max_size=40)
    .map("".join)
    .filter(lambda key: 0 < len(key.encode()) <= _MOST_BYTES)
)


def _in_a_file_tree(key: str) -> bool:
    segments = key.split("/")
    return all(segment not in ("", ".", "..") and len(segment.encode()) <= 200 for segment in segments)


# SeaweedFS keeps objects in a file tree: no empty, "." or ".." segments, no "/" at either end, no backslash (it turns
# into a slash), and no control characters, which its listing cannot carry.
TREE_KEYS = KEYS.filter(
    lambda key: _in_a_file_tree(key) and "\\" not in key and all(ch >= " " and ch != "\x7f" for ch in key)
)
