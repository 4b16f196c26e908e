"""Asks before a page takes the place of something that is there already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3desk.models import text
from s3desk.ui.form_dialog import FormDialog, words

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from s3desk.s3.objects import Facts


class ReplaceQuestion(FormDialog):
    """Says what is there; `changed` says that it is another than what was seen before. Cancel is what Enter presses."""

    def __init__(self, parent: QWidget | None, there: Facts, *, changed: bool) -> None:
        name = text.visible_path(there.key)
        headline = f"“{name}” was changed meanwhile." if changed else f"“{name}” is there already."
        super().__init__(parent, "Replace page", "Replace", headline)
        self.notice.hide()
        facts = f"It has {text.size(there.size)}, and was changed {text.when(there.modified) or 'at an unknown time'}."
        self.column.insertWidget(1, words(f"{facts} Replacing it cannot be undone, unless the bucket keeps versions."))
        self.accept_button.setDefault(False)
        cancel = self.add_cancel()
        cancel.setDefault(True)
        cancel.setFocus()

    def answer(self) -> bool:
        """Yes."""
        return True
