"""In which form links are written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QComboBox

from s3desk.s3.sharing.formats import LinkFormat

if TYPE_CHECKING:
    from collections.abc import Sequence


class FormatBox(QComboBox):
    """`Format`."""

    @property
    def form(self) -> LinkFormat:
        """The one chosen."""
        return LinkFormat(self.currentData() or LinkFormat.LINK)

    def offer(self, formats: Sequence[LinkFormat], *, upload: bool) -> None:
        """These formats; what is chosen stays if it is among them."""
        chosen = self.currentData()
        self.blockSignals(True)
        self.clear()
        for form in formats:
            self.addItem("Python" if upload and form is LinkFormat.PANDAS else form.value, form)
        self.setCurrentIndex(max(self.findData(chosen), 0))
        self.setEnabled(len(formats) > 1)
        self.blockSignals(False)
