"""The one place where keys become names on the local disk, and where typed-in keys are checked."""

from __future__ import annotations

import hashlib
import os
import re
import sys
import tempfile
import unicodedata
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from s3desk.s3.errors import BadNameError

MAX_KEY_BYTES = 1024
_MAX_SEGMENT_BYTES = 255
_PATH_BYTES = 1023 if sys.platform == "darwin" else 4095
_WINDOWS_PATH = 259  # characters
_ROOM_BESIDE = 40  # for the temporary name a file has until it is whole
_RESERVED = re.compile(r"(?i)^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])\s*(\.|$)")
# Look-alikes, one for each: what was in the key can still be read off the local name.
_WINDOWS = str.maketrans('\\:*?"<>|', "＼：＊？＂＜＞｜")
_CONTROL = {code: chr(0x2400 + code) for code in range(32)} | {0x7F: "␡", 0x85: "␤"}
# Marks that turn text around or draw nothing would let a name on the disk look like another.
_UNSEEN = (0x200B, 0x200E, 0x200F, *range(0x2028, 0x202F), *range(0x2060, 0x206A), 0xFEFF)
_CONTROL |= {code: f"‹U+{code:04X}›" for code in _UNSEEN}
_DOT, _SPACE, _EMPTY, _UNDERLINE = "．", "␠", "∅", "＿"


@dataclass(frozen=True, slots=True)
class LocalName:
    """Where a key goes on disk; `reason` says why its name differs from the key, "" if it does not."""

    path: Path
    reason: str = ""

    @property
    def renamed(self) -> bool:
        """Whether the name differs from the key."""
        return bool(self.reason)


def check_key(key: str) -> None:
    """Refuse what S3 cannot hold as a key, before anything is sent.

    Raises BadNameError: empty, over 1,024 bytes of UTF-8, or not UTF-8 at all.
    """
    if not key:
        raise BadNameError("The name is empty.", "Type a name.")
    try:
        length = len(key.encode())
    except UnicodeEncodeError as error:
        raise BadNameError("The name is not valid text (UTF-8), so S3 cannot hold it.", "Rename it first.") from error
    if length > MAX_KEY_BYTES:
        raise BadNameError(
            f"The name is too long for S3: its path has {length:,} bytes, and 1,024 is the most.",
            "Choose a shorter name or a folder further up.",
        )
    if "\0" in key:
        raise BadNameError("The name contains a NUL character, which S3 cannot hold.", "Choose another name.")


def local_path(folder: Path, relative_key: str, *, windows: bool = os.name == "nt") -> LocalName:
    """The path below `folder` for a key relative to the folder shown; a "/" at the end is dropped.

    Never outside `folder`: each segment becomes exactly one file name, with look-alikes for what a disk cannot hold.
    """
    segments = relative_key.removesuffix("/").split("/")
    path, reasons = folder, []
    for segment in segments:
        name, reason = _file_name(segment, windows=windows)
        path = path / name
        if reason and reason not in reasons:
            reasons.append(reason)
    return LocalName(path, "; ".join(reasons))


def _file_name(segment: str, *, windows: bool) -> tuple[str, str]:
    """One segment of a key as one file name, and why it differs."""
    name, reason = segment.translate(_CONTROL), ""
    if name != segment:
        reason = "characters that cannot be seen"
    if name in ("", ".", ".."):
        return name.replace(".", _DOT) or _EMPTY, "a name that means a folder itself"
    if windows:
        fitting = _fit_windows(name)
        if fitting != name:
            name, reason = fitting, "a name Windows does not allow"
    if len(name.encode()) > _MAX_SEGMENT_BYTES:
        name, reason = shortened(name), "a name longer than 255 bytes"
    return name, reason


def _fit_windows(name: str) -> str:
    name = name.translate(_WINDOWS)
    if name[-1] in ". ":
        name = name[:-1] + (_DOT if name[-1] == "." else _SPACE)
    if _RESERVED.match(name):
        name = _UNDERLINE + name
    return name


def shortened(name: str, *, room: int = _MAX_SEGMENT_BYTES) -> str:
    """The name cut to `room` bytes, with its ending kept and a short digest, so that two long names stay two."""
    stem, dot, ending = name.rpartition(".")
    if not stem or len(ending.encode()) > 20:
        stem, dot, ending = name, "", ""
    tail = f"~{hashlib.sha256(name.encode()).hexdigest()[:8]}{dot}{ending}"
    return stem.encode()[: room - len(tail.encode())].decode(errors="ignore") + tail


def numbered(name: str, number: int) -> str:
    """`report.csv` as `report (1).csv`; a dot at the start is no ending."""
    stem, dot, ending = name.rpartition(".")
    if not stem or "/" in ending:
        stem, dot, ending = name, "", ""
    return f"{stem} ({number}){dot}{ending}"


def fitted(path: Path, folder: Path, *, windows: bool = os.name == "nt") -> LocalName:
    """The path itself, or one directly in `folder` where the whole is longer than this system allows."""
    most, whole = (_WINDOWS_PATH, len(str(path))) if windows else (_PATH_BYTES, len(os.fsencode(path)))
    if whole <= most - _ROOM_BESIDE:
        return LocalName(path)
    room = most - _ROOM_BESIDE - (len(str(folder)) if windows else len(os.fsencode(folder))) - 1
    name = "＿".join(path.relative_to(folder).parts)
    # So little room is left only where the folder itself can hardly be used: the disk will say so.
    return LocalName(folder / shortened(name, room=min(max(room, 32), _MAX_SEGMENT_BYTES)), "a path that is too long")


@dataclass(frozen=True, slots=True)
class Disk:
    """What the file system of a folder makes of names; it need not be the usual one of the system."""

    ignores_case: bool
    windows: bool

    @staticmethod
    def of(folder: Path) -> Disk:
        """By trying it with two empty files that are gone at once; where nothing can be written, as is usual here."""
        usual = Disk(sys.platform in ("win32", "darwin"), os.name == "nt")
        with suppress(OSError), tempfile.NamedTemporaryFile(prefix=".s3desk-case-", dir=folder) as file:
            made = Path(file.name)
            same = made.with_name(made.name.upper()).exists()
            return Disk(same, usual.windows or not _takes(made.with_name(f"{made.name}:?")))
        return usual


def _takes(path: Path) -> bool:
    """Whether the disk takes a name that Windows does not allow: USB sticks do not."""
    try:
        path.touch(exist_ok=False)
        path.unlink()
    except OSError:
        return False
    return True


class TakenNames:
    """The local names a plan uses already; gives the next file of the same name a number."""

    def __init__(self, folders: Iterable[Path], *, ignore_case: bool) -> None:
        self._ignore_case = ignore_case
        # A file cannot have the name of a folder beside it: `a` next to `a/x`.
        self._taken = {self._same(folder) for folder in folders}

    def claim(self, path: Path) -> Path:
        """The path itself, or the first numbered one that nothing in the plan has."""
        claimed, number = path, 0
        while self._same(claimed) in self._taken:
            number += 1
            name = numbered(path.name, number)
            claimed = path.with_name(shortened(name) if len(name.encode()) > _MAX_SEGMENT_BYTES else name)
        self._taken.add(self._same(claimed))
        return claimed

    def _same(self, path: Path) -> str:
        # Python's casefold joins a little more than disks do, which costs a number and never a file.
        # Some of them also take two ways to write an accent for one.
        return unicodedata.normalize("NFC", str(path)).casefold() if self._ignore_case else str(path)
