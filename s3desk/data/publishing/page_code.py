"""The Python that reads a table and writes its page: boto3 and pandas, runnable as pasted, without any keys."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from s3desk.s3.account import SignIn
from s3desk.s3.publishing import HTML
from s3desk.s3.sharing.code import quoted
from s3desk.s3.sharing.formats import LinkFormat, Reading, Where, written
from s3desk.s3.sharing.links import Link

if TYPE_CHECKING:
    import pyarrow as pa

    from s3desk.data.publishing.publish import PageOptions
    from s3desk.s3.connection import Connection
    from s3desk.s3.job import Job

_NUMERIC = r"^\s*[-+]?[\d.]"
_LOOKED_AT = 100_000  # rows


@dataclass(frozen=True)
class PagePlace:
    """Where the page goes, and the header that says how long browsers may keep it."""

    bucket: str
    key: str
    cache_control: str


def reading_code(
    job: Job, connection: Connection, bucket: str, key: str, table: pa.Table, reading: Reading | None = None
) -> str:
    """The lines that make `df` of an object as it was read here; texts that look like numbers stay texts."""
    job.check()
    account = connection.account
    profile = account.profile if account.sign_in is SignIn.PROFILE else ""
    region = "" if connection.endpoint_url else connection.region_of(bucket)
    where = Where(connection.endpoint_url, region, profile, account.sign_in is SignIn.ANONYMOUS)
    link = Link(bucket, key, "", datetime.max.replace(tzinfo=UTC))
    seen = reading or Reading()
    texts = _numbers_as_text(table)
    ids = tuple(texts) if seen.header is False else tuple(dict.fromkeys(table.schema.names[one] for one in texts))
    return written([link], LinkFormat.BOTO3, replace(seen, ids=ids), where)


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


def _numbers_as_text(table: pa.Table) -> list[int]:
    """The numbers of the text columns that pandas would take for numbers."""
    import pyarrow as pa  # noqa: PLC0415  # heavy
    import pyarrow.compute as pc  # noqa: PLC0415

    first = table.slice(0, _LOOKED_AT)
    texts = [number for number, kind in enumerate(table.schema.types) if pa.types.is_string(kind)]
    return [number for number in texts if pc.any(pc.match_substring_regex(first.column(number), _NUMERIC)).as_py()]
