"""What a sync would do: which places, what of it is copied, replaced and deleted, and what is left alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, IntEnum
from pathlib import Path
from typing import TYPE_CHECKING

from s3desk.s3.location import Location

if TYPE_CHECKING:
    from s3desk.s3.errors import Failure

Place = Path | Location


class Direction(Enum):
    """Between what."""

    UP = "up"  # a folder to a prefix
    DOWN = "down"  # a prefix to a folder
    ACROSS = "across"  # a prefix to a prefix


class How(Enum):
    """What tells that two are the same."""

    SIZE_AND_TIME = "size and time"
    CHECKSUM = "checksum"


class Action(IntEnum):
    """What is done about a name."""

    COPY = 0
    REPLACE = 1
    DELETE = 2


class Why(Enum):
    """The reason; the value is what people read."""

    NEW = "not there yet"
    SIZE = "size differs"
    NEWER = "newer"
    CONTENT = "content differs"
    NOT_CERTAIN = "Not certain: compared by size and time"
    ONLY_THERE = "only at the target"


@dataclass(frozen=True, slots=True)
class Thing:
    """A file or an object by its name below the place. Bytes; seconds since 1970; ETag without quotes."""

    name: str
    size: int
    modified: float | None
    etag: str = ""
    storage_class: str = "STANDARD"


@dataclass(frozen=True)
class Sync:
    """What is wished: the target becomes like the source. Prefixes are "" or end in "/".

    `exclude` are patterns, one a line. What is only at the target is deleted if `delete`.
    """

    source: Place
    target: Place
    how: How = How.SIZE_AND_TIME
    exclude: str = ""
    delete: bool = False

    @property
    def direction(self) -> Direction:
        """Between what. Raises ValueError for two folders, which is no matter of S3."""
        if isinstance(self.source, Location):
            return Direction.ACROSS if isinstance(self.target, Location) else Direction.DOWN
        if isinstance(self.target, Location):
            return Direction.UP
        raise ValueError("One of the two must be a place in S3.")

    @property
    def problem(self) -> str:
        """Why it cannot be done, in a sentence; "" where it can."""
        source, target = self.source, self.target
        if not isinstance(source, Location) or not isinstance(target, Location) or source.bucket != target.bucket:
            return ""
        if source == target:
            return "These are the same place. Choose another one."
        if source.prefix.startswith(target.prefix) or target.prefix.startswith(source.prefix):
            return "One of these places lies inside the other. Choose places beside each other."
        return ""


@dataclass(frozen=True, slots=True)
class Row:
    """One name and what is to be done about it; `name` is the one at the target, below its place.

    `is_chosen` tells whether it is meant unless the user says otherwise.
    """

    action: Action
    name: str
    why: Why
    source: Thing | None = None
    target: Thing | None = None
    is_chosen: bool = True

    @property
    def size(self) -> int:
        """The bytes that are copied, or deleted."""
        thing = self.source or self.target
        return thing.size if thing else 0


@dataclass(frozen=True)
class SyncPlan:
    """What differs, in the order of names; `left_alone` is what nobody touches and why.

    `renamed` are the names of objects that a disk cannot hold, and what they are called there.
    """

    sync: Sync
    rows: list[Row]
    same: int
    source_count: int
    excluded: int = 0
    stays: int = 0  # only at the target, which is to keep it
    left_alone: list[Failure] = field(default_factory=list)
    renamed: list[tuple[str, str]] = field(default_factory=list)

    @property
    def would_empty(self) -> bool:
        """Whether it is meant to delete all there is at the target, because there is nothing at the source."""
        return not self.source_count and any(row.action is Action.DELETE for row in self.rows)
