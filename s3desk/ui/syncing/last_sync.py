"""How a place was synced the last time, for the next; deletion is asked for anew each time."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from s3desk.s3.location import Location
from s3desk.s3.syncing.plan import Direction, How

if TYPE_CHECKING:
    from collections.abc import Sequence

    from s3desk.s3.syncing.plan import Sync

_MOST = 30  # places


@dataclass(frozen=True)
class LastSync:
    """What the dialog begins with."""

    direction: Direction = Direction.UP
    how: How = How.SIZE_AND_TIME
    folder: str = ""
    other: str = ""
    exclude: str = ""

    @staticmethod
    def of(kept: Sequence[str], uri: str) -> LastSync:
        """What was kept of this place; the usual where there is nothing that can be read."""
        import json  # noqa: PLC0415  # not before the first paint

        for line in kept:
            try:
                place, facts = json.loads(line)
                if place == uri:
                    known = {**facts, "direction": Direction(facts["direction"]), "how": How(facts["how"])}
                    return LastSync(**{name: known[name] for name in asdict(LastSync())})
            except (ValueError, TypeError, KeyError):
                continue
        return LastSync()

    def kept_with(self, kept: Sequence[str], uri: str) -> tuple[str, ...]:
        """What is to be kept from now on, the newest first."""
        import json  # noqa: PLC0415

        facts = asdict(self) | {"direction": self.direction.value, "how": self.how.value}
        others = [line for line in kept if not line.startswith(f"[{json.dumps(uri)}, ")]
        return (json.dumps([uri, facts]), *others[: _MOST - 1])


def last_of(sync: Sync, before: LastSync) -> LastSync:
    """What is worth keeping of a sync; the other address or folder stays as it was."""
    local = next((str(place) for place in (sync.source, sync.target) if isinstance(place, Path)), before.folder)
    across = sync.direction is Direction.ACROSS and isinstance(sync.target, Location)
    other = sync.target.uri if across and isinstance(sync.target, Location) else before.other
    return LastSync(sync.direction, sync.how, local, other, sync.exclude)
