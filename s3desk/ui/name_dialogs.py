"""Small questions for a name: a new folder, a new bucket, another name, a place to go to."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from s3desk.models.text import visible_path
from s3desk.s3.location import Location
from s3desk.ui.form_dialog import FormDialog, words

# Offered, not enforced: other servers have other names, so the field takes any.
REGIONS = (  # noqa: SIM905  # a list of 24 quoted words reads worse
    "us-east-1 us-east-2 us-west-1 us-west-2 af-south-1 ap-east-1 ap-northeast-1 ap-northeast-2 ap-northeast-3 "
    "ap-south-1 ap-southeast-1 ap-southeast-2 ca-central-1 eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-west-1 "
    "eu-west-2 eu-west-3 il-central-1 me-central-1 me-south-1 sa-east-1"
).split()


def key_problem(name: str, prefix: str = "") -> str:
    """Why a typed name cannot be an S3 key below the prefix, "" when it can."""
    try:
        length = len((prefix + name).encode())
    except UnicodeEncodeError:
        return "This name has characters that cannot be written as UTF-8."
    if length > 1024:
        return f"The whole path would have {length:,} bytes; S3 allows 1,024."
    return ""


def region_field(region: str = "") -> QComboBox:
    """A combo box of regions that takes any other as well."""
    field = QComboBox()
    field.setEditable(True)
    field.addItems(REGIONS)
    field.setCurrentText(region)
    return field


class NewFolderDialog(FormDialog):
    """Asks for the name of a folder in a place."""

    def __init__(self, parent: QWidget | None, location: Location, taken: Callable[[str], bool]) -> None:
        super().__init__(parent, "New folder", "Create", f"New folder in {visible_path(location.uri)}")
        self._location, self._taken = location, taken
        self._name = QLineEdit()
        self._name.textChanged.connect(self.check)
        self.add_field("Folder name", self._name)
        self.column.insertWidget(
            2, words("S3 has no real folders: an empty object whose name ends in “/” stands for one.", "dim")
        )
        self.add_cancel()
        self.check()

    def problem(self) -> str:
        """Taken and overlong names."""
        name = self._name.text()
        if not name:
            return " "
        if "/" in name.removesuffix("/"):
            return "Make one folder at a time: a name has no “/”."
        if self._taken(name):
            return "A folder of this name is here already."
        return key_problem(name + "/", self._location.prefix)

    def answer(self) -> str:
        """The name, without the "/" at its end."""
        return self._name.text().removesuffix("/")


@dataclass(frozen=True)
class NewBucket:
    """What the New bucket dialog collects."""

    name: str
    region: str


class NewBucketDialog(FormDialog):
    """Asks for a bucket's name and region, and knows S3's rules for names."""

    def __init__(self, parent: QWidget | None, region: str) -> None:
        super().__init__(parent, "New bucket", "Create", "New bucket")
        self._name, self._region = QLineEdit(), region_field(region)
        self._name.textChanged.connect(self.check)
        self.add_field("Bucket name", self._name)
        self.add_field("Region", self._region)
        advice = "3 to 63 small letters, digits, dots and hyphens. On AWS the name must be unique in the whole world."
        self.column.insertWidget(2, words(advice, "dim"))
        self.add_cancel()
        self.check()

    def problem(self) -> str:
        """S3's rules, in words."""
        name = self._name.text()
        if not name:
            return " "
        if len(name) < 3 or len(name) > 63:
            return "A bucket name has 3 to 63 characters." if len(name) > 63 or len(name) < 3 else ""
        if not re.fullmatch(r"[a-z0-9][a-z0-9.-]*[a-z0-9]", name):
            return "Use small letters, digits, dots and hyphens; start and end with a letter or digit."
        if ".." in name or re.fullmatch(r"\d+\.\d+\.\d+\.\d+", name):
            return "A bucket name must not look like a network address or contain two dots in a row."
        return ""

    def answer(self) -> NewBucket:
        """Name and region."""
        return NewBucket(self._name.text(), self._region.currentText().strip())


class RenameDialog(FormDialog):
    """Asks for another name of an object or folder, with the part before the ending selected."""

    def __init__(
        self, parent: QWidget | None, location: Location, name: str, taken: Callable[[str], bool], cost: str
    ) -> None:
        super().__init__(parent, "Rename", "Rename", f"Rename {visible_path(name)}")
        self._location, self._old, self._taken = location, name, taken
        self._name = QLineEdit(name)
        self._name.textChanged.connect(self.check)
        self.add_field("New name", self._name)
        self.column.insertWidget(2, words(cost, "dim"))
        self.add_cancel()
        stem = name.rpartition(".")[0]
        self._name.setSelection(0, len(stem) or len(name))
        self.check()

    def problem(self) -> str:
        """Empty, unchanged, taken and overlong names."""
        name = self._name.text()
        if not name or name == self._old:
            return " "
        if "/" in name:
            return "A name has no “/”: that would move it into another folder."
        if self._taken(name):
            return f"“{visible_path(name)}” is here already. Choose another name."
        return key_problem(name, self._location.prefix)

    def answer(self) -> str:
        """The new name."""
        return self._name.text()


class GoToDialog(FormDialog):
    """Asks for a place to open, also one no list shows."""

    def __init__(self, parent: QWidget | None, endpoint_url: str, start: str) -> None:
        super().__init__(parent, "Go to location", "Go", "Go to location")
        self._endpoint_url = endpoint_url
        self._text = QLineEdit(start)
        self._text.setPlaceholderText("s3://bucket/folder/")
        self._text.textChanged.connect(self.check)
        self._text.selectAll()
        self.add_field("S3 location", self._text, "Location")
        advice = "A bucket you may open but not list works too. You can also paste an https link of S3."
        self.column.insertWidget(2, words(advice, "dim"))
        self.add_cancel()
        self.check()

    def problem(self) -> str:
        """What the text lacks to be a place."""
        if not self._text.text().strip():
            return " "
        try:
            Location.parse(self._text.text(), self._endpoint_url)
        except ValueError as error:
            return str(error)
        return ""

    def answer(self) -> Location:
        """The place."""
        return Location.parse(self._text.text(), self._endpoint_url)
