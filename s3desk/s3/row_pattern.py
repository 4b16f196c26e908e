"""The rows of a listing by one regular expression, learned from the first: most pages fit it to the last row."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

# What is kept of an object, by the path of its element.
KEPT = ("Key", "Size", "LastModified", "StorageClass", "ETag", "Owner/DisplayName", "Owner/ID")
_STANDS_FOR = {b"Contents": b"<Contents/>", b"CommonPrefixes": b"<CommonPrefixes><Prefix/></CommonPrefixes>"}
_TAG = re.compile(rb"(<[^>]*>)")


def rows_of(body: bytes, tag: bytes) -> tuple[dict[str, Any] | None, bytes]:
    """The texts of all elements of this tag, by path, and the body with one empty element in their place.

    None for rows that are not laid out alike, or hold what is escaped.
    """
    start, close = body.find(b"<%b>" % tag), b"</%b>" % tag
    if start < 0:
        return {}, body
    end = body.rfind(close) + len(close)
    first_end = body.find(close, start) + len(close)
    if first_end < len(close) or end < first_end:
        return None, body
    layout = _layout(body[start:first_end])
    if layout is None:
        return None, body
    pattern, paths = layout
    segment = body[start:end]
    rows = pattern.findall(segment)
    # Each match ends where the next begins; as many as there are opening tags, so nothing lies between them.
    if len(rows) != segment.count(b"<%b>" % tag):
        return None, body
    texts = zip(*rows, strict=True) if len(paths) > 1 else [rows]
    return dict(zip(paths, texts, strict=True)), body[:start] + _STANDS_FOR[tag] + body[end:]


def _layout(row: bytes) -> tuple[re.Pattern[bytes], tuple[str, ...]] | None:
    """The pattern that fits a row and all laid out like it, and the paths its groups stand for."""
    pieces = _TAG.split(row)
    shape = bytes(b"".join(piece if number % 2 else b"\0" if piece else b"" for number, piece in enumerate(pieces)))
    return _compiled(shape)


@lru_cache(maxsize=64)
def _compiled(shape: bytes) -> tuple[re.Pattern[bytes], tuple[str, ...]] | None:
    opened, pattern, paths = list[bytes](), list[bytes](), list[str]()
    pieces = _TAG.split(shape)
    for number in range(1, len(pieces), 2):
        tag, text = pieces[number : number + 2]
        name, closes, is_empty = tag.strip(b"</>"), tag.startswith(b"</"), tag.endswith(b"/>")
        if not name.isalpha() or tag not in (b"<%b>" % name, b"</%b>" % name, b"<%b/>" % name):
            return None  # attributes, comments, sections: not laid out so simply
        pattern.append(re.escape(tag))
        if not closes:
            opened.append(name)
        is_leaf = is_empty or (not closes and pieces[number + 2 : number + 3] == [b"</%b>" % name])
        if is_leaf:
            path = b"/".join(opened[1:]).decode()
            kept = path in KEPT or path == "Prefix"
            pattern.append(b"()" * kept if is_empty else _group(path))
            paths += [path] * kept
        if (text and (is_empty or not is_leaf)) or ((closes or is_empty) and (not opened or opened.pop() != name)):
            return None  # text between elements, or an end of something else
    if opened or not paths or len(set(paths)) < len(paths):
        return None
    return re.compile(b"".join(pattern) + rb"(?=%b|\Z)" % re.escape(pieces[1])), tuple(paths)


def _group(path: str) -> bytes:
    text = rb"[^<>&\x00-\x1f]*"  # as it stands; what is escaped, or not allowed, is left to expat
    if path == "ETag":
        return rb'(?:&quot;|&#34;|")?([^<>&"\x00-\x1f]*)(?:&quot;|&#34;|")?'
    return b"(%b)" % text if path in KEPT or path == "Prefix" else text
