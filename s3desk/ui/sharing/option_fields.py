"""What is rarely asked of a link: another name, another type, an old version, and for whom it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QPushButton, QWidget

from s3desk.models import text
from s3desk.s3.sharing.links import Overrides

if TYPE_CHECKING:
    from s3desk.s3.versions import Version
    from s3desk.ui.form_dialog import FormDialog
    from s3desk.ui.icons import Icons

# As browsers do it; None leaves it to what is stored with the object.
_OPENED = {"as stored": None, "opens in the browser": False, "is saved as a file": True}
_TYPES = ["", "text/csv", "text/plain", "text/html", "application/json", "application/pdf", "image/png"]
_NEWEST = "the newest at any time"


class OptionFields(QObject):
    """The fold `More options` in a form. `changed` tells of another wish, `versions_wanted` of a first look inside."""

    changed = Signal()
    versions_wanted = Signal()
    folded = Signal()  # or unfolded

    def __init__(self, dialog: FormDialog, icons: Icons, *, single: bool) -> None:
        super().__init__(dialog)
        self._form, self._icons, self._single = dialog.form, icons, single
        self._fold = QPushButton("More options")
        self._fold.setCheckable(True)
        self._fold.setFlat(True)
        self._fold.setAutoDefault(False)
        self._fold.setAccessibleName("More options")
        self._fold.setStyleSheet("text-align: left; padding: 4px 0")
        self._form.addRow("", self._fold)
        self._file_name, self._opened, self._type = QLineEdit(), QComboBox(), QComboBox()
        self._version, self.for_whom = QComboBox(), QLineEdit()
        self._opened.addItems(list(_OPENED))
        self._type.setEditable(True)
        self._type.addItems(_TYPES)
        self._version.addItem(_NEWEST, "")
        self._for_reading: list[QWidget] = [self._opened, self._type]
        if single:  # several files of one name would replace each other
            self._for_reading += [self._file_name, self._version]
        self._lay_out(dialog)
        self._connect()
        self._reading, self._asked = True, False
        self._show_rows()

    def _lay_out(self, dialog: FormDialog) -> None:
        for name, field in (
            ("File name", self._file_name),
            ("When opened", self._opened),
            ("Content type", self._type),
            ("Version", self._version),
            ("For whom", self.for_whom),
        ):
            dialog.add_field(name, field)
        for edit, hint in (
            (self._file_name, "as it is called here"),
            (self._type.lineEdit(), "as stored"),
            (self.for_whom, "a note for yourself, kept in “Links I gave out”"),
        ):
            if edit is not None:
                edit.setPlaceholderText(hint)

    def _connect(self) -> None:
        self._fold.toggled.connect(self._toggle)
        self._file_name.textChanged.connect(self.changed)
        self._opened.currentTextChanged.connect(self.changed)
        self._type.currentTextChanged.connect(self.changed)
        self._version.currentIndexChanged.connect(self.changed)

    @property
    def overrides(self) -> Overrides:
        """What the link changes in the answer."""
        return Overrides(
            self._file_name.text().strip(), _OPENED[self._opened.currentText()], self._type.currentText().strip()
        )

    @property
    def version_id(self) -> str:
        """The version chosen, "" for the newest at any time."""
        return str(self._version.currentData() or "")

    def for_reading(self, reading: bool) -> None:
        """Only a signed link for reading can ask for something special."""
        self._reading = reading
        self._show_rows()

    def show_versions(self, versions: Sequence[Version]) -> None:
        """Offer these; where there are none, say so."""
        if not versions:
            self._version.setItemText(0, "this bucket keeps no old versions")
        for version in versions:
            newest = ", now the newest" if version.is_latest else ""
            words = f"{text.when(version.modified)}, {text.size(version.size)}{newest}"
            self._version.addItem(words, version.version_id)

    def _toggle(self, shown: bool) -> None:
        self._show_rows()
        self.folded.emit()
        if shown and self._single and not self._asked:
            self._asked = True
            self.versions_wanted.emit()

    def _show_rows(self) -> None:
        shown = self._fold.isChecked()
        self._fold.setIcon(self._icons.icon("ph.caret-down" if shown else "ph.caret-right"))
        for field in (self._file_name, self._opened, self._type, self._version):
            self._form.setRowVisible(field, shown and self._reading and field in self._for_reading)
        self._form.setRowVisible(self.for_whom, shown)
