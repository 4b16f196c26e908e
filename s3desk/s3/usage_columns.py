"""What a page of keys says about space, in Arrow: in which folder, of which type, in which storage class."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

NUMBERED = "#"  # stands for every ending of digits only, such as .001: each of them would be a type of its own
MARKER = "/"  # the "ending" of an object that only marks a folder

_KINDS = ("folder", "ending", "storage_class")
# An ending is short and made of letters and digits; one that says how the file is packed takes the one before along.
_ENDING = r"\.(?P<ending>(?:[a-z][a-z0-9]{0,7}\.)?(?:gz|zst|bz2|xz|snappy)|[a-z0-9]{1,8})$"
_LONGEST_ENDING = 18  # characters, more than the pattern can match


def totals_of(objects: pa.Table, skip: int, depth: int) -> pa.Table:
    """Objects and bytes by folder, ending and storage class.

    The first `skip` characters of each key are the place itself; of the rest up to `depth` folders are told apart.
    """
    import pyarrow as pa  # noqa: PLC0415  # heavy
    import pyarrow.compute as pc  # noqa: PLC0415

    keys = objects["key"].combine_chunks()
    columns = {
        "folder": folders_of(pc.utf8_slice_codeunits(keys, skip), depth),
        "ending": endings_of(keys),
        "storage_class": objects["storage_class"],
        "objects": pa.repeat(pa.scalar(1, pa.int64()), len(keys)),
        "bytes": objects["size"],
    }
    return summed(pa.table(columns), *_KINDS)


def folders_of(keys: pa.Array, depth: int) -> pa.Array:
    """The first `depth` folders of each key, with their "/"; "" for a file that lies in none."""
    import pyarrow.compute as pc  # noqa: PLC0415

    return pc.struct_field(pc.extract_regex(keys, rf"^(?P<folder>(?:[^/]*/){{0,{depth}}})"), [0])


def endings_of(keys: pa.Array) -> pa.Array:
    """Each key's ending in small letters, "csv" or "csv.gz"; "" where there is none."""
    import pyarrow.compute as pc  # noqa: PLC0415

    ends = pc.ascii_lower(pc.utf8_slice_codeunits(keys, -_LONGEST_ENDING))
    endings = pc.struct_field(pc.extract_regex(ends, _ENDING), [0]).fill_null("")
    endings = pc.if_else(pc.ascii_is_decimal(endings), NUMBERED, endings)
    return pc.if_else(pc.ends_with(ends, "/"), MARKER, endings)


def summed(totals: pa.Table, *by: str) -> pa.Table:
    """Fewer rows: one for each value of the columns `by`, nulls being a value too."""
    # On one thread: the pages are small, and the other threads are needed by the listing.
    grouped = totals.group_by(list(by), use_threads=False).aggregate([("objects", "sum"), ("bytes", "sum")])
    return grouped.select([*by, "objects_sum", "bytes_sum"]).rename_columns([*by, "objects", "bytes"])


def merged(parts: list[pa.Table]) -> pa.Table:
    """One table of totals from several."""
    import pyarrow as pa  # noqa: PLC0415

    return summed(pa.concat_tables(parts), *_KINDS)


def largest(totals: pa.Table, by: str, most: int) -> pa.Array:
    """The names in column `by` that hold most bytes."""
    import pyarrow.compute as pc  # noqa: PLC0415

    sums = summed(totals.filter(pc.is_valid(totals[by])), by)
    chosen = pc.select_k_unstable(sums, min(most, sums.num_rows), [("bytes", "descending"), (by, "ascending")])
    return sums[by].take(chosen).combine_chunks()


def only(totals: pa.Table, by: str, kept: pa.Array) -> pa.Table:
    """All names in column `by` that are not in `kept` become one, null."""
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.compute as pc  # noqa: PLC0415

    column = totals[by]
    known = pc.if_else(pc.is_in(column, value_set=kept), column, pa.scalar(None, pa.string()))
    return totals.set_column(totals.column_names.index(by), by, known)
