"""What a move tells the journal: that something was moved only when its original is gone, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3desk.s3.journal.record import Record, Result

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from s3desk.s3.errors import Failure
    from s3desk.s3.journal.gestures import Planned
    from s3desk.s3.journal.record import Part, Signature


class Moving(Record):
    """Tells another record everything but what was copied, until `settle`.

    Where a move ends before that, what was copied stays undone in the record, as its original may be there.
    """

    def __init__(self, record: Record) -> None:
        self._record = record
        self._copied: dict[str, Result] = {}

    def plan(self, items: Sequence[Planned]) -> None:
        """At once."""
        self._record.plan(items)

    def will_create(self, key: str) -> None:
        """At once."""
        self._record.will_create(key)

    def created(self, key: str, upload_id: str, signature: Signature) -> None:
        """At once."""
        self._record.created(key, upload_id, signature)

    def part(self, key: str, part: Part) -> None:
        """At once."""
        self._record.part(key, part)

    def ended(self, key: str, result: Result) -> None:
        """What was copied is only half the way."""
        if result.state == "done":
            self._copied[key] = result
        else:
            self._record.ended(key, result)

    def settle(self, targets: Mapping[str, str], failures: Sequence[Failure]) -> None:
        """The originals are deleted but for the failures; `targets` are the new keys by the old."""
        for failure in failures:
            if failure.key in targets:
                stays = [targets[failure.key]]
            else:  # a folder that could not be looked into
                stays = [
                    new for old, new in targets.items() if failure.key.endswith("/") and old.startswith(failure.key)
                ]
            for key in stays:
                self._copied.pop(key, None)
                self._record.ended(key, Result("failed", error=failure.error))
        for key, result in self._copied.items():
            self._record.ended(key, result)
