"""Asks before something is opened to strangers, and before what was typed is lost."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from s3desk.ui.form_dialog import FormDialog, words


class PublicQuestion(FormDialog):
    """Says what strangers could do then, or what else to think about. Cancel is what Enter presses."""

    def __init__(self, parent: QWidget | None, sentence: str) -> None:
        is_public = "nyone on the internet" in sentence
        title = "Open to everyone" if is_public else "Are you sure?"
        super().__init__(parent, title, "Save anyway", "Open this to everyone?" if is_public else title)
        self.notice.hide()
        said = words(sentence, "warning")
        said.setAccessibleName("What it opens")
        said.setAccessibleDescription(sentence)
        self.column.insertWidget(1, said)
        self.accept_button.setDefault(False)
        cancel = self.add_cancel()
        cancel.setDefault(True)
        cancel.setFocus()

    def answer(self) -> bool:
        """Yes."""
        return True


class UnsavedQuestion(FormDialog):
    """Asks before changes are lost; `accept` is the button that loses them."""

    def __init__(self, parent: QWidget | None, accept: str) -> None:
        super().__init__(parent, "Not saved", accept, "What you changed here was not saved.")
        self.notice.hide()
        self.column.insertWidget(1, words("It is lost if you go on.", "warning"))
        self.add_cancel()

    def answer(self) -> bool:
        """Yes."""
        return True
