"""`Activity` as a table: what was asked of S3, in order, narrowed as one types."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from s3desk.models import text

if TYPE_CHECKING:
    from s3desk.s3.activity import Call

Index = QModelIndex | QPersistentModelIndex


class CallColumn(IntEnum):
    """What stands where."""

    TIME = 0
    OPERATION = 1
    WHAT = 2
    STATUS = 3
    DURATION = 4


_TITLES = ["Time", "Operation", "What", "Status", "Duration"]


class ActivityModel(QAbstractTableModel):
    """Shows what matches the filter; lines that come are added below, so that nothing under the eye moves."""

    def __init__(self) -> None:
        super().__init__()
        self._all: list[Call] = []
        self._rows: list[Call] = []
        self._words: list[str] = []
        self._only_changes = False

    def show(self, calls: Sequence[Call]) -> None:
        """Show these from now on: the oldest may have gone, others come, and some have grown."""
        self._all = list(calls)
        rows = [call for call in self._all if self._matches(call)]
        first = rows[0].number if rows else None
        gone = sum(first is None or call.number < first for call in self._rows)
        if gone:
            self.beginRemoveRows(QModelIndex(), 0, gone - 1)
            del self._rows[:gone]
            self.endRemoveRows()
        kept = len(self._rows)
        if [call.number for call in self._rows] != [call.number for call in rows[:kept]]:
            self._begin_anew(rows)
            return
        self._rows = rows[:kept]
        if kept:
            self.dataChanged.emit(self.index(0, 0), self.index(kept - 1, len(_TITLES) - 1))
        if rows[kept:]:
            self.beginInsertRows(QModelIndex(), kept, len(rows) - 1)
            self._rows = rows
            self.endInsertRows()

    def narrow(self, typed: str, *, only_changes: bool) -> None:
        """Show what has all these words somewhere in its line, and perhaps only what changed something."""
        self._words, self._only_changes = typed.casefold().split(), only_changes
        self._begin_anew([call for call in self._all if self._matches(call)])

    @property
    def total(self) -> int:
        """How many lines there are without the filter."""
        return len(self._all)

    @property
    def rows(self) -> list[Call]:
        """What is shown, top to bottom."""
        return list(self._rows)

    # what Qt asks

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own default
        """The number of lines that match."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """The number of columns."""
        return 0 if parent.isValid() else len(_TITLES)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Titles."""
        if role == Qt.ItemDataRole.TextAlignmentRole and section == CallColumn.DURATION:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return _TITLES[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Words for the screen and for screen readers; everything there is to say as a tip."""
        call = self._rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return _words(call, index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            return _tip(call)
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() == CallColumn.DURATION:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def _begin_anew(self, rows: list[Call]) -> None:
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def _matches(self, call: Call) -> bool:
        if self._only_changes and not call.changes:
            return False
        if not self._words:
            return True
        said = (call.operation, what_words(call), status_words(call), call.asked.connection)
        heap = "\n".join(said).casefold()
        return all(word in heap for word in self._words)


def what_words(call: Call) -> str:
    """The place a call is about, and what part of it where it is one."""
    given = call.parameters
    bucket = str(given.get("Bucket") or "")
    inside = str(given.get("Key") or given.get("Prefix") or "")
    if not bucket:
        return call.asked.connection
    span = call.ranges[0].removeprefix("bytes=") if call.count == 1 and call.ranges else ""
    version = given.get("VersionId")
    more = [f"bytes {span}" if span else "", f"version {version}" if version else ""]
    place = text.visible_path(f"s3://{bucket}/{inside}")
    return " · ".join([place, *(one for one in more if one)])


def status_words(call: Call) -> str:
    """What came of it: 200 OK, 404 NoSuchKey, or why nothing came."""
    if not call.status:
        return "cancelled" if call.error == "CancelledError" else call.error or "no answer"
    known = {one.value: one.phrase for one in HTTPStatus}
    said = call.error if call.error and call.error != str(call.status) else known.get(call.status, "")
    tries = f" · {text.count(call.retries, 'retry', 'retries')}" if call.retries else ""
    return f"{call.status} {said}".strip() + tries


def duration_words(milliseconds: float) -> str:
    """12 ms, 3.4 s."""
    return f"{milliseconds:,.0f} ms" if milliseconds < 1000 else f"{milliseconds / 1000:,.1f} s"


def _words(call: Call, column: int) -> str:
    match column:
        case CallColumn.TIME:
            return f"{call.started.astimezone():%H:%M:%S}"
        case CallColumn.OPERATION:
            return call.operation if call.count == 1 else f"{call.operation} × {call.count:,}"
        case CallColumn.WHAT:
            return what_words(call)
        case CallColumn.STATUS:
            return status_words(call)
    return duration_words(call.milliseconds)


def _tip(call: Call) -> str:
    """Everything that is known of it, a line each."""
    given = "\n".join(f"{name}: {text.visible(str(value)[:200])}" for name, value in call.parameters.items())
    where = call.asked.endpoint_url or f"Amazon, {call.asked.region}"
    return f"{text.when(call.started)} · {call.asked.connection} · {where}\n{given}"
