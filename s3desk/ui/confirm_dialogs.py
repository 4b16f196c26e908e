"""Questions before something is lost or replaced."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from PySide6.QtWidgets import QDialogButtonBox, QWidget

from s3desk.models import text
from s3desk.ui.form_dialog import FormDialog, words
from s3desk.ui.uploading.conflicts_dialog import ConflictsDialog

__all__ = ["ConflictsDialog", "DeleteDialog", "LeaveDialog", "Leaving"]
MANY = 1000  # objects


class DeleteDialog(FormDialog):
    """Says how much goes and whether it can come back. Of very many objects, Cancel is what Enter presses."""

    def __init__(
        self, parent: QWidget | None, what: str, can_come_back: str, names: Sequence[str] = (), count: int = 0
    ) -> None:
        super().__init__(parent, "Delete", "Delete", what)
        self.notice.hide()
        note = words(can_come_back, "warning")
        note.setAccessibleName("Can it come back?")
        note.setAccessibleDescription(can_come_back)
        self.column.insertWidget(1, note)
        if len(names) > 1:
            more = f"\n… and {len(names) - 5:,} more" if len(names) > 5 else ""
            self.column.insertWidget(1, words("\n".join(text.visible(name) for name in names[:5]) + more, "dim"))
        cancel = self.add_cancel()
        if count > MANY:  # one Enter too many would cost too much
            self.accept_button.setDefault(False)
            cancel.setDefault(True)
            cancel.setFocus()
        else:
            self.accept_button.setFocus()

    def answer(self) -> bool:
        """Yes."""
        return True


class Leaving(Enum):
    """What becomes of running work when the window closes."""

    PAUSE = "pause"
    STOP = "stop"


class LeaveDialog(FormDialog):
    """Asks what becomes of running work: `kept` pieces can go on the next time, `lost` ones cannot."""

    def __init__(self, parent: QWidget | None, what: str, kept: int, lost: int) -> None:
        super().__init__(parent, "Close", "Pause and go on next time" if kept else "Stop", what)
        self._leaving = Leaving.PAUSE if kept else Leaving.STOP
        self.notice.hide()
        if kept:
            rest = f" The rest ({text.count(lost, 'piece')}) is stopped." if lost else ""
            sentence = f"Uploads and downloads can go on the next time, from where they are now.{rest}"
            stop = self.add_button("Stop", QDialogButtonBox.ButtonRole.DestructiveRole)
            stop.setToolTip("Nothing half-done is kept")
            stop.clicked.connect(self._stop)
        else:
            sentence = "It is stopped when the window closes; nothing half-done is kept."
        self.column.insertWidget(1, words(sentence, "warning"))
        self.add_cancel()

    def _stop(self) -> None:
        self._leaving = Leaving.STOP
        self.accept()

    def answer(self) -> Leaving:
        """What was chosen."""
        return self._leaving
