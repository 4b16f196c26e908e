"""Which requests list a place fastest: one at first, then several over ranges of keys that are cut as they show."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from s3desk.s3.key_space import KeySpace
from s3desk.s3.shards import Shard

if TYPE_CHECKING:
    from s3desk.s3.listing import Page

_OWN_COST = 0.004  # seconds of this machine's time a page takes, generously: more requests than fill it bring nothing
_SAMPLES = 8  # names of a page that are learned from
_WORTH = 2.0  # pages a shard must still have, by estimate, to be cut
_SPARE = 40  # requests that may come back empty before cutting stops


class Fan:
    """The shards of one listing, in order, and the question to be asked next. Used by one thread."""

    def __init__(self, prefix: str, most: int) -> None:
        self._most = most
        self._limit = 1.0
        self._fastest = math.inf
        self._space = KeySpace(prefix)
        self._shards = [Shard("", None)]
        self._requests = self._useful = 0

    @property
    def front(self) -> Shard:
        """The first shard that is not handed on completely."""
        return self._shards[0]

    @property
    def limit(self) -> int:
        """How many requests may be under way: grows with the pages, up to what the delay of the server can hide."""
        hidden = self._most if math.isinf(self._fastest) else math.ceil(self._fastest / _OWN_COST)
        return max(1, min(self._most, hidden, int(self._limit)))

    def next(self, running: int) -> Shard | None:
        """The shard to ask for its next page; None when enough is under way or nothing is worth a request."""
        if running >= self.limit:
            return None
        waiting = (shard for shard in self._shards if not shard.done and not shard.asked)
        shard = next(waiting, None) or self._cut(self.limit - running)
        if shard is not None:
            shard.asked = True
            self._requests += 1
        return shard

    def answered(self, shard: Shard, page: Page, seconds: float) -> None:
        """Note a page that took `seconds`. Raises OutOfOrderError when it does not fit."""
        shard.asked = False
        before = shard.count
        shard.take(page)
        self._useful += shard.count - before
        self._fastest = min(self._fastest, seconds)
        self._learn(page)
        if page.retries:
            self.slow_down()
        elif len(page):
            self._limit = min(self._limit + 1, self._most)

    def slow_down(self) -> None:
        """The server asked for fewer requests."""
        self._limit = max(1.0, self._limit / 2)

    def ready(self) -> Iterator[Page]:
        """Pages that may be handed on: those of the front, and of what is known to follow it without a gap.

        Raises OutOfOrderError when two shards do not fit together.
        """
        while self._shards:
            front = self.front
            pages, front.pages = front.pages, []
            yield from pages
            if not front.done or (len(self._shards) > 1 and not front.seam(self._shards[1])):
                return
            if len(self._shards) == 1:
                return
            del self._shards[0]

    def _learn(self, page: Page) -> None:
        for names in (page.objects["key"], page.prefixes):
            step = max(1, (len(names) - 1) // (_SAMPLES - 1)) if len(names) else 1
            self._space.learn(names[n].as_py() for n in range(0, len(names), step))
            self._space.learn(names[-1:].to_pylist())

    def _cut(self, free: int) -> Shard | None:
        """Cut what seems to hold most, into as many as there are requests free; the first new shard."""
        if self._requests > 2 * self._useful + _SPARE:
            return None
        estimates = [(self._pages_left(shard), -n) for n, shard in enumerate(self._shards) if not shard.done]
        for left, number in sorted(estimates, reverse=True):
            if left < _WORTH:
                return None
            shard = self._shards[-number]
            cuts = self._space.cuts(shard.position, shard.end, int(min(free, left / _WORTH)))
            if cuts:
                ends = [*cuts[1:], shard.end]
                new = [Shard(start, end) for start, end in zip(cuts, ends, strict=True)]
                shard.end = cuts[0]
                self._shards[1 - number : 1 - number] = new
                return new[0]
        return None

    def _pages_left(self, shard: Shard) -> float:
        if not shard.count or shard.first is None:
            return 0.0
        share = self._space.share_left(shard.first, shard.position, shard.end)
        # What went on for a while will go on for a while, whatever the estimate says of it.
        return shard.count * max(share, 1.0 if shard.end is None else 0.4)
