"""A range of keys that one request after the other lists, and how several of them make one listing."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from s3desk.s3.listing import MOST_EMPTY

if TYPE_CHECKING:
    import pyarrow as pa

    from s3desk.s3.listing import Page


class OutOfOrderError(Exception):
    """The server's list is not in the order of keys, or has changed at a seam: shards of it do not fit together."""


@dataclass(slots=True, eq=False)
class Shard:
    """The items after `start` up to and with `end`; None is the end of the listing.

    `pages` waits to be handed on. `last` is the newest answer, whole as the server sent it: from there one request
    after the other can always go on.
    """

    start: str
    end: str | None
    token: str | None = None
    position: str = ""  # the last item that arrived
    first: str | None = None  # the first item that belongs here or lies beyond
    beyond: str | None = None  # the first item after `end`, once it was seen
    done: bool = False
    asked: bool = False  # a request is under way
    count: int = 0  # pages that brought something
    empty: int = 0  # pages in a row that brought nothing
    pages: list[Page] = field(default_factory=list)
    last: Page | None = None

    def take(self, page: Page) -> None:
        """Note an answer. Raises OutOfOrderError when its items are not those that must follow."""
        page = _without_told_again(page, self.start)
        self.empty = 0 if len(page) else self.empty + 1
        if self.empty > MOST_EMPTY:
            raise OutOfOrderError  # one after the other they are counted anew, and end with an S3Error
        ends = _ends(page)
        if ends is not None:
            if ends[0] <= max(self.position, self.start):
                raise OutOfOrderError
            self.first = self.first if self.first is not None else ends[0]
            self.position = ends[1]
        kept, self.beyond = split(page, self.end)
        self.last, self.token = page, page.next
        self.done = self.beyond is not None or page.next is None
        if len(kept) or kept.marker is not None:
            self.count += 1
            self.pages.append(kept)

    def seam(self, following: Shard) -> bool:
        """Whether it is known that `following` goes on exactly where this one ends.

        Raises OutOfOrderError when it does not.
        """
        if not self.done or (following.first is None and not following.done):
            return False
        if following.first != self.beyond:
            raise OutOfOrderError
        return True

    def rest(self) -> Page | None:
        """What the newest answer holds after `end`, for going on from here without the shards that follow."""
        if self.last is None or self.end is None or not self.done:
            return None
        return _after(self.last, self.end)


def split(page: Page, end: str | None) -> tuple[Page, str | None]:
    """The part of a page up to and with `end`, and the first item after that."""
    if end is None:
        return page, None
    keys = page.objects["key"]
    folders, objects = position(page.prefixes, end), position(keys, end)
    later = [names[at].as_py() for names, at in ((page.prefixes, folders), (keys, objects)) if at < len(names)]
    return replace(page, prefixes=page.prefixes[:folders], objects=page.objects[:objects]), min(later, default=None)


def _after(page: Page, start: str) -> Page:
    folders, objects = position(page.prefixes, start), position(page.objects["key"], start)
    return replace(page, prefixes=page.prefixes[folders:], objects=page.objects[objects:], marker=None)


def _without_told_again(page: Page, start: str) -> Page:
    """Without the folder that `start` lies in, which is told again for what it holds after `start`."""
    told = page.prefixes[:1].to_pylist()
    return replace(page, prefixes=page.prefixes[1:]) if told and start and start.startswith(told[0]) else page


def _ends(page: Page) -> tuple[str, str] | None:
    """The first and the last item of a page, None when there is none.

    Raises OutOfOrderError when the items are not in the order of their UTF-8 bytes.
    """
    import pyarrow.compute as pc  # noqa: PLC0415

    first, last = [], []
    for names in (page.objects["key"], page.prefixes):
        if len(names) > 1 and not pc.all(pc.less(names[:-1], names[1:])).as_py():
            raise OutOfOrderError
        if len(names):
            first.append(names[0].as_py())
            last.append(names[-1].as_py())
    return (min(first), max(last)) if first else None


def position(names: pa.StringArray, name: str) -> int:
    """How many of the ascending names come up to and with `name`."""
    low, high = 0, len(names)
    while low < high:
        middle = (low + high) // 2
        if names[middle].as_py() <= name:
            low = middle + 1
        else:
            high = middle
    return low
