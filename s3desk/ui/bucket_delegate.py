"""How a row of the tree looks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QStyleOptionViewItem

from s3desk.models.kinds import Kind
from s3desk.ui.row_delegate import RowDelegate

if TYPE_CHECKING:
    from s3desk.ui.icons import Icons
    from s3desk.ui.theme import Theme

Index = QModelIndex | QPersistentModelIndex


class BucketDelegate(RowDelegate):
    """Rows with the icon of a connection, a bucket or a folder."""

    def __init__(self, view: QAbstractItemView, theme: Theme, icons: Icons) -> None:
        super().__init__(view, theme)
        self._icons = icons

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        """Add the icon, which the model leaves to the window."""
        super().initStyleOption(option, index)
        at = index.data(Qt.ItemDataRole.UserRole)
        kind = Kind.FOLDER if at.prefix else Kind.BUCKET if at.bucket else Kind.CONNECTION
        option.icon = self._icons.icon_for(kind)
        option.features |= QStyleOptionViewItem.ViewItemFeature.HasDecoration
