"""Zip archives: the list of their members from the directory at the end, and the beginning of one member."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING

from s3desk.data.parsers.parsed import Parsed, bounded
from s3desk.data.sizes import size_words

if TYPE_CHECKING:
    from s3desk.data.parsers.source import Source

MEMBER_BYTES = 1 << 20  # unpacked of a member at most
ALL = "all members"  # chooses the list; a member of this name would have to be unpacked
_CHOICES = 1000  # members one can choose among
_RATIO = 200  # unpacked to packed; ordinary text stays below 30
_BOMB = 1 << 30


def parse(source: Source, *, rows: int, part: str = "") -> Parsed:
    """The members as a table; of the only one, or of that named `part`, the first MiB.

    Raises what zipfile raises for a damaged archive.
    """
    source.read_at(max(source.size() - (64 << 10), 0), 64 << 10)  # most directories are no larger
    archive = zipfile.ZipFile(source)
    members = [member for member in archive.infolist() if not member.is_dir()]
    wanted = [member for member in members if member.filename == part]
    if not part and len(members) == 1:
        wanted = members
    if not wanted or wanted[0].flag_bits & 1:  # 1: protected by a password
        return _listed(archive.infolist(), members, rows, source.size())
    try:
        with archive.open(wanted[0]) as opened:
            data = opened.read(MEMBER_BYTES)
    except Exception:
        if source.exhausted:
            raise
        listed = _listed(archive.infolist(), members, rows, source.size())
        note = f"“{wanted[0].filename}” cannot be unpacked here: it is damaged, or packed in a rare way."
        return replace(listed, notes=(note, *listed.notes))
    return Parsed(
        notes=_warnings(archive.infolist(), source.size()),
        parts=_names(members),
        part=wanted[0].filename,
        data=data,
        data_size=wanted[0].file_size,
    )


def _listed(
    entries: list[zipfile.ZipInfo], members: list[zipfile.ZipInfo], rows: int, size: int
) -> Parsed:  # fmt: skip
    cells, more = bounded([_row(entry) for entry in entries[:rows]])
    return Parsed(
        ("Name", "Size", "Compressed", "Modified"),
        (False, True, True, False),
        (),
        cells,
        len(entries),
        (),
        (*_warnings(entries, size), *more),
        _names(members),
        ALL,
    )


def _names(members: list[zipfile.ZipInfo]) -> tuple[str, ...]:
    return (ALL, *(member.filename for member in members[:_CHOICES]))


def _row(entry: zipfile.ZipInfo) -> tuple[str | None, ...]:
    year, month, day, hour, minute, _ = entry.date_time
    modified = f"{year}-{month:02}-{day:02} {hour:02}:{minute:02}"
    return entry.filename, f"{entry.file_size}", f"{entry.compress_size}", modified


def _warnings(entries: list[zipfile.ZipInfo], size: int) -> tuple[str, ...]:
    """What one should know before unpacking this."""
    notes = []
    if any(_leaves(entry.filename) for entry in entries):
        notes.append("Some names would leave the folder it is unpacked into: do not unpack it with just any program.")
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > _BOMB and unpacked > _RATIO * size:
        notes.append(
            f"Unpacked it would be {size_words(unpacked)}, {unpacked // size:,} times its size: do not unpack it."
        )
    if any(entry.flag_bits & 1 for entry in entries):
        notes.append("It is protected by a password.")
    return tuple(notes)


def _leaves(name: str) -> bool:
    steps = name.replace("\\", "/").split("/")
    return ".." in steps or name.startswith(("/", "\\")) or steps[0].endswith(":")
