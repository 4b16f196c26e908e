"""What an access list, policy or setting was before it was changed here, kept so that it can be put back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar

from s3desk.s3.kept_file import KeptFile

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

    from s3desk.s3.offers import Feature

T = TypeVar("T")

MOST = 20  # former documents of one thing; older ones are forgotten
_TABLE = """CREATE TABLE IF NOT EXISTS former (
    id INTEGER PRIMARY KEY, endpoint TEXT, account TEXT, bucket TEXT, key TEXT, feature TEXT, time TEXT,
    document TEXT, saved TEXT NOT NULL DEFAULT '')"""
_SAME = "endpoint = ? AND bucket = ? AND key = ? AND feature = ?"


@dataclass(frozen=True)
class FormerDocument:
    """One document as it was until `when` (aware), in JSON as `documents.to_json` writes it.

    `saved` is what we put in its place, in JSON too; "" where that is not known.
    """

    id: int
    when: datetime
    document: str
    saved: str = ""


class Former:
    """Former documents in one SQLite file, newest first; safe to use from any thread. `path` None keeps them for a run.

    It never stands in the way: a damaged file is set aside (`.damaged`) and a new one begun, and where the disk refuses
    altogether, what comes is kept for this run.
    """

    def __init__(self, path: Path | None) -> None:
        self._file = KeptFile(path, _TABLE, patience=2)

    def keep(self, endpoint: str, account: str, bucket: str, key: str, feature: Feature, document: str) -> int:
        """Remember what is about to be replaced; `endpoint` is "" for AWS, `key` "" for the bucket's own.

        Returns the id of what is kept.
        """
        row = (endpoint, account, bucket, key, feature.name, datetime.now(UTC).isoformat(), document)
        same = (endpoint, bucket, key, feature.name)

        def insert(file: sqlite3.Connection) -> int:
            columns = "endpoint, account, bucket, key, feature, time, document"
            number = file.execute(f"INSERT INTO former ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?)", row).lastrowid  # noqa: S608
            file.execute(
                f"DELETE FROM former WHERE {_SAME} AND id NOT IN "  # noqa: S608  # our own words
                f"(SELECT id FROM former WHERE {_SAME} ORDER BY id DESC LIMIT {MOST})",
                same + same,
            )
            return number or 0

        return self._do(insert)

    def note_saved(self, number: int, document: str) -> None:
        """Remember what is there instead, so that an undo can tell whether somebody else changed it since."""
        self._do(lambda file: file.execute("UPDATE former SET saved = ? WHERE id = ?", (document, number)))

    def kept(self, endpoint: str, bucket: str, key: str, feature: Feature) -> list[FormerDocument]:
        """What is remembered of one thing, newest first."""
        ask = f"SELECT id, time, document, saved FROM former WHERE {_SAME} ORDER BY id DESC"  # noqa: S608
        rows = self._do(lambda file: file.execute(ask, (endpoint, bucket, key, feature.name)).fetchall())
        return [FormerDocument(number, datetime.fromisoformat(when), *texts) for number, when, *texts in rows]

    def forget(self, number: int) -> None:
        """It was put back, or never replaced."""
        self._do(lambda file: file.execute("DELETE FROM former WHERE id = ?", (number,)))

    def _do(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Where the disk refuses, what comes is kept for this run."""
        import sqlite3  # noqa: PLC0415  # not before the first paint

        def complete(file: sqlite3.Connection) -> T:
            if not any(column[1] == "saved" for column in file.execute("PRAGMA table_info(former)")):
                file.execute("ALTER TABLE former ADD COLUMN saved TEXT NOT NULL DEFAULT ''")  # made by an older version
            return work(file)

        try:
            return self._file.do(complete)
        except (OSError, sqlite3.Error):
            if self._file.path is None:
                raise
            self._file.path = None
            return self._file.do(complete)
