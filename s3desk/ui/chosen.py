"""What is selected in the table, told without a Python object for each of a million rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from s3desk.models.kinds import Kind
from s3desk.s3.objects import Selection

if TYPE_CHECKING:
    import numpy as np

    from s3desk.models.object_rows import ObjectRows, Row


@dataclass(frozen=True)
class Chosen:
    """The selected rows by their lasting numbers, folders first, else as they stood; asked for by every verb."""

    rows: ObjectRows
    numbers: np.ndarray[Any, Any] | None = None  # None where nothing is selected

    @property
    def count(self) -> int:
        """How many."""
        return 0 if self.numbers is None else len(self.numbers)

    @property
    def folders(self) -> int:
        """How many of them are folders or buckets."""
        return 0 if self.numbers is None else int((self.numbers < 0).sum())

    @property
    def objects(self) -> int:
        """How many of them are objects."""
        return self.count - self.folders

    @property
    def bytes(self) -> int:
        """How much the objects hold together; folders are not counted."""
        return 0 if self.numbers is None else self.rows.bytes_of(self.numbers)

    @property
    def first(self) -> Row:
        """The topmost row. Raises LookupError when nothing is selected: verbs are greyed out then."""
        if self.numbers is None or not len(self.numbers):
            raise LookupError("nothing is selected")
        return self.rows.numbered(int(self.numbers[0]))

    @property
    def single(self) -> Row | None:
        """The row where exactly one is selected."""
        return self.first if self.count == 1 else None

    @property
    def is_bucket(self) -> bool:
        """Whether exactly one bucket is selected."""
        return self.single is not None and self.single.kind is Kind.BUCKET

    def names(self) -> list[str]:
        """Their names, without the prefix of the place."""
        if self.numbers is None:
            return []
        folders, objects = self.rows.names(self.numbers)
        return [*folders, *objects]

    def keys(self) -> list[str]:
        """The keys of the selected objects, and whole prefixes of folders before them; names of buckets."""
        selection = self.selection()
        return [*selection.folders, *selection.keys]

    def selection(self) -> Selection:
        """The selected objects and folders, as operations want them."""
        at = self.rows.location
        if self.numbers is None:
            return Selection(at.bucket)
        folders, objects = self.rows.names(self.numbers)
        end = "/" if at.bucket else ""
        return Selection(
            at.bucket,
            tuple([at.prefix + name for name in objects]),
            tuple([f"{at.prefix}{name}{end}" for name in folders]),
        )
