"""What uploads and downloads have in common: what is in the way, and what the user decided about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum


class Decision(Enum):
    """What to do with an item whose name is taken."""

    SKIP = "skip"
    REPLACE = "replace"
    KEEP_BOTH = "keep both"
    ONLY_IF_NEWER = "only if newer"
    ONLY_IF_DIFFERENT = "only if different"


@dataclass(frozen=True, slots=True)
class Conflict:
    """An item of a plan whose name is taken where it goes. Sizes in bytes, times aware.

    `name` is the item's key; `free_name` is the key (upload) or the path (download) it gets when both are kept.
    """

    name: str
    source_size: int
    source_modified: datetime | None
    existing_size: int
    existing_modified: datetime | None
    free_name: str

    @property
    def is_newer(self) -> bool:
        """Whether the source is newer than what is there; unknown times count as not newer."""
        if self.source_modified is None or self.existing_modified is None:
            return False
        return self.source_modified > self.existing_modified

    def settled(self, decision: Decision) -> Decision:
        """The decision with "only if newer" resolved to replace or skip.

        So is "only if different" where nobody compared the contents (`s3desk.s3.transfer.same`): then it counts as
        different.
        """
        if decision is Decision.ONLY_IF_NEWER:
            return Decision.REPLACE if self.is_newer else Decision.SKIP
        return Decision.REPLACE if decision is Decision.ONLY_IF_DIFFERENT else decision


def modified_at(seconds: float) -> datetime:
    """A file's `st_mtime` as an aware time."""
    return datetime.fromtimestamp(seconds, UTC)
