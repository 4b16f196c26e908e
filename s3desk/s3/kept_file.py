"""A small SQLite file of this program's own memory: made when first needed, readable by its owner only."""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

T = TypeVar("T")

_DAMAGED = (11, 26)  # SQLITE_CORRUPT, SQLITE_NOTADB


class KeptFile:
    """One table in one file; safe to use from any thread. `path` None keeps it in memory, for this run.

    A damaged file is set aside under its name with `.damaged` and a new one begun, so it never blocks the program.
    """

    def __init__(self, path: Path | None, table: str, patience: float = 5) -> None:
        self.path, self._table, self._patience = path, table, patience
        self._lock = threading.RLock()
        self._unkept: sqlite3.Connection | None = None

    def do(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run `work` in one transaction. Raises OSError or sqlite3.Error where the file cannot be used in time."""
        import sqlite3  # noqa: PLC0415  # not before the first paint

        with self._lock:
            try:
                return self._within(work)
            except sqlite3.DatabaseError as error:
                if self.path is None or getattr(error, "sqlite_errorcode", 0) & 0xFF not in _DAMAGED:
                    raise
                self.path.replace(self.path.with_name(self.path.name + ".damaged"))
                return self._within(work)

    def _within(self, work: Callable[[sqlite3.Connection], T]) -> T:
        with self._open() as file, file:
            return work(file)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        import sqlite3  # noqa: PLC0415

        if self.path is None:
            if self._unkept is None:
                self._unkept = self._prepared(sqlite3.connect(":memory:", check_same_thread=False))
                weakref.finalize(self, self._unkept.close)
            yield self._unkept
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))  # names of objects are nobody else's business
        with closing(sqlite3.connect(self.path, timeout=self._patience)) as file:
            yield self._prepared(file)

    def _prepared(self, file: sqlite3.Connection) -> sqlite3.Connection:
        file.execute("PRAGMA secure_delete = ON")  # what was forgotten is gone
        file.execute(self._table)
        return file
