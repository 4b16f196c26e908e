"""What the dialogs that publish a page share: they stay open, and show its link and how trying it went."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialogButtonBox, QLineEdit, QWidget

from s3desk.ui.form_dialog import FormDialog, tab_in_reading_order
from s3desk.ui.publishing.page_fields import PageFields

if TYPE_CHECKING:
    from datetime import timedelta

    from s3desk.ui.publishing.page_wish import PageWish


class PublishDialog(FormDialog):
    """Emits `publish_wanted`; whoever publishes calls `show_busy`, then `show_done` or `show_problem`."""

    publish_wanted = Signal(object)  # PageWish
    preview_wanted = Signal()
    open_wanted = Signal(str)

    def __init__(self, parent: QWidget | None, title: str, headline: str) -> None:
        super().__init__(parent, title, "Publish", headline)
        self.setMinimumWidth(560)
        self._busy = False
        self._link = QLineEdit()
        self._link.setReadOnly(True)

    def finish(self, key: str, lasts: timedelta) -> None:
        """Add the rows and buttons that come after a dialog's own."""
        self.place = PageFields(self, key, lasts)
        self.place.changed.connect(self.check)
        self.add_field("Link", self._link)
        self.notice.setAccessibleName("Published")
        action = QDialogButtonBox.ButtonRole.ActionRole
        self._preview = self.add_button("Preview in browser", action)
        self._preview.clicked.connect(self.preview_wanted)
        self._open = self.add_button("Open link", action)
        self._open.clicked.connect(lambda: self.open_wanted.emit(self._link.text()))
        self.add_cancel("Close")
        self._show_link("")
        self.check()

    # what the flow behind the dialog tells it

    def show_busy(self, sentence: str) -> None:
        """Something is being done."""
        self._busy = True
        self._show_link("")
        self.accept_button.setEnabled(False)
        self.say(sentence, "dim")

    def show_note(self, sentence: str) -> None:
        """Something to know before publishing; dropped where that is under way."""
        if not self._busy:
            self.say(sentence, "dim")

    def show_done(self, url: str, sentence: str, kind: str) -> None:
        """It is published; `sentence` says how opening it went."""
        self._busy = False
        self._show_link(url)
        self.accept_button.setEnabled(True)
        self.say(sentence, kind)
        self._fit()

    def show_problem(self, sentence: str) -> None:
        """It could not be published, and why."""
        self._busy = False
        self.accept_button.setEnabled(True)
        self.say(sentence, "warning")
        self._fit()

    def _show_link(self, url: str) -> None:
        self._link.setText(url)
        self._link.setCursorPosition(0)
        self.form.setRowVisible(self._link, bool(url))
        self._open.setVisible(bool(url))

    def _fit(self) -> None:
        """Room for the link and all of what is said."""
        self.column.activate()
        self.resize(self.width(), max(self.height(), self.column.totalHeightForWidth(self.width())))
        tab_in_reading_order(self)

    # what the user does

    def check(self) -> None:
        """A page that was changed here is no longer the one the link leads to."""
        if not self._busy:
            self._show_link("")
            super().check()

    def accept(self) -> None:
        """Publish; the dialog stays."""
        if not self._busy and not self.problem():
            wish: PageWish = self.place.wish
            self.publish_wanted.emit(wish)

    def answer(self) -> None:
        """Nothing: what was wanted was told by `publish_wanted`."""
