"""How gestures and items stand in the journal's tables, and how they are read from there."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from s3desk.s3.account import Account, SignIn
from s3desk.s3.journal.gestures import ItemState, Kept, Kind, Outline, Planned, Sum
from s3desk.s3.journal.record import Begun, Part, Signature
from s3desk.s3.redact import redact

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from s3desk.s3.errors import S3Error

# Paths are bytes, because not every name on a disk is text. Tallies make the sum of 50,000 items one small question.
SCHEMA = """
CREATE TABLE IF NOT EXISTS gestures (
    id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT, title TEXT, account TEXT, bucket TEXT, prefix TEXT,
    folder BLOB, options TEXT, standing TEXT, made REAL, ended REAL, runs INTEGER DEFAULT 0);
CREATE TABLE IF NOT EXISTS items (
    id INTEGER PRIMARY KEY, gesture INTEGER NOT NULL, key TEXT NOT NULL, path BLOB, size INTEGER DEFAULT 0,
    is_folder INTEGER DEFAULT 0, may_replace INTEGER DEFAULT 0, etag TEXT DEFAULT '', modified REAL,
    source TEXT DEFAULT '', state INTEGER DEFAULT 1, again INTEGER DEFAULT 1,
    error TEXT DEFAULT '', advice TEXT DEFAULT '', code TEXT DEFAULT '', checksum TEXT DEFAULT '',
    made_etag TEXT DEFAULT '', version_id TEXT DEFAULT '', ended REAL,
    creating REAL, upload_id TEXT DEFAULT '', signature TEXT DEFAULT '', temporary BLOB, UNIQUE (gesture, key));
