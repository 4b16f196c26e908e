"""What the journal speaks of: gestures, what each is made of, and how far it came."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum, IntEnum
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from s3desk.s3.account import Account
    from s3desk.s3.errors import S3Error


FROM_ELSEWHERE = " of another connection"


class Kind(Enum):
    """What a gesture does."""

    UPLOAD = "upload"
    DOWNLOAD = "download"
    COPY = "copy"
    MOVE = "move"
    DELETE = "delete"
    SYNC = "sync"

    @property
    def goes_on(self) -> bool:
        """Whether what an item has begun is kept for a later run."""
        return self in (Kind.UPLOAD, Kind.DOWNLOAD)

    @property
    def leaves_uploads(self) -> bool:
        """Whether something may be left on a server, which only a connection can remove."""
        return self is not Kind.DOWNLOAD


class ItemState(IntEnum):
    """How an item stands; the order is the one in which people want to see them."""

    FAILED = 0
    OPEN = 1
    SKIPPED = 2
    DONE = 3


class Standing(Enum):
    """How a gesture stands."""

    PLANNING = "planning"  # its items are being written down
    OPEN = "open"  # waits, runs, or was broken off
    STOPPED = "stopped"  # by the user
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Outline:
    """A gesture but for its items: uploads go to `bucket` below `prefix`, downloads come to `folder`.

    `account` is kept without its keys. `options` is the kind's own text, for instance JSON, never with a secret.
    """

    kind: Kind
    title: str
    account: Account
    bucket: str
    prefix: str = ""
    folder: Path | None = None
    options: str = ""

    @property
    def source(self) -> str:
        """Of a copy or move: the address of the bucket that its originals are in."""
        return self.options.removesuffix(FROM_ELSEWHERE)

    @property
    def goes_on(self) -> bool:
        """Whether it can be taken up again in a later run: the journal has all of it, and one connection is enough."""
        inside = self.kind in (Kind.COPY, Kind.MOVE) and bool(self.options) and self.source == self.options
        return self.kind.goes_on or inside

    def without_secrets(self) -> Outline:
        """The same with nothing that signs."""
        return replace(self, account=replace(self.account, access_key="", secret_key="", session_token=""))


@dataclass(frozen=True, slots=True)
class Planned:
    """One item before it is begun. Sizes in bytes; `modified` aware; `etag` without quotes.

    `key` is unique in its gesture. What was left out from the beginning has its `state` and maybe an `error`, and is
    never tried again unless `again`.
    """

    key: str
    path: Path | None = None
    size: int = 0
    is_folder: bool = False
    replace: bool = False
    etag: str = ""
    modified: datetime | None = None
    source: str = ""  # of a copy
    state: ItemState = ItemState.OPEN
    error: S3Error | None = None
    again: bool = True


@dataclass(frozen=True, slots=True)
class Kept:
    """One item as the journal has it; `error` and `advice` are sentences, `ended` is aware, `moved` counts bytes.

    `begun` tells that there is an unfinished upload or a temporary file of it; `source` is what was copied.
    """

    key: str
    path: Path | None
    size: int
    state: ItemState
    error: str = ""
    advice: str = ""
    checksum: str = ""
    etag: str = ""
    version_id: str = ""
    ended: datetime | None = None
    begun: bool = False
    moved: int = 0
    source: str = ""


@dataclass(frozen=True, slots=True)
class Sum:
    """How many items stand how; planned is always done + skipped + failed + open. Bytes are those of whole items."""

    done: int = 0
    skipped: int = 0
    failed: int = 0
    open: int = 0
    bytes_planned: int = 0
    bytes_done: int = 0

    @property
    def planned(self) -> int:
        """All items."""
        return self.done + self.skipped + self.failed + self.open
