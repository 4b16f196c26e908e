"""Temporary files of downloads that a killed program left in the folders of its user."""

from __future__ import annotations

import os
import time
from collections.abc import Collection, Iterable
from contextlib import suppress
from pathlib import Path

_STARTED = time.time()  # files of this run are younger
_SMALL = 16 << 20  # bytes; larger ones stand in the journal of whoever fetches them


def remove_known(temporary: Path) -> None:
    """Remove a file the journal names, if it bears our mark: anybody could have written that journal."""
    if _is_ours(temporary.name):
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def remove_unknown(folders: Iterable[Path], known: Collection[Path] = ()) -> None:
    """Remove what was written whole and not yet renamed when an earlier run of the program was killed.

    What is `known` stays: a download goes on with it.
    """
    for folder in folders:
        with suppress(OSError), os.scandir(folder) as entries:
            for entry in entries:
                if _is_ours(entry.name) and Path(entry.path) not in known and _was_left(entry):
                    Path(entry.path).unlink(missing_ok=True)


def _is_ours(name: str) -> bool:
    return name.startswith(".s3desk-") and name.endswith(".part")


def _was_left(entry: os.DirEntry[str]) -> bool:
    facts = entry.stat(follow_symlinks=False)
    return entry.is_file(follow_symlinks=False) and facts.st_size <= _SMALL and facts.st_ctime < _STARTED