CREATE INDEX IF NOT EXISTS items_by_state ON items (gesture, state, id);
CREATE TABLE IF NOT EXISTS parts (
    item INTEGER, number INTEGER, start INTEGER, length INTEGER, etag TEXT, checksum TEXT,
    PRIMARY KEY (item, number)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS tallies (
    gesture INTEGER, state INTEGER, items INTEGER DEFAULT 0, bytes INTEGER DEFAULT 0,
    PRIMARY KEY (gesture, state)) WITHOUT ROWID;
CREATE TRIGGER IF NOT EXISTS item_comes AFTER INSERT ON items WHEN new.ended IS NOT NULL BEGIN
    UPDATE tallies SET items = items + 1, bytes = bytes + new.size WHERE gesture = new.gesture AND state = new.state;
END;
CREATE TRIGGER IF NOT EXISTS item_turns AFTER UPDATE OF state ON items WHEN old.state <> new.state BEGIN
    UPDATE tallies SET items = items - 1, bytes = bytes - old.size WHERE gesture = old.gesture AND state = old.state;
    UPDATE tallies SET items = items + 1, bytes = bytes + new.size WHERE gesture = new.gesture AND state = new.state;
END;
"""

# An item the plan did not know comes with its end, as the objects of a folder do that is deleted.
ENDED = """INSERT INTO items (gesture, key, size, state, error, advice, code, checksum, made_etag, version_id, ended)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (gesture, key) DO UPDATE SET
    state = excluded.state, size = CASE WHEN excluded.state = 3 THEN excluded.size ELSE size END,
    error = excluded.error, advice = excluded.advice, code = excluded.code, checksum = excluded.checksum,
    made_etag = excluded.made_etag, version_id = excluded.version_id, ended = excluded.ended"""
FORGET_BEGUN = """UPDATE items SET creating = NULL, upload_id = '', signature = '', temporary = NULL
    WHERE gesture = ? AND key = ?"""
FORGET_PARTS = "DELETE FROM parts WHERE item = (SELECT id FROM items WHERE gesture = ? AND key = ?)"
CREATING = "UPDATE items SET creating = ? WHERE gesture = ? AND key = ?"
CREATED = "UPDATE items SET creating = NULL, upload_id = ?, signature = ? WHERE gesture = ? AND key = ?"
FETCHING = "UPDATE items SET temporary = ?, made_etag = ? WHERE gesture = ? AND key = ?"
PART = """INSERT OR REPLACE INTO parts (item, number, start, length, etag, checksum)
    SELECT id, ?, ?, ?, ?, ? FROM items WHERE gesture = ? AND key = ?"""
_ADD_ITEM = """INSERT INTO items (gesture, key, path, size, is_folder, may_replace, etag, modified, source, state,
    again, error, advice, code) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_KEPT = """SELECT key, path, size, state, error, advice, checksum, made_etag, version_id, ended,
    upload_id <> '' OR temporary IS NOT NULL,
    CASE WHEN upload_id <> '' OR temporary IS NOT NULL
    THEN (SELECT coalesce(sum(length), 0) FROM parts WHERE item = items.id) ELSE 0 END, source, id FROM items"""

_UNHEARD_OF = Begun()


def now() -> float:
    """Seconds since 1970, as all times are kept."""
    return datetime.now(UTC).timestamp()


def moment(seconds: float | None) -> datetime | None:
    """A kept time, aware."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def said(error: S3Error | None) -> tuple[str, str, str]:
    """Sentence, advice and code, without secrets."""
    return ("", "", "") if error is None else (redact(str(error)), redact(error.advice), error.code)


# gestures


def insert_gesture(file: sqlite3.Connection, outline: Outline, standing: str) -> int:
    """A new line; returns its id."""
    clean = outline.without_secrets()
    account = json.dumps(asdict(clean.account) | {"sign_in": clean.account.sign_in.value})
    values = (clean.kind.value, redact(clean.title), account, clean.bucket, clean.prefix, _bytes(clean.folder))
    number = file.execute(
        "INSERT INTO gestures (kind, title, account, bucket, prefix, folder, options, standing, made)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (*values, clean.options, standing, now()),
    ).lastrowid
    file.executemany("INSERT INTO tallies (gesture, state) VALUES (?, ?)", [(number, state) for state in ItemState])
    return number or 0


def read_outline(row: tuple[Any, ...]) -> Outline:
    """From kind, title, account, bucket, prefix, folder, options. Raises ValueError, TypeError or KeyError."""
    kind, title, account, bucket, prefix, folder, options = row
    facts = json.loads(account)
    signed_in = Account(**facts | {"sign_in": SignIn(facts["sign_in"])})
    return Outline(Kind(kind), title, signed_in, bucket, prefix, _path(folder), options)


def drop_gestures(file: sqlite3.Connection, ids: list[int]) -> None:
    """Forget gestures with all that belongs to them."""
    for number in ids:
        file.execute("DELETE FROM parts WHERE item IN (SELECT id FROM items WHERE gesture = ?)", (number,))
        for table, column in (("items", "gesture"), ("tallies", "gesture"), ("gestures", "id")):
            file.execute(f"DELETE FROM {table} WHERE {column} = ?", (number,))  # noqa: S608  # our own names


def read_sum(file: sqlite3.Connection, gesture: int) -> Sum:
    """How its items stand."""
    rows = file.execute("SELECT state, items, bytes FROM tallies WHERE gesture = ?", (gesture,))
    found = {ItemState(state): (items, size) for state, items, size in rows}
    count = {state: found.get(state, (0, 0))[0] for state in ItemState}
    return Sum(
        count[ItemState.DONE],
        count[ItemState.SKIPPED],
        count[ItemState.FAILED],
        count[ItemState.OPEN],
        sum(size for _, size in found.values()),
        found.get(ItemState.DONE, (0, 0))[1],
    )


# items


def insert_items(file: sqlite3.Connection, gesture: int, items: list[Planned]) -> None:
    """New lines. Raises sqlite3.IntegrityError for a key that is there."""
    file.executemany(_ADD_ITEM, [_item_row(gesture, item) for item in items])
    for state in {item.state for item in items}:  # once a batch; the trigger is for single ones
        sizes = [item.size for item in items if item.state is state]
        change = "UPDATE tallies SET items = items + ?, bytes = bytes + ? WHERE gesture = ? AND state = ?"
        file.execute(change, (len(sizes), sum(sizes), gesture, state))


def insert_more(file: sqlite3.Connection, gesture: int, items: Sequence[Planned]) -> None:
    """New lines beside those that are there, which stay as they are."""
    known = {key for (key,) in file.execute("SELECT key FROM items WHERE gesture = ?", (gesture,))}
    insert_items(file, gesture, [item for item in {item.key: item for item in items}.values() if item.key not in known])


def _item_row(gesture: int, item: Planned) -> tuple[Any, ...]:
    where = (gesture, item.key, _bytes(item.path), item.size, item.is_folder, item.replace, item.etag)
    modified = None if item.modified is None else item.modified.timestamp()
    return (*where, modified, item.source, item.state, item.again, *said(item.error))


def read_open(file: sqlite3.Connection, gesture: int) -> list[Planned]:
    """What is still to be done, in the order of the plan."""
    rows = file.execute(
        "SELECT key, path, size, is_folder, may_replace, etag, modified, source FROM items"
        " WHERE gesture = ? AND state = ? ORDER BY id",
        (gesture, ItemState.OPEN),
    )
    return [
        Planned(key, _path(path), size, bool(is_folder), bool(may_replace), etag, moment(modified), source)
        for key, path, size, is_folder, may_replace, etag, modified, source in rows
    ]


def read_kept(
    file: sqlite3.Connection, gesture: int, start: int = 0, count: int = -1, *, in_plan_order: bool = False
) -> list[Kept]:
    """A window of the items: failed ones first, or as they were planned."""
    order = "id" if in_plan_order else "state, id"
    asked = f"{_KEPT} WHERE gesture = ? ORDER BY {order} LIMIT ? OFFSET ?"
    rows = file.execute(asked, (gesture, count, start))
    return [_kept(row) for row in rows]


def read_after(file: sqlite3.Connection, gesture: int, after: int, count: int) -> list[tuple[int, Kept]]:
    """The next items in the order of the plan after the one with this id, each with its own."""
    if not after:  # the ids of a gesture lie close together: from the first on, the table itself is the index
        first = file.execute("SELECT min(id) FROM items INDEXED BY items_by_state WHERE gesture = ?", (gesture,))
        after = (first.fetchone()[0] or 0) - 1
    asked = f"{_KEPT} WHERE +gesture = ? AND id > ? ORDER BY id LIMIT ?"
    return [(row[-1], _kept(row)) for row in file.execute(asked, (gesture, after, count))]


def _kept(row: tuple[Any, ...]) -> Kept:
    key, path, size, state, error, advice, checksum, etag, version_id, ended, begun, moved, source, _ = row
    facts = (error, advice, checksum, etag, version_id, moment(ended), bool(begun), moved, source)
    return Kept(key, _path(path), size, ItemState(state), *facts)


def read_begun(file: sqlite3.Connection, gesture: int, small: int) -> dict[str, tuple[int, Begun]]:
    """By key, the id and what was begun of each open item that may have been begun, without its parts."""
    found = file.execute(
        "SELECT id, key, upload_id, signature, made_etag, temporary FROM items WHERE gesture = ? AND state = ?"
        " AND (upload_id <> '' OR temporary IS NOT NULL OR creating IS NOT NULL OR size <= ?)",
        (gesture, ItemState.OPEN, small),
    )
    return {
        key: (
            item,
            Begun(upload_id, read_signature(signature), etag, _path(temporary))
            if upload_id or temporary is not None
            else _UNHEARD_OF,
        )
        for item, key, upload_id, signature, etag, temporary in found
    }


def read_parts(file: sqlite3.Connection, item: int) -> tuple[Part, ...]:
    """The finished parts of an item, in order."""
    rows = file.execute(
        "SELECT number, start, length, etag, checksum FROM parts WHERE item = ? ORDER BY number", (item,)
    )
    return tuple(Part(*row) for row in rows)


def written_signature(signature: Signature) -> str:
    """As text, because an inode may be larger than SQLite's integers."""
    return f"{signature.size} {signature.modified_ns} {signature.inode}"


def read_signature(text: str) -> Signature | None:
    """None where there is none."""
    numbers = [int(number) for number in text.split()]
    return Signature(*numbers) if len(numbers) == 3 else None


def path_bytes(path: Path) -> bytes:
    """A path as it is kept."""
    return os.fsencode(path)


def _bytes(path: Path | None) -> bytes | None:
    return None if path is None else os.fsencode(path)


def _path(kept: bytes | None) -> Path | None:
    return None if kept is None else Path(os.fsdecode(kept))


read_path = _path
