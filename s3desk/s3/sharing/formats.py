"""The ways a link is pasted: bare, in a document, as a table, in code, as a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from s3desk.s3.sharing.links import Link


@dataclass(frozen=True)
class Reading:
    """How a table is to be read, where somebody has looked: as in `pandas.read_csv`; "" and None are not known.

    `ids` are columns whose digits are no numbers (0042), by name, or by position where there is no header.
    `starts_at` is the number of lines in front of the table, such as `sep=;`.
    """

    encoding: str = ""
    delimiter: str = ""
    header: bool | None = None
    decimal: str = ""
    ids: tuple[str | int, ...] = ()
    starts_at: int = 0


Readings = Mapping[str, Reading]  # by key


@dataclass(frozen=True)
class Where:
    """How a server is reached, for code that signs in by itself with its reader's keys; never has any keys.

    "" is what boto3 decides: AWS, the reader's own region, the default profile.
    """

    endpoint_url: str = ""
    region: str = ""
    profile: str = ""
    anonymous: bool = False


class LinkFormat(Enum):
    """What the Share dialog offers; the value is what the user reads."""

    LINK = "Link"
    MARKDOWN = "Markdown"
    HTML = "HTML"
    CSV = "CSV"
    PANDAS = "pandas"
    POLARS = "Polars"
    DUCKDB = "DuckDB"
    BOTO3 = "boto3"
    R = "R"
    CURL = "curl"
    AWS = "aws"
    PAGE = "Web page"

    @property
    def ending(self) -> str:
        """What a file with such a text is called at its end."""
        return _ENDINGS.get(self, ".txt")


READERS = (LinkFormat.PANDAS, LinkFormat.POLARS, LinkFormat.DUCKDB, LinkFormat.BOTO3, LinkFormat.R)  # of tables
_PYTHON = (LinkFormat.PANDAS, LinkFormat.POLARS, LinkFormat.DUCKDB, LinkFormat.BOTO3)
_ENDINGS = {
    LinkFormat.MARKDOWN: ".md",
    LinkFormat.HTML: ".html",
    LinkFormat.CSV: ".csv",
    LinkFormat.R: ".R",
    LinkFormat.CURL: ".sh",
    LinkFormat.AWS: ".sh",
    LinkFormat.PAGE: ".html",
    **dict.fromkeys(_PYTHON, ".py"),
}


def written(
    links: Sequence[Link],
    form: LinkFormat,
    reading: Reading | Readings | None = None,
    where: Where | None = None,
    title: str = "",
) -> str:
    """The links as text to paste, one a line; code runs as pasted, and reads a table as it was seen to lie there.

    `reading` is that of all tables, or of each; `where` is for the formats that use the reader's own keys (boto3,
    aws); `title` heads a page of several links.
    """
    match form:
        case LinkFormat.LINK:
            return "\n".join(link.url for link in links)
        case LinkFormat.MARKDOWN:
            return "\n".join(_markdown(link) for link in links)
        case LinkFormat.HTML:
            return "\n".join(_anchor(link) for link in links)
        case LinkFormat.CSV:
            return _csv(links)
        case LinkFormat.PAGE:
            from s3desk.s3.sharing.pages import link_page  # noqa: PLC0415  # with its templates not before asked for

            return link_page(title if title and len(links) > 1 else _title(links), links)
    from s3desk.s3.sharing.code import code  # noqa: PLC0415  # what writes code not before asked for

    if isinstance(reading, Reading):
        reading = {link.key: reading for link in links}
    return code(links, form, reading or {}, where or Where())


def name_of(link: Link) -> str:
    """What people call the object."""
    return name_of_key(link.key)


def name_of_key(key: str) -> str:
    """The last part of a key, or all of it where that is nothing."""
    return key.removesuffix("/").rpartition("/")[2] or key


def _title(links: Sequence[Link]) -> str:
    return name_of(links[0]) if len(links) == 1 else f"{len(links):,} files"


def _anchor(link: Link) -> str:
    import html  # noqa: PLC0415  # its table of entities not before the first paint

    return f'<a href="{html.escape(link.url)}">{html.escape(_seen_name(link))}</a>'


def _markdown(link: Link) -> str:
    name = _seen_name(link)
    for special in "\\[]`*_<>":
        name = name.replace(special, "\\" + special)
    return f"[{name}](<{link.url}>)"


def _seen_name(link: Link) -> str:
    """A name as people may read it: what turns text around would make one file look like another."""
    from s3desk.s3.sharing.pages import visible  # noqa: PLC0415  # with its templates not before asked for

    return visible(" ".join(name_of(link).splitlines()))


def _csv(links: Sequence[Link]) -> str:
    """A table for a spreadsheet: a name that looks like a formula gets a ' in front, times are ISO 8601."""
    import csv  # noqa: PLC0415  # rarely needed
    import io  # noqa: PLC0415

    from s3desk.s3.usage_csv import guarded  # noqa: PLC0415

    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(["object", "link", "works until"])
    for link in links:
        ends = "" if link.never_ends else link.ends.astimezone().isoformat(timespec="seconds")
        rows.writerow([guarded(link.key), guarded(link.url), ends])
    return text.getvalue()
