"""The lines of a folder size as a table that is sampled while it grows."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from s3desk.models import text
from s3desk.models.usage_words import headline

if TYPE_CHECKING:
    from s3desk.s3.folder_size import Size, Sizes

Index = QModelIndex | QPersistentModelIndex

_TITLES = ["Name", "Objects", "Size"]


class SizeColumn(IntEnum):
    """What stands where."""

    NAME = 0
    OBJECTS = 1
    SIZE = 2


def size_name(line: Size) -> str:
    """What a line is called: the folder's or bucket's name, or how many files."""
    if line.files:
        return text.count(line.objects, "selected file")
    return text.visible(line.location.name) if line.location.bucket else "All buckets"


def sizes_words(sizes: Sizes, *, running: bool, stopped: bool) -> str:
    """The sum of all lines."""
    return headline(sizes.objects, sizes.bytes, running=running, complete=not stopped and not sizes.failed)


def sizes_text(sizes: Sizes, *, stopped: bool) -> str:
    """Everything to paste elsewhere: a line each, tabs between, bytes as numbers; the sum at the end."""
    rows = [f"{size_name(line)}\t{line.objects}\t{line.bytes}" for line in sizes.lines]
    total = f"Total\t{sizes.objects}\t{sizes.bytes}"
    partial = stopped or bool(sizes.failed)
    end = ["Not everything could be counted."] if partial else []
    return "\n".join(["Name\tObjects\tBytes", *rows, *([total] if len(rows) > 1 else []), *end])


class FolderSizeModel(QAbstractTableModel):
    """Reads the numbers that workers write, whenever Qt asks; `sample` says that they have changed."""

    def __init__(self, sizes: Sizes) -> None:
        super().__init__()
        self._sizes = sizes
        self._lines = sizes.lines
        self.stopped = False

    def sample(self) -> None:
        """Show the numbers of this moment; at the root the buckets become lines once they are known."""
        if self._lines is not self._sizes.lines:
            self.beginResetModel()
            self._lines = self._sizes.lines
            self.endResetModel()
        elif self._lines:
            last = self.index(len(self._lines) - 1, SizeColumn.SIZE)
            self.dataChanged.emit(self.index(0, SizeColumn.OBJECTS), last)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own default
        """The number of lines."""
        return 0 if parent.isValid() else len(self._lines)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Name, objects, size."""
        return 0 if parent.isValid() else len(_TITLES)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Titles; numbers stand on the right."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return _TITLES[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _aligned(section)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Words; why a line is not complete as its tip."""
        line = self._lines[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._words(line, index.column())
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _aligned(index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{line.error} {line.error.advice}" if line.error else text.visible_path(line.location.uri)
        return None

    def _words(self, line: Size, column: int) -> str:
        if column == SizeColumn.NAME:
            return size_name(line)
        if line.error is not None and not line.objects:
            return "—" if column == SizeColumn.OBJECTS else "not counted"
        least = "at least " if line.error is not None or (self.stopped and not line.ended) else ""
        return f"{line.objects:,}" if column == SizeColumn.OBJECTS else f"{least}{text.size(line.bytes)}"


def _aligned(column: int) -> Qt.AlignmentFlag:
    right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    return right if column != SizeColumn.NAME else Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
