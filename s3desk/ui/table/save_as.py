"""How a table is to be saved, and where in S3."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QWidget

from s3desk.data.exporting.export import Format, Saving, problem
from s3desk.models import text
from s3desk.s3.location import Location
from s3desk.ui.form_dialog import FormDialog, words
from s3desk.ui.name_dialogs import key_problem

if TYPE_CHECKING:
    from s3desk.data.exporting.export import Shown

_GUARD = "Texts that start with = + - or @ get a ' in front, so that Excel computes none of them."
_ABOUT = {
    Format.CSV: "One line a row; what most programs read.",
    Format.TSV: "As CSV, with tabs between the cells.",
    Format.PARQUET: "Small, with the types of the columns: for pandas, R, Spark and databases.",
    Format.EXCEL: "One sheet. Texts stay texts, none of them is computed.",
    Format.JSON_LINES: "One JSON object a line.",
    Format.MARKDOWN: "For READMEs, wikis and tickets.",
    Format.HTML: "A page with nothing but the table; no cell of it can do anything.",
}


@dataclass(frozen=True)
class SaveWish:
    """The answer: how, and where in S3 (an empty bucket stands for this computer)."""

    saving: Saving
    location: Location
    name: str


class SaveDialog(FormDialog):
    """Asks for the format; with a place in S3 also for folder and name there."""

    def __init__(
        self, parent: QWidget | None, shown: Shown, title: str, place: Location | None = None, endpoint_url: str = ""
    ) -> None:
        name = "Save as" if place is None else "Save to S3"
        super().__init__(parent, name, "Choose a file…" if place is None else "Save", name)
        self._shown, self._title, self._place, self._endpoint_url = shown, title, place, endpoint_url
        self._form, self._folder, self._name = QComboBox(), QLineEdit(), QLineEdit()
        for form in Format:
            self._form.addItem(form.value, form)
        self.add_field("Format", self._form)
        if place is not None:
            self.add_field("Folder", self._folder)
            self.add_field("Name", self._name)
            self._folder.setText(place.uri)
            self._name.setText(f"{title}.{Format.CSV.ending}")
        self._guard = QCheckBox("For spreadsheets")
        self._guard.setAccessibleName("For spreadsheets")
        self._guard.setChecked(True)
        self.form.addRow("", self._guard)
        self._about = words("", "dim")
        self._about.setAccessibleName("About the format")
        self._about.setMinimumHeight(3 * self.fontMetrics().lineSpacing())
        self.column.insertWidget(2, self._about)
        self.column.insertWidget(2, words(self._what(), "dim"))
        self.add_cancel()
        self._form.currentIndexChanged.connect(self._take_format)
        self._guard.toggled.connect(self._take_format)
        for field in (self._folder, self._name):
            field.textChanged.connect(self.check)
        self._take_format()

    def _what(self) -> str:
        rows, columns = text.count(self._shown.rows, "row"), text.count(len(self._shown.columns), "column")
        return f"{rows} and {columns}, as shown: filtered, sorted, without hidden columns."

    @property
    def _format(self) -> Format:
        form = self._form.currentData()
        assert isinstance(form, Format)  # noqa: S101  # for mypy: Qt gives back what was put in
        return form

    def _take_format(self) -> None:
        delimited = self._format in (Format.CSV, Format.TSV)
        self._guard.setVisible(delimited)
        guard = f" {_GUARD}" if delimited and self._guard.isChecked() else ""
        raw = " Exactly the cells, for programs." if delimited and not self._guard.isChecked() else ""
        self._about.setText(_ABOUT[self._format] + guard + raw)
        stem, dot, ending = self._name.text().rpartition(".")
        if dot and ending in {form.ending for form in Format}:
            self._name.setText(f"{stem}.{self._format.ending}")
        self.check()

    def problem(self) -> str:
        """What the format cannot hold, and names S3 cannot hold."""
        trouble = problem(self._format, self._shown.rows, len(self._shown.columns))
        if trouble or self._place is None:
            return trouble
        try:
            location = self._location()
        except ValueError as error:
            return str(error)
        if not location.bucket:
            return "Name a bucket: s3://bucket/folder/"
        name = self._name.text()
        if not name.strip():
            return " "
        if "/" in name:
            return "A name has no “/”: write the folder above."
        return key_problem(name, location.prefix)

    def _location(self) -> Location:
        location = Location.parse(self._folder.text(), self._endpoint_url)
        prefix = location.prefix
        return Location(location.bucket, prefix if not prefix or prefix.endswith("/") else prefix + "/")

    def answer(self) -> SaveWish:
        """Format, and place and name in S3."""
        saving = Saving(self._format, self._title, for_spreadsheets=self._guard.isChecked())
        return SaveWish(saving, Location() if self._place is None else self._location(), self._name.text())


class PlaceDialog(FormDialog):
    """Asks where in S3 something that is ready goes."""

    def __init__(self, parent: QWidget | None, name: str, place: Location, endpoint_url: str) -> None:
        super().__init__(parent, "Save to S3", "Save", "Save to S3")
        self._endpoint_url = endpoint_url
        self._folder, self._name = QLineEdit(place.uri), QLineEdit(name)
        self.add_field("Folder", self._folder)
        self.add_field("Name", self._name)
        for field in (self._folder, self._name):
            field.textChanged.connect(self.check)
        self.add_cancel()
        self.check()

    def problem(self) -> str:
        """Names S3 cannot hold."""
        try:
            location = self.answer()
        except ValueError as error:
            return str(error)
        if not location.bucket:
            return "Name a bucket: s3://bucket/folder/"
        return key_problem(location.prefix) if self._name.text().strip() else " "

    def answer(self) -> Location:
        """The bucket, and the whole key as its prefix."""
        folder = Location.parse(self._folder.text(), self._endpoint_url)
        slash = "" if not folder.prefix or folder.prefix.endswith("/") else "/"
        return Location(folder.bucket, f"{folder.prefix}{slash}{self._name.text()}")


class ReplaceDialog(FormDialog):
    """Nothing in S3 is replaced without this question."""

    def __init__(self, parent: QWidget | None, key: str, bucket: str) -> None:
        shown = text.visible_path(key)
        super().__init__(parent, "Replace", "Replace", f"“{shown}” exists already in {bucket}")
        self.column.insertWidget(1, words("What is there now is lost, unless the bucket keeps versions.", "dim"))
        self.add_cancel("Keep it")

    def answer(self) -> bool:
        """Yes."""
        return True
