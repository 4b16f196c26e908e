"""The Python that reads a table and writes its page: boto3 and pandas, runnable as pasted, without any keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from s3desk.s3.publishing import HTML
from s3desk.s3.sharing.code import quoted

if TYPE_CHECKING:
    from s3desk.data.publishing.publish import PageOptions


@dataclass(frozen=True)
class PagePlace:
    """Where the page goes, and the header that says how long browsers may keep it."""

    bucket: str
    key: str
    cache_control: str


def page_code(reading: str, options: PageOptions, place: PagePlace) -> str:
    """`reading`, which makes `df` and `s3`, and what writes a plain page with the same cells and uploads it."""
    columns = "" if options.columns is None else f"[[{', '.join(map(quoted, options.columns))}]]"
    border = "1" if options.border else "0"
    put = [
        "s3.put_object(",
        f"    Bucket={quoted(place.bucket)},",
        f"    Key={quoted(place.key)},",
        "    Body=page.encode(),",
        f"    ContentType={quoted(HTML)},",
        f"    CacheControl={quoted(place.cache_control)},",
        ")",
    ]
    writing = [
        f"df = df{columns}",
        "",
        *_CELL,
        *(_LINKS if options.links else ()),
        *_ROWS,
        f"title = html.escape({quoted(options.title)})",
        "page = f'<!DOCTYPE html>\\n<meta charset=\"utf-8\">\\n<title>{title}</title>\\n<h1>{title}</h1>\\n'",
        f"page += f'<table border=\"{border}\">\\n<tr>{{head}}</tr>\\n{{rows}}\\n</table>\\n'",
    ]
    return "\n".join(["import html", "", reading.strip(), "", *writing, *put, ""])


_CELL = (
    "def cell(value):",
    '    text = html.escape(str(value)) if value is not None else ""',
)
_LINKS = (
    '    if text.startswith(("http://", "https://")):',
    '        text = f\'<a href="{text}" rel="noopener noreferrer nofollow">{text}</a>\'',
)

_ROWS = (
    '    return f"<td>{text}</td>"',
    "",
    "cells = df.astype(object).where(df.notna(), None).itertuples(index=False, name=None)",
    'head = "".join(f"<th>{html.escape(str(name))}</th>" for name in df.columns)',
    'rows = "\\n".join("<tr>" + "".join(map(cell, row)) + "</tr>" for row in cells)',
)
