"""Two tables, or two versions of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from s3desk.models import text
from s3desk.models.kinds import Kind, kind_of
from s3desk.s3.errors import UnsupportedError
from s3desk.s3.job import Job
from s3desk.ui.slots import async_slot
from s3desk.ui.verbs import verb

if TYPE_CHECKING:
    from collections.abc import Sequence

    from s3desk.models.object_rows import Row
    from s3desk.s3.connection import Connection
    from s3desk.ui.comparing.compare_dialog import Side
    from s3desk.ui.desk import Desk

_MAY_BE_TABLES = frozenset({Kind.TABLE, Kind.COLUMNAR, Kind.JSON, Kind.TEXT, Kind.ARCHIVE, Kind.UNKNOWN})


class CompareActions(QObject):
    """Compare….

    What it stands on is imported when it is used: pyarrow, which the first paint does not wait for.
    """

    title = "Data"

    def __init__(self, window: QWidget, desk: Desk) -> None:
        super().__init__(window)
        self._window, self._desk = window, desk
        self.compare = verb(
            self,
            "Compare…",
            self._compare,
            icon=desk.icons.icon("ph.arrows-left-right"),
            tip="See which rows and cells differ between two selected tables, or between two versions of one",
        )
        self.actions: list[QAction] = [self.compare]
        desk.objects.selection_changed.connect(self._update)
        self._update()

    def _update(self) -> None:
        self.compare.setEnabled(bool(self._rows()))

    def _rows(self) -> list[Row]:
        """The one or two files selected that may hold tables, else none."""
        chosen = self._desk.objects.chosen
        if chosen.numbers is None or chosen.count > 2 or chosen.objects != chosen.count:
            return []
        rows = [chosen.rows.numbered(int(number)) for number in chosen.numbers]
        return rows if all(kind_of(row.key)[0] in _MAY_BE_TABLES for row in rows) else []

    def _compare(self) -> None:
        rows = self._rows()
        connection, bucket = self._desk.connection, self._desk.location.bucket
        if len(rows) == 1:
            self._compare_versions(connection, bucket, rows[0])
        elif rows:
            self._compare_files(connection, bucket, rows)

    def _compare_files(self, connection: Connection, bucket: str, rows: list[Row]) -> None:
        """The older file is taken as the one before; where none is, as they stand."""
        from s3desk.ui.comparing.compare_dialog import Side  # noqa: PLC0415

        first, second = (row.entry.modified if row.entry else None for row in rows)
        if first and second and second < first:
            rows = rows[::-1]
        names = [text.visible(row.name) for row in rows]
        sides = [
            Side(name, row.key, row.entry.size if row.entry else 0, title=name)
            for name, row in zip(names, rows, strict=True)
        ]
        self._open(connection, bucket, "Compare two tables", sides, before=0)

    @async_slot()
    async def _compare_versions(self, connection: Connection, bucket: str, row: Row) -> None:
        from s3desk.s3.versions import versions_of  # noqa: PLC0415
        from s3desk.ui.comparing import compare_words  # noqa: PLC0415
        from s3desk.ui.comparing.compare_dialog import Side  # noqa: PLC0415

        job = Job("List versions")
        versions = await self._desk.background.run(job, versions_of, connection, bucket, row.key)
        name = text.visible(row.name)
        if len(versions) < 2:
            raise UnsupportedError(f"“{name}” has no older version.", "To compare two files, select both of them.")
        reading = self._desk.preview.reading(row.key)
        sides = [
            Side(
                f"{words}, {text.size(one.size)}{', now the newest' if one.is_latest else ''}",
                row.key,
                one.size,
                one.version_id,
                reading if one.is_latest else None,
                f"{name} ({words})",
            )
            for one, words in zip(versions, compare_words.versions_words(versions), strict=True)
        ]
        self._open(connection, bucket, f"Compare versions of {name}", sides, before=1)

    def _open(self, connection: Connection, bucket: str, headline: str, sides: Sequence[Side], before: int) -> None:
        from s3desk.ui.comparing.compare_dialog import CompareDialog  # noqa: PLC0415
        from s3desk.ui.comparing.compare_flow import CompareFlow  # noqa: PLC0415

        dialog = CompareDialog(self._window, headline, sides, before, 1 - before)
        flow = CompareFlow(dialog, self._window, self._desk, connection, bucket)
        dialog.show()
        flow.read()
