"""The Access column: who can read each object, as far as somebody asked; an answer costs a request."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from s3desk.s3.access.reach import Reached


class AccessColumn:
    """What is known of the objects of one place, by the row's number (`ObjectRows`): a number outlasts every order."""

    def __init__(self) -> None:
        self._known: dict[int, Reached] = {}

    def words(self, number: int) -> str:
        """What the cell says; "" while nobody asked."""
        known = self._known.get(number)
        return "" if known is None else str(known.reach.value)

    def reason(self, number: int) -> str:
        """Why it says so, for a tool tip."""
        known = self._known.get(number)
        return "" if known is None else known.why

    def missing(self, numbers: Iterable[int]) -> list[int]:
        """Those of some rows that are objects nobody asked about yet; a folder is no object and has no access list."""
        return [number for number in numbers if number >= 0 and number not in self._known]

    def learn(self, answers: Mapping[int, Reached]) -> None:
        """Keep answers."""
        self._known.update(answers)

    def clear(self) -> None:
        """Forget everything: another place is shown, or what was known may be wrong now."""
        self._known.clear()
