"""Names on their way into one level of the tree."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from s3desk.models.tree_level import merge
from s3desk.models.tree_node import Node, State

if TYPE_CHECKING:
    from s3desk.models.bucket_model import BucketModel


class TreeFill:
    """Shows names as they arrive where nothing stood; else puts all in place at the end, so that nothing flickers."""

    def __init__(self, model: BucketModel, node: Node) -> None:
        self.node = node
        self._model = model
        self._arrived: list[str] | None = [] if node.level.names else None
        model.set_state(node, State.LOADING)

    def add(self, names: Sequence[str]) -> None:
        """Take some more; in any order, though the order of names is fastest."""
        if self._arrived is not None:
            merge(self._arrived, names)
        elif names:
            self._model.add_children(self.node, names)

    def finish(self) -> None:
        """These were all."""
        if self._arrived is None:
            self._model.set_state(self.node, State.LOADED)
        else:
            self._model.set_children(self.node, self._arrived)

    def fail(self, trouble: str) -> None:
        """There may be more; what arrived stays."""
        self._model.set_state(self.node, State.FAILED, trouble)
