"""Asks before something is opened to strangers, somebody's change is replaced, or what was typed is lost."""

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


class ChangedQuestion(FormDialog):
    """Asks before somebody else's newer change is replaced; `opens` is what strangers could do then."""

    def __init__(self, parent: QWidget | None, remark: str, opens: str = "") -> None:
        super().__init__(parent, "Changed meanwhile", "Save anyway", "Somebody else changed this")
        self.notice.hide()
        for row, (name, sentence) in enumerate((("What changed", remark), ("What it opens", opens)), 1):
            said = words(sentence, "warning")
            said.setAccessibleName(name)
            said.setAccessibleDescription(sentence)
            said.setVisible(bool(sentence))
            self.column.insertWidget(row, said)
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
        self.accept_button.setDefault(False)
        cancel = self.add_cancel()
        cancel.setDefault(True)
        cancel.setFocus()

    def answer(self) -> bool:
        """Yes."""
        return True
