"""The fields of the Share dialog: which link, for how long, in which form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QComboBox, QLabel

from s3desk.s3.sharing.links import LinkKind
from s3desk.ui.form_dialog import words
from s3desk.ui.sharing.expiry_fields import ExpiryFields
from s3desk.ui.sharing.format_box import FormatBox
from s3desk.ui.sharing.option_fields import OptionFields
from s3desk.ui.sharing.share_wish import SharedThings, ShareWish
from s3desk.ui.sharing.upload_fields import UploadFields

if TYPE_CHECKING:
    from datetime import timedelta

    from s3desk.s3.sharing.formats import LinkFormat
    from s3desk.ui.form_dialog import FormDialog
    from s3desk.ui.icons import Icons


class ShareFields(QObject):
    """Rows of the dialog's form. `changed` tells of another wish, `reformed` of another format."""

    changed = Signal()
    reformed = Signal()

    def __init__(
        self, dialog: FormDialog, icons: Icons, things: SharedThings, lasts: timedelta, kind: LinkKind
    ) -> None:
        super().__init__(dialog)
        self._type, self._format = QComboBox(), FormatBox()
        self._type.addItems([one.value for one in things.kinds])
        self._type.setCurrentText(kind.value)
        self.expiry, self._expires = words(), ExpiryFields(lasts)
        self._lay_out(dialog, icons, things)
        self._type.currentTextChanged.connect(self.changed)
        self._format.currentTextChanged.connect(self.reformed)
        for fields in (self._expires, self.options, self._uploads):
            fields.changed.connect(self.changed)

    def _lay_out(self, dialog: FormDialog, icons: Icons, things: SharedThings) -> None:
        dialog.add_field("Link type", self._type)
        self._uploads = UploadFields(dialog, things)
        self._expires_caption = QLabel("Expires in")
        self._expires_caption.setBuddy(self._expires.number)
        dialog.form.addRow(self._expires_caption, self._expires)
        self.expiry.setAccessibleName("Expiry")
        dialog.form.addRow("", self.expiry)
        dialog.add_field("Format", self._format)
        self.options = OptionFields(dialog, icons, single=bool(things.file_name))

    @property
    def kind(self) -> LinkKind:
        """Of the link."""
        return LinkKind(self._type.currentText())

    @property
    def form(self) -> LinkFormat:
        """How the links are written."""
        return self._format.form

    @property
    def wish(self) -> ShareWish:
        """What is asked for right now."""
        expires = self._expires
        match self.kind:
            case LinkKind.TEMPORARY:
                options = self.options
                return ShareWish(self.kind, expires.lasts, expires.until, options.overrides, options.version_id)
            case LinkKind.UPLOAD:
                put, lasts = self._uploads, expires.lasts
                return ShareWish(self.kind, lasts, expires.until, key=put.key, rules=put.rules, folder=put.prefix)
        return ShareWish(self.kind)

    @property
    def asked(self) -> str:
        """For how long, in words."""
        return self._expires.words

    def problem(self, wish: ShareWish) -> str:
        """Why this cannot be made, "" where it can."""
        expiry = self._expires.problem if wish.kind is not LinkKind.PUBLIC else ""
        uploads = self._uploads.problem if wish.kind is LinkKind.UPLOAD else ""
        return expiry or uploads or wish.overrides.problem

    def show(self, wish: ShareWish) -> None:
        """Only what means something for this kind of link."""
        signed, upload = wish.kind is not LinkKind.PUBLIC, wish.kind is LinkKind.UPLOAD
        self._expires.setEnabled(signed)
        self._expires_caption.setEnabled(signed)
        self._expires_caption.setText(self._expires.caption)
        self._expires_caption.setBuddy(self._expires.moment if wish.until else self._expires.number)
        self._uploads.show_rows(upload)
        self.options.for_reading(wish.kind is LinkKind.TEMPORARY)
        self._format.offer(wish.formats, upload=upload)

    def focus_uploads(self) -> None:
        """The keyboard starts where there is something to choose."""
        self._uploads.first.setFocus()
