"""The fields every published page has: its name in the bucket, how long browsers keep it, and who can open it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QButtonGroup, QComboBox, QHBoxLayout, QLabel, QLineEdit, QRadioButton

from s3desk.s3.errors import BadNameError
from s3desk.s3.publishing import check_page_key
from s3desk.s3.sharing.links import LinkKind
from s3desk.ui.publishing.page_wish import Keeping, PageWish
from s3desk.ui.sharing.expiry_fields import ExpiryFields

if TYPE_CHECKING:
    from datetime import timedelta

    from s3desk.ui.form_dialog import FormDialog


class PageFields(QObject):
    """`Name`, `Cache for`, `Public` and `Temporary link` with `Expires in`, as rows of a dialog's form."""

    changed = Signal()

    def __init__(self, dialog: FormDialog, key: str, lasts: timedelta) -> None:
        super().__init__(dialog)
        self._form = dialog.form
        self.name, self._keeping = QLineEdit(key), QComboBox()
        self._keeping.addItems([one.value for one in Keeping])
        self._keeping.setToolTip("For so long browsers may show the page without asking for a newer one")
        dialog.add_field("Name", self.name)
        dialog.add_field("Cache for", self._keeping)
        self.temporary, self.public = QRadioButton("Temporary link"), QRadioButton("Public")
        self.temporary.setToolTip("Whoever has the link can open the page until the link ends")
        self.public.setToolTip("Anyone on the internet can open the page, without an end")
        self._expires = ExpiryFields(lasts)
        self._lay_out(dialog)
        self.temporary.setChecked(True)
        self.name.textChanged.connect(self.changed)
        self._expires.changed.connect(self.changed)
        self.public.toggled.connect(self._show_expiry)

    def _lay_out(self, dialog: FormDialog) -> None:
        kinds, row = QButtonGroup(self), QHBoxLayout()
        for button in (self.temporary, self.public):
            button.setAccessibleName(button.text())
            kinds.addButton(button)
            row.addWidget(button)
        row.addStretch(1)
        row.setSpacing(16)
        dialog.form.addRow("Opens by", row)
        self._caption = QLabel("Expires in")
        self._caption.setBuddy(self._expires.number)
        dialog.form.addRow(self._caption, self._expires)

    def _show_expiry(self) -> None:
        self._form.setRowVisible(self._expires, self.temporary.isChecked())
        self.changed.emit()

    @property
    def wish(self) -> PageWish:
        """What is asked for right now."""
        kind = LinkKind.PUBLIC if self.public.isChecked() else LinkKind.TEMPORARY
        keeping = Keeping(self._keeping.currentText())
        return PageWish(self.name.text(), keeping, kind, self._expires.lasts, self._expires.until)

    @property
    def problem(self) -> str:
        """Why this cannot be, " " while there is no name, "" when it can."""
        if not self.name.text():
            return " "
        try:
            check_page_key(self.name.text())
        except BadNameError as error:
            return f"{error} {error.advice}".strip()
        if self.name.text().endswith("/"):
            return "This is the name of a folder. Add a name for the page."
        return self._expires.problem if self.temporary.isChecked() else ""
