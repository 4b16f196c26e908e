"""The first column of Transfers: a mark before each gesture tells whether its items are shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize
from PySide6.QtWidgets import QStyleOptionViewItem

from s3desk.ui.row_delegate import ICON, Index, RowDelegate

if TYPE_CHECKING:
    from PySide6.QtGui import QIcon
    from PySide6.QtWidgets import QAbstractItemView

    from s3desk.ui.icons import Icons
    from s3desk.ui.theme import Theme

MARK = 30  # px from the left edge in which a click opens and closes


class TransferDelegate(RowDelegate):
    """`expanded` says of a row whether it is open, None where there is nothing to open."""

    def __init__(
        self, view: QAbstractItemView, theme: Theme, icons: Icons, expanded: Callable[[Index], bool | None]
    ) -> None:
        super().__init__(view, theme)
        self._expanded = expanded
        self._icons: dict[bool, QIcon] = {
            True: icons.icon("ph.caret-down"),
            False: icons.icon("ph.caret-right"),
        }

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        """The icon is the mark."""
        super().initStyleOption(option, index)
        expanded = self._expanded(index)
        if expanded is not None:
            option.icon = self._icons[expanded]
            option.features |= QStyleOptionViewItem.ViewItemFeature.HasDecoration
            option.decorationSize = QSize(ICON, ICON)

    @staticmethod
    def is_mark(cell: QRect, x: int) -> bool:
        """Whether a click at `x` is meant for the mark."""
        return cell.left() <= x <= cell.left() + MARK
