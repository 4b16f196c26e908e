"""What a filter leaves of the tree: looked for in the names that are there, a slice at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from s3desk.models.tree_level import NamePattern, merge

if TYPE_CHECKING:
    from s3desk.models.bucket_model import BucketModel
    from s3desk.models.tree_node import Node

SLICE = 20_000  # names; 2 ms, 10 ms with a pattern


class TreeSearch:
    """Looks through every level that was loaded. A name fits, or stays because something below it fits.

    What fits itself and has nothing below that does can be opened as if there were no filter.
    """

    def __init__(self, model: BucketModel, words: str) -> None:
        self._model = model
        self.pattern = NamePattern(words)
        self.inside: dict[Node, list[str]] = {}  # what fits in a level, or leads there
        self._seen: dict[Node, tuple[int, int]] = {}  # how many names were looked at, in which order of them

    def steps(self) -> Iterator[None]:
        """Look for it, a short step each time; names that are added meanwhile are looked at too."""
        for node in list(self._model.nodes):
            yield from self._look(node)
        while late := [node for node in self._model.nodes if self._seen.get(node) != _stand(node)]:
            yield from self._look(late[0])

    def matches(self) -> dict[Node, list[str] | None]:
        """For each level what to show, None for everything."""
        for node in self._model.nodes:
            ways = [child.name for child in node.opened.values() if self.inside.get(child)]
            merge(self.inside.setdefault(node, []), ways)
        return {node: None if self._is_open(node) else self.inside[node] for node in self._model.nodes}

    def _look(self, node: Node) -> Iterator[None]:
        at, order = self._seen.get(node, (0, -1))
        while (at, order) != _stand(node):
            if order != node.level.reordered:  # what was found is out of date
                at, order, self.inside[node] = 0, node.level.reordered, []
            slice_ = node.level.names[at : at + SLICE]
            self.inside[node] += self.pattern.fitting(slice_)
            at += len(slice_)
            yield
        self._seen[node] = at, order

    def _is_open(self, node: Node) -> bool:
        """Whether nothing in a level fits, but it or a level around it does."""
        while node.parent is not None and not self.inside[node]:
            if self.pattern.fitting([node.name]):
                return True
            node = node.parent
        return False


def _stand(node: Node) -> tuple[int, int]:
    return len(node.level.names), node.level.reordered
