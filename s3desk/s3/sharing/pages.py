"""Web pages to hand on: one with links, one with an upload form; they run no script and need no other file."""

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from s3desk.s3.errors import BadNameError
from s3desk.s3.sharing.links import LinkKind
from s3desk.shipped import shipped

if TYPE_CHECKING:
    from s3desk.s3.sharing.links import Link
    from s3desk.s3.sharing.upload_links import UploadForm

_HOST = re.compile(r"[\w.:\[\]-]+", re.ASCII)  # nothing that would begin another rule of a content security policy
_JOINERS = "\u200c\u200d"  # hold emoji and words of some languages together
_IMAGES = ("image/jpeg", "image/png", "image/gif", "image/webp", "image/svg+xml", "image/tiff", "image/heic")
_KINDS = {
    "text/csv": "CSV tables",
    "application/pdf": "PDF documents",
    "application/json": "JSON files",
    "application/zip": "ZIP archives",
    "text/plain": "text files",
    "image/": "images",
    "video/": "videos",
    "audio/": "sound recordings",
}


@dataclass(frozen=True)
class _Row:
    """One link as the page shows it."""

    name: str
    url: str  # "" where nothing can be clicked
    version_id: str
    ends: datetime | None
    until: str


def link_page(title: str, links: Sequence[Link]) -> str:
    """An HTML page that lists the links by name, each with when it ends; to be mailed or put on a web server.

    Only http and https addresses can be clicked, upload links cannot. The page holds the links, so it is as secret as
    they are.
    """
    folder = _common_folder([link.key for link in links])
    rows = [_row(link, folder) for link in links]
    untils = {row.until for row in rows}
    return _rendered(
        "links.html",
        title=visible(title),
        rows=rows,
        same=untils.pop() if len(untils) == 1 else "",
        signed=any(link.kind is LinkKind.TEMPORARY for link in links),
    )


def upload_page(title: str, form: UploadForm) -> str:
    """An HTML page with a form that puts one file at a time into the folder, under the rules of `form`.

    Raises BadNameError when the form goes to no web address.
    """
    if not _is_web(form.url) or not _HOST.fullmatch(urlsplit(form.url).netloc):
        raise BadNameError("The form has no web address to go to.", "Check the endpoint URL of this connection.")
    wanted = form.rules.content_type
    return _rendered(
        "upload.html",
        title=visible(title),
        url=form.url,
        origin=_origin(form.url),
        fields=form.fields,
        until=_until(form.ends),
        ends=form.ends,
        most=_size(form.rules.most_bytes),
        kind=_KINDS.get(wanted, f"files of the type {visible(wanted)}") if wanted else "",
        accept=f"{wanted}*" if wanted.endswith("/") else wanted,
        types=_types(wanted),
        typed=wanted if wanted.endswith("/") and wanted != "image/" else "",
    )


def visible(text: str) -> str:
    """The text in one line, with marks in place of characters that draw nothing or turn text around."""
    return "".join(c if c in _JOINERS or unicodedata.category(c) not in _UNSEEN else f"‹U+{ord(c):04X}›" for c in text)


_UNSEEN = frozenset({"Cc", "Cf", "Zl", "Zp", "Cs"})


def _rendered(template: str, **values: object) -> str:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415  # heavy

    folder = shipped("pages")
    style = (folder / "page.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    pages = Environment(loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined)
    pages.trim_blocks = pages.lstrip_blocks = True
    return pages.get_template(template).render(style=style, style_hash=f"sha256-{digest}", **values)


def _row(link: Link, folder: str) -> _Row:
    clickable = link.kind is not LinkKind.UPLOAD and _is_web(link.url)
    name = visible(link.key.removeprefix(folder) or link.key)
    ends = None if link.never_ends else link.ends
    return _Row(name, link.url if clickable else "", link.version_id, ends, _until(ends))


def _common_folder(keys: Sequence[str]) -> str:
    """The folder all keys are in, which says nothing about any one of them."""
    if not keys:
        return ""
    first, last = min(keys), max(keys)
    same = next((n for n, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), min(len(first), len(last)))
    return first[: first.rfind("/", 0, same) + 1]


def _is_web(url: str) -> bool:
    return urlsplit(url).scheme in ("http", "https") and bool(urlsplit(url).hostname)


def _origin(url: str) -> str:
    """The scheme and host, as a content security policy names them; it cannot name an IPv6 address."""
    parts = urlsplit(url)
    return f"{parts.scheme}:" if "[" in parts.netloc else f"{parts.scheme}://{parts.netloc}"


def _until(ends: datetime | None) -> str:
    """The end in this computer's time, with its distance from UTC because the reader may be elsewhere."""
    if ends is None:
        return "no end"
    local = ends.astimezone()
    offset = local.strftime("%z")  # such as +0100
    zone = f"(UTC{offset[:3]}:{offset[3:5]})" if local.utcoffset() else "UTC"
    return f"{local:%Y-%m-%d %H:%M} {zone}"


def _size(most_bytes: int) -> str:
    """The limit as the dialog counts it; rounded down, so that nobody is promised too much."""
    for unit, factor in (("GB", 1024**3), ("MB", 1024**2), ("KB", 1024)):
        if most_bytes >= factor:
            tenths = most_bytes * 10 // factor
            return f"{tenths // 10}{f'.{tenths % 10}' if tenths % 10 else ''} {unit}"
    return f"{most_bytes} bytes"


def _types(wanted: str) -> Mapping[str, str]:
    """What the sender chooses from where any type of a family is taken: without a script nothing else can tell."""
    return {kind: kind.partition("/")[2].partition("+")[0].upper() for kind in _IMAGES} if wanted == "image/" else {}
