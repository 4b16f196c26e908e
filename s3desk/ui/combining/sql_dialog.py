"""`SQL`: a question to a table in the language of databases; the answer is a table like any other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase, QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPlainTextEdit, QWidget
from shiboken6 import isValid

from s3desk.s3.errors import S3Error
from s3desk.s3.job import Job
from s3desk.ui.form_dialog import FormDialog, words
from s3desk.ui.slots import async_slot

if TYPE_CHECKING:
    from s3desk.data.sheet import Sheet
    from s3desk.ui.desk import Desk

_MOST_NAMED = 40  # columns listed under the query


class Asked(Protocol):
    """What a question is asked of: told in `words`, with its `columns` and a query to begin with."""

    @property
    def example(self) -> str:
        """A first query."""

    @property
    def words(self) -> str:
        """The names of the tables and how much they are."""

    @property
    def columns(self) -> list[str]:
        """The names of the columns."""

    async def run(self, job: Job, query: str) -> Sheet:
        """The answer."""


class SheetAsked:
    """A table in memory, called t."""

    example = "SELECT *\nFROM t\nLIMIT 100"

    def __init__(self, desk: Desk, sheet: Sheet) -> None:
        self._desk, self._sheet = desk, sheet

    @property
    def columns(self) -> list[str]:
        """The names of the columns."""
        names: list[str] = self._sheet.table.column_names
        return names

    @property
    def words(self) -> str:
        """What it is called, and its rows."""
        part = f" ({self._sheet.part})" if self._sheet.part else ""
        return f"The table is called t, {self._sheet.rows:,} rows{part}."

    async def run(self, job: Job, query: str) -> Sheet:
        """The answer, with its code."""
        from s3desk.data import sql  # noqa: PLC0415  # DuckDB is heavy, and an extra

        answer = await self._desk.background.run(job, sql.run, query, {sql.TABLE: self._sheet})
        return sql.with_code(answer, query, self._sheet.code)


class SqlDialog(FormDialog):
    """Stays open, so that a query can be changed and run again; not modal."""

    def __init__(self, window: QWidget, desk: Desk, asked: Asked) -> None:
        super().__init__(window, "SQL", "Run", "")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(620)
        self._window, self._desk, self._asked = window, desk, asked
        self._job: Job | None = None
        self._query = QPlainTextEdit(asked.example)
        self._query.setAccessibleName("Query")
        self._query.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self._query.setTabChangesFocus(True)
        self._query.setMinimumHeight(160)
        columns = words(self._columns(), "dim")
        columns.setAccessibleName("Tables")
        self.column.insertWidget(0, self._query, 1)
        self.column.insertWidget(1, columns)
        self.accept_button.clicked.disconnect()
        self.accept_button.clicked.connect(self._run)
        self._stop = self.add_button("Stop", QDialogButtonBox.ButtonRole.ActionRole)
        self._stop.setEnabled(False)
        self._stop.clicked.connect(self._cancel)
        self.add_cancel("Close")
        self.finished.connect(lambda _: self._cancel())
        QShortcut(QKeySequence("Ctrl+Return"), self).activated.connect(self.accept_button.click)
        self._query.selectAll()
        self._query.setFocus()

    def answer(self) -> None:
        """Nothing: it opens tables itself."""

    def _columns(self) -> str:
        names = self._asked.columns
        shown = ", ".join(f'"{name}"' if not name.isidentifier() else name for name in names[:_MOST_NAMED])
        more = f" and {len(names) - _MOST_NAMED:,} more" if len(names) > _MOST_NAMED else ""
        return f"{self._asked.words} Its columns: {shown}{more}."

    def _cancel(self) -> None:
        if self._job is not None:
            self._job.cancel()

    @async_slot(newest=True)
    async def _run(self) -> None:
        from s3desk.ui.table.table_window import open_table  # noqa: PLC0415

        query = self._query.toPlainText()
        job = self._job = Job("Run SQL")
        self.accept_button.setEnabled(False)
        self._stop.setEnabled(True)
        self.say("Running…", "dim")
        try:
            sheet = await self._asked.run(job, query)
        except S3Error as error:
            self._end(f"{error} {error.advice}".strip(), "warning")
            return
        except BaseException:
            self._end("Stopped." if job.cancelled else "", "dim")
            raise
        known = self._asked.words
        told = [note for note in sheet.notes if note not in known]
        self._end(" ".join([f"{sheet.rows:,} rows.", *told]), "good")
        open_table(self, self._desk, sheet)

    def _end(self, sentence: str, kind: str) -> None:
        if isValid(self):
            self.accept_button.setEnabled(True)
            self._stop.setEnabled(False)
            self.say(sentence, kind)


def ask_sql(window: QWidget, desk: Desk, sheet: Sheet) -> QDialog:
    """Open the dialog over a table's window. Without DuckDB it says so on `Run`."""
    dialog = SqlDialog(window, desk, SheetAsked(desk, sheet))
    dialog.show()
    return dialog
