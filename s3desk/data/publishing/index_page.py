"""A folder as a web page: its files by name, with relative links that work wherever the page stands beside them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING
from urllib.parse import quote

from s3desk.data.publishing.page import rendered

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from s3desk.s3.columns import Entry
    from s3desk.s3.connection import Connection
    from s3desk.s3.job import Job

MOST_ENTRIES = 10_000
MOST_FOLDERS = 200  # that are looked into for a page of their own
_DOTS = frozenset({".", ".."})


class Below(Enum):
    """What the page shows of the folders in its folder; the value is what the user reads."""

    NAMES = "their names"
    FILES = "all files in them"


@dataclass(frozen=True)
class IndexWish:
    """Which folder the page `name` in it is about; with `up` the folder above is linked if it has such a page."""

    bucket: str
    prefix: str
    name: str = "index.html"
    below: Below = Below.NAMES
    up: bool = False

    @property
    def key(self) -> str:
        """The page's own key."""
        return self.prefix + self.name

    @property
    def above(self) -> str:
        """The folder this one is in."""
        return self.prefix[: self.prefix.rfind("/", 0, -1) + 1]


@dataclass(frozen=True)
class IndexEntry:
    """One line: `href` is relative, "" where no browser can open it; a size of None is a folder's."""

    name: str
    href: str
    size: int | None = None
    modified: datetime | None = None
    kind: str = ""


@dataclass(frozen=True)
class IndexPage:
    """What a folder holds, as far as it is listed; `complete` is false where there is more than MOST_ENTRIES.

    `up` is the relative address of the folder above's own page, "" for none.
    """

    entries: tuple[IndexEntry, ...]
    complete: bool = True
    up: str = ""

    @property
    def files(self) -> list[IndexEntry]:
        """The lines that are files somebody can open."""
        return [entry for entry in self.entries if entry.size is not None and entry.href]


def index_page(title: str, page: IndexPage) -> str:
    """The HTML: name with a link, size, type and when it was changed, in UTC; it runs no script."""
    from s3desk.s3.sharing.pages import visible  # noqa: PLC0415

    lines = [(entry, visible(entry.name), _size(entry.size), _when(entry.modified)) for entry in page.entries]
    return rendered(
        "index.html",
        style="index.css",
        title=visible(title) or "Files",
        lines=lines,
        up=page.up,
        sentence=_sentence(page),
    )


def index_of(job: Job, connection: Connection, wish: IndexWish, kind_words: Callable[[str], str]) -> IndexPage:
    """List a folder for its page, without that page and without markers of folders (ListObjectsV2).

    `kind_words` says what a file of a name is. Raises S3Error.
    """
    link_up = wish.up and bool(wish.prefix) and _is_there(job, connection, wish.bucket, wish.above + wish.name)
    folders: list[IndexEntry] = []
    if wish.below is Below.FILES:
        found, complete = _files_below(job, connection, wish)
    else:
        names, found, complete = _directly_in(job, connection, wish)
        folders = _folders(job, connection, wish, names)
    files = [_entry(wish.prefix, entry, kind_words) for entry in found]
    return IndexPage((*folders, *files), complete, f"../{quote(wish.name)}" if link_up else "")


def relative(prefix: str, key: str) -> str:
    """The address of `key` as seen from a page in `prefix`, "./a%20b.csv"; "" where browsers would change it.

    Every browser resolves "." and ".." between slashes away, so what has those cannot be reached.
    """
    name = key.removeprefix(prefix)
    if _DOTS & set(name.split("/")):
        return ""
    return "./" + quote(name, safe="/~")


def _directly_in(job: Job, connection: Connection, wish: IndexWish) -> tuple[list[str], list[Entry], bool]:
    """Folders and files of one place, together at most MOST_ENTRIES, and whether that is all."""
    from s3desk.s3.listing import Scope, pages  # noqa: PLC0415  # pyarrow
    from s3desk.s3.location import Location  # noqa: PLC0415

    folders: list[str] = []
    files: list[Entry] = []
    for page in pages(job, connection, Scope(Location(wish.bucket, wish.prefix), etags=False)):
        folders += page.folders
        files += [entry for entry in page.entries if entry.key not in (wish.prefix, wish.key)]
        if len(folders) + len(files) > MOST_ENTRIES:
            folders = folders[:MOST_ENTRIES]
            return folders, files[: MOST_ENTRIES - len(folders)], False
    return folders, files, True


def _files_below(job: Job, connection: Connection, wish: IndexWish) -> tuple[list[Entry], bool]:
    from s3desk.s3.listing import walk  # noqa: PLC0415  # pyarrow

    files: list[Entry] = []
    for entry in walk(job, connection, wish.bucket, wish.prefix):
        if entry.key == wish.key or (entry.key.endswith("/") and not entry.size):
            continue
        if len(files) == MOST_ENTRIES:
            return files, False
        files.append(entry)
    return files, True


def _folders(job: Job, connection: Connection, wish: IndexWish, folders: Sequence[str]) -> list[IndexEntry]:
    """A folder can be clicked where it has a page of the same name: nothing else opens in a browser."""
    from s3desk.s3.crew import in_threads  # noqa: PLC0415

    with_page: set[str] = set()

    def look(folder: str) -> None:
        if _is_there(job, connection, wish.bucket, folder + wish.name):
            with_page.add(folder)

    in_threads(job, connection, look, folders[:MOST_FOLDERS])
    hrefs = {one: relative(wish.prefix, one + wish.name) for one in with_page}
    return [IndexEntry(one.removeprefix(wish.prefix), hrefs.get(one, ""), kind="Folder") for one in folders]


def _is_there(job: Job, connection: Connection, bucket: str, key: str) -> bool:
    """Whether there is such an object, as far as we may know."""
    from s3desk.s3.errors import AccessDeniedError  # noqa: PLC0415
    from s3desk.s3.objects import exists  # noqa: PLC0415

    try:
        return exists(job, connection, bucket, key)
    except AccessDeniedError:
        return False


def _entry(prefix: str, entry: Entry, kind_words: Callable[[str], str]) -> IndexEntry:
    name = entry.key.removeprefix(prefix)
    return IndexEntry(name, relative(prefix, entry.key), entry.size, entry.modified, kind_words(name))


def _sentence(page: IndexPage) -> str:
    count = len(page.entries)
    if not page.complete:
        return f"The first {count:,} of more. The rest is not listed here."
    return "Nothing is here yet." if not count else f"{count:,} {'entry' if count == 1 else 'entries'}."


def _size(size: int | None) -> str:
    """2411724 reads "2.3 MB": a KB is 1,024 bytes."""
    if size is None:
        return ""
    value, units = float(size), iter(("bytes", "KB", "MB", "GB", "TB"))
    unit = next(units)
    while value >= 1023.95 and unit != "TB":
        value, unit = value / 1024, next(units)
    return f"{size:,} {'byte' if size == 1 else 'bytes'}" if unit == "bytes" else f"{value:,.1f} {unit}"


def _when(moment: datetime | None) -> str:
    from datetime import UTC  # noqa: PLC0415

    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M}" if moment else ""
