"""A stage of longer work: an operation that runs inside another."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from s3desk.s3.job import Job

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Stage(Job):
    """Counts into the whole job, unless not to, and pauses and ends with it; its totals are its own."""

    def __init__(self, whole: Job, *, counts: bool = True) -> None:
        super().__init__(whole.title)
        self._whole, self._counts = whole, counts

    @property
    def cancelled(self) -> bool:
        """Whether somebody asked for an end of the whole."""
        return self._whole.cancelled

    def advance(self, n: int) -> None:
        """Add `n` to what is done, here and of the whole."""
        super().advance(n)
        if self._counts:
            self._whole.advance(n)

    def advance_items(self, n: int = 1) -> None:
        """Add `n` to the objects that are finished, here and of the whole."""
        super().advance_items(n)
        if self._counts:
            self._whole.advance_items(n)

    def check(self) -> None:
        """Stop or wait here as the whole does."""
        self._whole.check()

    def stop_if_cancelled(self) -> None:
        """`check` without the wait."""
        self._whole.stop_if_cancelled()

    def wait(self, seconds: float) -> None:
        """Sleep, but end at once with the whole."""
        self._whole.wait(seconds)

    @contextmanager
    def closing(self, close: Callable[[], object]) -> Iterator[None]:
        """While inside, a cancel of the whole also calls `close`."""
        with self._whole.closing(close):
            yield
