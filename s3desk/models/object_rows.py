"""The rows behind the table of objects: what has arrived, and which of it is shown in which order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from s3desk.models import object_columns
from s3desk.models.arrangement import Order, Wish, Work
from s3desk.models.growing_table import GrowingTable
from s3desk.models.kinds import Kind, kind_of
from s3desk.models.object_columns import ETAG, FOLDER_MODIFIED, MODIFIED, NAME, OWNER, SIZE, STORAGE_CLASS
from s3desk.s3.columns import Entry

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    from s3desk.models.object_columns import Batch
    from s3desk.s3.location import Location

    Numbers = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """One line: a folder (its `key` is the whole prefix), a bucket, or an object."""

    key: str
    name: str  # exact, without the prefix of the place shown; not made visible
    is_folder: bool
    entry: Entry | None
    kind: Kind
    kind_words: str


class ObjectRows:
    """Folders first, then objects. Counted from the top a row has a place that changes with the order; its number
    lasts: n for the nth object that came, -1 - n for the nth folder.
    """

    def __init__(self, location: Location) -> None:
        self.location = location
        self.order: Order | None = None  # None: as they came
        self.shown_folders = self.shown_objects = 0
        self.bytes = self.shown_bytes = 0
        self._folders, self._objects = GrowingTable(), GrowingTable()
        self._last: tuple[int, Row] | None = None  # a row is asked for many times in a row, for cell after cell

    # what has arrived

    @property
    def shown(self) -> int:
        """Rows in the table."""
        return self.shown_folders + self.shown_objects

    @property
    def total(self) -> int:
        """Everything that has arrived, what is not shown included."""
        return self._folders.count + self._objects.count

    @property
    def total_objects(self) -> int:
        """The objects among them."""
        return self._objects.count

    @property
    def sorted_by_name(self) -> bool:
        """Whether all came in the order of their names."""
        return self._folders.ascending and self._objects.ascending

    def store(self, batch: Batch) -> tuple[int, int]:
        """Keep what has arrived, and what was there already only once; how many folders and objects are new."""
        folders = _new(batch.folders, self._folders, in_order=batch.in_order)
        objects = _new(batch.objects, self._objects, in_order=batch.in_order)
        self._folders.append(folders, in_order=batch.in_order)
        self._objects.append(objects, in_order=batch.in_order)
        self.bytes += batch.bytes if objects is batch.objects else _bytes(objects)
        return folders.num_rows, objects.num_rows

    def work(self, wish: Wish) -> Work:
        """Everything that has arrived, for `arranged`."""
        folders = self._folders.table(object_columns.folder_schema())
        return Work(wish, folders, self._objects.table(object_columns.object_schema()), self.sorted_by_name)

    def is_outdated(self, wish: Wish) -> bool:
        """Whether there are rows, or a wish, that the order shown does not know of."""
        if not self.total:
            return False
        if self.order is None:
            return not (wish.natural and self.sorted_by_name) or self.shown < self.total
        counts = (self.order.folder_count, self.order.object_count)
        return self.order.wish != wish or counts != (self._folders.count, self._objects.count)

    def show(self, order: Order) -> None:
        """Show what `order` says."""
        natural = order.folders is None and order.objects is None
        self.order = None if natural else order
        self.shown_folders = order.folder_count if order.folders is None else len(order.folders)
        self.shown_objects = order.object_count if order.objects is None else len(order.objects)
        self.shown_bytes = order.bytes

    # rows and their numbers

    def number(self, row: int) -> int:
        """The number of a row."""
        order = self.order
        if row < self.shown_folders:
            return -1 - (row if order is None or order.folders is None else int(order.folders[row]))
        row -= self.shown_folders
        return row if order is None or order.objects is None else int(order.objects[row])

    def numbers(self, rows: Numbers) -> Numbers:
        """The numbers of many rows."""
        import numpy as np  # noqa: PLC0415  # heavy

        order, folders = self.order, rows[rows < self.shown_folders]
        objects = rows[rows >= self.shown_folders] - self.shown_folders
        if order is not None:
            folders = folders if order.folders is None else order.folders[folders]
            objects = objects if order.objects is None else order.objects[objects]
        return np.concatenate([-1 - folders.astype(np.int64), objects.astype(np.int64)])

    def rows_of(self, numbers: Numbers) -> Numbers:
        """Where rows of these numbers stand now, -1 for those not shown; in the order asked for."""
        import numpy as np  # noqa: PLC0415

        found = np.full(len(numbers), -1, np.int64)
        of_objects = numbers >= 0
        order = self.order or Order(Wish(), None, None, 0, 0, 0)
        found[~of_objects] = _places(-1 - numbers[~of_objects], order.folders, self.shown_folders)
        objects = _places(numbers[of_objects], order.objects, self.shown_objects)
        found[of_objects] = np.where(objects < 0, -1, objects + self.shown_folders)
        return found

    def row(self, row: int) -> Row:
        """What stands in a row."""
        number = self.number(row)
        if self._last is None or self._last[0] != number:
            self._last = number, self.numbered(number)
        return self._last[1]

    def numbered(self, number: int) -> Row:
        """The row of a number, wherever it stands and whether it is shown or not."""
        if number < 0:
            name = self._folders.value(NAME, -1 - number)
            if not self.location.bucket:
                entry = Entry(name, 0, self._folders.value(FOLDER_MODIFIED, -1 - number), "", "")
                return Row(name, name, True, entry, Kind.BUCKET, "Bucket")
            return Row(f"{self.location.prefix}{name}/", name, True, None, Kind.FOLDER, "Folder")
        value = self._objects.value
        name = value(NAME, number)
        storage, etag, owner = value(STORAGE_CLASS, number), value(ETAG, number), value(OWNER, number)
        key = self.location.prefix + name
        entry = Entry(key, value(SIZE, number), value(MODIFIED, number), storage, etag, owner or "")
        return Row(key, name, False, entry, *kind_of(name))

    # many rows at once

    def names(self, numbers: Numbers) -> tuple[list[str], list[str]]:
        """The names of the folders and of the objects among `numbers`."""
        folders = _take(self._folders, NAME, -1 - numbers[numbers < 0])
        return folders.to_pylist(), _take(self._objects, NAME, numbers[numbers >= 0]).to_pylist()

    def bytes_of(self, numbers: Numbers) -> int:
        """How much the objects among `numbers` hold together."""
        import pyarrow.compute as pc  # noqa: PLC0415

        return pc.sum(_take(self._objects, SIZE, numbers[numbers >= 0])).as_py() or 0

    def find(self, key: str) -> int:
        """The row of a key or prefix, -1 where it is not shown."""
        rows = self.find_all([key])
        return int(rows[0]) if len(rows) else -1

    def find_all(self, keys: Sequence[str]) -> Numbers:
        """The rows of keys and prefixes, of those that are shown; in no order."""
        import numpy as np  # noqa: PLC0415

        names = [key.removeprefix(self.location.prefix) for key in keys]
        at_top = not self.location.bucket
        folders = self._folders.find_all([name.removesuffix("/") for name in names if at_top or name.endswith("/")])
        objects = self._objects.find_all(names)
        rows = self.rows_of(np.concatenate([-1 - folders, objects]))
        return rows[rows >= 0]

    def has(self, name: str, *, folders_only: bool = False) -> bool:
        """Whether a folder or an object of this name has arrived, shown or not."""
        return len(self._folders.find_all([name])) > 0 or (not folders_only and len(self._objects.find_all([name])) > 0)


def _places(numbers: Numbers, order: Numbers | None, shown: int) -> Numbers:
    import numpy as np  # noqa: PLC0415

    if order is None:
        return np.where(numbers < shown, numbers, -1)
    top = max(int(order.max(initial=-1)), int(numbers.max(initial=-1)))
    places = np.full(top + 1, -1, np.int64)
    places[order] = np.arange(len(order))
    return places[numbers]


def _take(table: GrowingTable, column: int, numbers: Numbers) -> pa.ChunkedArray:
    import pyarrow as pa  # noqa: PLC0415

    schema = object_columns.object_schema() if column != NAME else None
    return table.column(column, schema[column].type if schema else pa.string()).take(pa.array(numbers, pa.int64()))


def _new(batch: pa.RecordBatch, table: GrowingTable, *, in_order: bool) -> pa.RecordBatch:
    """What of a batch is not in the table yet."""
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.compute as pc  # noqa: PLC0415

    if table.continues_with(batch, in_order=in_order):
        return batch
    names = batch[NAME].to_pylist()
    first = {name: row for row, name in reversed(list(enumerate(names)))}
    batch = batch.take(pa.array(sorted(first.values()), pa.int64()))
    known = pc.is_in(batch[NAME], value_set=table.column(NAME, pa.string()).combine_chunks())
    return batch.filter(pc.invert(known))


def _bytes(objects: pa.RecordBatch) -> int:
    import pyarrow.compute as pc  # noqa: PLC0415

    return pc.sum(objects[SIZE]).as_py() or 0


def rows_from(ranges: Sequence[tuple[int, int]]) -> Numbers:
    """Rows of a selection from its first and last rows, top to bottom, each once."""
    import numpy as np  # noqa: PLC0415

    if not ranges:
        return np.zeros(0, np.int64)
    parts = [np.arange(top, bottom + 1, dtype=np.int64) for top, bottom in sorted(ranges)]
    return parts[0] if len(parts) == 1 else np.unique(np.concatenate(parts))
