"""The links somebody gave out, kept on this computer without the links themselves."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from s3desk.s3.errors import DiskError
from s3desk.s3.kept_file import KeptFile
from s3desk.s3.redact import redact
from s3desk.s3.sharing.links import LinkKind

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

    from s3desk.s3.connection import Connection
    from s3desk.s3.sharing.links import Link, Overrides
    from s3desk.s3.sharing.upload_links import UploadForm

T = TypeVar("T")

MOST_ROWS = 1000  # of one gesture; above that one row stands for all
_TABLE = """CREATE TABLE IF NOT EXISTS given (
    id INTEGER PRIMARY KEY, account TEXT, endpoint_url TEXT, bucket TEXT, key TEXT, version_id TEXT, kind TEXT,
    made TEXT, ends TEXT, note TEXT, lifetime_s INTEGER, file_name TEXT, attachment INTEGER, content_type TEXT,
    count INTEGER, most_bytes INTEGER)"""


@dataclass(frozen=True)
class Given:
    """One object somebody got a link to; never the link. `id` is 0 until it is in the ledger.

    `made` and `ends` are aware; `ends` None never ends. Above 1,000 objects of one gesture there is one of `count`,
    whose `key` is the folder they have in common. `most_bytes` is more than 0 for a page to upload with.
    """

    id: int
    account: str
    endpoint_url: str
    bucket: str
    key: str
    version_id: str
    kind: LinkKind
    made: datetime
    ends: datetime | None
    note: str = ""
    lifetime_s: int = 0
    file_name: str = ""
    attachment: bool | None = None
    content_type: str = ""
    count: int = 1
    most_bytes: int = 0

    @property
    def is_several(self) -> bool:
        """Whether this stands for a folder's objects."""
        return self.count > 1


def givens(
    links: Sequence[Link],
    connection: Connection,
    lifetime: timedelta,
    overrides: Overrides | None = None,
    note: str = "",
) -> list[Given]:
    """What to write down of links made by one gesture, for `Ledger.add`."""
    rows = [_given(link, connection, lifetime, overrides, note) for link in links[: MOST_ROWS + 1]]
    if len(links) <= MOST_ROWS:
        return rows
    common = os.path.commonprefix([link.key for link in links])  # noqa: RUF071  # cut at its last / below
    folder = common[: common.rfind("/") + 1]
    return [replace(rows[0], key=folder, version_id="", file_name="", count=len(links))]


def given_form(form: UploadForm, connection: Connection, lifetime: timedelta, note: str = "") -> Given:
    """What to write down of a page to upload with."""
    return Given(
        id=0,
        account=connection.name,
        endpoint_url=connection.endpoint_url,
        bucket=form.bucket,
        key=form.rules.folder,
        version_id="",
        kind=LinkKind.UPLOAD,
        made=datetime.now(UTC),
        ends=form.ends,
        note=note,
        lifetime_s=int(lifetime.total_seconds()),
        content_type=form.rules.content_type,
        most_bytes=form.rules.most_bytes,
    )


def _given(link: Link, connection: Connection, lifetime: timedelta, overrides: Overrides | None, note: str) -> Given:
    asked = overrides if link.kind is LinkKind.TEMPORARY else None  # other links cannot carry any
    return Given(
        id=0,
        account=connection.name,
        endpoint_url=connection.endpoint_url,
        bucket=link.bucket,
        key=link.key,
        version_id=link.version_id,
        kind=link.kind,
        made=link.made or datetime.now(UTC),
        ends=None if link.never_ends else link.ends,
        note=note,
        lifetime_s=int(lifetime.total_seconds()),
        file_name=asked.file_name if asked else "",
        attachment=asked.attachment if asked else None,
        content_type=asked.content_type if asked else "",
    )


class Ledger:
    """All that was given out, newest first, in one SQLite file; safe to use from any thread.

    With `path` None nothing is kept beyond this run. A damaged file is set aside under its name with `.damaged` and a
    new one begun. Everything raises DiskError where the file cannot be used, or not within `patience` seconds.
    """

    def __init__(self, path: Path | None, patience: float = 5) -> None:
        self._file = KeptFile(path, _TABLE, patience)

    def add(self, givens: Sequence[Given]) -> list[int]:
        """Write down what was given out; returns the new ids, in order. A signature in a note is hidden."""
        clean = [replace(given, note=redact(given.note)) for given in givens]
        return self._do(lambda file: [_insert(file, given) for given in clean])

    def all(self) -> list[Given]:
        """Everything that can be read, newest first; a newer version of this program may know lines of other kinds."""
        names = ", ".join(field.name for field in fields(Given))
        ask = f"SELECT {names} FROM given ORDER BY id DESC"  # noqa: S608  # our own names
        found = self._do(lambda file: [_read(row) for row in file.execute(ask)])
        return [given for given in found if given is not None]

    def set_note(self, id: int, note: str) -> None:  # noqa: A002  # the field's own name
        """Remember for whom a link was."""
        self._do(lambda file: file.execute("UPDATE given SET note = ? WHERE id = ?", (redact(note), id)))

    def remove(self, ids: Sequence[int]) -> None:
        """Forget; the links themselves go on working until they end."""
        self._do(lambda file: file.executemany("DELETE FROM given WHERE id = ?", [(one,) for one in ids]))

    def write_csv(self, path: Path, givens: Sequence[Given]) -> None:
        """Write lines for a spreadsheet and for pandas; raises DiskError."""
        from s3desk.s3.sharing.ledger_csv import write_csv  # noqa: PLC0415  # rarely needed

        write_csv(path, givens)

    def _do(self, work: Callable[[sqlite3.Connection], T]) -> T:
        import sqlite3  # noqa: PLC0415  # not before the first paint

        try:
            return self._file.do(work)
        except (OSError, sqlite3.Error) as error:
            raise DiskError(
                "The list of the links you gave out cannot be used.", f"Look after the file: {error}."
            ) from error


def _insert(file: sqlite3.Connection, given: Given) -> int:
    values = [_cell(value) for value in astuple(given)[1:]]
    marks = ", ".join("?" * len(values))
    names = ", ".join(field.name for field in fields(Given)[1:])
    number = file.execute(f"INSERT INTO given ({names}) VALUES ({marks})", values).lastrowid  # noqa: S608  # our own names
    return number or 0


def _cell(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.value if isinstance(value, LinkKind) else value


def _read(row: tuple[Any, ...]) -> Given | None:
    given = Given(*row)
    try:
        given = replace(
            given,
            kind=LinkKind(given.kind),
            made=datetime.fromisoformat(row[7]).astimezone(UTC),
            ends=datetime.fromisoformat(row[8]).astimezone(UTC) if row[8] else None,
            attachment=None if row[12] is None else bool(row[12]),
        )
    except (ValueError, TypeError):
        return None
    texts = (given.account, given.endpoint_url, given.bucket, given.key, given.version_id, given.note, given.file_name)
    numbers = (given.lifetime_s, given.count, given.most_bytes)
    fits = all(isinstance(one, str) for one in texts) and all(isinstance(one, int) for one in numbers)
    return given if fits else None
