"""A mark before each verdict, so that what is wrong is seen without reading."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QAbstractItemView, QStyleOptionViewItem

from s3desk.s3.receipts.findings import Finding, Verdict
from s3desk.ui.icons import IconRole
from s3desk.ui.row_delegate import Index, RowDelegate

if TYPE_CHECKING:
    from s3desk.ui.icons import Icons
    from s3desk.ui.theme import Theme

_MARKS = {
    Verdict.CHANGED: ("ph.warning-circle", IconRole.WARNING),
    Verdict.MISSING: ("ph.x-circle", IconRole.WARNING),
    Verdict.UNKNOWN: ("ph.question", IconRole.DIM),
    Verdict.VERIFIED: ("ph.check-circle", IconRole.GOOD),
    Verdict.NOT_DONE: ("ph.minus-circle", IconRole.DIM),
}
_SIZE = 16


class VerdictDelegate(RowDelegate):
    """For the column of the verdicts."""

    def __init__(self, view: QAbstractItemView, theme: Theme, icons: Icons) -> None:
        super().__init__(view, theme)
        self._icons = {verdict: icons.icon(*mark) for verdict, mark in _MARKS.items()}

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        """The mark is Qt's decoration."""
        super().initStyleOption(option, index)
        finding = index.data(Qt.ItemDataRole.UserRole)
        if isinstance(finding, Finding):
            option.icon = self._icons[finding.verdict]
            option.decorationSize = QSize(_SIZE, _SIZE)
            option.features |= QStyleOptionViewItem.ViewItemFeature.HasDecoration
