"""How a file lands on the disk: under a temporary name or none until it is whole, never in the place of another."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from s3desk.s3.errors import AlreadyThereError
from s3desk.s3.transfer.writing import write_all

if TYPE_CHECKING:
    from datetime import datetime

_FLAGS = os.O_WRONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
_NEW = _FLAGS | os.O_CREAT | os.O_EXCL
_NAMELESS = _FLAGS | getattr(os, "O_TMPFILE", 0)
_PROCESS = "/proc/self/fd"


def refuse_if_there(path: Path) -> None:
    """Raise AlreadyThereError where the name is taken, if only by a link to nowhere."""
    if os.path.lexists(path):
        raise AlreadyThereError(f"“{path}” exists already and was not replaced.", "Replace it on purpose.")


def temporary_beside(path: Path, name: str = "") -> Path:
    """A name beside `path`; the same each time unless it is given, so that what is left of it can be found."""
    name = name or hashlib.blake2b(os.fsencode(path.name), digest_size=8).hexdigest()
    return path.with_name(f".s3desk-{name}.part")


def land(
    path: Path,
    content: bytes | bytearray,
    modified: datetime | None,
    *,
    replaced: bool = False,
    was_begun: bool = False,
) -> None:
    """Write a whole file and give it its name and time; only with `replaced` in the place of another.

    `was_begun` says that an earlier run may have left a temporary file, which is taken away. Raises AlreadyThereError
    and OSError.
    """
    if not replaced and land_nameless(path, content, modified):
        return
    temporary = temporary_beside(path)
    try:
        write_new(temporary, content)
    except FileExistsError:
        if was_begun:
            remove(temporary)
        else:
            temporary = temporary_beside(path, secrets.token_hex(8))
        write_new(temporary, content)
    try:
        finish(path, modified, temporary, replaced=replaced)
    finally:
        remove(temporary)


def land_nameless(path: Path, content: bytes | bytearray, modified: datetime | None) -> bool:
    """Write a file that gets its name when it is whole, so that a killed program leaves nothing; never replaces.

    False where system or disk cannot do that (all but Linux, network disks). Raises AlreadyThereError.
    """
    if not hasattr(os, "O_TMPFILE"):
        return False
    try:
        file = os.open(path.parent, _NAMELESS, 0o666)
    except OSError:
        return False
    try:
        write_all(file, content)
        if modified is not None:
            os.utime(file, (modified.timestamp(),) * 2)
        try:
            # Only with a folder is it linkat(), which alone follows the link.
            os.link(f"{_PROCESS}/{file}", path, src_dir_fd=file, follow_symlinks=True)
        except FileExistsError:
            refuse_if_there(path)
            return False
        except OSError:
            return False
        return True
    finally:
        os.close(file)


def write_new(path: Path, content: bytes | bytearray) -> None:
    """Write a file that must not be there yet; nothing of it stays when it does not come to its end."""
    file = os.open(path, _NEW, 0o666)
    try:
        try:
            write_all(file, content)
        finally:
            os.close(file)
    except BaseException:
        remove(path)
        raise


def remove(path: Path) -> None:
    """Take a file away, if it is there."""
    with suppress(FileNotFoundError):
        os.unlink(path)  # noqa: PTH108  # pathlib costs as much again


def finish(path: Path, modified: datetime | None, temporary: Path, *, replaced: bool) -> None:
    """Give the whole file its time and its name; without `replaced` never in the place of something."""
    if modified is not None:
        seconds = modified.timestamp()
        os.utime(temporary, (seconds, seconds))
    if replaced:
        with suppress(OSError):
            shutil.copymode(path, temporary)
        temporary.replace(path)
        return
    try:
        os.link(temporary, path)  # the one exclusive way to name a file that exists
    except FileExistsError:
        refuse_if_there(path)
    except (OSError, NotImplementedError):  # a disk without hard links
        refuse_if_there(path)
        temporary.rename(path)
