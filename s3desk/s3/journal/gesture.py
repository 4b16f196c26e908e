"""A gesture in the journal: the record its items are kept by while it runs, and after."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from s3desk.s3.journal import journal_rows as rows
from s3desk.s3.journal.gestures import ItemState, Kept, Outline, Planned, Standing, Sum
from s3desk.s3.journal.record import Begun, Part, Record, Result, Signature

if TYPE_CHECKING:
    import sqlite3
    from datetime import datetime
    from pathlib import Path

    from s3desk.s3.journal.journal_file import JournalFile

_RUNS = "SELECT runs FROM gestures WHERE id = ?"
_BATCH = 5_000  # items in one commit
_WINDOW = 1_000
SMALL = 8 << 20  # bytes; such an item may have been moved in one request that nobody heard the answer to
_STATES = {"done": ItemState.DONE, "skipped": ItemState.SKIPPED, "failed": ItemState.FAILED}


class Gesture(Record):
    """Made by a Journal. What must not be lost is in the file before its method returns; the rest within 50 ms.

    `sum` is what the file says, and is read anew with each commit; reading it costs nothing on any thread.
    """

    def __init__(
        self,
        file: JournalFile,
        id: int,  # noqa: A002
        outline: Outline,
        standing: Standing,
    ) -> None:
        self._file, self.id, self.outline, self.standing = file, id, outline, standing
        self.keep = file.path is not None and outline.kind.goes_on
        self.made: datetime | None = None
        self.sum = Sum()
        self.ran_before = False  # before the run that goes on now
        self._begun: dict[str, tuple[int, Begun]] = {}
        self._traces: set[str] = set()  # keys of which something may have been left somewhere
        self._lock = threading.Lock()

    def refresh(self, file: sqlite3.Connection) -> None:
        """Take over what the file says; called within it."""
        self.sum = rows.read_sum(file, self.id)

    # Record

    def plan(self, items: Sequence[Planned]) -> None:
        """In the file before it returns."""
        for start in range(0, len(items), _BATCH):
            batch = items[start : start + _BATCH]
            self._file.do(lambda file, batch=batch: rows.insert_more(file, self.id, batch))  # type: ignore[misc]

    def begun(self, key: str) -> Begun | None:
        """What an earlier run had done of this item; an empty answer where it may have done something unheard of."""
        with self._lock:
            found = self._begun.get(key)
        if found is None:
            return None
        item, begun = found
        if not begun.upload_id and begun.temporary is None:
            return begun
        parts = self._file.do(lambda file: rows.read_parts(file, item))
        return Begun(begun.upload_id, begun.signature, begun.etag, begun.temporary, parts)

    def will_create(self, key: str) -> None:
        """In the file before the request is sent."""
        self._trace(key)
        self._file.soon(rows.CREATING, rows.now(), self.id, key)
        self._file.flush()

    def created(self, key: str, upload_id: str, signature: Signature) -> None:
        """In the file before the first part is sent: a power cut does not leave an upload that nobody knows."""
        self._file.soon(rows.FORGET_PARTS, self.id, key)
        self._file.soon(rows.CREATED, upload_id, rows.written_signature(signature), self.id, key)
        self._file.flush(on_disk=True)

    def will_fetch(self, key: str, temporary: Path, etag: str) -> None:
        """In the file before there is one on the disk."""
        self._trace(key)
        self._file.soon(rows.FORGET_PARTS, self.id, key)
        self._file.soon(rows.FETCHING, rows.path_bytes(temporary), etag, self.id, key)
        self._file.flush()

    def part(self, key: str, part: Part) -> None:
        """Soon in the file."""
        what = (part.number, part.start, part.length, part.etag, part.checksum)
        self._file.soon(rows.PART, *what, self.id, key)

    def ended(self, key: str, result: Result) -> None:
        """Soon in the file, and only then in the sum. What failed keeps its parts for another try."""
        self.ended_many((key,), result)

    def ended_many(self, keys: Sequence[str], result: Result) -> None:
        """The same became of many."""
        state, error = _STATES[result.state], rows.said(result.error)
        facts = (result.size, state, *error, result.checksum, result.etag, result.version_id, rows.now())
        self._file.soon_many(rows.ENDED, [(self.id, key, *facts) for key in keys])
        if state is not ItemState.FAILED:
            with self._lock:
                traced = self._traces.intersection(keys)
                self._traces -= traced
            for key in traced:
                self._file.soon(rows.FORGET_PARTS, self.id, key)
                self._file.soon(rows.FORGET_BEGUN, self.id, key)

    def _trace(self, key: str) -> None:
        with self._lock:
            self._traces.add(key)

    # going on

    def left(self) -> list[Planned]:
        """What is still to be done, in the order of the plan; from now on `begun` knows what was begun of it."""

        def read(file: sqlite3.Connection) -> list[Planned]:
            self.ran_before = bool(file.execute(_RUNS, (self.id,)).fetchone()[0])
            begun = rows.read_begun(file, self.id, SMALL) if self.ran_before else {}
            file.execute("UPDATE gestures SET runs = runs + 1 WHERE id = ?", (self.id,))
            with self._lock:
                self._begun = begun
                self._traces |= begun.keys()
            return rows.read_open(file, self.id)

        return self._file.do(read)

    def open_failed(self) -> int:
        """Have the failed items tried again; returns how many there are."""
        statement = (
            "UPDATE items SET state = ?, error = '', advice = '', code = '', ended = NULL"
            " WHERE gesture = ? AND state = ? AND again"
        )
        values = (ItemState.OPEN, self.id, ItemState.FAILED)
        return self._change(statement, values, Standing.OPEN)

    def set_standing(self, standing: Standing) -> None:
        """How it stands from now on; everything so far is in the file when this returns."""
        self._change("SELECT 1", (), standing)

    def _change(self, statement: str, values: tuple[Any, ...], standing: Standing) -> int:
        def write(file: sqlite3.Connection) -> int:
            count = file.execute(statement, values).rowcount
            ended = None if standing is Standing.OPEN else rows.now()
            change = "UPDATE gestures SET standing = ?, ended = ? WHERE id = ?"
            file.execute(change, (standing.value, ended, self.id))
            self.refresh(file)
            return count

        self.standing = standing
        return self._file.do(write, on_disk=True)

    # looking

    def items(self, start: int = 0, count: int = -1, *, in_plan_order: bool = False) -> list[Kept]:
        """A window of the items, failed ones first unless `in_plan_order`; reads the file."""
        return self._file.do(lambda file: rows.read_kept(file, self.id, start, count, in_plan_order=in_plan_order))

    def in_order(self) -> Iterator[Kept]:
        """Every item in the order of the plan, a window in memory at a time; what comes meanwhile may be among them."""
        after = 0
        while window := self._file.do(lambda file: rows.read_after(file, self.id, after, _WINDOW)):  # noqa: B023
            after = window[-1][0]
            for _, item in window:
                yield item

    def failed(self, most: int) -> list[Kept]:
        """The first failed items."""
        return [item for item in self.items(0, most) if item.state is ItemState.FAILED]

    # leftovers

    def unfinished_uploads(self) -> list[tuple[str, str]]:
        """Key and upload id of what was begun and is not done."""
        ask = "SELECT key, upload_id FROM items WHERE gesture = ? AND upload_id <> ''"
        return self._file.do(lambda file: file.execute(ask, (self.id,)).fetchall())

    def unanswered(self) -> list[tuple[str, float]]:
        """Keys of which nobody knows whether an upload was made, and when (seconds since 1970) it was asked for."""
        ask = "SELECT key, creating FROM items WHERE gesture = ? AND creating IS NOT NULL"
        return self._file.do(lambda file: file.execute(ask, (self.id,)).fetchall())

    def answered(self, keys: Sequence[str]) -> None:
        """The uploads of these keys were looked for, and are gone."""
        for key in keys:
            self._file.soon("UPDATE items SET creating = NULL WHERE gesture = ? AND key = ?", self.id, key)

    def temporaries(self) -> list[Path]:
        """Where downloads that are not done may have left bytes."""
        ask = "SELECT temporary FROM items WHERE gesture = ? AND temporary IS NOT NULL"
        found = self._file.do(lambda file: file.execute(ask, (self.id,)).fetchall())
        return [path for (kept,) in found if (path := rows.read_path(kept)) is not None]

    def forget_begun(self) -> None:
        """Nothing begun is left anywhere."""
        change = "UPDATE items SET creating = NULL, upload_id = '', signature = '', temporary = NULL WHERE gesture = ?"
        parts = "DELETE FROM parts WHERE item IN (SELECT id FROM items WHERE gesture = ?)"
        self._file.do(lambda file: [file.execute(parts, (self.id,)), file.execute(change, (self.id,))])

    def on_file(self, file: JournalFile) -> bool:
        """Whether it is kept in this file."""
        return self._file is file
