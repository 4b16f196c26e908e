"""Which of many keys are taken: places are listed rather than each key asked for, unless that is more work."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count, islice
from typing import TYPE_CHECKING

from s3desk.s3.crew import in_threads
from s3desk.s3.errors import NotFoundError
from s3desk.s3.listing import Scope, pages
from s3desk.s3.location import Location
from s3desk.s3.names import numbered
from s3desk.s3.objects import exists, head

if TYPE_CHECKING:
    from s3desk.s3.connection import Connection
    from s3desk.s3.job import Job

_FEW = 4  # so many keys are asked for one by one rather than found in a listing
_KEYS_PER_PAGE = 50  # a page of a listing is worth about so many single questions


@dataclass(frozen=True)
class Taken:
    """The keys that are there, with size and time; and all keys that are known not to be free."""

    bucket: str
    there: dict[str, tuple[int, datetime | None]] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)
    complete: set[str] = field(default_factory=set)  # places that were listed whole

    def free_name(self, job: Job, connection: Connection, key: str, place: str) -> str:
        """The first numbered name of `key` that nothing has; it is taken from then on."""
        free = next(
            name
            for name in numbered_keys(key)
            if name not in self.known and (place in self.complete or not exists(job, connection, self.bucket, name))
        )
        self.known.add(free)
        return free


def numbered_keys(key: str) -> Iterator[str]:
    """`a/report.csv` as `a/report (1).csv`, `a/report (2).csv` …; a folder's number comes before its "/"."""
    end = "/" if key.endswith("/") else ""
    folder, slash, name = key.removesuffix("/").rpartition("/")
    return (f"{folder}{slash}{numbered(name, number) if not end else f'{name} ({number})'}{end}" for number in count(1))


def place_of(root: str, key: str) -> str:
    """The prefix that is listed for a key below `root`: the root for what is in it, the first folder for the rest."""
    first, slash, _ = key.removeprefix(root).partition("/")
    return root + first + slash if slash else root


def taken_among(job: Job, connection: Connection, root: Location, keys: Iterable[str]) -> Taken:
    """Which of `keys`, all below `root`, are there (ListObjectsV2, or HeadObject). A new folder costs one request."""
    places: defaultdict[str, set[str]] = defaultdict(set)
    taken = Taken(root.bucket)
    for key in keys:
        places[place_of(root.prefix, key)].add(key)
        taken.known.add(key)
    for place, wanted in places.items():
        if not _list(job, connection, taken, place, wanted, flat=place != root.prefix):
            _ask(job, connection, taken, wanted - taken.there.keys())
    return taken


def _list(job: Job, connection: Connection, taken: Taken, place: str, wanted: set[str], *, flat: bool) -> bool:
    """List a place; False when it is given up because single questions are less work."""
    budget = 0 if len(wanted) <= _FEW else 2 + len(wanted) // _KEYS_PER_PAGE
    for page in islice(pages(job, connection, Scope(Location(taken.bucket, place), below=flat)), budget):
        for entry in page.entries:
            taken.known.add(entry.key)
            if entry.key in wanted:
                taken.there[entry.key] = entry.size, entry.modified
        if page.complete:
            taken.complete.add(place)
            return True
    return False


def _ask(job: Job, connection: Connection, taken: Taken, keys: set[str]) -> None:
    def ask(key: str) -> None:
        try:
            facts = head(job, connection, taken.bucket, key)
        except NotFoundError:
            return
        taken.there[key] = facts.size, facts.modified

    in_threads(job, connection, ask, sorted(keys))
