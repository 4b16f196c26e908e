"""Renders the pages this program publishes: one template, its style, and at most one script of our own."""

from __future__ import annotations

import base64
import hashlib
import re
from urllib.parse import urlsplit

from s3desk.shipped import shipped

_LINE_ENDS = re.compile(r"\r\n?")
_WEB_ADDRESS = re.compile(r"https?://[^\s<>\"'`\\{}|^]+", re.IGNORECASE)
MOST_ADDRESS = 2_000  # characters of an address that is made a link


def rendered(template: str, *, style: str, script: str = "", **values: object) -> str:
    """A template of `resources/pages` as HTML, autoescaped; `style` and `script` are names of files beside it.

    The page's security policy allows exactly that style and that script by their hashes, and nothing from elsewhere.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415  # heavy

    folder = shipped("pages")
    styles = "\n".join((folder / name).read_text(encoding="utf-8") for name in ("page.css", style))
    scripts = (folder / script).read_text(encoding="utf-8").strip() if script else ""
    pages = Environment(loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined)
    pages.trim_blocks = pages.lstrip_blocks = True
    return pages.get_template(template).render(style=styles, script=scripts, policy=_policy(styles, scripts), **values)


def shown(text: str) -> str:
    """Text for a cell or a name: line ends stay, marks stand for characters that draw nothing or turn text around."""
    from s3desk.s3.sharing.pages import visible  # noqa: PLC0415

    if text.isprintable():
        return text
    lines = _LINE_ENDS.sub("\n", text).replace("\t", " ").split("\n")
    return "\n".join(map(visible, lines))


def web_address(text: str) -> str:
    """The text where all of it is an http or https address that may be clicked, else ""."""
    if len(text) > MOST_ADDRESS or not text.isprintable() or not _WEB_ADDRESS.fullmatch(text):
        return ""
    try:
        parts = urlsplit(text)
        return text if parts.hostname and parts.port != 0 else ""  # reading a wrong port raises
    except ValueError:
        return ""


def _policy(style: str, script: str) -> str:
    """A content security policy; nothing is loaded, sent or framed, and no other script runs."""
    scripts = f" script-src '{_hash(script)}';" if script else ""
    return f"default-src 'none'; style-src '{_hash(style)}';{scripts} base-uri 'none'; form-action 'none'"


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
