"""The files of a combination as a table: what each is called, how large it is, in what it differs."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from s3desk.models import text

if TYPE_CHECKING:
    from s3desk.data.combining.differences import File
    from s3desk.data.combining.first_look import Looking, Overview

Index = QModelIndex | QPersistentModelIndex

_TITLES = ["File", "Size", "What differs"]


class FileColumn(IntEnum):
    """What stands where."""

    NAME = 0
    SIZE = 1
    DIFFERS = 2


def summary(looking: Looking, overview: Overview | None) -> str:
    """For example `12 files, 3.4 MB: 10 alike, 1 differs, 1 cannot be read`."""
    size = sum(max(file.size, 0) for file in looking.files)
    words = f"{text.count(len(looking.files), 'file')}, {text.size(size)}"
    if overview is None:
        return words
    unreadable = len(overview.plan.files) - len(overview.plan.readable)
    alike = sum(not found for found in overview.differences)
    differing = len(overview.differences) - alike - unreadable
    parts = [f"{alike:,} alike"] if alike else []
    parts += [f"{differing:,} {'differs' if differing == 1 else 'differ'}"] if differing else []
    parts += [f"{unreadable:,} cannot be read"] if unreadable else []
    return f"{words}: {', '.join(parts)}"


class CombineModel(QAbstractTableModel):
    """Reads what workers write while files are looked at; `sample` says that it has changed."""

    def __init__(self, looking: Looking, prefix: str) -> None:
        super().__init__()
        self._looking, self._prefix = looking, prefix
        self._overview: Overview | None = None
        self._order: list[int] = []  # of the files in the rows, once it is known what differs

    def sample(self) -> None:
        """Show what is known at this moment."""
        if self._looking.files:
            last = self.index(len(self._looking.files) - 1, FileColumn.DIFFERS)
            self.dataChanged.emit(self.index(0, FileColumn.SIZE), last)

    def show_overview(self, overview: Overview) -> None:
        """Everything was looked at: now one can say what differs, and what does comes first."""
        self.beginResetModel()
        self._overview = overview
        self._order = sorted(range(len(overview.differences)), key=lambda at: not overview.differences[at])
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own default
        """A row a file."""
        return 0 if parent.isValid() else len(self._looking.files)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """File, size, what differs."""
        return 0 if parent.isValid() else len(_TITLES)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Titles; numbers stand on the right."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return _TITLES[section]
        return _aligned(section) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Words; all of them as the tip."""
        file, column = self._looking.files[self._at(index)], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            if column == FileColumn.NAME:
                return text.visible_path(file.key.removeprefix(self._prefix))
            return text.size(file.size) if column == FileColumn.SIZE and file.size >= 0 else self._words(file, index)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _aligned(column)
        if role == Qt.ItemDataRole.ToolTipRole:
            words = self._words(file, index) if column == FileColumn.DIFFERS else ""
            return text.visible_path(file.key) if column == FileColumn.NAME else words
        return None

    def _at(self, index: Index) -> int:
        return self._order[index.row()] if self._order else index.row()

    def _words(self, file: File, index: Index) -> str:
        if index.column() == FileColumn.SIZE:
            return "…"
        if file.error is not None:
            return str(file.error)
        if file.plan is None:
            return "…"
        if self._overview is None:
            return ""
        return "; ".join(one.words for one in self._overview.differences[self._at(index)]) or "—"


def _aligned(column: int) -> Qt.AlignmentFlag:
    right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    return right if column == FileColumn.SIZE else Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
