"""The SQLite file of the journal: one program at a time, many writes in one commit, never in anybody's way."""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, TypeVar

from s3desk.s3.journal.journal_rows import SCHEMA

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

T = TypeVar("T")

_EVERY_S = 0.05  # what was written "soon" is in the file after that
_AGAIN_S = 1.0  # when the disk said no
_DAMAGED = (11, 26)  # SQLITE_CORRUPT, SQLITE_NOTADB
_CHECKED = 64 << 20  # a larger file is not read through at the start
_Write = tuple[str, Sequence[Any]]


class TakenError(Exception):
    """Another copy of the program keeps its journal in this file."""


class JournalFile:
    """Any thread may call any method; `path` None keeps everything in memory, for this run.

    A damaged file is set aside under its name with `.damaged` and a new one begun. Raises TakenError where another
    program has it, OSError or sqlite3.Error where it cannot be used. `trouble` says why nothing can be written now.
    """

    def __init__(self, path: Path | None, changed: Callable[[sqlite3.Connection], None]) -> None:
        self.path, self._changed = path, changed
        self.trouble = ""
        self._lock = threading.RLock()  # who has it uses the file
        self._waiting: list[_Write] = []
        self._waiting_lock = threading.Lock()
        self._writer: threading.Thread | None = None
        self._closed = threading.Event()
        self._file = self._open()
        self._gone = weakref.finalize(self, self._file.close)

    # one by one

    def do(self, work: Callable[[sqlite3.Connection], T], *, on_disk: bool = False) -> T:
        """Run `work` in a transaction of its own, after everything that was to be written soon.

        `on_disk` also survives a power cut; the rest survives the end of the program.
        """
        with self._lock:
            self.flush()
            with self._synced(on_disk), self._file:
                found = work(self._file)
            self._changed(self._file)
            return found

    @contextmanager
    def _synced(self, on_disk: bool) -> Iterator[None]:
        if not on_disk:
            yield
            return
        self._file.execute("PRAGMA synchronous = FULL")
        try:
            yield
        finally:
            self._file.execute("PRAGMA synchronous = NORMAL")

    # many in one

    def soon(self, statement: str, *values: Any) -> None:
        """Write, in order, with everything else of the next 50 ms."""
        self.soon_many(statement, (values,))

    def soon_many(self, statement: str, rows: Iterable[Sequence[Any]]) -> None:
        """The same statement with many values."""
        with self._waiting_lock:
            self._waiting += [(statement, values) for values in rows]
            if self._writer is None and not self._closed.is_set():
                self._writer = threading.Thread(target=self._write, name="s3desk-journal", daemon=True)
                self._writer.start()

    def flush(self, *, on_disk: bool = False) -> None:
        """Write now what was to be written soon; what many threads want at once is one commit.

        A disk that says no is told in `trouble`, and tried again: transfers go on without it.
        """
        with self._lock:
            with self._waiting_lock:
                batch, self._waiting = self._waiting, []
            if batch and not self._closed.is_set():
                with self._synced(on_disk):
                    self._commit(batch)

    def close(self) -> None:
        """Write what is left and let go of the file."""
        with self._lock:
            if not self._closed.is_set():
                self.flush()
                self._closed.set()
                self._gone()

    def _commit(self, batch: list[_Write]) -> None:
        import sqlite3  # noqa: PLC0415

        try:
            with self._file:
                for statement, same in groupby(batch, key=itemgetter(0)):
                    self._file.executemany(statement, [values for _, values in same])
            self._changed(self._file)
            self.trouble = ""
        except sqlite3.Error as error:
            self.trouble = str(error)
            with self._waiting_lock:
                self._waiting[:0] = batch

    def _write(self) -> None:
        """The writer's thread: it lives as long as there is something to write."""
        while not self._closed.wait(_AGAIN_S if self.trouble else _EVERY_S):
            with self._waiting_lock:
                if not self._waiting:
                    self._writer = None
                    return
            self.flush()

    # opening

    def _open(self) -> sqlite3.Connection:
        import sqlite3  # noqa: PLC0415  # not before the first paint

        if self.path is None:
            return _prepared(sqlite3.connect(":memory:", check_same_thread=False))
        self.path.parent.mkdir(parents=True, exist_ok=True)
        try:
            return _taken(self.path)
        except sqlite3.DatabaseError as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF not in _DAMAGED:
                raise
            set_aside(self.path)
            return _taken(self.path)


def set_aside(path: Path) -> None:
    """Give a damaged file, and what SQLite keeps beside it, another name."""
    for end in ("", "-wal", "-shm"):
        beside = path.with_name(path.name + end)
        with suppress(FileNotFoundError):
            beside.replace(path.with_name(f"{path.name}.damaged{end}"))


def _taken(path: Path) -> sqlite3.Connection:
    """The file, locked for this program until it ends, whole and with its tables."""
    import sqlite3  # noqa: PLC0415

    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))  # names of objects are nobody else's business
    file = sqlite3.connect(path, timeout=0, check_same_thread=False)
    try:
        file.execute("PRAGMA locking_mode = EXCLUSIVE")
        file.execute("PRAGMA journal_mode = WAL")
        file.execute("PRAGMA synchronous = NORMAL")
        if path.stat().st_size < _CHECKED and file.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
            raise _damage()
        return _prepared(file)
    except BaseException as error:
        file.close()
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise TakenError from error
        raise


def _prepared(file: sqlite3.Connection) -> sqlite3.Connection:
    file.execute("PRAGMA secure_delete = FAST")
    file.execute("BEGIN IMMEDIATE")  # takes the lock even where nothing is to be made
    file.commit()
    file.executescript(SCHEMA)
    return file


def _damage() -> sqlite3.DatabaseError:
    import sqlite3  # noqa: PLC0415

    error = sqlite3.DatabaseError("it is damaged")
    error.sqlite_errorcode = _DAMAGED[0]
    return error
