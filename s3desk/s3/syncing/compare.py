"""Comparing two places: reads both, pairs names, and says of each that differs what a sync would do."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from s3desk.s3.crew import in_threads
from s3desk.s3.errors import BadNameError, DiskError, Failure, S3Error
from s3desk.s3.location import Location
from s3desk.s3.names import Disk, check_key
from s3desk.s3.syncing.content import Contents, Verdict
from s3desk.s3.syncing.local_names import LocalNames
from s3desk.s3.syncing.patterns import Patterns
from s3desk.s3.syncing.plan import Action, Direction, How, Row, Sync, SyncPlan, Thing, Why
from s3desk.s3.syncing.sides import Looked, Side, fold, read_folder, read_place

if TYPE_CHECKING:
    from collections.abc import Iterable

    from s3desk.s3.connection import Connection
    from s3desk.s3.job import Job

TOLERANCE_S = 2.0  # as coarse as some disks keep times
_AT_ONCE = 8


def compare(job: Job, connection: Connection, sync: Sync, looked: Looked | None = None) -> SyncPlan:
    """What a sync would do; nothing is changed. `looked` counts meanwhile.

    Raises S3Error where one of the places cannot be read to its end: half a list would make deletions of what is
    only unknown. Raises BadNameError for places that overlap, ValueError for patterns that are none.
    """
    if sync.problem:
        raise BadNameError(sync.problem)
    looked = looked or Looked()
    comparison = _Comparison(job, connection, sync, looked)
    comparison.read()
    comparison.pair()
    comparison.compare_contents()
    return comparison.plan()


class _Comparison:
    """One comparison under way."""

    def __init__(self, job: Job, connection: Connection, sync: Sync, looked: Looked) -> None:
        self._job, self._connection, self._sync, self._looked = job, connection, sync, looked
        self._patterns = Patterns.parse(sync.exclude)
        self._down = sync.direction is Direction.DOWN
        self._sides: dict[bool, Side] = {}
        self._rows: list[Row] = []
        self._unsettled: list[tuple[str, Thing, Thing]] = []
        self._left_alone: list[Failure] = []
        self._renamed: list[tuple[str, str]] = []
        self._same = self._source_count = self._excluded = self._stays = 0

    # both sides

    def read(self) -> None:
        """Both at once; what fails of one fails all."""
        in_threads(self._job, self._connection, self._read_side, [True, False], threads=2)

    def _read_side(self, sending: bool) -> None:
        place = self._sync.source if sending else self._sync.target
        if isinstance(place, Location):
            side = read_place(self._job, self._connection, place, self._patterns, self._looked, sending=sending)
        else:
            side = read_folder(self._job, place, self._patterns, self._looked, sending=sending)
        self._sides[sending] = side

    def pair(self) -> None:
        """Find out what is to be done about each name."""
        source, target = self._sides[True], self._sides[False]
        self._source_count = len(source.things)
        self._left_alone += [*source.left_alone, *target.left_alone]
        there = dict(target.things)
        for name, thing in self._named(source, target).items():
            if trouble := self._in_the_way(name, thing, target):
                self._left_alone.append(Failure(name, trouble))
                source.unknown.add(source.fold(name))
            elif (other := there.pop(name, None)) is None:
                self._rows.append(Row(Action.COPY, name, Why.NEW, thing))
            else:
                self._judge(name, thing, other)
        self._excluded = source.excluded + target.excluded
        self._sides.clear()  # only what differs is needed from now on
        only = [name for name in there if source.knows(name)]
        if not self._sync.delete:
            self._stays = len(only)
        else:
            chosen = bool(self._source_count)
            self._rows += [Row(Action.DELETE, name, Why.ONLY_THERE, None, there[name], chosen) for name in only]

    def _named(self, source: Side, target: Side) -> dict[str, Thing]:
        """The things of the source by what they are called at the target."""
        folder = self._sync.target
        if not isinstance(folder, Path):
            return _as_there(source.things, target.things, ignore_case=False)
        disk = Disk.of(folder)
        if disk.ignores_case:
            target.ignore_case()
        local = LocalNames(source.things.values(), folder, disk)
        self._renamed = local.renamed
        self._left_alone += local.left_alone
        return _as_there(local.names, target.things, ignore_case=disk.ignores_case)

    def _in_the_way(self, name: str, thing: Thing, target: Side) -> S3Error | None:
        """Why nothing can be put there."""
        if not self._down:
            place = self._sync.target
            try:
                check_key(f"{place.prefix}{name}" if isinstance(place, Location) else name)
            except S3Error as error:
                return error
            return None
        if not target.knows(name):
            return DiskError(f"“{name}” was left alone: what has its place cannot be replaced.", "See what is there.")
        if name in target.folders:
            return DiskError(f"“{thing.name}” is a file there, and a folder has its name here.", "Rename one of them.")
        if file := target.file_above(name):
            return DiskError(f"“{thing.name}” needs the folder “{file}”, and a file has its name.", "Rename the file.")
        return None

    def _judge(self, name: str, thing: Thing, other: Thing) -> None:
        if thing.size != other.size:
            self._rows.append(Row(Action.REPLACE, name, Why.SIZE, thing, other))
        elif self._sync.how is How.CHECKSUM:
            self._unsettled.append((name, thing, other))
        elif _is_newer(thing, other):
            self._rows.append(Row(Action.REPLACE, name, Why.NEWER, thing, other))
        else:
            self._same += 1

    # contents

    def compare_contents(self) -> None:
        """Look at the checksums of those that have the same size, several at once."""
        if not self._unsettled:
            return
        self._looked.to_compare = len(self._unsettled)
        contents = Contents(self._job, self._connection)
        verdicts: dict[str, Verdict] = {}

        def look(pair: tuple[str, Thing, Thing]) -> None:
            name, thing, other = pair
            try:
                verdicts[name] = self._content(contents, thing, other)
            except DiskError as error:
                self._left_alone.append(Failure(name, error))
            self._looked.compared_one()

        in_threads(self._job, self._connection, look, self._unsettled, threads=_AT_ONCE)
        for name, thing, other in self._unsettled:
            match verdicts.get(name):
                case Verdict.SAME:
                    self._same += 1
                case Verdict.DIFFERENT:
                    self._rows.append(Row(Action.REPLACE, name, Why.CONTENT, thing, other))
                case Verdict.NOT_CERTAIN:
                    chosen = _is_newer(thing, other)
                    self._rows.append(Row(Action.REPLACE, name, Why.NOT_CERTAIN, thing, other, chosen))

    def _content(self, contents: Contents, thing: Thing, other: Thing) -> Verdict:
        source, target = self._sync.source, self._sync.target
        if isinstance(source, Path) and isinstance(target, Location):
            return contents.file_and_object(source / thing.name, target, other, thing.size)
        if isinstance(target, Path) and isinstance(source, Location):
            return contents.file_and_object(target / other.name, source, thing, other.size)
        if isinstance(source, Location) and isinstance(target, Location):
            return contents.two_objects(source, thing, target, other)
        return Verdict.NOT_CERTAIN

    def plan(self) -> SyncPlan:
        """What was found."""
        self._rows.sort(key=lambda row: row.name)
        counts = (self._same, self._source_count, self._excluded, self._stays)
        return SyncPlan(self._sync, self._rows, *counts, self._left_alone, self._renamed)


def _is_newer(thing: Thing, other: Thing) -> bool:
    """By more than clocks and disks are exact. An upload's own time is later than its file's: that is no difference."""
    if thing.modified is None or other.modified is None:
        return False
    return thing.modified > other.modified + TOLERANCE_S


def _as_there(named: dict[str, Thing], there: dict[str, Thing], *, ignore_case: bool) -> dict[str, Thing]:
    """Names of the source as the target writes them already, where only accents, or case on such disks, differ.

    A file must not be sent beside itself, and itself be deleted then, because another system wrote its name.
    """
    new, only = [name for name in named if name not in there], [name for name in there if name not in named]
    theirs, ours = _once(only, ignore_case=ignore_case), _once(new, ignore_case=ignore_case)
    renames = {name: theirs[folded] for folded, name in ours.items() if folded in theirs}
    return {renames.get(name, name): thing for name, thing in named.items()} if renames else named


def _once(names: Iterable[str], *, ignore_case: bool) -> dict[str, str]:
    """Names by what they fold to, without those that fold to the same."""
    found: dict[str, str] = {}
    twice = set[str]()
    for name in names:
        folded = fold(name, ignore_case=ignore_case)
        if folded in found:
            twice.add(folded)
        found[folded] = name
    return {folded: name for folded, name in found.items() if folded not in twice}
