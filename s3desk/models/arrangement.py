"""Sort and filter a million rows in Arrow: plain functions for a worker, which hold no lock the window needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from s3desk.models.kinds import is_known, is_packed, kind_of

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    from s3desk.s3.job import Job

TYPE = "type"  # sorted by, and in no column


@dataclass(frozen=True, slots=True)
class Wish:
    """How the rows shall stand: by which column ("name", "size", "type" …), which way, and with which names only."""

    column: str = "name"
    backwards: bool = False
    words: str = ""

    @property
    def natural(self) -> bool:
        """Whether rows that come in the order of keys stand right as they come."""
        return self.column == "name" and not self.backwards and not self.words


@dataclass(frozen=True, slots=True)
class Work:
    """Rows to be put in order, as they came; `sorted_by_name` says that they came in the order of their names."""

    wish: Wish
    folders: pa.Table
    objects: pa.Table
    sorted_by_name: bool


@dataclass(frozen=True, slots=True)
class Order:
    """Which rows to show, by their numbers in order, None for all as they came; `bytes` is the size of the objects.

    It knows of the first `folder_count` folders and `object_count` objects.
    """

    wish: Wish
    folders: np.ndarray[Any, Any] | None
    objects: np.ndarray[Any, Any] | None
    folder_count: int
    object_count: int
    bytes: int

    @property
    def count(self) -> int:
        """Rows to be shown."""
        folders = self.folder_count if self.folders is None else len(self.folders)
        return folders + (self.object_count if self.objects is None else len(self.objects))


def arranged(_job: Job | None, work: Work) -> Order:
    """Put folders and objects in the order that is wished for."""
    import pyarrow.compute as pc  # noqa: PLC0415  # heavy

    folders = _order(work.wish, work.folders, work.sorted_by_name)
    objects = _order(work.wish, work.objects, work.sorted_by_name)
    sizes = work.objects["size"] if objects is None else work.objects["size"].take(_indices(objects))
    total = pc.sum(sizes).as_py() or 0
    return Order(work.wish, folders, objects, work.folders.num_rows, work.objects.num_rows, total)


def _order(wish: Wish, table: pa.Table, sorted_by_name: bool) -> np.ndarray[Any, Any] | None:
    import numpy as np  # noqa: PLC0415
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.compute as pc  # noqa: PLC0415

    if sorted_by_name and wish.natural:
        return None
    rows = np.arange(table.num_rows, dtype=np.int32) if not wish.words else _fitting(table["name"], wish.words)
    if not sorted_by_name:
        rows = rows[pc.sort_indices(table["name"].take(_indices(rows))).to_numpy()]
    if wish.column == "name":
        return rows[::-1].copy() if wish.backwards else rows
    if wish.column in table.column_names and pa.types.is_string(table.schema.field(wish.column).type):
        way = "descending" if wish.backwards else "ascending"
        places = pc.sort_indices(table[wish.column].take(_indices(rows)), sort_keys=[("", way)])
        in_order: np.ndarray[Any, Any] = rows[places.to_numpy()]
        return in_order
    ranks = _ranks(wish.column, table)
    if ranks is None:  # folders have no size, type or storage class
        return rows
    # Stable both ways, so what is equal stays in the order of names.
    keys = ranks[rows]
    if wish.backwards:
        keys = -keys
    return rows[np.argsort(keys, kind="stable")]


def _fitting(names: pa.ChunkedArray, words: str) -> np.ndarray[Any, Any]:
    import numpy as np  # noqa: PLC0415
    import pyarrow.compute as pc  # noqa: PLC0415

    if "*" in words or "?" in words:
        mask = pc.match_substring_regex(names, pattern_of(words))
    else:
        mask = pc.match_substring(names, words, ignore_case=True)
    return np.flatnonzero(mask.to_numpy()).astype(np.int32)


def pattern_of(words: str) -> str:
    """A pattern of * and ? for a whole name, as RE2 takes it; case does not matter."""
    wild = {"*": ".*", "?": "."}
    return "(?is)^" + "".join(wild.get(c) or (c if c.isalnum() else f"\\x{{{ord(c):x}}}") for c in words) + "$"


def _ranks(column: str, table: pa.Table) -> np.ndarray[Any, Any] | None:
    """Numbers that sort as the column does, what is not known first."""
    import numpy as np  # noqa: PLC0415
    import pyarrow as pa  # noqa: PLC0415

    if column == TYPE:
        return _type_ranks(table["name"]) if "size" in table.column_names else None
    if column not in table.column_names:
        return None
    values = table[column]
    if pa.types.is_timestamp(values.type):
        least = np.iinfo(np.int64).min + 1  # its negative is a number too
        numbers: np.ndarray[Any, Any] = values.cast(pa.int64()).fill_null(int(least)).to_numpy()
        return numbers
    if pa.types.is_dictionary(values.type):
        return _dictionary_ranks(values)
    sizes: np.ndarray[Any, Any] = values.to_numpy()
    return sizes


def _dictionary_ranks(values: pa.ChunkedArray) -> np.ndarray[Any, Any]:
    import numpy as np  # noqa: PLC0415
    import pyarrow.compute as pc  # noqa: PLC0415

    whole = values.unify_dictionaries().combine_chunks()
    if whole.type.num_fields or not len(whole):
        return np.zeros(len(whole), np.int32)
    places = pc.sort_indices(whole.dictionary).to_numpy()
    rank = np.empty(len(places) + 1, np.int32)
    rank[places] = np.arange(1, len(places) + 1, dtype=np.int32)
    rank[-1] = 0  # for what is null
    numbers: np.ndarray[Any, Any] = rank[whole.indices.fill_null(len(places)).to_numpy()]
    return numbers


def _type_ranks(names: pa.ChunkedArray) -> np.ndarray[Any, Any]:
    """By the words of the Type column, found once for each ending that occurs."""
    import numpy as np  # noqa: PLC0415
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.compute as pc  # noqa: PLC0415

    if not len(names):
        return np.zeros(0, np.int32)
    parts = pc.split_pattern(names.combine_chunks(), ".", max_splits=2, reverse=True)
    last = parts.offsets.to_numpy()[1:] - 1
    single = parts.value_lengths().to_numpy() < 2
    endings = parts.values.take(pa.array(last)).dictionary_encode()
    outer: list[str] = endings.dictionary.to_pylist()
    codes = np.where(single, len(outer), endings.indices.to_numpy())
    words = [kind_of(f"x.{ending}")[1] for ending in outer] + ["File"]
    # What is packed is told by the ending before the last as well.
    packed = np.flatnonzero(np.isin(codes, [n for n, ending in enumerate(outer) if is_packed(ending)]))
    before = parts.values.take(pa.array((last - 1 + single)[packed])).dictionary_encode()
    inner = before.indices.to_numpy()
    for number, ending in enumerate(before.dictionary.to_pylist()):
        if not is_known(ending):
            continue
        rows = packed[inner == number]
        of_it = codes[rows]
        for code in np.unique(of_it):
            codes[rows[of_it == code]] = len(words)
            words.append(kind_of(f"x.{ending}.{outer[code]}")[1])
    ranks = {word: rank for rank, word in enumerate(sorted(set(words)))}
    numbers: np.ndarray[Any, Any] = np.array([ranks[word] for word in words], np.int32)[codes]
    return numbers


def _indices(rows: np.ndarray[Any, Any]) -> pa.Array:
    import pyarrow as pa  # noqa: PLC0415

    return pa.array(rows)
