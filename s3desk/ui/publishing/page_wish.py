"""What the publishing dialogs are asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum

from s3desk.s3.sharing.links import LinkKind


class Keeping(Enum):
    """How long browsers may show a page without asking again; the value is what the user reads."""

    NOT_AT_ALL = "not at all"
    MINUTES = "5 minutes"
    HOUR = "1 hour"
    DAY = "1 day"

    @property
    def seconds(self) -> int:
        """As the header of the page wants it."""
        return {Keeping.MINUTES: 300, Keeping.HOUR: 3_600, Keeping.DAY: 86_400}.get(self, 0)


@dataclass(frozen=True)
class PageWish:
    """Where a page goes and who can open it; `until` (aware) counts in place of `lasts` where it is given."""

    key: str
    keeping: Keeping = Keeping.NOT_AT_ALL
    kind: LinkKind = LinkKind.TEMPORARY
    lasts: timedelta = timedelta(days=7)
    until: datetime | None = None

    @property
    def lifetime(self) -> timedelta:
        """How long from now the link is to work."""
        return self.until - datetime.now(UTC) if self.until is not None else self.lasts

    @property
    def is_public(self) -> bool:
        """Whether anyone shall be able to open it."""
        return self.kind is LinkKind.PUBLIC
