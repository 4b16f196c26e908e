"""An access list as a table one can add to and take from."""

from __future__ import annotations

from collections.abc import Collection
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from s3desk.models import text
from s3desk.s3.access.acl import AccessList, Grant

Index = QModelIndex | QPersistentModelIndex

_TITLES = ["Who", "May", "Right"]
_NOTHING = AccessList("", "", ())


class AclColumn(IntEnum):
    """What stands where."""

    GRANTEE = 0
    WORDS = 1
    RIGHT = 2


class AclModel(QAbstractTableModel):
    """The grants as they would be saved; `changed` says that they are others than before."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._saved, self._grants, self._of_object = _NOTHING, list[Grant](), False

    @property
    def acl(self) -> AccessList:
        """What is to be saved."""
        return AccessList(self._saved.owner_id, self._saved.owner_name, tuple(self._grants))

    @property
    def is_changed(self) -> bool:
        """Whether that is anything else than what was read."""
        return set(self._grants) != set(self._saved.grants)

    def show(self, acl: AccessList | None, *, of_object: bool) -> None:
        """Begin with what was read, the owner first."""
        self.beginResetModel()
        self._saved, self._of_object = acl or _NOTHING, of_object
        self._grants = sorted(self._saved.grants, key=lambda grant: not self._saved.is_owner(grant.grantee))
        self.endResetModel()
        self.changed.emit()

    def add(self, grant: Grant) -> None:
        """One more, unless it is there."""
        if grant in self._grants:
            return
        end = len(self._grants)
        self.beginInsertRows(QModelIndex(), end, end)
        self._grants.append(grant)
        self.endInsertRows()
        self.changed.emit()

    def remove(self, rows: Collection[int]) -> None:
        """Take rows away."""
        self.beginResetModel()
        self._grants = [grant for row, grant in enumerate(self._grants) if row not in rows]
        self.endResetModel()
        self.changed.emit()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own default
        """The number of grants."""
        return 0 if parent.isValid() else len(self._grants)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Who, what in words, S3's word."""
        return 0 if parent.isValid() else len(_TITLES)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Titles."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return _TITLES[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Words; the id of an account as the tip."""
        grant = self._grants[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._words(grant, index.column())
        if role == Qt.ItemDataRole.ToolTipRole and grant.grantee.id:
            return text.visible(grant.grantee.id)
        return None

    def _words(self, grant: Grant, column: int) -> str:
        match column:
            case AclColumn.GRANTEE:
                owner = " (the owner)" if self._saved.is_owner(grant.grantee) else ""
                return text.visible(grant.grantee.words) + owner
            case AclColumn.WORDS:
                return grant.right.words(of_object=self._of_object)
            case _:
                return grant.right.value
