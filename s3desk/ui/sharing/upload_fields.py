"""What other people may put here: one file, or through a form what keeps to its limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QSpinBox

from s3desk.s3.sharing.upload_links import UploadRules
from s3desk.ui.sharing.share_wish import SharedThings, UploadBy

if TYPE_CHECKING:
    from s3desk.ui.form_dialog import FormDialog

MEGABYTE = 1024**2  # as the Size column counts
_KINDS = {
    "any": "",
    "images": "image/",
    "CSV": "text/csv",
    "PDF": "application/pdf",
    "Excel": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class UploadFields(QObject):
    """`Upload by`, `Folder`, `Save as`, `At most` and `Kind of file` in a form; `changed` tells that any is another."""

    changed = Signal()

    def __init__(self, dialog: FormDialog, things: SharedThings) -> None:
        super().__init__(dialog)
        self._form = dialog.form
        self._by, self._folder, self._name = QComboBox(), QLineEdit(things.folder), QLineEdit()
        self._most, self._kind = QSpinBox(), QComboBox()
        self._by.addItems([by.value for by in UploadBy])
        self._folder.setPlaceholderText("the top of the bucket")
        self._name.setPlaceholderText("the name the file gets here, like results.csv")
        self._most.setRange(1, 5 * 1024)
        self._most.setValue(100)
        self._most.setSuffix(" MB")
        self._kind.addItems(list(_KINDS))
        self.first = self._by  # where the keyboard starts
        rows = (
            ("Upload by", self._by),
            ("Folder", self._folder),
            ("Save as", self._name),
            ("At most", self._most),
            ("Kind of file", self._kind),
        )
        for name, field in rows:
            dialog.add_field(name, field)
        self._by.currentTextChanged.connect(self._choose_way)
        self._folder.textChanged.connect(self.changed)
        self._name.textChanged.connect(self.changed)
        self._most.valueChanged.connect(self.changed)
        self._kind.currentTextChanged.connect(self.changed)
        self._shown = False

    def show_rows(self, shown: bool) -> None:
        """Only an upload link needs any of it; S3 can limit what comes through a form, not what comes by a link."""
        self._shown = shown
        form = self.by is UploadBy.FORM
        for field, wanted in (
            (self._by, True),
            (self._folder, True),
            (self._name, not form),
            (self._most, form),
            (self._kind, form),
        ):
            self._form.setRowVisible(field, shown and wanted)

    @property
    def by(self) -> UploadBy:
        """How they upload."""
        return UploadBy(self._by.currentText())

    @property
    def key(self) -> str:
        """The object that is made, for one file; "" while it has no name."""
        name = self._name.text()
        return self.prefix + name if name and self.by is UploadBy.FILE else ""

    @property
    def rules(self) -> UploadRules | None:
        """What a form takes; None for one file."""
        if self.by is UploadBy.FILE:
            return None
        return UploadRules(self.prefix, self._most.value() * MEGABYTE, _KINDS[self._kind.currentText()])

    @property
    def problem(self) -> str:
        """Why nothing can be made yet."""
        if self.by is UploadBy.FILE and not self._name.text():
            return "Type the name that the file gets here."
        return self.rules.problem if self.rules else ""

    @property
    def prefix(self) -> str:
        """The folder as keys begin, "" for the bucket's top."""
        folder = self._folder.text()
        return folder if not folder or folder.endswith("/") else f"{folder}/"

    def _choose_way(self) -> None:
        self.show_rows(self._shown)
        self.changed.emit()
