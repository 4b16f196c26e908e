"""What objects are called on this computer's disk: names below a folder, and never outside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3desk.s3.errors import BadNameError, Failure
from s3desk.s3.names import TakenNames, fitted, local_path

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from s3desk.s3.names import Disk
    from s3desk.s3.syncing.plan import Thing


class LocalNames:
    """The local name of each object, the same each time: as a download into this folder would call it."""

    def __init__(self, things: Iterable[Thing], folder: Path, disk: Disk) -> None:
        self._folder, self._windows = folder, disk.windows
        self._folders: dict[str, Path] = {}
        self.renamed: list[tuple[str, str]] = []
        self.left_alone: list[Failure] = []
        self.names: dict[str, Thing] = {}
        files = [thing for thing in things if self._can_be_a_file(thing)]
        for thing in files:
            self._parent(thing.name)
        parents = {parent for path in self._folders.values() for parent in (path, *path.parents) if parent != folder}
        taken = TakenNames(parents, ignore_case=disk.ignores_case)
        for thing in files:
            name = taken.claim(self._path(thing.name)).relative_to(folder).as_posix()
            name = thing.name if name == thing.name else name  # one text for both
            self.names[name] = thing
            if name != thing.name:
                self.renamed.append((thing.name, name))

    def _can_be_a_file(self, thing: Thing) -> bool:
        if not thing.name.endswith("/"):
            return True
        words = f"“{thing.name}” is a folder and also an object with content; a disk cannot hold both."
        self.left_alone.append(Failure(thing.name, BadNameError(words, "Rename the object if you need its content.")))
        return False

    def _parent(self, name: str) -> Path:
        head, slash, _ = name.rpartition("/")
        if not slash:
            return self._folder
        if head not in self._folders:
            at = local_path(self._folder, head + "/", windows=self._windows)  # one "/" at the end is dropped there
            self._folders[head] = at.path
        return self._folders[head]

    def _path(self, name: str) -> Path:
        path = local_path(self._parent(name), name.rpartition("/")[2], windows=self._windows).path
        return fitted(path, self._folder, windows=self._windows).path
