"""The folder a demo lives in: its lock, its keys, and what is said when it cannot be used."""

from __future__ import annotations

import json
import secrets
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from s3desk.demo.seaweedfs import Identity

_LOCK = "s3desk-demo.lock"
_KEYS = "keys.json"
_FILLED = "filled"
_LOCK_WITHIN_S = 5.0
_SAMPLE = "1"  # raised when the sample data changes, so that an older folder is filled again


@dataclass
class DemoError(Exception):
    """The demo cannot run: what happened, and what to do about it."""

    message: str
    advice: str = ""

    def __str__(self) -> str:
        return f"{self.message} {self.advice}".rstrip()


def default_folder() -> Path:
    """Where the demo keeps its data between runs."""
    from platformdirs import user_data_path  # noqa: PLC0415  # only the demo needs it this early

    return user_data_path("s3desk", appauthor=False) / "demo"


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Keep the folder to this process; the system lets go of it however the process ends.

    Raises DemoError when another demo holds it, or when the folder is full of something else.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lock = folder / _LOCK
    if not lock.exists() and any(folder.iterdir()):
        raise DemoError(f"The folder {folder} holds other files.", "Choose an empty folder for the demo.")
    with lock.open("ab") as file:
        _lock_soon(file)
        yield


def empty(folder: Path) -> None:
    """Forget everything but the lock, which the caller holds."""
    for path in folder.iterdir():
        if path.name == _LOCK:
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def is_filled(folder: Path) -> bool:
    """Whether the sample data was stored to its end, and there still is data; what the user did to it is kept."""
    data = folder / "data"
    with suppress(OSError):
        return (folder / _FILLED).read_text(encoding="utf-8") == _SAMPLE and any(data.iterdir())
    return False


def note_filled(folder: Path) -> None:
    """Remember that the sample data is complete."""
    (folder / _FILLED).write_text(_SAMPLE, encoding="utf-8")


def identity_of(folder: Path) -> Identity:
    """The demo's keys: random, made once per folder and readable only by its owner; made again when damaged."""
    path = folder / _KEYS
    with suppress(OSError, ValueError, KeyError, TypeError):
        kept = json.loads(path.read_text(encoding="utf-8"))
        return Identity("demo", str(kept["access_key"]), str(kept["secret_key"]), ("Admin",))
    made = Identity("demo", secrets.token_hex(10).upper(), secrets.token_urlsafe(30), ("Admin",))
    path.touch(mode=0o600)
    keys = {"access_key": made.access_key, "secret_key": made.secret_key}
    path.write_text(json.dumps(keys), encoding="utf-8")
    return made


def _lock_soon(file: IO[bytes]) -> None:
    """Take the lock, and wait a little for a demo that is just ending."""
    deadline = time.monotonic() + _LOCK_WITHIN_S
    while True:
        try:
            return _lock(file)
        except OSError as error:
            if time.monotonic() > deadline:
                raise DemoError(
                    "The demo is already running in another window.", "Use that window, or close it and start again."
                ) from error
        time.sleep(0.1)


def _lock(file: IO[bytes]) -> None:
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415  # Windows only

        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        import fcntl  # noqa: PLC0415  # not on Windows

        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
