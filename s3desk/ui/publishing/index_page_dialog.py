"""Asks how a folder is to look as a web page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QWidget

from s3desk.data.publishing.index_page import Below, IndexWish
from s3desk.models import text
from s3desk.ui.form_dialog import words
from s3desk.ui.publishing.publish_dialog import PublishDialog

if TYPE_CHECKING:
    from datetime import timedelta

    from s3desk.s3.location import Location

INDEX = "index.html"
_NOTE = (
    "The links on the page lead to the files beside it. Only files that are public open for people without keys, also "
    "where the page itself is given out by a temporary link."
)


class IndexPageDialog(PublishDialog):
    """`Title`, what is shown of the folders below, and the page's name within the folder."""

    def __init__(self, parent: QWidget | None, place: Location, lasts: timedelta) -> None:
        name = place.prefix.removesuffix("/").rpartition("/")[2] or place.bucket
        super().__init__(parent, "Publish index page", f"Publish a list of {text.visible(name)}")
        self._place = place
        self._title, self._below = QLineEdit(name), QComboBox()
        self._below.addItems([one.value for one in Below])
        self.add_field("Title", self._title)
        self.add_field("Show of folders", self._below)
        self._up = QCheckBox("Link to the folder above")
        self._up.setAccessibleName(self._up.text())
        self._up.setVisible(bool(place.prefix))
        self.form.addRow("", self._up)
        self._types = QCheckBox("Correct types of files")
        self._types.setAccessibleName(self._types.text())
        self._types.setToolTip(
            "Files whose type nobody told the server, such as pictures, PDFs, JSON and CSV, get the one their name "
            "stands for: browsers then show them instead of saving them"
        )
        self.form.addRow("", self._types)
        self.column.insertWidget(1, words(_NOTE, "dim"))
        self._title.textChanged.connect(self.check)
        self.finish(place.prefix + INDEX, lasts)

    @property
    def title(self) -> str:
        """What stands on top of the page."""
        return self._title.text()

    @property
    def bucket(self) -> str:
        """Where the folder is."""
        return self._place.bucket

    @property
    def wants_types(self) -> bool:
        """Whether the files listed are to get the types their names stand for."""
        return self._types.isChecked()

    @property
    def index_wish(self) -> IndexWish:
        """What the page is about."""
        name = self.place.name.text().removeprefix(self._place.prefix)
        up = self._up.isChecked() and bool(self._place.prefix)
        return IndexWish(self._place.bucket, self._place.prefix, name, Below(self._below.currentText()), up)

    def problem(self) -> str:
        """Its links are relative, so the page has to be in the folder it lists."""
        if not self._title.text().strip():
            return " "
        key, prefix = self.place.name.text(), self._place.prefix
        if key and (not key.startswith(prefix) or "/" in key.removeprefix(prefix)):
            return "The page has to be in the folder it lists, or its links lead nowhere."
        return self.place.problem
