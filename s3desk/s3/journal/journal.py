"""The journal: every gesture, item, upload id and finished part, so that nothing is lost when the program is."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Iterable, Sequence
from contextlib import suppress
from itertools import accumulate, islice
from typing import TYPE_CHECKING

from s3desk.s3.errors import DiskError
from s3desk.s3.journal import journal_rows as rows
from s3desk.s3.journal.gesture import Gesture
from s3desk.s3.journal.gestures import Outline, Planned, Standing
from s3desk.s3.journal.journal_file import JournalFile, TakenError

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

_COPIES = 9  # of this program, each with a file of its own
_BATCH = 5_000  # items in one commit before a gesture starts
_KEPT_ENDED = 200  # gestures that ended, of earlier runs
_KEPT_ITEMS = 1_000_000  # in those


class Journal:
    """All gestures of this program; opened by the first call, which belongs on a worker. Any thread may call.

    `folder` None keeps them for this run. Where another copy of the program has the file, this one keeps its own
    gestures in a second one, and who starts later finds both. What cannot be used never blocks: then it is memory.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._files: list[JournalFile] = []  # the first is ours; the others were left by copies that are gone
        self._gestures: weakref.WeakValueDictionary[tuple[int, int], Gesture] = weakref.WeakValueDictionary()
        self._begun: weakref.WeakSet[Gesture] = weakref.WeakSet()  # in this run
        self._unusable = ""
        self.is_second = False

    @property
    def trouble(self) -> str:
        """Why gestures will not survive this run, "" while they will."""
        reason = self._unusable or next((file.trouble for file in self._files if file.trouble), "")
        return f"The list of transfers cannot be written: {reason}." if reason else ""

    # gestures

    def begin(self, outline: Outline, items: Iterable[Planned]) -> Gesture:
        """Write down a gesture with all its items, before any of them is begun. Raises DiskError."""
        import sqlite3  # noqa: PLC0415  # not before the first paint

        file = self._opened()[0]
        try:
            number = file.do(lambda at: rows.insert_gesture(at, outline, Standing.PLANNING.value))
            drawn = iter(items)
            while batch := list(islice(drawn, _BATCH)):
                file.do(lambda at, batch=batch: rows.insert_items(at, number, batch))  # type: ignore[misc]
            gesture = Gesture(file, number, outline.without_secrets(), Standing.OPEN)
            self._gestures[id(file), number] = gesture
            self._begun.add(gesture)
            gesture.set_standing(Standing.OPEN)
        except sqlite3.Error as error:
            raise DiskError("The list of transfers cannot be written.", f"Look after the disk: {error}.") from error
        return gesture

    def gestures(self) -> list[Gesture]:
        """Everything that is kept, oldest first; what was never planned to its end is forgotten."""
        return [gesture for file in self._opened() for gesture in file.do(lambda at, of=file: self._read(at, of))]  # type: ignore[misc]

    def _read(self, at: sqlite3.Connection, file: JournalFile) -> list[Gesture]:
        planning = at.execute("SELECT id FROM gestures WHERE standing = ?", (Standing.PLANNING.value,)).fetchall()
        rows.drop_gestures(at, [number for (number,) in planning])
        asked = "SELECT id, standing, made, kind, title, account, bucket, prefix, folder, options FROM gestures"
        found = []
        for number, standing, made, *outline in at.execute(f"{asked} ORDER BY id").fetchall():
            with suppress(ValueError, TypeError, KeyError):  # a newer version of this program may know other kinds
                gesture = self._known(file, number, rows.read_outline(tuple(outline)), Standing(standing))
                gesture.made = rows.moment(made)
                gesture.refresh(at)
                self._break_off(gesture, at)
                found.append(gesture)
        return found

    def _break_off(self, gesture: Gesture, at: sqlite3.Connection) -> None:
        """What was broken off and cannot be gone on with has ended."""
        if gesture.standing is Standing.OPEN and gesture not in self._begun and not gesture.outline.goes_on:
            gesture.standing = Standing.STOPPED
            at.execute("UPDATE gestures SET standing = ? WHERE id = ?", (Standing.STOPPED.value, gesture.id))

    def _known(self, file: JournalFile, number: int, outline: Outline, standing: Standing) -> Gesture:
        name = (id(file), number)
        gesture = self._gestures.get(name)
        if gesture is None:
            gesture = self._gestures[name] = Gesture(file, number, outline, standing)
        return gesture

    def clear(self, gestures: Sequence[Gesture]) -> None:
        """Forget gestures with all their items."""
        for file in self._opened():
            numbers = [gesture.id for gesture in gestures if gesture.on_file(file)]
            if numbers:
                file.do(lambda at, gone=numbers: rows.drop_gestures(at, gone))  # type: ignore[misc]

    # uploads

    def uploads(self) -> dict[str, bool]:
        """The ids of uploads that were begun and have not ended, and whether each is at work or waits to go on."""
        ask = "SELECT upload_id, standing = ? FROM items JOIN gestures g ON g.id = items.gesture WHERE upload_id <> ''"

        def read(at: sqlite3.Connection) -> list[tuple[str, int]]:
            return at.execute(ask, (Standing.OPEN.value,)).fetchall()

        return {upload_id: bool(goes_on) for file in self._opened() for upload_id, goes_on in file.do(read)}

    # the file

    def flush(self) -> None:
        """Everything so far is in the file when this returns."""
        for file in list(self._files):
            file.flush()

    def close(self) -> None:
        """Write what is left and let another copy of the program have the file."""
        with self._lock:
            for file in self._files:
                file.close()

    def _opened(self) -> list[JournalFile]:
        with self._lock:
            if not self._files:
                self._files = self._open_all()
            return self._files

    def _open_all(self) -> list[JournalFile]:
        """The first file nobody has is ours; what lies in the others is taken over, or nothing and then removed."""
        if self._folder is None:
            return [JournalFile(None, self._changed)]
        import sqlite3  # noqa: PLC0415

        found: list[JournalFile] = []
        for number in range(1, _COPIES + 1):
            path = self._folder / ("transfers.sqlite" if number == 1 else f"transfers-{number}.sqlite")
            if found and not path.exists():
                continue
            try:
                file = JournalFile(path, self._changed)
            except TakenError:
                self.is_second = self.is_second or not found
            except (OSError, sqlite3.Error) as error:
                self._unusable = self._unusable or str(error)
            else:
                file.do(_forget_old)
                found.append(file)
        if not found:
            self._unusable = self._unusable or "too many copies of this program are open"
            return [JournalFile(None, self._changed)]
        self._unusable = ""
        return [found[0], *(file for file in found[1:] if not _removed_when_empty(file))]

    def _changed(self, at: sqlite3.Connection) -> None:
        for gesture in list(self._gestures.values()):
            if gesture.standing is Standing.OPEN:
                gesture.refresh(at)


def _forget_old(at: sqlite3.Connection) -> None:
    """Of what has ended the newest stays: so many gestures, and so many items, or one that has more."""
    ask = (
        "SELECT id, (SELECT coalesce(sum(items), 0) FROM tallies WHERE gesture = id) FROM gestures"
        " WHERE standing IN (?, ?) ORDER BY id DESC"
    )
    ended = at.execute(ask, (Standing.ENDED.value, Standing.STOPPED.value)).fetchall()
    counted = accumulate(count for _, count in ended)
    old = [
        number
        for at_place, ((number, _), items) in enumerate(zip(ended, counted, strict=True))
        if at_place >= _KEPT_ENDED or (at_place and items > _KEPT_ITEMS)
    ]
    rows.drop_gestures(at, old)


def _removed_when_empty(file: JournalFile) -> bool:
    if file.path is None or file.do(lambda at: at.execute("SELECT count(*) FROM gestures").fetchone()[0]):
        return False
    file.close()
    for end in ("", "-wal", "-shm"):
        file.path.with_name(file.path.name + end).unlink(missing_ok=True)
    return True
